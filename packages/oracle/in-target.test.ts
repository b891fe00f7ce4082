import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { issue, message } from '../../tests/support/facts.ts';
import { min, policy } from './sla.fixture.ts';
import { at, BASE, cellOf, robot, stateAt } from './told.fixture.ts';

const KEY = 'first-response-time-within-target';
const HOUR = policy({ first: { urgent: min(60) } });
type Who = 'customer' | 'human' | 'bot';
const seen = (id: string, time: string, more: IssueObserved = {}): Fact =>
  issue(id, at(time), {
    ...{ stateCategory: 'waiting_on_you', channel: 'email', teamId: 'tier1' },
    ...{ priority: 'urgent', createdAt: at(time), assigneeId: null, ...more },
  });
const said = (id: string, time: string, who: Who): Fact => message(id, at(time), who);
/** Asked at nine. */
const asked = (id: string, more: IssueObserved = {}): Fact[] => [
  said(id, '09:00:00', 'customer'),
  seen(id, '09:00:00', more),
];
const share = (time: string, facts: readonly (readonly Fact[])[], declared = HOUR, row = '') => {
  const cell = cellOf(stateAt(facts.flat(), time, declared), `${KEY}${row}`, '24h');
  return cell?.den == null ? '-' : `${cell.num}/${cell.den}`;
};

const MET = [...asked('A'), said('A', '10:00:00', 'human')];
const LATE = [...asked('B'), said('B', '10:00:01', 'human')];

it('ORACLE-145 replies in target of those with a target, and of who is owed one past it now', () => {
  expect(share('12:00:00', [MET, LATE])).toBe('1/2');
  expect(share('09:59:59', [MET.slice(0, 2)])).toBe('0/0');
  expect(share('10:00:00', [asked('C')])).toBe('0/1');
  expect(share('12:00:00', [MET, LATE, asked('C')])).toBe('1/3');
  // Nothing is promised to others, nor to what is closed unanswered.
  const other = [...asked('D', { priority: 'low' }), said('D', '09:01:00', 'human')];
  expect(share('12:00:00', [MET, other])).toBe('1/1');
  const closed = [...asked('E'), seen('E', '11:00:00', { stateCategory: 'closed' })];
  expect(share('12:00:00', [MET, closed])).toBe('1/1');
  // A later answer is no first one.
  const again = [...MET, said('A', '10:10:00', 'customer')];
  expect(share('12:00:00', [again])).toBe('1/1');
});

it('ORACLE-145 whom a bot keeps company is owed nothing, what was imported is history', () => {
  const covered = [robot('robot'), ...asked('C'), said('C', '09:00:05', 'bot')];
  expect(share('12:00:00', [covered])).toBe('0/0');
  const late = [...asked('C'), said('C', '11:00:05', 'bot')];
  expect(share('11:00:00', [late.slice(0, 2)])).toBe('0/1');
  expect(share('12:00:00', [late])).toBe('0/0');
  const imported = asked('C').map((fact) => ({ ...fact, origin: 'backfill' }) as Fact);
  expect(share('12:00:00', [imported])).toBe('0/0');
});

it('ORACLE-145 in every window, in rows of now, and unknown where nothing is promised', () => {
  const facts = [...MET, ...LATE, ...asked('C'), seen('C', '11:00:00', { teamId: 'tier2' })];
  const state = stateAt(facts, '14:00:00', HOUR);
  expect(cellOf(state, KEY, '5m')).toMatchObject({ value: 0, num: 0, den: 1, n: 1 });
  expect(cellOf(state, KEY)).toMatchObject({ value: 333_333, n: 3, vsPrev: null });
  expect(cellOf(state, KEY, '90d')).toMatchObject({ num: 1, den: 3 });
  expect(share('14:00:00', [facts], HOUR, '{team=tier1}')).toBe('1/2');
  expect(share('14:00:00', [facts], HOUR, '{team=tier2}')).toBe('0/1');
  expect(share('14:00:00', [facts], BASE)).toBe('-');
  expect(share('14:00:00', [facts], { ...HOUR, messages: 'none' })).toBe('-');
});
