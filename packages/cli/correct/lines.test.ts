import { expect, it } from 'vitest';
import { changeLines } from './lines.ts';

const AT = Date.parse('2026-06-10T08:00:00Z');
const change = (op: 'add' | 'retract', kind: string, dimensions: Record<string, string>) => ({
  ...{ op, kind, at: AT, conversation: 'c1', number: 7 },
  dimensions: { correction: 'f0', ...dimensions },
});

it('CORR-11 what comes again otherwise is one line that says in what it differs', () => {
  const lines = changeLines([
    change('retract', 'closed', { channel: 'email', closed_by: 'human', team: 't1' }),
    change('retract', 'opened', { channel: 'email', team: '__none__' }),
    change('add', 'closed', { channel: 'email', closed_by: 'bulk', team: 't1' }),
    change('retract', 'resolved', { channel: 'email', priority: 'high' }),
    change('retract', 'resolved', { channel: 'email', priority: 'low' }),
  ]);
  const at = '2026-06-10T08:00:00.000Z c1 (#7)';
  expect(lines).toEqual([
    `change closed ${at} closed_by: human -> bulk`,
    `retract opened ${at} channel=email`,
    `retract resolved ${at} channel=email priority=high`,
    `retract resolved ${at} channel=email priority=low`,
  ]);
});

it('CORR-11 no two lines are alike: what nothing tells apart is counted', () => {
  const note = change('retract', 'noted', { assignee: 'u1' });
  expect(
    changeLines([note, note, change('add', 'noted', { assignee: 'u2', via: 'rest' })]),
  ).toEqual([
    'change noted 2026-06-10T08:00:00.000Z c1 (#7) assignee: u1 -> u2, via: nothing -> rest',
    'retract noted 2026-06-10T08:00:00.000Z c1 (#7) assignee=u1',
  ]);
  expect(changeLines([note, note])).toEqual([
    'retract noted 2026-06-10T08:00:00.000Z c1 (#7) assignee=u1 (2 times)',
  ]);
});
