/** How a whole divides among classes, from facts to cells (metrics.md 0, "DIST"). */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const NINE = at('09:00');
const TOPICS = 'issue-category-distribution';
const TAGS = 'tag-frequency';
const DECLARED = config(NINE - HOUR_MS, { currency: 'GBP', sources: [], tree: { nodes: [] } });

const cellsOf = (fold: FactFold, id: string, window: WindowCode = '24h'): Map<string, Cell> =>
  new Map(
    [...fold.keys()].flatMap((key) => {
      const series = fold.read(key)?.series;
      if (series?.key.split('{')[0] !== id) return [];
      return [[series.key.slice(id.length), series.cells.find((one) => one.window === window)!]];
    }),
  );
/** num, den and value of each row, the whole first. */
const sharesOf = (fold: FactFold, id: string, window?: WindowCode): Record<string, unknown> =>
  Object.fromEntries(
    [...cellsOf(fold, id, window)].map(([row, { num, den, value }]) => [row, [num, den, value]]),
  );

/** A customer writes, and the conversation is looked at a second later. */
const opened = (id: string, time: number, seen: object = {}): Fact[] => [
  message(id, time, 'customer'),
  issue(id, time + SECOND_MS, { stateCategory: 'new', createdAt: time, tags: [], ...seen }),
];
const closed = (id: string, time: number, seen: object = {}): Fact[] => [
  ...opened(id, time, seen),
  issue(id, time + MINUTE_MS, { stateCategory: 'closed', ...seen }),
];
const takenUp = (fold: FactFold): string[] =>
  [...fold.touched().dirty].map((key) => key.split('/')[1]!);

