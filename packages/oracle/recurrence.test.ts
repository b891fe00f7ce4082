import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { cellIn, over, shareIn, talk } from './returns.fixture.ts';

const KEY = 'category-recurrence-rate';
const asked = (id: string, time: string, accountId: string | null, more: IssueObserved = {}) =>
  talk(id, { accountId, category: 'login', ...more }).ask(time);
/** Three before, of two accounts; the first a moment before the second day. */
const THREE = [
  ...asked('A', '02 09:00', 'acme'),
  ...asked('B', '03 09:00', 'acme'),
  ...asked('C', '04 09:00', 'globex'),
];
const rate = (time: string, ...told: readonly (readonly Fact[])[]): string =>
  shareIn(over(told.flat(), { by: { [KEY]: ['category'] } })(time), KEY, '90d');

it('ORACLE-135 three others of two accounts in the 28 days before make it recur', () => {
  const after = (time: string): string => rate('07-02 00:00', THREE, asked('X', time, 'initech'));
  expect(after('05 09:00')).toBe('1/4');
  // The first has to be at most 28 days old, to the millisecond.
  expect(after('30 09:00')).toBe('1/4');
  expect(after('30 09:00:00.001')).toBe('0/4');
  // What began in the same instant was not before.
  expect(after('04 09:00')).toBe('0/4');
  expect(after('04 09:00:00.001')).toBe('1/4');
});

it('ORACLE-135 known accounts alone are several, whatever has a topic is a conversation', () => {
  const first = (...accounts: (string | null)[]): string => {
    const before = accounts.flatMap((account, i) => asked(`${i}`, `0${i + 2} 09:00`, account));
    return rate('12 00:00', before, asked('X', '10 09:00', 'acme'));
  };
  expect(first('acme', 'acme', 'acme')).toBe('0/4');
  expect(first('acme', 'acme', null)).toBe('0/4');
  expect(first('acme', null, 'globex')).toBe('1/4');
  expect(first('acme', 'globex')).toBe('0/3');
  const none = asked('X', '05 09:00', 'acme', { category: null });
  const other = asked('Y', '05 09:00', 'acme', { category: 'billing' });
  expect(rate('12 00:00', THREE, none, other)).toBe('0/4');
});

it('ORACLE-135 one removed since was not before, one imported late was', () => {
  const now = asked('X', '05 09:00', 'initech');
  const spam = talk('B', { category: 'login' }).look('06 09:00', { tags: ['spam'] });
  expect(rate('07 00:00', THREE, now, [spam])).toBe('0/3');
  const imported = THREE.map((fact) => ({
    ...fact,
    origin: 'import',
    recordedAt: now[0]!.at! + 9,
  }));
  expect(rate('07 00:00', imported as Fact[], now)).toBe('1/1');
});

it('ORACLE-135 by topic and tier where that is declared, over weeks; and the window before', () => {
  const told = [...THREE, ...asked('X', '05 09:00', 'initech')];
  const stateBy = over(told, { by: { [KEY]: ['category'] } });
  const state = stateBy('06 00:00');
  expect(shareIn(state, `${KEY}{category=login}`, '7d')).toBe('1/4');
  expect(state.series.has(`${KEY}{team=tier1}`)).toBe(false);
  expect(cellIn(state, KEY, '24h')).toBeUndefined();
  const later = stateBy('16 00:00');
  expect(cellIn(later, KEY, '7d')).toMatchObject({ value: null, n: 0, vsPrev: 250_000 });
});
