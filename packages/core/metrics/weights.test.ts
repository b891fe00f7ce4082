import { expect, it } from 'vitest';
import { hastyDays } from '../panes/hasty-days.fixture.ts';
import { MINUTE_MS } from '../time/instant.ts';
import { WEIGHED, Weights } from './weights.ts';
import { createWindowsState } from './windows-state.ts';

it('COST-13 what was taken back weighs for nobody, until something does', () => {
  const seen: string[] = [];
  const windows = createWindowsState(hastyDays(0));
  const weights = new Weights(
    windows,
    (dimension, value) => void seen.push(`${dimension} ${value}`),
  );
  weights.restart(['channel'], 0);
  const work = (channel: string) => ({
    ...{ kind: 'contacts' as const, at: MINUTE_MS, ms: 1 },
    values: WEIGHED.map((one) => (one === 'channel' ? channel : '__none__')),
  });
  weights.add(work('chat'), 1);
  weights.add(work('email'), 1);
  weights.add(work('email'), -1);
  seen.length = 0;
  weights.seeAll();
  expect(seen).toEqual(['channel chat']);
  weights.add(work('email'), 1);
  expect(seen).toEqual(['channel chat', 'channel email']);
});
