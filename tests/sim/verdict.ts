/** What must hold once all is quiet (reliability.md 8), from what an accountant saw and what is stored. */
import { metricCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import type { FactFold } from '@sapwood/core/fold';
import type { OutboxEntry } from '@sapwood/core/fold-contract';
import { createOracle, type Oracle } from '@sapwood/oracle';
import { applyRecord } from '@sapwood/runtime/apply';
import type { LogRecord } from '@sapwood/runtime/ports';
import { newFactFold, seriesOf, TOPOLOGY } from '../../packages/cli/facts-fold.ts';
import { type Comparison, compareSeries } from '../../packages/cli/verify/compare-cells.ts';
import { compareTotals } from '../../packages/cli/verify/compare-totals.ts';
import type { Evidence } from './evidence.ts';
import { judgeOutputs } from './judge-outputs.ts';
import { judgeRaw } from './judge-raw.ts';
import { judgeStored } from './judge-stored.ts';
import { compareScreens, judgeViewers, screensByOffset } from './judge-viewers.ts';
import { WORKSPACES } from './sender.ts';

const FRAME_PREFIX = 'frame/';
/** Instants beside the head at which the fold is compared with the oracle. */
const INSTANTS = 1;
/** One in so many series is looked at in every pass that published it. */
const SERIES = 4;

export async function judge(evidence: Evidence): Promise<void> {
  const { accountant } = evidence;
  const facts = decodeFacts(accountant.records(TOPICS.facts.name));
  judgeRaw(evidence, facts);
  const refolded = refold(evidence, facts);
  judgeOutputs(evidence, refolded.outbox);
  judgeViewers(evidence, refolded.fold, facts.length);
  await judgeStored(evidence, refolded.fold, facts.length);
}

function decodeFacts(records: readonly LogRecord[]): Fact[] {
  return records.map(({ value }) => factCodec.decode(value!));
}

interface Refolded {
  readonly fold: FactFold;
  readonly outbox: readonly OutboxEntry[];
}

/** One pass over the log, compared on the way with the oracle and with what was published. */
function refold(evidence: Evidence, facts: readonly Fact[]): Refolded {
  const { accountant, rng, problem, tally } = evidence;
  const fold = newFactFold();
  const outbox: OutboxEntry[] = [];
  const oracles = oraclesOf(facts);
  const counts = new Map<string, number>();
  const found: Comparison = { cells: 0, differences: [] };
  const passes = publishedPasses(evidence);
  const screens = screensByOffset(evidence.viewers);
  const looks = new Set([facts.length]);
  for (let i = 0; i < INSTANTS; i++) looks.add(Math.ceil(rng.next() * facts.length));
  let isDue = false;
  for (const [i, record] of accountant.records(TOPICS.facts.name).entries()) {
    const fact = facts[i]!;
    const { kind } = applyRecord(fold, factCodec, record);
    tally.add(`fact ${kind}`);
    outbox.push(...fold.touched().outbox);
    counts.set(fact.workspace, (counts.get(fact.workspace) ?? 0) + 1);
    const pass = passes.get(i + 1);
    if (pass) comparePass(fold, i + 1, pass, problem);
    compareScreens(fold, screens.get(i + 1) ?? [], problem);
    isDue ||= looks.has(i + 1);
    const isOpen = fact.group !== null && fact.group.i < fact.group.n - 1;
    if (!isDue || isOpen) continue;
    isDue = false;
    compareAt(fold, oracles, counts, found);
  }
  for (const { key, what, at, fold: ours, oracle } of found.differences.slice(0, 3)) {
    problem(`I3 at ${at} ${key} ${what}: fold ${str(ours)}, oracle ${str(oracle)}`);
  }
  compareFates(fold, counts, problem);
  return { fold, outbox };
}

const str = (value: unknown): string => JSON.stringify(value);

function oraclesOf(facts: readonly Fact[]): Map<string, Oracle> {
  const own = (workspace: string): Fact[] => facts.filter((fact) => fact.workspace === workspace);
  return new Map(WORKSPACES.map((workspace) => [workspace, createOracle(own(workspace))]));
}

function compareAt(
  fold: FactFold,
  oracles: ReadonlyMap<string, Oracle>,
  counts: ReadonlyMap<string, number>,
  found: Comparison,
): void {
  for (const [workspace, oracle] of oracles) {
    const prefix = counts.get(workspace) ?? 0;
    if (prefix === 0) continue;
    const truth = oracle.at(prefix, fold.T);
    const place = { workspace, at: fold.T };
    compareSeries(seriesOf(fold, workspace, 0), truth.series, place, found);
    compareTotals(fold.totals(workspace)!.totals, truth, place, found);
  }
}

/** I7: facts = applied + redundant + quarantined. */
function compareFates(
  fold: FactFold,
  counts: ReadonlyMap<string, number>,
  problem: (text: string) => void,
): void {
  for (const [workspace, count] of counts) {
    const { applied, redundant, quarantined } = fold.totals(workspace)!.fates;
    if (applied + redundant + quarantined === count) continue;
    problem(`I7 ${workspace}: ${count} facts, ${applied} + ${redundant} + ${quarantined} fates`);
  }
}

type Pass = ReadonlyMap<string, Uint8Array>;

/** M5: whoever published a series at V published the same bytes. Of some series, by V. */
function publishedPasses({ accountant, problem, rng }: Evidence): Map<number, Pass> {
  const passes = new Map<number, Map<string, Uint8Array>>();
  const salt = Math.floor(rng.next() * SERIES);
  for (const { key, value } of accountant.records(TOPICS.metrics.name)) {
    if (value === null || key!.startsWith(FRAME_PREFIX)) continue;
    if ((key!.length + salt) % SERIES !== 0) continue;
    const { series } = metricCodec.decode(value);
    if (!series) continue;
    const pass = passes.get(series.offset) ?? new Map<string, Uint8Array>();
    passes.set(series.offset, pass);
    const known = pass.get(key!);
    if (known && Buffer.compare(known, value) !== 0) {
      problem(`M5 ${key} at ${series.offset} was published with two values`);
    }
    pass.set(key!, value);
  }
  return passes;
}

function comparePass(
  fold: FactFold,
  offset: number,
  pass: Pass,
  problem: (text: string) => void,
): void {
  for (const [key, bytes] of pass) {
    const record = fold.read(key);
    const series = record?.series && { ...record.series, topology: TOPOLOGY, offset };
    const fresh = series && metricCodec.encode({ series, frame: null, tree: null });
    if (fresh && Buffer.compare(fresh, bytes) === 0) continue;
    problem(`M5 ${key} published at ${offset} is not what the log says`);
    return;
  }
}
