import { expect, it } from 'vitest';
import { correction } from '../../tests/support/facts.ts';
import { at, BASE, cellOf, look, say, stateAt } from './told.fixture.ts';

const CLAIMED = [
  look('2026-06-10T09:00:00'),
  say('2026-06-10T09:00:00', 'customer'),
  say('2026-06-10T09:01:00', 'bot'),
  look('2026-06-10T10:00:00', { stateCategory: 'closed', aiResolved: true }),
];
const SCALED = { ...BASE, csatScale: { min: 1, max: 5, positiveFrom: 4 } };
const outcomeAt = (time: string, ...more: ReturnType<typeof look>[]): string[] =>
  Object.keys(stateAt([...CLAIMED, ...more], time, SCALED).transitions).filter((kind) =>
    kind.startsWith('ai_outcome.'),
  );

it('ORACLE-116 an AI claim fails, is confirmed, assumed or pending', () => {
  expect(outcomeAt('2026-06-17T09:59:59')).toEqual(['ai_outcome.pending']);
  expect(outcomeAt('2026-06-17T10:00:00')).toEqual(['ai_outcome.assumed']);
  const back = [say('2026-06-16T10:00:00', 'customer'), look('2026-06-16T10:00:00')];
  expect(outcomeAt('2026-06-30T10:00:00', ...back)).toEqual(['ai_outcome.failed']);
  const late = [say('2026-06-18T10:00:00', 'customer'), look('2026-06-18T10:00:00')];
  expect(outcomeAt('2026-06-30T10:00:00', ...late)).toEqual(['ai_outcome.assumed']);
  const rated = look('2026-06-11T10:00:00', { stateCategory: 'closed', csat: [5] });
  expect(outcomeAt('2026-06-30T10:00:00', rated)).toEqual(['ai_outcome.confirmed']);
  const by = correction('correction.closed_by', 'I', at('2026-06-10T11:00:00'), {
    closedBy: 'bulk',
  });
  expect(outcomeAt('2026-06-30T10:00:00', by)).toEqual([]);
});

it('ORACLE-117 the deflection proxy has what was assumed beside what persons handled', () => {
  const day = stateAt(CLAIMED, '2026-06-17T10:00:00');
  expect(cellOf(day, 'deflection-proxy')).toMatchObject({ value: 1_000_000, num: 1, den: 1 });
  const helped = stateAt([...CLAIMED, say('2026-06-10T11:00:00', 'human')], '2026-06-10T12:00:00');
  expect(cellOf(helped, 'deflection-proxy')).toMatchObject({ value: 0, num: 0, den: 1 });
});
