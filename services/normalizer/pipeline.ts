/**
 * normalizer: raw deliveries in, facts out. Read top to bottom: decode and check (what ingest wrote),
 * map (a body becomes facts, a hint or a reason), append (one call per delivery), owe (what only REST
 * can tell), read (facts of a whole issue), save the position last, so that nothing is lost.
 */
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { DraftFact } from '@sapwood/core/facts';
import type {
  AppendOutcome,
  Assignment,
  Clock,
  EventLog,
  Idle,
  Rng,
  StateStore,
} from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import {
  type CostSource,
  DEFAULT_LIMITS,
  type NormalizerLimits,
  type SourceConfig,
} from './config.ts';
import { createMemory, learnFromFacts } from './memory.ts';
import { loadPosition, savePosition } from './position.ts';
import { createRawReader, type Lane } from './raw-reader.ts';
import type { SourceReport } from './report.ts';
import { createSink } from './sink.ts';
import { createSourceRuntime, type SourceRuntime } from './source-runtime.ts';
import type { SeenCosts } from './steps/map-cost.ts';
import { createMapFeedStep } from './steps/map-feed.ts';

export interface NormalizerDeps {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** The process's one writer of facts, started. */
  readonly appender: { append(drafts: readonly DraftFact[]): Promise<AppendOutcome> };
  readonly sources: readonly SourceConfig[];
  readonly costs: readonly CostSource[];
  readonly limits?: Partial<NormalizerLimits>;
  /** Called once if a partition cannot go on: the process should stop (design D14). */
  readonly onFatal?: (error: Error) => void;
}

export interface Normalizer extends Idle {
  start(): Promise<void>;
  /** Ends the reads, finishes what is under way and saves the positions. */
  stop(): Promise<void>;
  /** What came from each source since the start: `doctor` shows it. */
  reports(): readonly SourceReport[];
}

const GROUP = 'sapwood-normalizer';
/** Of a feed's position. */
const costName = ({ id }: CostSource): string => `cost/${id}`;

/** Everything that runs for one partition of one raw topic. */
interface Running extends Idle {
  reports(): readonly SourceReport[];
  stop(): Promise<void>;
}

const isShared = ({ id, workspace }: SourceConfig, all: readonly SourceConfig[]): boolean =>
  all.some((other) => other.id !== id && other.workspace === workspace);

/** A partition that no workspace of ours lies on. */
const unused = (name: string): Running => ({
  name,
  idle: () => true,
  stop: async () => {},
  reports: () => [],
});

