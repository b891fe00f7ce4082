/** Money in the fold against a walk over every transition, and against itself: sums, restarts, late news. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  account,
  config,
  cost,
  issue,
  message,
  tick,
  WORKSPACE,
} from '../../../tests/support/facts.ts';
import { bySize } from '../../../tests/support/size.ts';
import { NONE } from '../conversation/transition.ts';
import { allocate, type Weigh } from '../cost/allocation.ts';
import type { Restriction } from '../cost/drivers.ts';
import type { Span } from '../cost/span.ts';
import { COST_CATEGORIES, type CostDriver, type CostEntry, type Fact } from '../facts/fact.ts';
import type { Cell } from '../metrics/value.ts';
import { parseSeriesKey, seriesKey } from '../metrics/value.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const START = Date.parse('2026-06-10T09:00:00Z');
const DIMENSIONS = [
  ...['account_tier', 'assignee', 'category', 'channel', 'handled_by', 'priority', 'team'],
] as const;
const BY = Object.fromEntries(
  ['total-support-cost', 'cost-per-contact', 'contacts-handled'].map((id) => [id, DIMENSIONS]),
);
const TREE = { messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] }, by: BY };

const word = fc.constantFrom('a', 'b', 'c');
const id = fc.constantFrom('I', 'J', 'K', 'L');
/** Since the fact before; now and then a day or a month. */
const gap = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 90 }).map((s) => s * SECOND_MS) },
  { weight: 2, arbitrary: fc.nat({ max: 80 }).map((m) => m * MINUTE_MS) },
  { weight: 1, arbitrary: fc.constantFrom(26 * HOUR_MS, 9 * 24 * HOUR_MS, 50 * 24 * HOUR_MS) },
);
/** How long before it was told something happened. */
const late = fc.constantFrom(0, 0, 0, 7 * SECOND_MS, 20 * MINUTE_MS);

type Step = (now: number) => Fact;
const said = fc
  .tuple(id, fc.constantFrom('customer', 'customer', 'human', 'bot'), word, late, fc.boolean())
  .map(([of, author, authorId, ms, note]): Step => {
    const more = { authorId, channel: authorId === 'a' ? 'phone' : 'email' } as const;
    return (now) =>
      message(of, now - ms, author as 'human', {
        ...{ ...more, recordedAt: now, note: note && author === 'human' },
      });
  });
const looked = fc
  .tuple(id, word, word, fc.constantFrom('new', 'waiting_on_you', 'closed'))
  .map(([of, one, other, stateCategory]): Step => {
    const owned = { teamId: one, assigneeId: other, priority: other, category: one };
    const seen = { ...owned, accountId: one, createdAt: START, stateCategory };
    return (now) => issue(of, now, seen as never);
  });
const tiered = fc.tuple(word, fc.constantFrom('gold', 'silver', null)).map(
  ([of, tier]): Step =>
    (now) =>
      account(of, now, tier),
);
const scope = fc.oneof(
  fc.record({ dimension: fc.constantFrom('team', 'agent'), value: word }),
  fc.constantFrom(
    { dimension: 'channel', value: 'phone' },
    { dimension: 'account_tier', value: 'gold' },
    { dimension: 'handled_by', value: 'ai' },
  ),
);
const spent = fc
  .record(
    {
      costId: fc.constantFrom('c1', 'c2', 'c3'),
      revision: fc.integer({ min: 1, max: 3 }),
      category: fc.constantFrom(...COST_CATEGORIES),
      amountMicro: fc.integer({ min: -(10 ** 10), max: 10 ** 10 }),
      hours: fc.integer({ min: 0, max: 60 }),
      scope,
      driver: fc.constantFrom('handling_time', 'touches', 'contacts', 'bot_messages'),
    },
    { requiredKeys: ['costId', 'revision', 'category', 'amountMicro', 'hours'] },
  )
  .map(({ hours, ...told }): Step => {
    const plain = { stage: 'settled', currency: 'GBP', accrual: 'even' } as const;
    return (now) => {
      const period = { from: now - hours * HOUR_MS, to: now + HOUR_MS };
      return cost(now, { ...plain, ...period, ...told } as CostEntry);
    };
  });
