/** Topics that go worse than others (metrics.md 3.4, `knowledge-gap-score`). */
import { mulDivRound } from '@sapwood/core/num';
import { type Entry, escalationRate, type Measured, positiveRate, timed } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { NONE } from './rows.ts';
import { type Happened, meanOf, onlyIn, scored, scoreSeries, twiceMiddle } from './scores.ts';
import type { Window } from './windows.ts';

const METRIC = 'knowledge-gap-score';
/** A topic of fewer conversations says too little. */
const FLOOR = 20;
const TOPICS_LEAST = 3;
const resolution = timed(['resolved']);

/** Of each the higher the worse; null: nobody knows. */
type Read = (topic: Happened) => number | null;
const READS: readonly Read[] = [
  ({ stands }) => escalationRate(stands).value,
  ({ entries }) => resolution.wall(entries, true).p50 ?? null,
  ({ entries }) => {
    const csat = positiveRate(entries).value;
    return csat === null ? null : -csat;
  },
];

export function knowledgeSeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  { by }: Pick<Known, 'by'>,
): OracleSeries[] {
  const known = new Map<Happened, ReadonlyMap<string, Measured>>();
  const all = scored(METRIC, recent, T, windows, by);
  const places = all.places.filter((place) => place?.values[0] !== NONE);
  return scoreSeries({ ...all, places }, (happened, place) => {
    const scores = known.get(happened) ?? scoresIn(happened);
    known.set(happened, scores);
    if (place) return scores.get(place.values[0]!)!;
    const told = [...scores.values()].flatMap(({ value }) => value ?? []);
    if (told.length === 0) return { value: null, n: 0, reason: 'few_parts' };
    return { value: Math.max(...told), n: told.length };
  });
}

/** By topic. */
function scoresIn(happened: Happened): ReadonlyMap<string, Measured> {
  const { entries, stands } = happened;
  const names = [...entries, ...stands].map(({ row }) => row.category[0]!);
  const topics = [...new Set(names)].map((name) => ({
    name,
    topic: onlyIn(happened, { dimension: 'category', values: [name] }),
  }));
  const many = topics.filter(({ name, topic }) => name !== NONE && topic.stands.length >= FLOOR);
  const parts = READS.map((read) => deviations(many.map(({ topic }) => read(topic))));
  return new Map(
    topics.map(({ name, topic }): [string, Measured] => {
      const n = topic.stands.length;
      if (n < FLOOR) return [name, { value: null, n, reason: 'low_n' }];
      const i = many.findIndex((one) => one.name === name);
      const { value } = meanOf(
        parts.flatMap((part) => part[i] ?? []),
        'few_parts',
      );
      if (value === null) return [name, { value, n, reason: 'few_parts' }];
      return [name, { value: Math.max(0, value), n }];
    }),
  );
}

/** How far each lies above the median, in thousandths of the usual deviation from it; null: nobody knows. */
function deviations(all: readonly (number | null)[]): readonly (number | null)[] {
  const present = all.filter((one) => one !== null);
  if (present.length < TOPICS_LEAST) return all.map(() => null);
  const twiceMedian = twiceMiddle(present)!;
  const twiceOff = present.map((one) => Math.abs(2 * one - twiceMedian));
  const fourMad = twiceMiddle(twiceOff)!;
  if (fourMad === 0) return all.map(() => null);
  // Thousandths of half of so much, over 1.4826 quarters: 1000 x 1/2 x 4 x 10,000 / 14,826.
  return all.map((one) =>
    one === null ? null : mulDivRound(2 * one - twiceMedian, 20_000_000, 14_826 * fourMad),
  );
}
