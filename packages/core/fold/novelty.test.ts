/** Tags that nobody had seen before, from facts to cells (metrics.md 3.1, 23). */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const NINE = at('09:00');
const ID = 'tag-novelty';
const DECLARED = config(NINE - HOUR_MS, { currency: 'GBP', sources: [], tree: { nodes: [] } });

const cellOf = (fold: FactFold, row: string, window: WindowCode): Cell =>
  fold.read(`acme/${ID}${row}`)!.series!.cells.find((cell) => cell.window === window)!;
const rowsOf = (fold: FactFold): string[] =>
  [...fold.keys()].filter((key) => key.startsWith(`acme/${ID}{`)).map((key) => key.slice(16));
/** num, den and value of each row that has one; of the others why not. */
const told = (fold: FactFold, window: WindowCode = '24h'): Record<string, unknown> =>
  Object.fromEntries(
    ['', ...rowsOf(fold)].map((row) => {
      const { num, den, value, state, reasons } = cellOf(fold, row, window);
      return [row, state === 'unknown' ? reasons.join() : [num, den, value]];
    }),
  );

const closed = (id: string, time: number, ...tags: string[]): Fact[] => [
  message(id, time, 'customer'),
  issue(id, time + SECOND_MS, { stateCategory: 'new', createdAt: time, tags }),
  issue(id, time + MINUTE_MS, { stateCategory: 'closed', tags }),
];
const takenUp = (fold: FactFold): string[] =>
  [...fold.touched().dirty].map((key) => key.split('/')[1]!);

const LATER = NINE + 2 * DAY_MS;
const DAYS: readonly Fact[] = [
  DECLARED,
  ...closed('a', NINE, 'x'),
  ...closed('b', NINE + HOUR_MS, 'x', 'y'),
  ...closed('c', LATER, 'x', 'z'),
  ...closed('d', LATER + HOUR_MS),
  ...closed('e', LATER + 2 * HOUR_MS, 'x'),
];

