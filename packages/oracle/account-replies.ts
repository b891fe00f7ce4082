/** How fast each account is answered, and the median account (metrics.md 3.2, `account-response-time`). */
import type { Clock } from '@sapwood/core/metrics';
import { cell, type Entry, type Measured, type OracleCell, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import { answers, clocksOf, type OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, namesOf, type Place, placesOf } from './places.ts';
import { accountOf } from './rows.ts';
import { isTold, type Window } from './windows.ts';

const METRIC = 'account-response-time';
/** Of an account with fewer replies the median says too little. */
const FLOOR = 5;

export function accountReplySeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  { by, calendars, hasMessages }: Pick<Known, 'by' | 'calendars' | 'hasMessages'>,
): OracleSeries[] {
  const answered = hasMessages
    ? recent.filter(({ kind }) => kind.startsWith('turn_answered.'))
    : [];
  const told = windows.filter((window) => isTold(METRIC, window));
  const sides = told.map((window) => ({
    window,
    now: byRow(within(answered, window.now, T)),
    before: byRow(within(answered, window.before, T)),
  }));
  return placesOf(answered, by)
    .filter((place) => hasRow(METRIC, place, by))
    .map((place) => {
      const cells = clocksOf(calendars).flatMap((clock) =>
        sides.map(({ window, now, before }): OracleCell => {
          const [there, then] = [now, before].map((rowOf) => timeOf(rowOf(place), place, clock));
          return cell(T, window, there!, then!, clock);
        }),
      );
      return { key: keyOf(METRIC, place), waiting: null, cells };
    });
}

const p50Of = (replies: readonly Entry[], clock: Clock): Measured => {
  const { value, n } = answers[clock](replies, true);
  return { value, n };
};

/** An account's own; of all, or of a tier, that of the account in the middle. */
function timeOf(replies: readonly Entry[], place: Place, clock: Clock): Measured {
  if (place && namesOf(place.dimension).includes('account')) return p50Of(replies, clock);
  const accounts = Map.groupBy(replies, ({ row }) => accountOf(row));
  accounts.delete(null);
  const medians = [...accounts.values()]
    .map((own) => p50Of(own, clock))
    .flatMap(({ value, n }) => (n >= FLOOR ? [value!] : []))
    .sort((a, b) => a - b);
  const { length: n } = medians;
  return { value: medians[Math.ceil(n / 2) - 1] ?? null, n };
}
