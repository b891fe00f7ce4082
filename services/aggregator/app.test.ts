import type { Explanation } from '@sapwood/core/explanation';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSimulated } from '@sapwood/runtime/simulated';
import { awaitIdle } from '@sapwood/runtime/supervise';
import { describe, expect, it } from 'vitest';
import { createCountingFold, factRecord, issueDraft } from '../../tests/support/counting-fold.ts';
import { createAggregator } from './app.ts';

const START = 1_781_000_000_000;

describe('aggregator', () => {
  it('AGG-1 folds every partition it is given, publishes each, and stops whole', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock, partitions: 2 });
    for (const p of [0, 1])
      await world.log.append('facts.v1', p, [factRecord(issueDraft(`i${p}`), START)]);
    const aggregator = createAggregator({
      ...world.connect(),
      clock,
      rng: createSeededRng(1),
      telemetry: () => {},
      createFold: createCountingFold,
      topology: 1,
      foreignCode: 'stop',
    });
    await aggregator.start();
    await awaitIdle([aggregator]);
    clock.advanceTo(START + 300);
    await awaitIdle([aggregator]);
    for (const p of [0, 1]) {
      expect((await world.store.meta({ fold: 'facts', topology: 1, partition: p }))!.off).toBe(1);
      const keys = (await world.log.read('metrics.v1', p, 0, { max: 10, waitMs: 0 })).map(
        ({ key }) => key,
      );
      expect(keys).toEqual(['acme/volume{channel=email}', 'frame/acme']);
    }
    expect(aggregator.assigned()).toEqual([0, 1]);
    await aggregator.stop();
    expect(await aggregator.ended).toBeNull();
  });

  it('EXPLAIN-24 an explanation whose parts do not add up is told as the bug it is, and given all the same', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock });
    await world.log.append('facts.v1', 0, [factRecord(issueDraft('i1'), START)]);
    const told: string[] = [];
    const sums = { right: true, wrong: false };
    const aggregator = createAggregator({
      ...world.connect(),
      clock,
      rng: createSeededRng(1),
      telemetry: (event) => void (event.type === 'Notice' && told.push(event.text)),
      createFold: () => ({
        ...createCountingFold(),
        explain: (workspace, { key }) =>
          ({ workspace, key, sums: sums[key as keyof typeof sums] }) as Explanation,
      }),
      topology: 1,
      foreignCode: 'stop',
    });
    await aggregator.start();
    await awaitIdle([aggregator]);
    const question = { window: '24h', clock: 'wall', limit: 1, after: null } as const;
    for (const key of ['right', 'wrong']) {
      expect(await aggregator.explain('acme', { ...question, key })).toMatchObject({
        kind: 'explained',
        version: { topology: 1, offset: 1 },
        explanation: { workspace: 'acme', key },
      });
    }
    expect(told).toEqual(['The parts of acme/wrong do not add up to it: this is a bug.']);
    await aggregator.stop();
    expect(await aggregator.explain('acme', { ...question, key: 'right' })).toMatchObject({
      kind: 'nobody',
    });
  });

  it('AGG-2 a partition that stands still is told, the others go on', async () => {
    const clock = createVirtualClock(START);
    const world = createSimulated({ clock, partitions: 2 });
    await world.log.append('facts.v1', 1, [factRecord(issueDraft('halt'), START)]);
    const aggregator = createAggregator({
      ...world.connect(),
      clock,
      rng: createSeededRng(1),
      telemetry: () => {},
      createFold: createCountingFold,
      topology: 1,
      foreignCode: 'stop',
    });
    await aggregator.start();
    expect(await aggregator.ended).toMatchObject({ partition: 1, reason: 'REFUSED' });
    await world.log.append('facts.v1', 0, [factRecord(issueDraft('i1'), START)]);
    await awaitIdle([aggregator]);
    expect((await world.store.meta({ fold: 'facts', topology: 1, partition: 0 }))!.off).toBe(1);
    await aggregator.stop();
  });
});
