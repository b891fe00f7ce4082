/**
 * Publishes what a fold shows, in passes: every changed series read at one offset V, then a frame
 * (design D4, reliability.md 1.8). What it has not published yet lives in memory: late, never wrong.
 */
import { metricCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import { createRest } from './backoff.ts';
import type { FoldRunner, FoldView } from './fold-runner.ts';
import type { Clock, EventLog, Idle, NewRecord, Scope } from './ports.ts';
import { FRAME_PREFIX, readPublished } from './published.ts';
import { createSignal } from './signal.ts';
import type { Telemetry } from './telemetry.ts';

/** At most four passes a second. */
const PASS_MS = 250;
const FRAME_MS = 5_000;
/** Behind by less than this counts as caught up: a busy log is never fully read. */
const FRESH_MS = 2_000;
const BATCH_RECORDS = 500;
const BATCH_BYTES = 512 * 1024;

export interface RelayDeps {
  readonly scope: Scope;
  readonly runner: FoldRunner<MetricRecord, Frame>;
  /** The fold's input: whether it is caught up is measured there. */
  readonly inputTopic: string;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Default `metrics.v1`. */
  readonly topic?: string;
}

export interface Relay extends Idle {
  /** Start it before or after the runner; a claim makes every series dirty. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Pass {
  readonly generation: number;
  readonly V: number;
  readonly keys: readonly string[];
  readonly records: readonly (readonly [key: string, record: MetricRecord | null])[];
  readonly frames: readonly Frame[];
}

type View = FoldView<MetricRecord, Frame>;

/** V and topology are the runner's knowledge, so they are set here and nowhere else. */
function stamp(record: MetricRecord, topology: number, offset: number): MetricRecord {
  const { series, frame, tree } = record;
  return {
    series: series && { ...series, topology, offset },
    frame: frame && { ...frame, topology, offset },
    tree: tree && { ...tree, topology, offset },
  };
}

function batches(records: readonly NewRecord[]): NewRecord[][] {
  const all: NewRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    const last = all.at(-1);
    if (last && last.length < BATCH_RECORDS && bytes + size <= BATCH_BYTES) {
      last.push(record);
      bytes += size;
    } else {
      all.push([record]);
      bytes = size;
    }
  }
  return all;
}

export function createRelay(deps: RelayDeps): Relay {
  const { scope, runner, inputTopic, log, clock, telemetry } = deps;
  const topic = deps.topic ?? TOPICS.metrics.name;
  const { partition, topology } = scope;
  const bell = createSignal(clock);
  /** The frames of the last complete pass: at which V the published values hold. */
  let published = new Map<string, Frame>();
  /** The claim whose orphans were looked for. */
  let recovered = 0;
  /** The newest V that stands in the topic since that look. */
  let newest = -1;
  /** Offset of our next record, if nobody else writes here. */
  let nextOffset: number | null = null;
  let frameMs = Number.NEGATIVE_INFINITY;
  let resting: 'until_rung' | 'spacing' | null = null;
  const abort = new AbortController();
  const rest = createRest();
  let done: Promise<void> = Promise.resolve();

  /** While a slice is in hand it is the runner that is busy, not this loop. */
  const still = <Answer>(task: (view: View) => Answer): Promise<Answer | null> =>
    rest.during(runner.still(task));

  /**
   * A series that left the tree just before a crash still stands in the topic and is no key of the
   * restored fold: found by comparison, and published as gone.
   */
  const recover = async (): Promise<void> => {
    const generation = await still((view) => view.generation);
    if (generation === null || generation === recovered) return;
    const known = await readPublished(log, topic, scope);
    await still((view) => {
      if (view.generation !== generation) return;
      const alive = new Set(view.fold.keys());
      for (const key of known.keys) if (!alive.has(key)) view.dirty.add(key);
      published = new Map(known.frames);
      newest = known.newest;
      nextOffset = known.high;
      recovered = generation;
    });
  };

  const caughtUp = (view: View, high: number): boolean =>
    view.off >= high || clock.now() - view.T < FRESH_MS;

  /** A state that was rolled back waits until it is as far as what readers have; V only goes forward. */
  const isBehindItself = (view: View, high: number): boolean => view.off < newest && newest <= high;

  const framesAt = (view: View, catchingUp: boolean): Frame[] =>
    view.fold.frames().map(({ frame }) => ({ ...frame, topology, offset: view.off, catchingUp }));

  /** Reads every dirty series at one V, with no slice between. */
  const collect = (view: View, high: number): Pass | null => {
    if (view.dirty.size === 0 || !caughtUp(view, high)) return null;
    if (isBehindItself(view, high)) return null;
    const keys = [...view.dirty];
    view.dirty.clear();
    const records = keys.map((key): Pass['records'][number] => [key, view.fold.read(key)]);
    const { generation, off: V } = view;
    return { generation, V, keys, records, frames: framesAt(view, false) };
  };

  const append = async (records: readonly NewRecord[]): Promise<boolean> => {
    for (const batch of batches(records)) {
      const outcome = await log.append(topic, partition, batch);
      if (outcome.kind === 'outcomeUnknown') {
        telemetry({ type: 'AppendOutcomeUnknown', topic, reason: outcome.reason });
      }
      if (outcome.kind !== 'durable') return false;
      if (nextOffset !== null && outcome.firstOffset !== nextOffset) await overwritten();
      nextOffset = outcome.firstOffset + batch.length;
    }
    return true;
  };
  /** A former owner, or an append of ours that came late, may have put older values over newer. */
  const overwritten = async (): Promise<void> => {
    recovered = 0;
    await still((view) => {
      for (const key of view.fold.keys()) view.dirty.add(key);
    });
  };
  const frameRecords = (frames: readonly Frame[]): NewRecord[] =>
    frames.map((frame) => ({
      key: FRAME_PREFIX + frame.workspace,
      value: metricCodec.encode({ series: null, frame, tree: null }),
    }));

  const publish = async ({ generation, V, keys, records, frames }: Pass): Promise<void> => {
    const startMs = clock.monotonic();
    const news = records.map(
      ([key, record]): NewRecord => ({
        key,
        value: record && metricCodec.encode(stamp(record, topology, V)),
      }),
    );
    if (!(await append(news)) || !(await append(frameRecords(frames)))) {
      await still((view) => {
        // A newer claim has made everything dirty already, but not what is gone since.
        for (const key of keys) view.dirty.add(key);
        if (view.generation !== generation) recovered = 0;
      });
      return;
    }
    published = new Map(frames.map((frame) => [frame.workspace, frame]));
    frameMs = clock.monotonic();
    telemetry({ type: 'PassPublished', series: keys.length, tookMs: clock.monotonic() - startMs });
  };

  const maybePass = async (high: number): Promise<void> => {
    const pass = await still((view) => collect(view, high));
    if (!pass) return;
    await publish(pass);
  };

  /** With nothing to publish the values hold at the head; else where the last pass was. */
  const maybeFrame = async (high: number): Promise<void> => {
    if (clock.monotonic() - frameMs < FRAME_MS) return;
    const frames = await still((view): Frame[] => {
      const catchingUp = !caughtUp(view, high);
      if (view.dirty.size === 0) return framesAt(view, catchingUp);
      return [...published.values()].map((frame) => ({ ...frame, catchingUp }));
    });
    // A partition without a workspace has no frames, and no reason to look for them all the time.
    if (!frames || (frames.length > 0 && !(await append(frameRecords(frames))))) return;
    frameMs = clock.monotonic();
    for (const frame of frames) published.set(frame.workspace, frame);
  };

  /** A partition without a workspace: its log need not be asked for its head. */
  const isUnused = async (): Promise<boolean> => {
    const unused = await still(
      ({ dirty, fold }) => dirty.size === 0 && published.size === 0 && fold.frames().length === 0,
    );
    if (unused) frameMs = clock.monotonic();
    return unused === true;
  };

  const turn = async (): Promise<void> => {
    await recover();
    if (recovered === 0 || (await isUnused())) return;
    const { high } = await log.bounds(inputTopic, partition);
    await maybePass(high);
    await maybeFrame(high);
  };
  /** Until the next frame, or sooner where something is left that no commit may ring for. */
  const restMs = async (): Promise<number> => {
    const dirty = await still((view) => view.dirty.size > 0);
    if (dirty || recovered === 0) return PASS_MS;
    return Math.min(FRAME_MS, Math.max(1, frameMs + FRAME_MS - clock.monotonic()));
  };
  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const startMs = clock.monotonic();
      await turn().catch((error: Error) => {
        telemetry({ type: 'Notice', level: 'warn', text: `Pass failed: ${error.message}` });
      });
      const ms = await restMs();
      resting = 'until_rung';
      await bell.wait(ms);
      // A ring is heard at once, but turns keep their distance: each asks the log for its head.
      resting = 'spacing';
      await clock.sleep(startMs + PASS_MS - clock.monotonic(), abort.signal);
      resting = null;
    }
  };
  return {
    name: `relay ${scope.fold}/${partition}`,
    start: async () => {
      runner.onCommit(() => bell.ring());
      done = loop();
    },
    stop: async () => {
      abort.abort();
      bell.ring();
      await done;
    },
    idle: () =>
      abort.signal.aborted ||
      rest.resting() ||
      resting === 'spacing' ||
      (resting !== null && !bell.rung()),
  };
}
