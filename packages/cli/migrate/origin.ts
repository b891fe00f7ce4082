/**
 * What of an embedded store goes to Kafka, in an order that is the same each time it is asked for:
 * every fact, every name, and the deliveries that nobody has mapped yet. All else follows from the
 * facts. Each record goes to the partition of its workspace (design D7).
 */
import { rawCodec } from '@sapwood/contracts/codec';
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { DraftFact, Fact } from '@sapwood/core/facts';
import { loadPosition } from '@sapwood/normalizer/position';
import type { EventLog, LogRecord, NewRecord, StateStore } from '@sapwood/runtime/ports';
import type { Config } from '@sapwood/service-kit/config';
import { UserError } from '../exit.ts';

export interface Engine {
  readonly log: EventLog;
  readonly store: StateStore;
}

export interface Routed {
  readonly partition: number;
  readonly record: NewRecord;
}

export interface Flow {
  readonly topic: string;
  /** Records at the most: what a progress line counts up to. */
  readonly most: number;
  readonly records: () => AsyncIterable<Routed>;
}

export interface Origin {
  readonly engine: Engine;
  readonly config: Config;
  /** Of the topics on Kafka. */
  readonly partitions: number;
  /** Of the raw logs there: one more than here, since their offsets begin anew. */
  readonly epoch: number;
}

const READ_RECORDS = 1_000;

/** Name of a position in the store, and the destinations whose deliveries it is about. */
export interface Reader {
  readonly position: string;
  readonly destinations: readonly string[];
}

export const pylonReaders = ({ sources }: Config): Reader[] =>
  Object.entries(sources).map(([id, { hooks }]) => ({
    position: id,
    destinations: Object.keys(hooks),
  }));

export const costReaders = ({ costs }: Config): Reader[] =>
  Object.keys(costs.keys).map((id) => ({ position: `cost/${id}`, destinations: [id] }));

export async function flowsOf(origin: Origin): Promise<Flow[]> {
  const { config } = origin;
  return [
    await flowOf(origin, TOPICS.facts.name, () => factsOf(origin)),
    await flowOf(origin, TOPICS.labels.name, () => labelsOf(origin)),
    await flowOf(origin, TOPICS.rawPylon.name, () =>
      pendingOf(origin, TOPICS.rawPylon.name, pylonReaders(config)),
    ),
    await flowOf(origin, TOPICS.rawCost.name, () =>
      pendingOf(origin, TOPICS.rawCost.name, costReaders(config)),
    ),
  ];
}

async function flowOf(origin: Origin, topic: string, records: Flow['records']): Promise<Flow> {
  const { log } = origin.engine;
  let most = 0;
  for (let p = 0; p < (await log.partitions(topic)); p++) {
    const { low, high } = await log.bounds(topic, p);
    most += high - low;
  }
  return { topic, most, records };
}

async function* readAll(log: EventLog, topic: string, from = 0): AsyncIterable<LogRecord> {
  for (let p = 0; p < (await log.partitions(topic)); p++) {
    const { low, high } = await log.bounds(topic, p);
    for (let at = Math.max(low, from); at < high; ) {
      const records = await log.read(topic, p, at, { max: READ_RECORDS, waitMs: 0 });
      if (records.length === 0) break;
      yield* records;
      at = records.at(-1)!.offset + 1;
    }
  }
}

const copyOf = ({ key, value, headers }: LogRecord): NewRecord =>
  Object.keys(headers).length > 0 ? { key, value, headers } : { key, value };

/** What cannot be read has no workspace: it stays behind the record it stood behind. */
const decoded = <T>(codec: { decode(bytes: Uint8Array): T }, { value }: LogRecord): T | null => {
  try {
    return value && codec.decode(value);
  } catch {
    return null;
  }
};

const firstWorkspace = ({ workspaces }: Config): string => Object.keys(workspaces)[0] ?? '';

async function* factsOf(origin: Origin): AsyncIterable<Routed> {
  const { engine, config, partitions, epoch } = origin;
  const newest = new Map<number, Fact>();
  let workspace = firstWorkspace(config);
  for await (const record of readAll(engine.log, TOPICS.facts.name)) {
    const fact = decoded(factCodec, record);
    if (fact) workspace = declared(fact.workspace, config);
    const partition = partitionOf(workspace, partitions);
    if (fact) newest.set(partition, fact);
    yield { partition, record: copyOf(record) };
  }
  for (const [partition, last] of newest) {
    yield { partition, record: epochTick(partition, last, epoch) };
  }
}

function declared(workspace: string, { workspaces }: Config): string {
  if (Object.hasOwn(workspaces, workspace)) return workspace;
  throw new UserError(
    `The log has facts of a workspace "${workspace}", which the configuration does not name: add it under "workspaces".`,
  );
}

/**
 * The log itself tells the epoch of its raw log: a store that forgets everything must not map new
 * deliveries as older than what was read before the move. It moves no time, being as old as the last fact.
 */
function epochTick(partition: number, last: Fact, epoch: number): NewRecord {
  const draft: DraftFact = {
    workspace: last.workspace,
    kind: 'tick',
    entity: last.workspace,
    at: last.recordedAt,
    observedAt: last.recordedAt,
    origin: 'system',
    via: 'system',
    srcs: [{ topic: TOPICS.rawPylon.name, partition, epoch, offset: -1 }],
    readAfter: null,
    group: null,
    body: {},
  };
  const { recordedAt } = last;
  const fact = { ...draft, v: 1, factId: factIdOf(draft), recordedAt } as Fact;
  return { key: draft.entity, value: factCodec.encode(fact) };
}

async function* labelsOf({ engine, partitions }: Origin): AsyncIterable<Routed> {
  for await (const record of readAll(engine.log, TOPICS.labels.name)) {
    const [workspace = ''] = (record.key ?? '').split('/');
    yield { partition: partitionOf(workspace, partitions), record: copyOf(record) };
  }
}

/** Deliveries from their reader's position on, as verbatim as they came. */
async function* pendingOf(
  { engine, config, partitions }: Origin,
  topic: string,
  readers: readonly Reader[],
): AsyncIterable<Routed> {
  const { log, store } = engine;
  const { low } = await log.bounds(topic, 0);
  const nextOf = new Map<string, number>();
  let reached = low;
  for (const { position, destinations } of readers) {
    const next = (await loadPosition(store, position))?.next ?? low;
    for (const destination of destinations) nextOf.set(destination, next);
    reached = Math.max(reached, next);
  }
  let workspace = firstWorkspace(config);
  for await (const record of readAll(log, topic, Math.min(reached, ...nextOf.values()))) {
    const raw = decoded(rawCodec, record);
    const item = raw && (raw.delivery ?? raw.heartbeat);
    if (item) workspace = item.workspace;
    const next = item ? nextOf.get(item.dest) : reached;
    if (next === undefined && record.offset >= reached) throw unknownDestination(topic, item!.dest);
    if (record.offset < (next ?? reached)) continue;
    yield { partition: partitionOf(workspace, partitions), record: copyOf(record) };
  }
}

const unknownDestination = (topic: string, destination: string): UserError =>
  new UserError(
    `${topic} has deliveries for "${destination}" that nobody has mapped yet, and the configuration names no such destination: add it, or they would be lost.`,
  );
