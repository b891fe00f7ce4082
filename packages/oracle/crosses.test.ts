/** Rows by several dimensions at once, by hand (metrics.md 4). */
import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { BASE, look, say, stateAt } from './told.fixture.ts';

/** Urgent and tagged twice: asked at 9:00, answered half an hour later. */
const facts: readonly Fact[] = [
  say('09:00:00', 'customer'),
  look('09:00:00', { accountId: 'a,b', priority: 'urgent', tags: ['x', 'y'] }),
  say('09:30:00', 'human', { authorId: 'ada' }),
];

it('CROSS-11 the oracle tells a row for each values of several dimensions together', () => {
  const by = {
    'conversation-volume': ['account,priority', 'channel,tag'],
    'first-response-time': ['handled_by,priority,team'],
    backlog: ['age,priority'],
  };
  const { series } = stateAt(facts, '10:30:00', { ...BASE, by });
  const crosses = [...series.keys()].filter((key) => key.includes(',')).sort();
  expect(crosses).toEqual([
    'backlog{age=1h_to_4h,priority=urgent}',
    'conversation-volume{account=a%2Cb,priority=urgent}',
    'conversation-volume{channel=email,tag=x}',
    'conversation-volume{channel=email,tag=y}',
    'first-response-time{handled_by=human,priority=urgent,team=tier1}',
  ]);
  const day = (key: string) => series.get(key)!.cells.find(({ window }) => window === '24h')!;
  expect(day('conversation-volume{channel=email,tag=y}').value).toBe(1);
  expect(day(crosses.at(-1)!)).toMatchObject({ n: 1, p50: 1_800_000 });
});
