/** Cost of a window, alone and over what was done in it (metrics.md 3.1, 3.2, 5.3, 5.4), in its rows. */
import { divRound, mulDivRound } from '@sapwood/core/num';
import { type Entry, type OracleCell, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import { type Bill, type Books, billOf } from './cost.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, type Place, placesOf } from './places.ts';
import type { Dimension } from './rows.ts';
import { type Only, type Share, spread, type Weights } from './spread.ts';
import type { Span, Window } from './windows.ts';

/** Accounts and tags have no cost of their own. */
const DIMENSIONS: readonly Dimension[] = [
  ...(['account_tier', 'assignee', 'category', 'channel', 'handled_by', 'priority'] as const),
  'team',
];

type Amount = (done: readonly Entry[]) => number;
const countOf =
  (kind: string): Amount =>
  (done) =>
    done.filter((one) => one.kind === kind).length;
/** What is driven by what (metrics.md 5.4). */
const DRIVERS: Readonly<Record<string, (entry: Entry) => number>> = {
  handling_time: ({ kind, handlingMs }) => (kind === 'worked' ? (handlingMs ?? 0) : 0),
  touches: ({ kind, author }) => (kind === 'worked' && author === 'human' ? 1 : 0),
  contacts: ({ kind }) => (kind === 'handled' ? 1 : 0),
  bot_messages: ({ kind, author }) => (kind === 'worked' && author === 'bot' ? 1 : 0),
};

/** What persons are taken to have worked, ms. */
const handlingOf: Amount = (done) =>
  done.reduce((sum, one) => sum + DRIVERS['handling_time']!(one), 0);

const HOUR_MS = 3_600_000;

interface Money {
  /** What the cost is divided by; null: nothing. */
  readonly per: Amount | null;
  /** Of how much of that it is the cost. */
  readonly unit?: number;
  /** Without a cost: what is divided in its place. */
  readonly num?: Amount;
  readonly needsMessages?: true;
}

const MONEY: Readonly<Record<string, Money>> = {
  'total-support-cost': { per: null },
  'cost-per-contact': { per: countOf('handled') },
  'cost-per-resolution': { per: countOf('resolved') },
  'cost-per-episode': { per: countOf('episode_handled') },
  'cost-per-handling-hour': { per: handlingOf, unit: HOUR_MS, needsMessages: true },
  'handling-time-per-contact': { per: countOf('handled'), num: handlingOf, needsMessages: true },
};
const COUNTED = ['handled', 'resolved', 'episode_handled', 'worked'];

function weightsOver(entries: readonly Entry[], dimension: Dimension): Weights {
  const known = new Map<string, ReadonlyMap<string, number>>();
  const isOf = (entry: Entry, { dimension: named, values }: Only): boolean =>
    entry.row[named as Dimension].some((value) => values.includes(value));
  return (driver, only) => {
    const key = JSON.stringify([driver, only]);
    const weights = new Map(known.get(key));
    if (known.has(key)) return weights;
    for (const entry of entries.filter((one) => only.every((each) => isOf(one, each)))) {
      const [value] = entry.row[dimension];
      weights.set(value!, (weights.get(value!) ?? 0) + DRIVERS[driver]!(entry));
    }
    known.set(key, weights);
    return weights;
  };
}

/** What was done in a span, and what it cost, by place. */
interface Side {
  readonly done: (place: Place) => readonly Entry[];
  readonly cost: (place: Place) => Bill;
  readonly values: (dimension: Dimension) => Iterable<string>;
}

function sideOf(
  counted: readonly Entry[],
  T: number,
  books: Books,
  span: Span,
  dimensions: readonly Dimension[],
): Side {
  const there = within(counted, span, T);
  const bill = billOf(books, span.from, span.to);
  const shares = new Map<Dimension, ReadonlyMap<string, Share>>(
    dimensions.map((dimension) => {
      const weights = weightsOver(there, dimension);
      return [dimension, spread(books, span.from, span.to, dimension, weights)];
    }),
  );
  return {
    done: byRow(there),
    cost: (place) => {
      if (place === null || bill.micro === null) return bill;
      const share = shares.get(place.dimension as Dimension)!.get(place.values[0]!);
      // What is missing of the whole is missing of each part.
      return { ...bill, ...(share ?? { micro: 0, provisionalPpm: 0 }) };
    },
    values: (dimension) => shares.get(dimension)!.keys(),
  };
}

export function moneySeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  { books, by, hasMessages }: Pick<Known, 'books' | 'by' | 'hasMessages'>,
): OracleSeries[] {
  const counted = recent.filter(({ kind }) => COUNTED.includes(kind));
  const dimensions = DIMENSIONS.filter((one) => hasRowsBy(one, by));
  const sides = windows.map((window) => ({
    window,
    now: sideOf(counted, T, books, window.money, dimensions),
    before: sideOf(counted, T, books, window.moneyBefore, dimensions),
  }));
  const all = sides.flatMap(({ now, before }) => [now, before]);
  const placed = placesOf(counted, by);
  const rows: Place[] = dimensions.flatMap((dimension) => {
    const worked = placed.filter((place) => place?.dimension === dimension);
    const values = [
      ...worked.map((place) => place!.values[0]!),
      ...all.flatMap((side) => [...side.values(dimension)]),
    ];
    return [...new Set(values)].map((value) => ({ dimension, values: [value] }));
  });
  return Object.entries(MONEY).flatMap(([metric, money]) => {
    const isKnown = hasMessages || !money.needsMessages;
    const told = [null, ...rows].filter((place) => hasRow(metric, place, by));
    return told.map((place): OracleSeries => {
      const cells = sides.map(({ window, now, before }): OracleCell => {
        const measured = costOf(money, now, place, isKnown);
        const vsPrev = costOf(money, before, place, isKnown).value;
        const none = { mean: null, p50: null, p90: null, max: null, zeroPpm: null };
        return {
          window: window.code,
          clock: 'wall',
          ...window.money,
          ...none,
          ...measured,
          vsPrev,
        };
      });
      return { key: keyOf(metric, place), waiting: null, cells };
    });
  });
}

/** Some metric is told by it. */
const hasRowsBy = (dimension: Dimension, by: Known['by']): boolean =>
  Object.keys(MONEY).some((metric) => hasRow(metric, { dimension, values: [''] }, by));

function costOf({ per, unit = 1, num }: Money, side: Side, place: Place, isKnown: boolean) {
  if (!isKnown) return { value: null, num: null, den: null, n: 0 };
  const done = side.done(place);
  const den = per === null ? null : per(done);
  if (num) {
    const [time, n] = [num(done), den!];
    const value = n > 0 ? divRound(time, n) : null;
    return { value, mean: value, num: time, den, n };
  }
  const { micro, provisionalPpm, gaps } = side.cost(place);
  const told = { num: micro, den, n: den ?? 0, provisionalPpm, gaps };
  if (micro === null || den === null) return { ...told, value: micro };
  return { ...told, value: den > 0 ? mulDivRound(micro, unit, den) : null };
}