describe('classes', () => {
  it('DIST-1 of five conversations two are on login, two on billing and one on nothing', () => {
    const fold = folded([
      DECLARED,
      ...opened('a', NINE, { category: 'login' }),
      ...opened('b', NINE + MINUTE_MS, { category: 'login' }),
      ...opened('c', NINE + 2 * MINUTE_MS, { category: 'billing' }),
      ...opened('d', NINE + 3 * MINUTE_MS, { category: 'billing' }),
      ...opened('e', NINE + 4 * MINUTE_MS),
    ]);
    expect(sharesOf(fold, TOPICS)).toEqual({
      '': [5, 5, 1_000_000],
      '{category=login}': [2, 5, 400_000],
      '{category=billing}': [2, 5, 400_000],
      '{category=__none__}': [1, 5, 200_000],
    });
    const login = cellsOf(fold, TOPICS).get('{category=login}');
    expect(login).toMatchObject({ n: 5, lowN: true, low: null, high: null, vsPrev: null });
  });

  it('DIST-1 of nothing there is no share, and it says what there was none of', () => {
    const fold = folded([DECLARED, ...opened('a', NINE, { category: 'login' })]);
    folded([tick(NINE + DAY_MS + HOUR_MS)], fold);
    const login = cellsOf(fold, TOPICS).get('{category=login}');
    expect(login).toMatchObject({ value: null, num: 0, den: 0, n: 0, state: 'undefined' });
    expect(login?.reasons).toEqual(['none_opened']);
  });

  it('DIST-2 a close counts in each of its tags, or as one that has none', () => {
    const fold = folded([
      DECLARED,
      ...closed('a', NINE, { tags: ['x', 'y'] }),
      ...closed('b', NINE + HOUR_MS, { tags: ['x'] }),
      ...closed('c', NINE + 2 * HOUR_MS),
      // Whether it had a tag nobody knows.
      ...closed('d', NINE + 3 * HOUR_MS, { tags: undefined }),
    ]);
    expect(sharesOf(fold, TAGS)).toEqual({
      '': [2, 3, 666_667],
      '{tag=x}': [2, 3, 666_667],
      '{tag=y}': [1, 3, 333_333],
      '{tag=__none__}': [1, 3, 333_333],
    });
    const coverage = cellsOf(fold, 'tag-coverage').get('');
    const { num, den, value } = coverage!;
    expect([num, den, value]).toEqual([2, 3, 666_667]);
  });

  it('DIST-2 of 130 topics 100 are shown, and with the others they sum to the whole', () => {
    const facts = Array.from({ length: 130 }, (_, i) =>
      opened(`c${i}`, NINE + i * SECOND_MS, { category: `k${i}` }),
    );
    const fold = folded([DECLARED, ...facts.flat()]);
    for (const later of [0, HOUR_MS]) {
      folded([tick(NINE + 5 * MINUTE_MS + later)], fold);
      const { '': whole, ...classes } = sharesOf(fold, TOPICS) as Record<string, number[]>;
      expect(Object.keys(classes)).toHaveLength(101);
      const sum = Object.values(classes).reduce((all, [num]) => all + num!, 0);
      expect([sum, whole![0], whole![1]]).toEqual([130, 130, 130]);
      expect(classes['{category=__other__}']![0]).toBeGreaterThanOrEqual(30);
    }
    restored(fold);
  });

  it('DIST-3 one more is another share for each topic, and for no tag', () => {
    const fold = folded([
      DECLARED,
      ...opened('a', NINE, { category: 'login' }),
      ...closed('b', NINE + 1, { category: 'billing', tags: ['x'] }),
    ]);
    folded([tick(NINE + HOUR_MS)], fold);
    takenUp(fold);
    folded(opened('c', NINE + HOUR_MS, { category: 'login' }), fold);
    const touched = takenUp(fold);
    expect(touched).toContain(`${TOPICS}{category=billing}`);
    expect(touched.filter((key) => key.startsWith(TAGS))).toEqual([]);
    // The hour of the first two is over, for five minutes now.
    folded([tick(NINE + HOUR_MS + 2 * MINUTE_MS)], fold);
    expect(takenUp(fold)).toContain(`${TOPICS}{category=billing}`);
    expect(sharesOf(fold, TOPICS, '60m')['{category=billing}']).toEqual([0, 1, 0]);
  });

  it('DIST-4 another topic and spam leave their class, and the day before is what it is compared with', () => {
    const fold = folded([
      DECLARED,
      ...opened('a', NINE, { category: 'login' }),
      ...opened('b', NINE + MINUTE_MS, { category: 'login' }),
      ...opened('c', NINE + 2 * MINUTE_MS, { category: 'login' }),
    ]);
    folded([issue('a', NINE + HOUR_MS, { category: 'billing' })], fold);
    expect(sharesOf(fold, TOPICS)).toMatchObject({
      '{category=login}': [2, 3, 666_667],
      '{category=billing}': [1, 3, 333_333],
    });
    folded([issue('b', NINE + 2 * HOUR_MS, { tags: ['spam'] })], fold);
    expect(sharesOf(fold, TOPICS)).toMatchObject({
      '': [2, 2, 1_000_000],
      '{category=login}': [1, 2, 500_000],
    });
    folded([tick(NINE + 2 * DAY_MS)], fold);
    folded(opened('d', NINE + 2 * DAY_MS, { category: 'billing' }), fold);
    expect(cellsOf(fold, TOPICS).get('{category=login}')).toMatchObject({
      value: 0,
      vsPrev: 500_000,
    });
    folded(opened('e', NINE + 3 * DAY_MS + HOUR_MS, { category: 'login' }), fold);
    const cells = cellsOf(fold, TOPICS);
    expect(cells.get('{category=login}')).toMatchObject({ value: 1_000_000, vsPrev: 0 });
    expect(cells.get('{category=billing}')).toMatchObject({ value: 0, vsPrev: 1_000_000 });
  });

  it('DIST-5 a month later the days of summaries tell the same shares, restored or not', () => {
    const fold = folded([
      DECLARED,
      ...closed('a', NINE, { category: 'login', tags: ['x', 'y'] }),
      ...closed('b', NINE + HOUR_MS, { category: 'billing', tags: ['x'] }),
    ]);
    for (let day = 1; day <= 60; day++) folded([tick(NINE + day * DAY_MS)], fold);
    const later = restored(fold);
    for (const one of [fold, later]) {
      expect(sharesOf(one, TOPICS, '90d')['{category=login}']).toEqual([1, 2, 500_000]);
      expect(sharesOf(one, TAGS, '90d')).toMatchObject({
        '': [2, 2, 1_000_000],
        '{tag=x}': [2, 2, 1_000_000],
        '{tag=y}': [1, 2, 500_000],
      });
    }
  });

  it('DIST-6 all of the whole is told, and what of it is in the class', () => {
    const fold = folded([
      DECLARED,
      ...opened('a', NINE, { category: 'login' }),
      ...opened('b', NINE + MINUTE_MS, { category: 'billing' }),
    ]);
    const key = `${TOPICS}{category=login}`;
    const asked = { key, window: '24h', clock: 'wall', limit: 100, after: null } as const;
    const { total, sums, parts } = fold.explain('acme', asked)!;
    expect([total, sums]).toEqual([{ value: 500_000, num: 1, den: 2, n: 2 }, true]);
    const events = parts.flatMap((part) => (part.part === 'counted' ? part.events : []));
    expect(events.map(({ row, amount }) => [row, amount])).toEqual([
      [TOPICS, 0],
      [key, 1],
    ]);
  });

  it('DIST-7 two fields are tracked: each is told of all closes, and both together of twice as many', () => {
    const FIELDS = 'custom-field-utilisation';
    const tracking = (time: number, ...trackedFields: string[]): Fact =>
      config(time, { currency: 'GBP', sources: [], tree: { nodes: [] }, trackedFields });
    const [size, topic] = [{ fieldsFilled: ['size'] }, { fieldsFilled: ['size', 'topic'] }];
    const fold = folded([
      DECLARED,
      ...closed('a', NINE, { ...size, teamId: 't1' }),
      ...closed('b', NINE + HOUR_MS, { ...topic, teamId: 't1' }),
      ...closed('c', NINE + 2 * HOUR_MS, { fieldsFilled: [], teamId: 't2' }),
      ...closed('d', NINE + 3 * HOUR_MS),
    ]);
    expect(cellsOf(fold, FIELDS).get('')).toMatchObject({
      ...{ state: 'unknown', value: null, reasons: ['no_fields'] },
    });
    folded([tracking(NINE + 4 * HOUR_MS, 'size', 'topic')], fold);
    const told = {
      '': [3, 6, 500_000],
      '{field=size}': [2, 3, 666_667],
      '{field=topic}': [1, 3, 333_333],
      '{team=t1}': [3, 4, 750_000],
      '{team=t2}': [0, 2, 0],
    };
    expect(sharesOf(fold, FIELDS)).toEqual(told);
    expect(cellsOf(fold, FIELDS).get('')).toMatchObject({ n: 6, low: expect.any(Number) });
    for (const [row, counted] of Object.entries(told)) {
      const key = `${FIELDS}${row}`;
      const asked = { key, window: '24h', clock: 'wall', limit: 100, after: null } as const;
      const { total, sums } = fold.explain('acme', asked)!;
      expect([total.num, total.den, total.value, sums]).toEqual([...counted, true]);
    }
    for (let day = 1; day <= 40; day++) folded([tick(NINE + day * DAY_MS)], fold);
    expect(sharesOf(restored(fold), FIELDS, '90d')).toEqual(told);
  });

  it('DIST-8 of twenty-three pairs of tags twenty are shown, those that stood together most', () => {
    const pairs = Array.from({ length: 21 }, (_, i) =>
      closed(`p${i}`, NINE + i * SECOND_MS, { tags: ['z', `t${String(i).padStart(2, '0')}`] }),
    );
    const fold = folded([
      DECLARED,
      ...pairs.flat().sort((a, b) => a.recordedAt - b.recordedAt),
      ...closed('a', NINE + HOUR_MS / 2, { tags: ['b', 'a', 'c'] }),
      ...closed('b', NINE + HOUR_MS / 2 + 1, { tags: ['a', 'b'] }),
      ...closed('c', NINE + HOUR_MS / 2 + 2),
    ]);
    folded([tick(NINE + HOUR_MS)], fold);
    const { '': whole, ...rows } = sharesOf(fold, 'tag-cooccurrence');
    expect(whole).toEqual([24, 24, 1_000_000]);
    expect(Object.keys(rows)).toHaveLength(21);
    expect(rows['{tag_pair=a%2Bb}']).toEqual([2, 24, 83_333]);
    expect(rows['{tag_pair=a%2Bc}']).toEqual([1, 24, 41_667]);
    expect(rows['{tag_pair=t16%2Bz}']).toEqual([1, 24, 41_667]);
    expect(rows).not.toHaveProperty('{tag_pair=t17%2Bz}');
    expect(rows['{tag_pair=__other__}']).toEqual([4, 24, 166_667]);
    restored(fold);
  });
});

