/** What conversations are about, as shares of classes (metrics.md 3.1, 15, 17, 23). */
import { seriesKey } from '@sapwood/core/metrics';
import { cell, type Entry, type Measured, type OracleCell, shareOf, within } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, hasRow, keyOf, type Place, placesOf } from './places.ts';
import { type Dimension, NONE } from './rows.ts';
import { type Usual, usualAt, usualOf } from './usual.ts';
import { isTold, resetOf, type Window } from './windows.ts';

/** Entries of a window and of the one before it, by place. */
interface Sides {
  readonly window: Window;
  readonly now: (place: Place) => readonly Entry[];
  readonly before: (place: Place) => readonly Entry[];
}

type Read = (rowOf: Sides['now']) => Measured;

export function topicSeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  known: Pick<Known, 'by' | 'declared' | 'calendars' | 'firstAt'>,
): OracleSeries[] {
  const opened = recent.filter(({ kind }) => kind === 'opened');
  const closed = recent.filter(({ kind, isTagged }) => kind === 'closed' && isTagged != null);
  const filled = recent.filter(({ kind, filled: fields }) => kind === 'closed' && fields != null);
  const handedOver = recent.filter(
    ({ kind, filled: fields }) => kind === 'ai_handed_off' && fields != null,
  );
  const { by, declared } = known;
  const isFilled = declared.handoverFields.length + declared.trackedFields.length > 0;
  const usual = isFilled ? usualAt(T, resetOf(windows), known) : null;
  const required = { metric: 'escalation-context', fields: declared.handoverFields, by, usual };
  const toldOf = (metric: string, those: readonly Entry[]): Sides[] =>
    windows
      .filter((window) => isTold(metric, window))
      .map((window) => ({
        window,
        now: byRow(within(those, window.now, T)),
        before: byRow(within(those, window.before, T)),
      }));
  const series = (key: string, sides: readonly Sides[], read: Read): OracleSeries => ({
    key,
    waiting: null,
    cells: sides.map(
      ({ window, now, before }): OracleCell => cell(T, window, read(now), read(before)),
    ),
  });
  const classes = (
    metric: string,
    those: readonly Entry[],
    ofClass: Dimension,
    isIn: (entry: Entry) => boolean,
  ): OracleSeries[] => {
    const sides = toldOf(metric, those);
    return placesOf(those, by)
      .filter((place) => hasRow(metric, place, by))
      .map((place) => {
        const key = keyOf(metric, place);
        if (place?.dimension !== ofClass) {
          return series(key, sides, (rowOf) => {
            const row = rowOf(place);
            return shareOf(row.filter(isIn).length, row.length);
          });
        }
        const part: Read = (rowOf) => shareOf(rowOf(place).length, rowOf(null).length);
        return { ...series(key, sides, part), isClass: true };
      });
  };
  return [
    ...classes('issue-category-distribution', opened, 'category', () => true),
    ...classes('tag-frequency', closed, 'tag', ({ isTagged }) => isTagged === true),
    ...consistency(toldOf('tag-consistency', closed), series),
    ...pairSeries(toldOf('tag-cooccurrence', closed), T),
    ...fieldSeries(filled, toldOf('custom-field-utilisation', filled), { ...known, usual }, series),
    ...filledSeries(required, handedOver, toldOf(required.metric, handedOver), series),
  ];
}

type Told = (key: string, sides: readonly Sides[], read: Read) => OracleSeries;

/** Closes with the most usual tag of their topic, of those with a topic. */
const consistency = (sides: readonly Sides[], series: Told): OracleSeries[] => [
  series('tag-consistency', sides, (rowOf) => {
    const topics = Map.groupBy(rowOf(null), ({ row }) => row.category[0]!);
    topics.delete(NONE);
    const all = [...topics.values()];
    const usual = all.map((closes) => {
      const tags = closes.flatMap(({ row }) => row.tag).filter((tag) => tag !== NONE);
      const counts = [...Map.groupBy(tags, (tag) => tag).values()].map(({ length }) => length);
      return Math.max(0, ...counts);
    });
    const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
    return shareOf(sum(usual), sum(all.map(({ length }) => length)));
  }),
];

