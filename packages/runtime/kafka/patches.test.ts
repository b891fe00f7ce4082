import { describe, expect, it } from 'vitest';
import { ORIGINALS, patchKafkajs, shapeOf } from './patches.ts';

describe('kafkajs patches', () => {
  it('KAFKA-10 what is replaced is what was studied, and is replaced once', () => {
    for (const [method, shape] of Object.entries(ORIGINALS)) {
      expect(shapeOf(method as keyof typeof ORIGINALS), method).toBe(shape);
    }
    expect(patchKafkajs()).toEqual([]);
    expect(patchKafkajs()).toEqual([]);
    for (const [method, shape] of Object.entries(ORIGINALS)) {
      expect(shapeOf(method as keyof typeof ORIGINALS), method).not.toBe(shape);
    }
  });
});
