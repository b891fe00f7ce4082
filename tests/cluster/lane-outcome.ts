/** What came of a partition of `facts.v1`: its state, its published values, what left it. */
import { metricCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Put } from '@sapwood/core/fold-contract';
import type { MetricRecord } from '@sapwood/core/metrics';
import { canonicalJson } from '@sapwood/core/num';
import type { LogTime } from '@sapwood/core/time';
import type { EventLog, LogRecord, Meta, StateStore } from '@sapwood/runtime/ports';
import { logView } from '../../packages/cli/distributed/partition-view.ts';
import { newFactFold, TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { readTopic } from '../support/journal.ts';

interface Engine {
  readonly log: EventLog;
  readonly store: StateStore;
}

/** By field. */
type Texts = Readonly<Record<string, string>>;

export interface Outcome {
  /** Without its owner and its last commit, which are of a process. */
  readonly meta: Omit<Meta, 'own' | 'cid'> | null;
  /** As stored, byte for byte. */
  readonly stored: Texts;
  /** As a fold understands it. */
  readonly decoded: Texts;
  /** The newest value of each key. */
  readonly published: Texts;
  /** Transitions in the order of their `seq`, each once. */
  readonly events: readonly string[];
}

const scopeOf = (partition: number) => ({ fold: 'facts', topology: TOPOLOGY, partition }) as const;

export const offsetOf = async ({ store }: Engine, partition: number): Promise<number> =>
  (await store.meta(scopeOf(partition)))?.off ?? 0;

export async function outcomeOf({ log, store }: Engine, partition: number): Promise<Outcome> {
  const found = await store.meta(scopeOf(partition));
  const puts: Put[] = [];
  for await (const [space, field, bytes] of store.load(scopeOf(partition))) {
    if (bytes) puts.push([space, field, new TextDecoder().decode(bytes)]);
  }
  const fold = newFactFold();
  fold.restore(puts, (found?.T ?? 0) as LogTime);
  const meta = found && { off: found.off, tail: found.tail, code: found.code, T: found.T };
  const view = logView(log, partition);
  return {
    meta,
    stored: textsOf(puts),
    decoded: textsOf(fold.encode()),
    published: newestOf(await readTopic(view, TOPICS.metrics.name)),
    events: eachOnce(await readTopic(view, TOPICS.events.name)),
  };
}

function textsOf(puts: Iterable<Put>): Texts {
  const texts: Record<string, string> = {};
  for (const [space, field, text] of puts) if (text !== null) texts[`${space} ${field}`] = text;
  return texts;
}

function newestOf(records: readonly LogRecord[]): Texts {
  const newest: Record<string, string> = {};
  for (const { key, value } of records) {
    if (value) newest[key!] = canonicalJson(shownBy(metricCodec.decode(value)));
    else delete newest[key!];
  }
  return newest;
}

/** Which pass told a value, and where its windows ended then, is of the process that told it. */
function shownBy({ series, tree, frame }: MetricRecord): unknown {
  if (frame) return frame;
  if (tree) return { ...tree, offset: null };
  const cells = series!.cells.map(({ settled, ...cell }) => {
    const endless = { from: null, to: null };
    return { ...cell, ...endless, settled: settled && { ...settled, ...endless } };
  });
  return { ...series!, cells, offset: null };
}

/** An append that was not acknowledged is repeated: the same bytes again, later. */
function eachOnce(records: readonly LogRecord[]): string[] {
  const texts = records.map(({ key, value }) => `${key} ${Buffer.from(value!).toString('base64')}`);
  return [...new Set(texts)];
}