/** Of each tracked field how many closes had it; of all together how many of what might have been filled. */
function fieldSeries(
  closed: readonly Entry[],
  sides: readonly Sides[],
  {
    by,
    declared: { trackedFields },
    usual,
  }: Pick<Known, 'by' | 'declared'> & Pick<Wanted, 'usual'>,
  series: Told,
): OracleSeries[] {
  const metric = 'custom-field-utilisation';
  return [
    ...filledSeries({ metric, fields: trackedFields, by, usual }, closed, sides, series),
    ...trackedFields.map((field) =>
      series(seriesKey(metric, { field }), sides, (rowOf) => share([field], rowOf(null))),
    ),
  ];
}

interface Wanted extends Pick<Known, 'by'> {
  readonly metric: string;
  readonly fields: readonly string[];
  readonly usual: Usual | null;
}

/** Of all that might have been filled, or had to be, what was. */
function filledSeries(
  { metric, fields, by, usual }: Wanted,
  entries: readonly Entry[],
  sides: readonly Sides[],
  series: Told,
): OracleSeries[] {
  if (fields.length === 0) return [series(metric, sides, () => ({ value: null, n: 0 }))];
  const measure = (row: readonly Entry[]): Measured => share(fields, row);
  const rowOf = byRow(entries);
  return placesOf(entries, by)
    .filter((place) => hasRow(metric, place, by))
    .map((place) => {
      const told = series(keyOf(metric, place), sides, (rowIn) => measure(rowIn(place)));
      const vsHow = usual && usualOf(usual, metric, place, measure);
      if (!vsHow) return told;
      const row = rowOf(place);
      const cells = told.cells.map((one) => ({ ...one, vsHow: vsHow(one.window, row, measure) }));
      return { ...told, cells };
    });
}

function share(fields: readonly string[], entries: readonly Entry[]): Measured {
  const num = fields.flatMap((field) => entries.filter(({ filled }) => filled?.includes(field)));
  return shareOf(num.length, fields.length * entries.length);
}

const PAIRS = 20;

/** Pairs of tags that stand together most often; a pair is told over the windows in which it is one of these. */
function pairSeries(sides: readonly Sides[], T: number): OracleSeries[] {
  const metric = 'tag-cooccurrence';
  const told = new Map<string, OracleCell[]>([[metric, []]]);
  for (const { window, now, before } of sides) {
    const [closes, earlier] = [now(null), before(null)];
    const share = (num: number, all: readonly Entry[]): Measured => shareOf(num, all.length);
    told
      .get(metric)!
      .push(cell(T, window, share(closes.length, closes), share(earlier.length, earlier)));
    const [counts, past] = [pairsIn(closes), pairsIn(earlier)];
    // One that was there before, and is not now, is told as none.
    for (const pair of past.keys()) counts.set(pair, counts.get(pair) ?? 0);
    const most = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, PAIRS);
    for (const [pair, num] of most) {
      const key = seriesKey(metric, { tag_pair: pair });
      const then = share(past.get(pair) ?? 0, earlier);
      told.set(key, [...(told.get(key) ?? []), cell(T, window, share(num, closes), then)]);
    }
  }
  return [...told].map(([key, cells]) => {
    const isClass = key === metric ? {} : ({ isClass: true } as const);
    return { key, cells, waiting: null, ...isClass };
  });
}

function pairsIn(closes: readonly Entry[]): Map<string, number> {
  const pairs = closes.flatMap(({ row }) => {
    const tags = row.tag.filter((tag) => tag !== NONE).sort();
    return tags.flatMap((a, i) => tags.slice(i + 1).map((b) => `${a}+${b}`));
  });
  return new Map(
    [...Map.groupBy(pairs, (pair) => pair)].map(([pair, { length }]) => [pair, length]),
  );
}
