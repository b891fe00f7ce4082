/** Topics that several accounts wrote about before (metrics.md 3.1, 18). */
import { DAY_MS } from './case.ts';
import { cell, type Entry, type OracleCell, shareOf, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, placesOf } from './places.ts';
import { accountOf, NONE } from './rows.ts';
import { isTold, type Window } from './windows.ts';

const METRIC = 'category-recurrence-rate';
const BEFORE_MS = 28 * DAY_MS;
const CONVERSATIONS = 3;
const ACCOUNTS = 2;

interface Recurring extends Entry {
  readonly isRecurring: boolean;
}

/** `openings`: of all conversations, told live or not; none of one that was removed. */
export function recurrenceSeries(
  openings: readonly Entry[],
  T: number,
  windows: readonly Window[],
  by: Known['by'],
): OracleSeries[] {
  const ofTopic = Map.groupBy(openings, topicOf);
  ofTopic.delete(NONE);
  const found: Recurring[] = [...ofTopic.values()].flatMap((all) =>
    all.filter(({ live }) => live).map((one) => ({ ...one, isRecurring: isRecurring(one, all) })),
  );
  const told = windows.filter((window) => isTold(METRIC, window));
  const sides = told.map((window) => ({
    window,
    now: byRow(within(found, window.now, T)),
    before: byRow(within(found, window.before, T)),
  }));
  return placesOf(found, by)
    .filter((place) => hasRow(METRIC, place, by))
    .map((place) => {
      const cells = sides.map(
        ({ window, now, before }): OracleCell =>
          cell(T, window, shareRecurring(now(place)), shareRecurring(before(place))),
      );
      return { key: keyOf(METRIC, place), waiting: null, cells };
    });
}

const topicOf = ({ row }: Entry): string => row.category[0]!;

/** An account that nobody knows is none of several; what it opened is a conversation nevertheless. */
function isRecurring({ at, conversation }: Entry, ofTopic: readonly Entry[]): boolean {
  const earlier = ofTopic.filter(
    (one) => one.conversation !== conversation && one.at < at && one.at >= at - BEFORE_MS,
  );
  const accounts = new Set(earlier.flatMap(({ row }) => accountOf(row) ?? []));
  return earlier.length >= CONVERSATIONS && accounts.size >= ACCOUNTS;
}

const shareRecurring = (all: readonly Recurring[]) =>
  shareOf(all.filter((one) => one.isRecurring).length, all.length);
