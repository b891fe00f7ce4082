import { expect, it } from 'vitest';
import { settingsOf } from './topics.ts';

const durability = { replicationFactor: 3, flushEach: false };
const SEGMENT = 'segment.bytes';

it('KAFKA-14 what compaction leaves alone of a topic is small; a topic that keeps all is not cut up', () => {
  const compacted = settingsOf({ name: 'values', retention: 'compact' }, durability);
  expect(Number(compacted[SEGMENT])).toBeLessThanOrEqual(16 * 2 ** 20);
  expect(Number(compacted[SEGMENT])).toBeGreaterThan(Number(compacted['max.message.bytes']));
  expect(settingsOf({ name: 'facts', retention: 'delete' }, durability)).not.toHaveProperty(
    SEGMENT,
  );
});
