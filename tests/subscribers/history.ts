/**
 * A small fixed history of two workspaces as the aggregator publishes it, and behind it what a log
 * holds by accident: an old append that came late, a tombstone, a frame twice, half a pass.
 */

import { createAggregator } from '@sapwood/aggregator/app';
import { alertCodec, eventCodec, metricCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import type { Fact } from '@sapwood/core/facts';
import type { Frame, Series } from '@sapwood/core/metrics';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { LogRecord, NewRecord } from '@sapwood/runtime/ports';
import { createSimulated } from '@sapwood/runtime/simulated';
import { awaitIdle } from '@sapwood/runtime/supervise';
import { newFactFold } from '../../packages/cli/facts-fold.ts';
import { alert } from '../integration/gateway-harness.ts';
import { config, heartbeat, issue, message, tick } from '../support/facts.ts';

export const PARTITIONS = 3;
/** On partitions of their own. The second one's source fell silent. */
export const WORKSPACES = ['acme', 'globex'] as const;
const START = Date.UTC(2026, 5, 10, 9);
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** A pass at least: a relay makes no more than four a second. */
const PASS_MS = 300;
const VOLUME = 'conversation-volume';
const LEFT = `${VOLUME}{channel=slack}`;

/** One record and where it stands. */
export interface Placed extends NewRecord {
  readonly topic: string;
  readonly partition: number;
}

function story(): Fact[] {
  const tree = { messages: 'read', currency: 'GBP', sources: ['pylon'], tree: DEFAULT_TREE };
  const facts = [config(START, tree), heartbeat('pylon', START + SECOND_MS)];
  for (let i = 0; i < 6; i += 1) {
    const at = START + i * 10 * SECOND_MS + 2 * SECOND_MS;
    const channel = i % 3 === 0 ? 'slack' : 'email';
    const seen = { stateCategory: 'waiting_on_you', createdAt: at, channel, teamId: 't1' } as const;
    facts.push(issue(`I${i}`, at, seen), message(`I${i}`, at, 'customer', { channel }));
  }
  for (let i = 0; i < 4; i += 1) {
    const at = START + 3 * MINUTE_MS + i * SECOND_MS;
    facts.push(message(`I${i}`, at, 'human', { authorId: 'ada' }));
  }
  const assigned = START + 4 * MINUTE_MS;
  facts.push(issue('I0', assigned, { assigneeId: 'ada', teamId: 't2' }));
  // An answer that was older than the one known: a transition is taken back and told anew.
  const known = { authorId: 'ada', recordedAt: assigned + SECOND_MS };
  facts.push(message('I1', START + 2 * MINUTE_MS, 'human', known));
  return facts;
}

function factsOf(workspace: string): Fact[] {
  const last = START + 9 * MINUTE_MS;
  const ending = workspace === WORKSPACES[0] ? heartbeat('pylon', last) : tick(last);
  return [...story(), ending].map((fact) => ({ ...fact, workspace }) as Fact);
}

/** What the real aggregator writes, in order. */
async function published(): Promise<Placed[]> {
  const clock = createVirtualClock(START);
  const written: Placed[] = [];
  const outputs: readonly string[] = [TOPICS.metrics.name, TOPICS.events.name];
  const keep = (topic: string, partition: number, { key, value }: LogRecord): void => {
    if (outputs.includes(topic)) written.push({ topic, partition, key, value });
  };
  const world = createSimulated({ clock, partitions: PARTITIONS, onWrite: keep });
  const aggregator = createAggregator({
    ...world.connect(),
    clock,
    rng: createSeededRng(1),
    telemetry: () => {},
    createFold: newFactFold,
    topology: 1,
    foreignCode: 'stop',
  });
  await aggregator.start();
  const facts = WORKSPACES.flatMap(factsOf).sort((a, b) => a.recordedAt - b.recordedAt);
  for (const fact of facts) {
    clock.advanceTo(Math.max(clock.now(), fact.recordedAt));
    const partition = partitionOf(fact.workspace, PARTITIONS);
    const record = { key: fact.entity, value: factCodec.encode(fact) };
    await world.log.append(TOPICS.facts.name, partition, [record]);
    await awaitIdle([aggregator]);
    clock.advanceTo(clock.now() + PASS_MS);
    await awaitIdle([aggregator]);
  }
  await aggregator.stop();
  return written;
}

const PLACE = {
  topic: TOPICS.metrics.name,
  partition: partitionOf(WORKSPACES[0], PARTITIONS),
} as const;

const seriesRecord = (series: Series): Placed => ({
  ...PLACE,
  key: `${series.workspace}/${series.key}`,
  value: metricCodec.encode({ series, frame: null, tree: null }),
});
const frameRecord = (frame: Frame): Placed => ({
  ...PLACE,
  key: `frame/${frame.workspace}`,
  value: metricCodec.encode({ series: null, frame, tree: null }),
});

/** The newest series and frame of the first workspace. */
function newestOf(records: readonly Placed[]): { series: Series; frame: Frame } {
  let series: Series | null = null;
  let frame: Frame | null = null;
  for (const { topic, partition, value } of records) {
    if (topic !== PLACE.topic || partition !== PLACE.partition || !value) continue;
    const record = metricCodec.decode(value);
    if (record.series?.key === VOLUME) series = record.series;
    if (record.frame) frame = record.frame;
  }
  return { series: series!, frame: frame! };
}

/** The volume, more by `more`, in a pass that lies `later` offsets after the newest one. */
function volumeIn(records: readonly Placed[], later: number, more: number): Series {
  const { series, frame } = newestOf(records);
  const cells = series.cells.map((cell) => ({ ...cell, value: (cell.value ?? 0) + more }));
  return { ...series, offset: frame.offset + later, cells };
}

function accidents(records: readonly Placed[]): Placed[] {
  const { frame } = newestOf(records);
  const late = { ...volumeIn(records, 0, 100_000), offset: 0 };
  const next = frameRecord({ ...frame, offset: frame.offset + 1 });
  return [
    seriesRecord(late),
    seriesRecord(volumeIn(records, 1, 1_000)),
    { ...PLACE, key: `${WORKSPACES[0]}/${LEFT}`, value: null },
    next,
    frameRecord(frame),
    // It left before: an old value does not bring it back.
    seriesRecord({ ...late, key: LEFT }),
    seriesRecord(volumeIn(records, 2, 5_000)),
    // As after a pass that broke off: what it had written so far waits for a frame of its own.
    next,
  ];
}

function laterPass(records: readonly Placed[]): Placed[] {
  const { frame } = newestOf(records);
  const offset = frame.offset + 3;
  return [seriesRecord(volumeIn(records, 3, 7_000)), frameRecord({ ...frame, offset })];
}

const alertRecord = (change: Parameters<typeof alert>[0]): Placed => {
  const made = alert({ workspace: WORKSPACES[0], ...change });
  return {
    topic: TOPICS.alerts.name,
    partition: PLACE.partition,
    key: made.alertId,
    value: alertCodec.encode(made),
  };
};

function alerts(): Placed[] {
  const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];
  return [
    alertRecord({ alertId: first, revision: 1, seq: 1 }),
    alertRecord({ alertId: second, revision: 1, seq: 2, value: 7 }),
    alertRecord({ alertId: first, revision: 2, seq: 3, phase: 'resolved', status: 'resolved' }),
    alertRecord({ alertId: second, revision: 3, seq: 4, phase: 'clearing', value: 9 }),
    // Come late: an ended one is not revived, a newer one is not taken back.
    alertRecord({ alertId: first, revision: 1, seq: 1 }),
    alertRecord({ alertId: second, revision: 2, seq: 3, value: 8 }),
  ];
}

export interface History {
  /** Of every topic that others may read, in the order in which to append. */
  readonly records: readonly Placed[];
  /** A pass to come once subscribers are live. */
  readonly later: readonly Placed[];
}

export async function createHistory(): Promise<History> {
  const records = await published();
  const events = records.filter(({ topic }) => topic === TOPICS.events.name);
  // Sent at least once: the first events stand there again.
  const all = [...records, ...events.slice(0, 3), ...accidents(records), ...alerts()];
  return { records: all, later: laterPass(records) };
}

/** Transitions that were added and not taken back, by their ids; `seq` seen before is skipped. */
export function eventsInForce(records: readonly Placed[]): string[] {
  const lines = new Map<string, string>();
  const last = new Map<number, number>();
  for (const { topic, partition, value } of records) {
    if (topic !== TOPICS.events.name || !value) continue;
    const event = eventCodec.decode(value);
    if (event.seq <= (last.get(partition) ?? 0)) continue;
    last.set(partition, event.seq);
    const key = `${event.workspace}/${event.eventId}`;
    if (event.op === 'retract') lines.delete(key);
    else lines.set(key, `${key}\t${event.conversation}\t${event.kind}`);
  }
  return [...lines.values()].sort();
}
