/** Tags that nobody had seen before, on what is closed (metrics.md 3.1, 23, `tag-novelty`). */
import type { Fact } from '@sapwood/core/facts';
import { cell, type Entry, type Measured, type OracleCell, shareOf, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, type Place, placesOf } from './places.ts';
import { NONE } from './rows.ts';
import { trusted } from './story.ts';
import { isTold, type Span, type Window } from './windows.ts';

const METRIC = 'tag-novelty';

export interface FirstSeen {
  /** By tag: the earliest instant of which any look lists it, whatever became of its conversation. */
  readonly firstSeen: ReadonlyMap<string, number>;
}

export function firstSeenOf(facts: readonly Fact[]): FirstSeen['firstSeen'] {
  const firstSeen = new Map<string, number>();
  for (const fact of facts) {
    if (fact.kind !== 'issue.observed') continue;
    const at = trusted(fact.body.updatedAt, fact.recordedAt) ?? fact.observedAt;
    for (const tag of fact.body.tags ?? []) {
      firstSeen.set(tag, Math.min(at, firstSeen.get(tag) ?? at));
    }
  }
  return firstSeen;
}

export function noveltySeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  { by, firstSeen }: Pick<Known, 'by'> & FirstSeen,
): OracleSeries[] {
  const closed = recent.filter(({ kind, isTagged }) => kind === 'closed' && isTagged != null);
  const isNew = (tag: string, span: Span): boolean => (firstSeen.get(tag) ?? -1) >= span.from;
  const sides = windows
    .filter((window) => isTold(METRIC, window))
    .map((window) => ({
      window,
      now: byRow(within(closed, window.now, T)),
      before: byRow(within(closed, window.before, T)),
    }));
  const measure = (place: Place, closes: ReturnType<typeof byRow<Entry>>, span: Span): Measured => {
    if (place?.dimension !== 'tag') {
      const row = closes(place);
      const news = row.filter((one) => one.row.tag.some((tag) => isNew(tag, span)));
      return shareOf(news.length, row.length);
    }
    const share = shareOf(closes(place).length, closes(null).length);
    return isNew(place.values[0]!, span) ? share : NOT_NEW;
  };
  return placesOf(closed, {})
    .filter((place) => hasRow(METRIC, place, by) && place?.values[0] !== NONE)
    .map((place): OracleSeries => {
      const cells = sides.map(({ window, now, before }): OracleCell => {
        const earlier = measure(place, before, window.before);
        return cell(T, window, measure(place, now, window.now), earlier);
      });
      const isClass = place?.dimension === 'tag' ? ({ isClass: true } as const) : {};
      return { key: keyOf(METRIC, place), waiting: null, cells, ...isClass };
    });
}

const NOT_NEW: Measured = { value: null, n: 0, reason: 'not_new' };