const quiet = fc.constant<Step>((now) => tick(now));
const steps = fc.array(
  fc.tuple(
    gap,
    fc.oneof(
      { weight: 8, arbitrary: said },
      { weight: 3, arbitrary: looked },
      { weight: 1, arbitrary: tiered },
      { weight: 3, arbitrary: spent },
      { weight: 2, arbitrary: quiet },
    ),
  ),
  { minLength: 8, maxLength: 40 },
);

const hash = (text: string): string => text;
const named = (key: string): string => Object.values(parseSeriesKey(key)!.dims)[0]!;

/** Cells of one metric: the total, and every row by one dimension that is shown. */
function rowsOf(fold: FactFold, metric: string, dimension: string): Map<string, readonly Cell[]> {
  const rows = new Map<string, readonly Cell[]>();
  for (const key of fold.keys()) {
    if (!key.startsWith(`${WORKSPACE}/${metric}{${dimension}=`)) continue;
    rows.set(named(key.slice(WORKSPACE.length + 1)), fold.read(key)!.series!.cells);
  }
  return rows;
}
const totalOf = (fold: FactFold, metric: string): readonly Cell[] =>
  fold.read(`${WORKSPACE}/${metric}`)!.series!.cells;

interface Done {
  readonly driver: readonly CostDriver[];
  readonly at: number;
  readonly ms: number;
  readonly values: Readonly<Record<string, string>>;
}

/** Everything that weighs, out of the conversations as they stand. */
function allWork(fold: FactFold): Done[] {
  const [workspace] = fold.workspaces();
  return [...workspace!.conversations()].flatMap(({ transitions, handledBy }) =>
    transitions.flatMap(({ kind, at, live, amounts, dims }): Done[] => {
      const values = { ...dims, handled_by: handledBy };
      const done = (...driver: CostDriver[]): Done[] => [
        { driver, at, ms: amounts?.handlingMs ?? 0, values },
      ];
      if (!live) return [];
      if (kind === 'handled') return done('contacts');
      if (amounts?.touches) return done('handling_time', 'touches');
      return amounts?.botMessages ? done('bot_messages') : [];
    }),
  );
}

function weighing(work: readonly Done[], { from, to }: Span, dimension: string): Weigh {
  const isWithin = ({ values }: Done, within: readonly Restriction[]): boolean =>
    within.every((one) => one.values.includes(values[one.dimension]!));
  return (driver, within) => {
    const sums = new Map<string, number>();
    for (const one of work) {
      if (!one.driver.includes(driver) || one.at < from || one.at >= to) continue;
      if (!isWithin(one, within)) continue;
      const value = one.values[dimension]!;
      sums.set(value, (sums.get(value) ?? 0) + (driver === 'handling_time' ? one.ms : 1));
    }
    return sums;
  };
}

function expectSums(fold: FactFold): void {
  for (const dimension of DIMENSIONS) {
    for (const field of ['num', 'den'] as const) {
      const rows = [...rowsOf(fold, 'cost-per-contact', dimension).values()];
      for (const [i, total] of totalOf(fold, 'cost-per-contact').entries()) {
        if (total.state === 'unknown') continue;
        expect(rows.reduce((sum, cells) => sum + cells[i]![field]!, 0)).toBe(total[field]);
      }
    }
  }
}

/** Windows of one length, compared with as long before. */
const SLIDING = ['5m', '15m', '30m', '60m', '24h', '7d'];
/** How many rows were compared with a walk, of now and of before. */
const compared = { now: 0, before: 0 };

