import { expect, it } from 'vitest';
import { DAY_MS } from '../time/instant.ts';
import { BUCKET_EDGES, bucketOf, bucketValue, valuesOfRanks } from './quantile.ts';

it('NUM-2 1,106 edges reach 400 days; every duration up to there is told within one percent', () => {
  expect(BUCKET_EDGES).toHaveLength(1_106);
  expect(BUCKET_EDGES.at(-1)).toBeGreaterThanOrEqual(400 * DAY_MS);
  for (let ms = 1; ms < 400 * DAY_MS; ms = Math.ceil(ms * 1.003)) {
    const told = bucketValue(bucketOf(ms));
    expect(Math.abs(told - ms), `${ms} ms`).toBeLessThanOrEqual(ms / 100);
  }
});

it('NUM-3 beyond the last edge it is that edge, and never outside what there was', () => {
  const last = BUCKET_EDGES.at(-1)!;
  expect(bucketValue(bucketOf(2 * last))).toBe(last);
  const counts = new Map([[bucketOf(394 * DAY_MS), 1]]);
  expect(valuesOfRanks(counts, [1], 394 * DAY_MS, 394 * DAY_MS)).toEqual([394 * DAY_MS]);
});