describe('tag consistency', () => {
  const CONSISTENCY = 'tag-consistency';
  const tagged = (id: string, hour: number, category: string | null, ...tags: string[]): Fact[] =>
    closed(id, NINE + hour * HOUR_MS, { category, tags });
  const DAY: readonly Fact[] = [
    DECLARED,
    ...tagged('a', 0, 'login', 'x', 'y'),
    ...tagged('b', 1, 'login', 'x'),
    ...tagged('c', 2, 'login', 'y', 'z'),
    ...tagged('d', 3, 'billing', 'x'),
    ...tagged('e', 4, 'billing'),
    ...tagged('f', 5, null, 'x'),
  ];
  const told = (fold: FactFold, window?: WindowCode) => sharesOf(fold, CONSISTENCY, window);

  it('MODE-1 two of three on login and one of two on billing carry the most usual tag: 3 of 5', () => {
    const fold = folded(DAY);
    expect(told(fold)).toEqual({ '': [3, 5, 600_000] });
    expect([...fold.keys()].filter((key) => key.startsWith(`acme/${CONSISTENCY}`))).toHaveLength(1);
    const key = CONSISTENCY;
    const asked = { key, window: '24h', clock: 'wall', limit: 100, after: null } as const;
    const { total, sums } = fold.explain('acme', asked)!;
    expect([total, sums]).toEqual([{ value: 600_000, num: 3, den: 5, n: 5 }, true]);
  });

  it('MODE-2 another topic, a removal and a day that passes are told anew', () => {
    const fold = folded(DAY);
    // A close keeps the topic that it had; spam leaves.
    folded([issue('c', NINE + 6 * HOUR_MS, { category: 'billing' })], fold);
    expect(told(fold)).toEqual({ '': [3, 5, 600_000] });
    fold.touched();
    folded([issue('a', NINE + 7 * HOUR_MS, { tags: ['spam'] })], fold);
    expect(takenUp(fold)).toContain(CONSISTENCY);
    expect(told(fold)).toEqual({ '': [2, 4, 500_000] });
    folded([tick(NINE + DAY_MS + 2 * HOUR_MS + 2 * MINUTE_MS)], fold);
    expect(takenUp(fold)).toContain(CONSISTENCY);
    expect(told(fold)).toEqual({ '': [1, 2, 500_000] });
    folded([tick(NINE + 3 * DAY_MS)], fold);
    const gone = { state: 'undefined', value: null, reasons: ['no_topics'] };
    expect(cellsOf(fold, CONSISTENCY).get('')).toMatchObject(gone);
  });

  it('MODE-4 a close whose tags nobody ever looked at is none of them', () => {
    const unseen = { tags: undefined, category: 'login' };
    const fold = folded([...DAY, ...closed('unseen', NINE + 8 * HOUR_MS, unseen)]);
    expect(told(fold)).toEqual({ '': [3, 5, 600_000] });
    folded(closed('bare', NINE + 9 * HOUR_MS, { tags: [], category: 'login' }), fold);
    expect(told(fold)).toEqual({ '': [3, 6, 500_000] });
  });

  it('MODE-3 restored and summarised it is the same', () => {
    const fold = folded(DAY);
    restored(fold);
    for (let day = 1; day <= 60; day++) folded([tick(NINE + day * DAY_MS)], fold);
    expect(told(restored(fold), '90d')).toEqual({ '': [3, 5, 600_000] });
  });
});