describe('new tags', () => {
  it('NOVEL-2 of three closes of a day one carries a tag that is new; of five of a week four do', () => {
    const fold = folded(DAYS);
    expect(told(fold)).toEqual({
      '': [1, 3, 333_333],
      '{tag=x}': 'not_new',
      '{tag=y}': 'not_new',
      '{tag=z}': [1, 3, 333_333],
    });
    expect(told(fold, '7d')).toEqual({
      '': [4, 5, 800_000],
      '{tag=x}': [4, 5, 800_000],
      '{tag=y}': [1, 5, 200_000],
      '{tag=z}': [1, 5, 200_000],
    });
    expect(cellOf(fold, '{tag=x}', '24h')).toMatchObject({
      ...{ state: 'unknown', value: null, num: null, den: null, n: 0, vsPrev: null },
    });
  });

  it('NOVEL-2 the day before is judged by its own beginning, and a day without closes has no share', () => {
    const fold = folded(DAYS);
    folded(closed('f', LATER + DAY_MS + 4 * HOUR_MS, 'z', 'w'), fold);
    expect(cellOf(fold, '', '24h')).toMatchObject({ num: 1, den: 1, value: 1_000_000 });
    expect(cellOf(fold, '', '24h').vsPrev).toBe(333_333);
    folded([tick(LATER + 4 * DAY_MS)], fold);
    expect(cellOf(fold, '', '24h')).toMatchObject({ state: 'undefined', reasons: ['no_closes'] });
    expect(told(fold)).toMatchObject({ '': [0, 0, null], '{tag=w}': 'not_new' });
  });

  it('NOVEL-1 a look at last month that comes late makes a tag older, and what is gone was seen', () => {
    const fold = folded([
      ...DAYS,
      issue('g', LATER + 3 * HOUR_MS, { stateCategory: 'new', tags: ['v'] }),
      { ...issue('g', LATER + 4 * HOUR_MS, {}), kind: 'issue.gone', body: {} } as Fact,
    ]);
    folded(closed('h', LATER + DAY_MS + 4 * HOUR_MS, 'v'), fold);
    expect(told(fold)).toMatchObject({ '': [0, 1, 0], '{tag=v}': 'not_new' });
    expect(told(fold, '7d')).toMatchObject({ '{tag=v}': [1, 6, 166_667] });
    const stamp = { recordedAt: LATER + DAY_MS + 5 * HOUR_MS };
    folded([issue('i', NINE - 30 * DAY_MS, { tags: ['v', 'y'] }, stamp)], fold);
    expect(told(fold, '7d')).toMatchObject({ '{tag=v}': 'not_new', '{tag=y}': 'not_new' });
    expect(told(fold, '90d')).toMatchObject({ '{tag=v}': [1, 6, 166_667] });
  });

  it('NOVEL-1 an instant that lies ahead is that of its record, and an absent one that of the look', () => {
    const ahead = issue('a', NINE, { tags: ['x'], updatedAt: NINE + DAY_MS });
    const without = issue('b', NINE + HOUR_MS, { tags: ['y'], updatedAt: null });
    const fold = folded([DECLARED, ahead, without]);
    const [workspace] = fold.workspaces();
    const { tags } = workspace!.windows;
    expect([tags.at('x'), tags.at('y')]).toEqual([NINE, NINE + HOUR_MS]);
  });

  it('NOVEL-3 an hour later what was new in that hour is told anew, and nothing else of another day', () => {
    const fold = folded(DAYS);
    folded([issue('k', LATER + 3 * HOUR_MS, { stateCategory: 'new', tags: ['w', 'z'] })], fold);
    folded(closed('l', LATER + 3 * HOUR_MS + 20 * MINUTE_MS, 'w'), fold);
    expect(told(fold, '60m')).toMatchObject({ '': [1, 1, 1_000_000] });
    folded([tick(LATER + 4 * HOUR_MS)], fold);
    takenUp(fold);
    // The close is in the hour still, its tag was seen before it.
    folded([tick(LATER + 4 * HOUR_MS + 10 * SECOND_MS)], fold);
    const touched = takenUp(fold).filter((key) => key.startsWith(ID));
    expect(touched).toEqual(expect.arrayContaining([ID, `${ID}{tag=w}`]));
    expect(told(fold, '60m')).toMatchObject({ '': [0, 1, 0], '{tag=w}': 'not_new' });
  });

  it('NOVEL-3 a look that makes a tag older tells it anew', () => {
    const fold = folded(DAYS);
    takenUp(fold);
    const stamp = { recordedAt: LATER + 5 * HOUR_MS };
    folded([issue('i', NINE - DAY_MS, { stateCategory: 'new', tags: ['z'] }, stamp)], fold);
    expect(takenUp(fold)).toEqual(expect.arrayContaining([ID, `${ID}{tag=z}`]));
    expect(told(fold)).toMatchObject({ '': [0, 3, 0], '{tag=z}': 'not_new' });
  });

  it('NOVEL-4 restored and summarised it is the same', () => {
    const fold = folded(DAYS);
    restored(fold);
    for (let day = 3; day <= 60; day++) folded([tick(NINE + day * DAY_MS)], fold);
    const copy = restored(fold);
    for (const one of [fold, copy]) {
      expect(told(one, '90d')).toMatchObject({ '': [4, 5, 800_000], '{tag=y}': [1, 5, 200_000] });
    }
    folded([tick(NINE + 95 * DAY_MS)], copy);
    folded(closed('z', NINE + 95 * DAY_MS, 'z'), copy);
    expect(told(copy, '90d')).toMatchObject({ '': [0, 1, 0], '{tag=z}': 'not_new' });
  });

  it('NOVEL-5 all closes are told, and which of them carry a new tag', () => {
    const fold = folded(DAYS);
    const asked = { key: ID, window: '24h', clock: 'wall', limit: 100, after: null } as const;
    const { total, sums, parts } = fold.explain('acme', asked)!;
    expect([total, sums]).toEqual([{ value: 333_333, num: 1, den: 3, n: 3 }, true]);
    const amounts = parts.flatMap((part) =>
      part.part === 'counted' ? [[part.conversation.id, part.events[0]!.amount]] : [],
    );
    expect(amounts).toEqual(Object.entries({ e: 0, d: 0, c: 1 }));
    const z = fold.explain('acme', { ...asked, key: `${ID}{tag=z}` })!;
    expect([z.total.num, z.total.den, z.sums]).toEqual([1, 3, true]);
    const x = fold.explain('acme', { ...asked, key: `${ID}{tag=x}` })!;
    expect([x.parts, x.total.value, x.reasons, x.sums]).toEqual([[], null, ['not_new'], true]);
  });

  it('NOVEL-6 250 old tags make room for a new one, and of 250 new ones those without a row are told together', () => {
    const many = (letter: string, time: number): Fact[] =>
      Array.from({ length: 25 }, (_each, i) => {
        const tags = Array.from({ length: 10 }, (_one, n) => `${letter}${i * 10 + n}`);
        return closed(`${letter}${i}-${time}`, time + 2 * i * MINUTE_MS, ...tags);
      }).flat();
    const fold = folded([DECLARED, ...many('a', NINE)]);
    const next = NINE + 91 * DAY_MS;
    folded([...many('a', next), ...closed('c', next + HOUR_MS, 'z')], fold);
    folded([tick(next + 2 * HOUR_MS)], fold);
    expect(told(fold)).toMatchObject({ '': [1, 26, 38_462], '{tag=z}': [1, 26, 38_462] });
    expect(told(fold)['{tag=__other__}']).toEqual([0, 26, 0]);
    expect(rowsOf(fold)).toHaveLength(201);
    folded(many('y', next + 3 * HOUR_MS), fold);
    folded([tick(next + 4 * HOUR_MS)], fold);
    expect(told(fold)['']).toEqual([26, 51, 509_804]);
    expect(rowsOf(fold)).toHaveLength(201);
    expect(told(fold)['{tag=__other__}']).toEqual([51, 51, 1_000_000]);
    const key = `${ID}{tag=__other__}`;
    const asked = { key, window: '24h', clock: 'wall', limit: 100, after: null } as const;
    expect(fold.explain('acme', asked)).toMatchObject({ sums: true, total: { num: 51, den: 51 } });
    restored(fold);
  });
});
