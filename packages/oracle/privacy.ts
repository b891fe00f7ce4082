/** What is told of one person rests on customers enough that none of them can be made out (metrics.md 4). */
import type { Entry, OracleCell } from './cells.ts';
import { within } from './cells.ts';
import type { OracleSeries } from './flows.ts';
import { keyOf } from './places.ts';
import { customerOf } from './repeats.ts';
import type { Window } from './windows.ts';

/** What customers say, where it is told by whoever is spoken of. */
const OF_PEOPLE: readonly string[] = ['csat', 'ratings'];
const CUSTOMERS_LEAST = 5;

interface Withheld {
  isWithheld(person: string): boolean;
  ratingsOf(person: string): readonly Entry[];
}

/** Of the rows by assignee those that are withheld say so, and nothing else. */
export function withPrivacy(
  series: ReadonlyMap<string, OracleSeries>,
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
): OracleSeries[] {
  const rated = recent.filter(({ kind }) => kind === 'rated');
  const sides = new Map(
    windows.map((window) => {
      const [now, before] = [window.now, window.before].map((span) =>
        withheldAmong(within(rated, span, T)),
      );
      return [window.code, { now: now!, before: before! }] as const;
    }),
  );
  const persons = new Set(recent.flatMap(({ row }) => row.assignee));
  const places = OF_PEOPLE.flatMap((metric) =>
    [...persons].map((value) => ({
      value,
      one: series.get(keyOf(metric, { dimension: 'assignee', values: [value] })),
    })),
  );
  return places.flatMap(({ value, one }) => {
    if (!one) return [];
    const cells = one.cells.map((cell): OracleCell => {
      const { now, before } = sides.get(cell.window)!;
      if (now.isWithheld(value)) return emptied(cell, now.ratingsOf(value));
      return before.isWithheld(value) ? { ...cell, vsPrev: null } : cell;
    });
    return [{ ...one, cells }];
  });
}

const customersOf = (entries: readonly Entry[]): number =>
  new Set(entries.map(customerOf).filter((one) => one !== null)).size;

/**
 * Those of too few customers. Where these together are of too few as well, what they come to would follow
 * from the total and the others: then whoever has the next fewest goes with them.
 */
export function withheldAmong(rated: readonly Entry[]): Withheld {
  const persons = Map.groupBy(rated, ({ row }) => row.assignee[0]!);
  const ranked = [...persons.entries()]
    .map(([name, entries]) => ({ name, customers: customersOf(entries) }))
    .sort((a, b) => a.customers - b.customers || (keyed(a.name) < keyed(b.name) ? -1 : 1));
  const few = ranked.filter(({ customers }) => customers < CUSTOMERS_LEAST);
  const together = few.reduce((sum, { customers }) => sum + customers, 0);
  const isTooFew = few.length > 0 && together < CUSTOMERS_LEAST;
  const told = ranked.slice(few.length + (isTooFew ? 1 : 0)).map(({ name }) => name);
  return {
    isWithheld: (name) => !told.includes(name),
    ratingsOf: (name) => persons.get(name) ?? [],
  };
}

const keyed = (name: string): string => keyOf('', { dimension: 'assignee', values: [name] });

const emptied = (cell: OracleCell, ratings: readonly Entry[]): OracleCell => ({
  ...cell,
  ...{ value: null, num: null, den: null, n: 0, vsPrev: null },
  withheld: { ratings: ratings.length, customers: customersOf(ratings) },
});