export function createNormalizer(deps: NormalizerDeps): Normalizer {
  const { log, store, clock, rng, telemetry } = deps;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const memory = createMemory();
  const sinkDeps = { log, clock, rng };
  const labels = createSink(TOPICS.labels.name, sinkDeps);
  const dlq = createSink(TOPICS.dlqRaw.name, sinkDeps);
  const outputs = { appendFacts: deps.appender.append, dlq };
  const running = new Map<string, Running>();
  const assignments: Assignment[] = [];
  /** Assignments are worked off one after the other: a later one replaces the earlier whole. */
  let changes: Promise<void> = Promise.resolve();
  let stopping = false;

  function fatal(error: unknown): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    telemetry({ type: 'Notice', level: 'error', text: `The normalizer stopped: ${cause.message}` });
    deps.onFatal?.(cause);
  }

  async function ofPartition<T extends { readonly workspace: string }>(
    all: readonly T[],
    topic: string,
    partition: number,
  ): Promise<readonly T[]> {
    const count = await log.partitions(topic);
    return all.filter(({ workspace }) => partitionOf(workspace, count) === partition);
  }

  /** Rises when the raw logs are made anew, for all of them at once. */
  async function epochOf(names: readonly string[]): Promise<number> {
    const positions = await Promise.all(names.map((name) => loadPosition(store, name)));
    return Math.max(memory.epoch(), ...positions.map((position) => position?.epoch ?? 0));
  }

  function launch(
    topic: string,
    partition: number,
    epoch: number,
    lanes: readonly Lane[],
    runtimes: readonly SourceRuntime[],
    abort: AbortController,
  ): Running {
    if (lanes.length === 0) return unused(`${topic}/${partition}`);
    const { batchMax } = limits;
    const reader = createRawReader({
      ...{ log, clock, rng, telemetry, outputs, topic, partition, epoch, lanes, batchMax },
    });
    const parts: readonly Idle[] = [reader, ...runtimes];
    const loops = [reader.run(abort.signal), ...runtimes.map((runtime) => runtime.run())].map(
      (loop) =>
        loop.catch((error: unknown) => {
          abort.abort();
          fatal(error);
        }),
    );
    return {
      name: reader.name,
      reports: () => runtimes.map((runtime) => runtime.report()),
      idle: async () => (await Promise.all(parts.map((part) => part.idle()))).every(Boolean),
      async stop() {
        abort.abort();
        await Promise.all(loops);
        for (const lane of lanes) await lane.save();
      },
    };
  }

  async function startPylon(partition: number): Promise<Running> {
    const topic = TOPICS.rawPylon.name;
    const abort = new AbortController();
    const sources = await ofPartition(deps.sources, topic, partition);
    const { low } = await log.bounds(topic, partition);
    await learnFromFacts(log, partition, memory);
    const epoch = await epochOf(sources.map(({ id }) => id));
    const shared = { epoch, log, store, clock, telemetry, memory, limits, labels, ...outputs };
    const runtimes = await Promise.all(
      sources.map((source) =>
        createSourceRuntime(
          { ...shared, source, isShared: isShared(source, sources), signal: abort.signal },
          low,
        ),
      ),
    );
    return launch(
      topic,
      partition,
      epoch,
      runtimes.map((runtime) => runtime.lane),
      runtimes,
      abort,
    );
  }

  async function costLane(feed: CostSource, low: number, epoch: number): Promise<Lane> {
    const name = costName(feed);
    const position = await loadPosition(store, name);
    const seen: SeenCosts = new Map(position?.costs ?? []);
    const lane: Lane = {
      id: name,
      workspace: feed.workspace,
      destinations: new Set([feed.id]),
      map: createMapFeedStep({ workspace: feed.workspace, seen }),
      next: position?.next ?? low,
      done: () => {},
      save: () =>
        savePosition(store, name, {
          epoch,
          next: lane.next,
          owed: [],
          reconciledAt: null,
          costs: [...seen],
        }),
    };
    return lane;
  }

  async function startCosts(partition: number): Promise<Running> {
    const topic = TOPICS.rawCost.name;
    const feeds = await ofPartition(deps.costs, topic, partition);
    const { low } = await log.bounds(topic, partition);
    const epoch = await epochOf(feeds.map(costName));
    const lanes = await Promise.all(feeds.map((feed) => costLane(feed, low, epoch)));
    return launch(topic, partition, epoch, lanes, [], new AbortController());
  }

  async function reassign(
    topic: string,
    partitions: readonly number[],
    start: (partition: number) => Promise<Running>,
  ): Promise<void> {
    const wanted = new Set(partitions.map((partition) => `${topic}/${partition}`));
    for (const [name, one] of running) {
      if (!name.startsWith(`${topic}/`) || wanted.has(name)) continue;
      running.delete(name);
      await one.stop();
    }
    for (const partition of partitions) {
      const name = `${topic}/${partition}`;
      if (!stopping && !running.has(name)) running.set(name, await start(partition));
    }
  }

  async function follow(
    topic: string,
    start: (partition: number) => Promise<Running>,
  ): Promise<void> {
    const assignment = await log.assign(GROUP, topic, (partitions) => {
      changes = changes.then(() => reassign(topic, partitions, start)).catch(fatal);
    });
    assignments.push(assignment);
  }

  return {
    name: 'normalizer',
    async start() {
      await follow(TOPICS.rawPylon.name, startPylon);
      await follow(TOPICS.rawCost.name, startCosts);
      await changes;
    },
    async stop() {
      stopping = true;
      for (const assignment of assignments) await assignment.close();
      await changes;
      for (const one of running.values()) await one.stop();
      running.clear();
    },
    reports: () => [...running.values()].flatMap((one) => one.reports()),
    async idle() {
      const all = [...running.values(), labels, dlq];
      return (await Promise.all(all.map((one) => one.idle()))).every(Boolean);
    },
  };
}
