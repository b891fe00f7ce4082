/** (b): one pass of the fold, stopped at each instant, against the batch truth of the same prefix. */
import { factCodec } from '@sapwood/contracts/facts';
import type { Fact } from '@sapwood/core/facts';
import type { FactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import { createOracle, type Oracle } from '@sapwood/oracle';
import { applyRecord } from '@sapwood/runtime/apply';
import type { EventLog, LogRecord, Rng } from '@sapwood/runtime/ports';
import { newFactFold, seriesOf } from '../facts-fold.ts';
import { type Comparison, compareSeries } from './compare-cells.ts';
import { compareTotals } from './compare-totals.ts';
import { chooseInstants } from './instants.ts';
import { walk } from './pass.ts';

export const INSTANTS = 200;

interface Taken {
  /** Facts of each workspace, in the order of the log. */
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
  /** Log times of those that say something. */
  readonly times: readonly number[];
}

export interface Judged extends Comparison {
  readonly instants: number;
}

/** Compares at seeded instants over records [0, end); all-time numbers at the end as well. */
export async function judgeCells(log: EventLog, end: number, rng: Rng): Promise<Judged> {
  const { facts, times } = await take(log, end);
  const instants = chooseInstants(times, INSTANTS, rng);
  const oracles = new Map([...facts].map(([id, own]) => [id, createOracle(own)] as const));
  const found: Comparison = { cells: 0, differences: [] };
  const fold = newFactFold();
  const counts = new Map<string, number>();
  let looked = 0;
  let isOpen = false;
  const lookBefore = (T: number): void => {
    while (looked < instants.length && instants[looked]! < T) {
      const at = instants[looked++]!;
      fold.advance(at as LogTime);
      if (!isOpen) compareAt(fold, oracles, counts, at, found);
    }
  };
  const each = (record: LogRecord): void => {
    const fact = decoded(record.value);
    if (fact) lookBefore(fold.timeOf(fact));
    const outcome = applyRecord(fold, factCodec, record);
    if (fact === null || isRefused(outcome.kind)) return;
    counts.set(fact.workspace, (counts.get(fact.workspace) ?? 0) + 1);
    isOpen = fact.group !== null && fact.group.i < fact.group.n - 1;
  };
  await walk(log, 0, end, each, () => fold.touched());
  lookBefore(Number.POSITIVE_INFINITY);
  for (const [workspace, oracle] of oracles) {
    const truth = oracle.at(counts.get(workspace)!, fold.T);
    const { totals } = fold.totals(workspace)!;
    compareTotals(totals, truth, { workspace, at: fold.T }, found);
  }
  return { ...found, instants: instants.length };
}

const saysSomething = ({ kind }: Fact): boolean => kind !== 'tick' && kind !== 'source.heartbeat';
const isRefused = (kind: string): boolean => kind === 'quarantined' || kind === 'stop';

function decoded(value: Uint8Array | null): Fact | null {
  try {
    return value && factCodec.decode(value);
  } catch {
    return null; // Quarantined by the fold, and no fact for the oracle.
  }
}

async function take(log: EventLog, end: number): Promise<Taken> {
  const facts = new Map<string, Fact[]>();
  const times: number[] = [];
  const judge = newFactFold();
  let T = 0;
  await walk(log, 0, end, ({ value }) => {
    const fact = decoded(value);
    if (!fact) return;
    T = Math.max(T, fact.recordedAt);
    if (judge.judge(fact).kind !== 'ok') return;
    if (saysSomething(fact)) times.push(T);
    const own = facts.get(fact.workspace);
    if (own) own.push(fact);
    else facts.set(fact.workspace, [fact]);
  });
  return { facts, times };
}

function compareAt(
  fold: FactFold,
  oracles: ReadonlyMap<string, Oracle>,
  counts: ReadonlyMap<string, number>,
  at: number,
  found: Comparison,
): void {
  for (const [workspace, oracle] of oracles) {
    const prefix = counts.get(workspace) ?? 0;
    if (prefix === 0) continue;
    const truth = oracle.at(prefix, at);
    compareSeries(seriesOf(fold, workspace, 0), truth.series, { workspace, at }, found);
  }
}
