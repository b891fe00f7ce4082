/**
 * Reads the topics that the screens are made of, from their start: compacted, they give the current
 * tree (design D4). The gateway needs no state store to serve.
 */
import { alertCodec, DecodeError, labelCodec, metricCodec } from '@sapwood/contracts/codec';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { CompiledTree } from '@sapwood/core/tree';
import { isLogShorter } from '@sapwood/runtime/errors';
import type { Clock, EventLog, Idle, LogRecord } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { WorkspaceView } from './view.ts';

const BATCH_MAX = 1_000;
/** While the end of the log matters, and once it does not: an append ends either. */
const LOOK_MS = 1_000;
const WAIT_MS = 60_000;
const RETRY_MS = 1_000;
const EARLY_MS = 50;
/** Records were missing just now: until the head is asked for, it is not known how far that reaches. */
const HOLE_SEEN = Number.POSITIVE_INFINITY;
/** Workspaces of one gateway; a record of one more stops the feed. */
export const WORKSPACES_MAX = 1_000;

export interface FeedDeps {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Its partition alone is read; left out: all of them. */
  readonly workspace?: string;
  /** From now on the views may be shown. */
  readonly onReplayed?: () => void;
}

export interface Feed extends Idle {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Creates an empty view where nothing was read yet. */
  view(workspace: string): WorkspaceView;
  /** True once every topic was read to the end that it had at start. */
  ready(): boolean;
}

interface Cursor {
  readonly topic: string;
  readonly partition: number;
  next: number;
  /** End of the log when it last had nothing for us: a compacted tail can stay below it. */
  quietHigh: number;
  /** The last wait brought nothing. */
  isSilent: boolean;
  startHigh: number;
  /** Before this offset stands, at the latest, what replaced the records that were missing. */
  holesUntil: number;
  readonly views: Set<WorkspaceView>;
  stopped: boolean;
}

type Apply = (record: LogRecord, views: Views, isHoled: boolean) => void;
type Views = (workspace: string) => WorkspaceView;

/** `<workspace>/<rest>` of a key; null for the keys of frames and trees. */
function splitKey(key: string | null): { workspace: string; rest: string } | null {
  const slash = key === null ? -1 : key.indexOf('/');
  if (key === null || slash < 1) return null;
  const workspace = key.slice(0, slash);
  if (workspace === 'frame' || workspace === 'tree') return null;
  return { workspace, rest: key.slice(slash + 1) };
}

const applyMetric: Apply = (record, views, isHoled) => {
  if (record.value === null) {
    const key = splitKey(record.key);
    if (key) views(key.workspace).acceptGone(key.rest);
    return;
  }
  const { series, frame, tree } = metricCodec.decode(record.value);
  if (series) views(series.workspace).acceptSeries(series, isHoled);
  else if (frame) views(frame.workspace).acceptFrame(frame, record.appendedAt, isHoled);
  else if (tree) {
    const document = JSON.parse(tree.document) as CompiledTree;
    views(tree.workspace).acceptTree(tree.topology, tree.offset, document);
  }
};

const applyAlert: Apply = (record, views) => {
  if (record.value === null) return;
  const alert = alertCodec.decode(record.value);
  views(alert.workspace).acceptAlert(alert);
};