/** Each row of each dimension in each window, as a walk over all work has it. */
function expectRows(fold: FactFold): void {
  const [workspace] = fold.workspaces();
  const work = allWork(fold);
  const walk = (span: Span, dimension: string) => {
    const weigh = weighing(work, span, dimension);
    const costs = workspace!.costs.values();
    return allocate(costs, span, dimension, weigh, { currency: 'GBP' }).values;
  };
  for (const dimension of DIMENSIONS) {
    const rows = [...rowsOf(fold, 'total-support-cost', dimension)];
    for (const [i, total] of totalOf(fold, 'total-support-cost').entries()) {
      if (total.state === 'unknown') continue;
      const { from, to, window } = total;
      const values = walk({ from, to }, dimension);
      const earlier = walk({ from: 2 * from - to, to: from }, dimension);
      expect(rows.map(([value]) => value)).toEqual(expect.arrayContaining([...values.keys()]));
      for (const [value, cells] of rows) {
        expect(cells[i]!.num).toBe(values.get(value)?.micro ?? 0);
        compared.now += Number(values.has(value));
        if (cells[i]!.vsPrev === null || !SLIDING.includes(window)) continue;
        expect(cells[i]!.vsPrev).toBe(earlier.get(value)?.micro ?? 0);
        compared.before += Number(earlier.has(value));
      }
    }
  }
}

function play(told: readonly (readonly [number, Step])[], look: (fold: FactFold) => void) {
  const fold = createFactFold({ topology: 1, hash });
  let now = START;
  const facts = [config(START, TREE)];
  for (const [ms, step] of told) {
    now += ms;
    facts.push(step(now));
  }
  facts.push(tick(now + 6 * SECOND_MS));
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
    if (offset % 5 === 0) look(fold);
  }
  look(fold);
  return { fold, now };
}

it('COST-11 rows add up to their total in every window, at every step', () => {
  fc.assert(
    fc.property(steps, (told) => void play(told, expectSums)),
    { numRuns: bySize(15, 300) },
  );
});

it('COST-12 every row is what a walk over all that was done says', () => {
  fc.assert(
    fc.property(steps, (told) => {
      // What is summarised tells no more of its work.
      const remembered = told.filter(([ms]) => ms < 20 * 24 * HOUR_MS);
      play(remembered, expectRows);
    }),
    { numRuns: bySize(15, 300) },
  );
  expect(Math.min(compared.now, compared.before)).toBeGreaterThan(0);
});

it('COST-12 a fold that is restored tells the same money, whatever it was asked before', () => {
  fc.assert(
    fc.property(steps, (told) => {
      const { fold, now } = play(told, () => {});
      const copy = createFactFold({ topology: 1, hash });
      copy.restore([...fold.encode()], fold.T);
      const both = [fold, copy];
      for (const one of both) one.advance((now + HOUR_MS) as never);
      const [a, b] = both.map((one) =>
        DIMENSIONS.map((dimension) => [...rowsOf(one, 'cost-per-contact', dimension)].sort()),
      );
      expect(b).toEqual(a);
    }),
    { numRuns: bySize(10, 200) },
  );
});

it('COST-11 what is beyond the cap is what the shown rows leave, money and contacts', () => {
  const fold = createFactFold({ topology: 1, hash });
  const pay = { costId: 'p', revision: 1, stage: 'settled', category: 'salaries' } as const;
  const entry = { ...pay, amountMicro: 7_000_003, currency: 'GBP', accrual: 'even' } as const;
  const facts = [config(START, TREE), cost(START, { ...entry, from: START, to: START + HOUR_MS })];
  for (let i = 0; i < 30; i++) {
    const at = START + i * MINUTE_MS;
    facts.push(message(`c${i}`, at, 'customer', { channel: `channel-${i}` }));
    facts.push(message(`c${i}`, at + 30_000, 'human', { authorId: 'ann' }));
  }
  facts.push(tick(START + 2 * HOUR_MS));
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  }
  const other = seriesKey('cost-per-contact', { channel: '__other__' });
  const day = fold
    .read(`${WORKSPACE}/${other}`)!
    .series!.cells.find(({ window }) => window === '24h')!;
  expect(day.den).toBe(30 - 24);
  expect(day.num).toBeGreaterThan(0);
  expect(rowsOf(fold, 'cost-per-contact', 'channel').size).toBe(24 + 2);
  expect([...rowsOf(fold, 'cost-per-contact', 'team').keys()].sort()).toEqual([
    ...[NONE, '__unallocated__'],
  ]);
  expectSums(fold);
});
