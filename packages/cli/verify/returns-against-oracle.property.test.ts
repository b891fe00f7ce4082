import type { Fact } from '@sapwood/core/facts';
import { createFactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import { createOracle, type OracleCell, type OracleState } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  DESK_WORKSPACE,
  type DeskKind,
  factsOfDesk,
  hash32,
} from '../../../tests/support/independent/any-desk.ts';
import { RETURNS, returnStories } from '../../../tests/support/independent/any-desk-returns.ts';
import { seriesOf } from '../facts-fold.ts';
import { type Comparison, compareSeries } from './compare-cells.ts';
import { compareTotals } from './compare-totals.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const RUNS = 12;
const SAMPLES = 100;
const TEST_MS = 480_000;
const DAY_MS = 86_400_000;

/** Until then one does not know what becomes of what happened, or a day or month of it is over. */
const OPEN_MS = [3, 7, 28].flatMap((days) => [days * DAY_MS - 1, days * DAY_MS]);
/** After the last fact: all of it is known by then, and what is settled is told. */
const AFTERWARDS_MS = [7.5, 8.5, 36].map((days) => days * DAY_MS);

type Each = (truth: OracleState) => void;

/** Every prefix that ends between groups, and where time alone settles something. */
function judge(facts: readonly Fact[], each: Each): Comparison {
  const fold = createFactFold({ topology: 1, hash: hash32 });
  const oracle = createOracle(facts);
  const found: Comparison = { cells: 0, differences: [] };
  const look = (prefix: number): void => {
    const truth = oracle.at(prefix, fold.T);
    const place = { workspace: DESK_WORKSPACE, at: fold.T };
    compareSeries(seriesOf(fold, DESK_WORKSPACE, 0), truth.series, place, found);
    compareTotals(fold.totals(DESK_WORKSPACE)!.totals, truth, place, found);
    each(truth);
  };
  const end = facts.at(-1)!.recordedAt;
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
    fold.touched();
    if (fact.group !== null && fact.group.i < fact.group.n - 1) continue;
    look(i + 1);
    const next = facts[i + 1]?.recordedAt;
    const dues = next
      ? dueBetween(facts.slice(0, i + 1), fold.T, next)
      : AFTERWARDS_MS.map((ms) => end + ms);
    for (const T of dues) {
      fold.advance(T as LogTime);
      fold.touched();
      look(i + 1);
    }
  }
  return found;
}

function dueBetween(facts: readonly Fact[], from: number, to: number): number[] {
  const instants = facts.flatMap(({ at, kind, body }) => {
    const closedAt = kind === 'issue.observed' ? (body.resolutionAt ?? null) : null;
    return [at, closedAt].filter((instant) => instant !== null);
  });
  const dues = instants.flatMap((instant) => OPEN_MS.map((ms) => instant + ms));
  return [...new Set(dues.filter((due) => due > from && due < to))].sort((a, b) => a - b);
}

const cellsOf = ({ series }: OracleState, key: string): readonly OracleCell[] =>
  series.get(key)?.cells ?? [];

const SHARES = [
  ...['resolution-rate', 'resolution-rate-flow', 'reopen-rate', 'reopen-rate-any'],
  ...['fcr-no-return', 'fcr-one-owner', 'fcr-one-touch', 'escalation-rate-all'],
  ...['resolution-rate-no-human', 'repeat-contact-rate', 'repeat-contact-rate-any-topic'],
];
/** Of a share it must have been seen that it is none, all and something between. */
function kindsOf(key: string, cells: readonly OracleCell[]): string[] {
  return cells.flatMap(({ value, provisionalPpm, settled, band }) => [
    ...(value === null ? [] : [`${key} ${value === 0 ? 'none' : value < 1e6 ? 'some' : 'all'}`]),
    ...(provisionalPpm ? [`${key} provisional`] : []),
    ...(settled && !settled.isYoung && settled.n > 0 ? [`${key} settled`] : []),
    ...(band && band.low !== band.high ? [`${key} band`] : []),
  ]);
}

/** Rows of cost, of which each sort must have been there. */
const COST_ROWS = [
  ...['channel=chat', 'channel=email', 'team=tier2', 'team=tier9', 'account_tier=vip'],
  ...['account_tier=__none__', 'assignee=ada', 'handled_by=ai', 'handled_by=mixed'],
  ...['category=login', 'team=__unallocated__'],
].map((row) => `total-support-cost{${row}}`);

/** What the rows of a dimension cost is what all of it costs, in each window. */
function expectWhole(state: OracleState): void {
  const total = cellsOf(state, 'total-support-cost');
  for (const dimension of ['account_tier', 'assignee', 'channel', 'handled_by', 'team']) {
    const start = `total-support-cost{${dimension}=`;
    const rows = [...state.series.values()].filter(({ key }) => key.startsWith(start));
    for (const [i, { num }] of total.entries()) {
      const parts = rows.map(({ cells }) => cells[i]!.num ?? 0);
      if (num !== null) expect(parts.reduce((sum, part) => sum + part, 0)).toBe(num);
    }
  }
}

const kindOf = (messages: 'read' | 'none', source: string): DeskKind => ({
  ...{ messages, source },
  declared: RETURNS,
});

it.each([
  { messages: 'read', source: 'email', runs: RUNS },
  { messages: 'read', source: 'chat', runs: RUNS / 2 },
  { messages: 'none', source: 'form', runs: RUNS / 4 },
] as const)(
  'M1 live = the oracle for customers who come back, and rows of cost: messages $messages, by $source',
  ({ messages, source, runs }) => {
    fc.assert(
      fc.property(returnStories, (steps) => {
        const found = judge(factsOfDesk(steps, kindOf(messages, source)), expectWhole);
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: runs },
    );
  },
  TEST_MS,
);

it(
  'M1 the stories of those who come back tell of each share and of each sort of cost',
  () => {
    const told = new Set<string>();
    for (const steps of fc.sample(returnStories, { seed: SEED, numRuns: SAMPLES })) {
      const facts = factsOfDesk(steps, kindOf('read', 'email'));
      const oracle = createOracle(facts);
      const n = facts.length;
      const end = facts[n - 1]!.recordedAt;
      const looks = [...[0.25, 0.5, 0.75].map((part) => Math.ceil(n * part)), n].map((prefix) => ({
        prefix,
        T: facts[prefix - 1]!.recordedAt,
      }));
      for (const ms of AFTERWARDS_MS) looks.push({ prefix: n, T: end + ms });
      for (const { prefix, T } of looks) {
        const truth = oracle.at(prefix, T);
        for (const key of SHARES) {
          for (const what of kindsOf(key, cellsOf(truth, key))) told.add(what);
        }
        if (truth.transitions['repeated']) told.add('repeated');
        for (const key of COST_ROWS) {
          if (cellsOf(truth, key).some(({ num }) => num)) told.add(key);
        }
      }
    }
    const expected = SHARES.flatMap((key) => [`${key} none`, `${key} some`, `${key} all`]);
    const open = SHARES.slice(0, 9).filter((key) => key !== 'resolution-rate-flow');
    expected.push(...open.flatMap((key) => [`${key} provisional`, `${key} settled`]));
    expected.push('resolution-rate-no-human band', 'repeated', ...COST_ROWS);
    expect(expected.filter((what) => !told.has(what))).toEqual([]);
  },
  TEST_MS,
);
