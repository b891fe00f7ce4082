import { expect, it } from 'vitest';
import { at, derived } from '../../../../tests/support/derived.ts';
import { issue, message } from '../../../../tests/support/facts.ts';

const pingpongs = (...owners: readonly (readonly [string, string | null])[]): unknown[] =>
  derived([
    message('I', at('08:00'), 'customer'),
    message('I', at('08:01'), 'human', { authorId: 'A' }),
    ...owners.map(([date, assigneeId]) => issue('I', Date.parse(date), { assigneeId })),
  ])
    .filter(({ kind }) => kind === 'handed_off.agent')
    .map(({ amounts }) => amounts?.pingpong ?? null);

it('PING-1 the new owner gives it to somebody else within 24 h', () => {
  const [a, b] = [
    ['2026-06-10T08:00:00Z', 'A'],
    ['2026-06-10T10:00:00Z', 'B'],
  ] as const;
  expect(pingpongs(a, b)).toEqual([null]);
  expect(pingpongs(a, b, ['2026-06-11T10:00:00Z', 'A'])).toEqual([1, null]);
  expect(pingpongs(a, b, ['2026-06-11T10:00:01Z', 'A'])).toEqual([null, null]);
  expect(pingpongs(a, b, ['2026-06-10T12:00:00Z', null])).toEqual([null]);
  const later = ['2026-06-10T14:00:00Z', 'C'] as const;
  expect(pingpongs(a, b, ['2026-06-10T12:00:00Z', null], later)).toEqual([1, null]);
});
