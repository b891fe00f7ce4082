/** Who has waited longest for a reply (metrics.md 3.2, `longest-waiting`). */
import { seriesKey } from '@sapwood/core/metrics';
import { cellOf } from './backlog.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, type InRow, keyOf, placesOf } from './places.ts';

/** A wait that is owed. */
export interface OwedWait extends InRow {
  readonly conversation: string;
  readonly since: number;
}

const METRIC = 'longest-waiting';
const PANE_MS = 5_000;
const TOP = 5;

/** Ages grow all the time; they are told at each edge of a pane. */
export function longestSeries(
  waits: readonly OwedWait[],
  T: number,
  { by, hasMessages }: Pick<Known, 'by' | 'hasMessages'>,
): OracleSeries[] {
  const edge = Math.floor(T / PANE_MS) * PANE_MS;
  if (!hasMessages) {
    const cells = [{ ...cellOf(0, T), value: null }];
    return [{ key: seriesKey(METRIC, {}), cells, waiting: null }];
  }
  const rowOf = byRow(waits);
  return placesOf(waits, by)
    .filter((place) => hasRow(METRIC, place, by))
    .map((place): OracleSeries => {
      const sorted = [...rowOf(place)].sort(
        (a, b) => a.since - b.since || (a.conversation < b.conversation ? -1 : 1),
      );
      const [longest] = sorted;
      // What began since the edge waits for nothing yet.
      const value = longest ? Math.max(0, edge - longest.since) : null;
      const top = sorted.slice(0, TOP).map(({ conversation, since }) => ({ conversation, since }));
      const cells = [{ ...cellOf(sorted.length, T), value }];
      return { key: keyOf(METRIC, place), cells, waiting: null, top };
    });
}
