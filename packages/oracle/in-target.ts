/** First replies in their target, of those and of what is owed past it (metrics.md 3.1, 2). */
import { cell, type Entry, type Measured, type OracleCell, shareOf, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, type InRow, keyOf, placesOf } from './places.ts';
import { isTold, type Window } from './windows.ts';

const METRIC = 'first-response-time-within-target';

/** `late`: who is owed a first reply now that was due before. Of the window before nobody knows who was. */
export function inTargetSeries(
  recent: readonly Entry[],
  late: readonly InRow[],
  T: number,
  windows: readonly Window[],
  { by, hasMessages, sla }: Pick<Known, 'by' | 'hasMessages' | 'sla'>,
): OracleSeries[] {
  const unknown: Measured = { value: null, n: 0 };
  const told = windows.filter((window) => isTold(METRIC, window));
  const series = (key: string, read: (window: Window) => Measured): OracleSeries => ({
    key,
    waiting: null,
    cells: told.map((window): OracleCell => cell(T, window, read(window), unknown)),
  });
  if (!hasMessages || sla === null) return [series(METRIC, () => unknown)];
  const replies = recent.filter(
    ({ kind, target }) => kind === 'first_reply_human' && target !== undefined,
  );
  const owed = byRow(late);
  const inWindow = new Map(told.map((one) => [one, byRow(within(replies, one.now, T))]));
  return placesOf([...replies, ...late], by)
    .filter((place) => hasRow(METRIC, place, by))
    .map((place) =>
      series(keyOf(METRIC, place), (window) => {
        const answered = inWindow.get(window)!(place);
        const met = answered.filter(({ target }) => target === 'met').length;
        return shareOf(met, answered.length + owed(place).length);
      }),
    );
}