const applyLabel: Apply = (record, views) => {
  const key = splitKey(record.key);
  if (!key) return;
  const label = record.value === null ? null : labelCodec.decode(record.value);
  // Names of people and accounts are not for screens (design D15): they never enter the map.
  if (!/^(team|tag|status)\//.test(key.rest)) return;
  views(key.workspace).acceptLabel(key.rest, label?.name ?? null);
};

const SOURCES: readonly (readonly [topic: string, apply: Apply])[] = [
  [TOPICS.labels.name, applyLabel],
  [TOPICS.alerts.name, applyAlert],
  [TOPICS.metrics.name, applyMetric],
];

export function createFeed(deps: FeedDeps): Feed {
  const { log, clock, telemetry } = deps;
  const views = new Map<string, WorkspaceView>();
  const cursors: Cursor[] = [];
  const loops: Promise<void>[] = [];
  const abort = new AbortController();
  let started = false;
  let replayed = false;

  const view: Views = (workspace) => {
    const known = views.get(workspace);
    if (known) return known;
    if (views.size >= WORKSPACES_MAX) throw new RangeError('too many workspaces');
    const made = new WorkspaceView(workspace);
    made.replayed = replayed;
    views.set(workspace, made);
    return made;
  };

  const atStartHigh = (cursor: Cursor): boolean =>
    cursor.next >= cursor.startHigh || cursor.quietHigh >= cursor.startHigh;

  /** What is held back behind holes is not read yet: a snapshot without it would show nothing. */
  const isRead = (cursor: Cursor): boolean =>
    cursor.stopped || (atStartHigh(cursor) && cursor.holesUntil === 0);

  const markReplayed = (): void => {
    if (replayed || !started || !cursors.every(isRead)) return;
    replayed = true;
    for (const known of views.values()) known.replayed = true;
    deps.onReplayed?.();
  };

  /** Once all is read that was there when records were missing, what was held back may show. */
  const mendHoles = (cursor: Cursor, high: number): void => {
    if (cursor.holesUntil === HOLE_SEEN) cursor.holesUntil = high;
    if (cursor.holesUntil === 0) return;
    if (Math.max(cursor.next, cursor.quietHigh) < cursor.holesUntil) return;
    cursor.holesUntil = 0;
    for (const read of cursor.views) read.settle();
    markReplayed();
  };

  const applyAll = (cursor: Cursor, records: readonly LogRecord[], apply: Apply): void => {
    if (records.some(({ offset }, i) => offset !== cursor.next + i)) cursor.holesUntil = HOLE_SEEN;
    const own: Views = (workspace) => {
      const read = view(workspace);
      cursor.views.add(read);
      return read;
    };
    for (const record of records) {
      apply(record, own, record.offset < cursor.holesUntil);
      cursor.next = record.offset + 1;
    }
  };

  /** Where an end of the log matters that was known before: nothing to read means that it was reached. */
  const look = async (cursor: Cursor, apply: Apply, high: number): Promise<void> => {
    mendHoles(cursor, high);
    const records = await readOn(cursor, apply, LOOK_MS);
    if (records.length > 0) return;
    cursor.quietHigh = high;
    mendHoles(cursor, high);
  };

  const headOf = async ({ topic, partition }: Cursor): Promise<number> =>
    (await log.bounds(topic, partition)).high;

  const readOn = async (cursor: Cursor, apply: Apply, waitMs: number) => {
    const options = { max: BATCH_MAX, waitMs, signal: abort.signal };
    const records = await log.read(cursor.topic, cursor.partition, cursor.next, options);
    applyAll(cursor, records, apply);
    return records;
  };

  const step = async (cursor: Cursor, apply: Apply): Promise<void> => {
    const startMs = clock.monotonic();
    const before = cursor.next;
    const isUnsure = cursor.isSilent || cursor.holesUntil > 0;
    cursor.isSilent = false;
    if (isUnsure) await look(cursor, apply, await headOf(cursor));
    else if (!atStartHigh(cursor)) await look(cursor, apply, cursor.startHigh);
    else cursor.isSilent = (await readOn(cursor, apply, WAIT_MS)).length === 0;
    markReplayed();
    // A log that answers at once with nothing is closing: do not spin on it.
    const early = cursor.next === before && clock.monotonic() - startMs < EARLY_MS;
    if (early) await clock.sleep(EARLY_MS, abort.signal).catch(() => undefined);
  };

  const loop = async (cursor: Cursor, apply: Apply): Promise<void> => {
    while (!abort.signal.aborted && !cursor.stopped) {
      try {
        await step(cursor, apply);
      } catch (error) {
        if (abort.signal.aborted) return;
        if (isPoison(error)) {
          // Skipping it would show an older value under a newer frame: go stale instead.
          cursor.stopped = true;
          markReplayed();
          const { topic, partition } = cursor;
          const reason = `${topic}@${cursor.next}: ${(error as Error).message}`;
          telemetry({ type: 'PartitionStopped', fold: 'gateway', partition, reason });
          return;
        }
        telemetry({ type: 'Notice', level: 'warn', text: `cannot read ${cursor.topic}` });
        await clock.sleep(RETRY_MS, abort.signal).catch(() => undefined);
      }
    }
  };

  /** A workspace has the same partition of every topic (design D7). */
  const partitionsOf = async (topic: string): Promise<readonly number[]> => {
    const count = await log.partitions(topic);
    if (deps.workspace !== undefined) return [partitionOf(deps.workspace, count)];
    return Array.from({ length: count }, (_, partition) => partition);
  };

  const cursorAt = async (topic: string, partition: number): Promise<Cursor> => {
    const { low, high } = await log.bounds(topic, partition);
    return {
      topic,
      partition,
      next: low,
      quietHigh: -1,
      isSilent: false,
      startHigh: high,
      holesUntil: 0,
      views: new Set(),
      stopped: false,
    };
  };

  return {
    name: 'gateway-feed',
    view,
    ready: () => replayed && cursors.every((c) => !c.stopped),
    async start(): Promise<void> {
      // All at once: a screen waits for every one of these answers.
      const opened = await Promise.all(
        SOURCES.map(async ([topic, apply]) => {
          const partitions = await partitionsOf(topic);
          const made = await Promise.all(partitions.map((partition) => cursorAt(topic, partition)));
          return { apply, made };
        }),
      );
      for (const { apply, made } of opened) {
        cursors.push(...made);
        loops.push(...made.map((cursor) => loop(cursor, apply)));
      }
      started = true;
      markReplayed();
    },
    async stop(): Promise<void> {
      abort.abort();
      await Promise.all(loops);
    },
    async idle(): Promise<boolean> {
      for (const cursor of cursors) {
        if (cursor.stopped) continue;
        const high = await headOf(cursor);
        if (cursor.next < high && cursor.quietHigh < high) return false;
      }
      return true;
    },
  };
}

/** What no retry mends. */
function isPoison(error: unknown): boolean {
  return (
    error instanceof DecodeError ||
    error instanceof SyntaxError ||
    error instanceof RangeError ||
    isLogShorter(error)
  );
}
