/** How often customers write, each counted once (metrics.md 3.1, 16). */
import {
  cell,
  type Entry,
  type Measured,
  type OracleCell,
  thousandthsOf,
  within,
} from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, placesOf } from './places.ts';
import { customerOf } from './repeats.ts';
import { isTold, type Window } from './windows.ts';

const METRIC = 'customer-contact-frequency';

export function frequencySeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  by: Known['by'],
): OracleSeries[] {
  const opened = recent.filter((one) => one.kind === 'opened' && customerOf(one) !== null);
  const told = windows.filter((window) => isTold(METRIC, window));
  const inWindow = told.map(({ now }) => byRow(within(opened, now, T)));
  return placesOf(opened, by)
    .filter((place) => hasRow(METRIC, place, by))
    .map((place) => {
      const cells = told.map((window, i): OracleCell => {
        // Who was there before is forgotten.
        const before = { value: null, n: 0 };
        return cell(T, window, perCustomer(inWindow[i]!(place)), before);
      });
      return { key: keyOf(METRIC, place), waiting: null, cells };
    });
}

const perCustomer = (opened: readonly Entry[]): Measured =>
  thousandthsOf(opened.length, new Set(opened.map(customerOf)).size);
