import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { cellIn, over, shareIn, talk } from './returns.fixture.ts';

const KEY = 'tag-novelty';
/** Asked and, so tagged, closed an hour later. */
const closed = (id: string, day: string, tags: string[] | null, seen: IssueObserved = {}) => {
  const { ask, close } = talk(id, { ...(tags ? { tags } : {}), ...seen });
  return [...ask(`${day} 09:00`), close(`${day} 10:00`)];
};
/** Two of before, of which one tag goes on, then a new one twice and none at all. */
const TOLD: readonly (readonly Fact[])[] = [
  closed('A', '08', ['old']),
  closed('B', '11', ['old', 'new']),
  closed('C', '11', ['new']),
  closed('D', '11', ['old']),
  closed('E', '11', []),
  // Nobody ever saw its tags.
  closed('F', '11', null),
];
const NOT_NEW = { value: null, num: null, den: null, vsPrev: null, reason: 'not_new' };

it('ORACLE-171 shares of closes by tags first seen in the window, and of all with any such tag', () => {
  const state = over(TOLD)('11 12:00');
  expect(cellIn(state, KEY, '24h')).toMatchObject({ value: 500_000, num: 2, den: 4, n: 4 });
  expect(cellIn(state, `${KEY}{tag=new}`, '24h')).toMatchObject({ value: 500_000, num: 2, den: 4 });
  expect(cellIn(state, `${KEY}{tag=old}`, '24h')).toMatchObject(NOT_NEW);
  // Of the week the other is new too.
  expect(cellIn(state, KEY, '7d')).toMatchObject({ value: 800_000, num: 4, den: 5 });
  expect(shareIn(state, `${KEY}{tag=old}`, '7d')).toBe('3/5');
  expect(shareIn(state, `${KEY}{team=tier1}`, '24h')).toBe('2/4');
  expect(state.series.has(`${KEY}{tag=__none__}`)).toBe(false);
  // Of five minutes nothing is closed; the tag is old all the same.
  expect(cellIn(state, KEY, '5m')).toMatchObject({ value: null, num: 0, den: 0 });
  expect(cellIn(state, `${KEY}{tag=old}`, '5m')).toMatchObject(NOT_NEW);
});

it('ORACLE-171 a tag is new from the very instant on at which it was first seen', () => {
  const at = (time: string) => cellIn(over(TOLD)(time), `${KEY}{tag=new}`, '24h')!;
  // Windows of whole minutes: that of 09:00 of the day after begins with the first look.
  expect(at('12 09:00')).toMatchObject({ value: 500_000, num: 2 });
  expect(at('12 09:01')).toMatchObject(NOT_NEW);
  expect(at('12 10:01')).toMatchObject({ value: null, reason: 'not_new' });
});

it('ORACLE-171 it was seen though its conversation was deleted, and on one that is still open', () => {
  const { ask, look } = talk('G', { tags: ['new'] });
  const deleted = { ...look('09 09:00'), kind: 'issue.gone', body: {} } as Fact;
  const gone = [...ask('08 09:00'), deleted];
  expect(cellIn(over([...TOLD, gone])('11 12:00'), `${KEY}{tag=new}`, '24h')).toMatchObject(
    NOT_NEW,
  );
  const open = talk('H', { tags: ['new'] }).ask('08 09:00');
  const state = over([...TOLD, open])('11 12:00');
  expect(cellIn(state, KEY, '24h')).toMatchObject({ value: 0, num: 0, den: 4 });
});
