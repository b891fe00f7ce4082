import { setImmediate as nextTurn } from 'node:timers/promises';
import { factCodec } from '@sapwood/contracts/facts';
import type { Fact } from '@sapwood/core/facts';
import { createFactFold, type FactFold } from '@sapwood/core/fold';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import { expect, it } from 'vitest';
import { issue } from '../../tests/support/facts.ts';
import { type ClaimDeps, claim } from './claim.ts';
import { createVirtualClock } from './clock/virtual.ts';
import type { Scope, StoredPut } from './ports.ts';
import { createSimulated } from './simulated/index.ts';

const START_MS = 1_781_000_000_000;
const COUNT = 3_000;
const scope: Scope = { fold: 'facts', topology: 1, partition: 0 };
const newFold = (): FactFold => createFactFold({ topology: 1, hash: (text) => text });

/** A store with the state of so many open conversations. */
async function stored(): Promise<{
  readonly fold: FactFold;
  readonly deps: ClaimDeps<Fact, MetricRecord, Frame>;
}> {
  const world = createSimulated({ clock: createVirtualClock(START_MS) });
  const records: { key: string; value: Uint8Array }[] = [];
  const fold = newFold();
  for (let i = 0; i < COUNT; i++) {
    const fact = issue(`c${i}`, START_MS + i, { number: i, createdAt: START_MS + i }) as Fact;
    records.push({ key: fact.entity, value: factCodec.encode(fact) });
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
  }
  await world.log.append('facts.v1', 0, records);
  const puts = [...fold.encode()].map(
    ([space, field, text]): StoredPut => [space, field, Buffer.from(text!)],
  );
  const tail = Buffer.from(records.at(-1)!.value.subarray(-8)).toString('hex');
  const meta = { own: 'before', off: COUNT, tail, cid: 'c', code: fold.code, T: fold.T };
  await world.store.bootstrap(scope, meta, puts);
  const { log, store } = world;
  const source = { topic: 'facts.v1', partition: 0, codec: factCodec };
  return { fold, deps: { scope, source, createFold: newFold, foreignCode: 'stop', log, store } };
}

it('RUN-15 while a large state is restored everybody else in the process gets turns', async () => {
  const { fold, deps } = await stored();
  let steps = 0;
  let over = false;
  const claiming = claim(deps, 'owner', { onStep: () => steps++ }).finally(() => {
    over = true;
  });
  let turns = 0;
  for (; !over; turns++) await nextTurn();
  const claimed = await claiming;
  expect(claimed.kind).toBe('claimed');
  expect(steps).toBeGreaterThanOrEqual(COUNT / 300);
  expect(turns).toBeGreaterThanOrEqual(COUNT / 300);
  if (claimed.kind !== 'claimed') return;
  expect([...claimed.fold.encode()]).toEqual([...fold.encode()]);
  expect(claimed.T).toBe(fold.T);
});

it('RUN-16 who stops while a state is restored does not wait for its end', async () => {
  const { deps } = await stored();
  const abort = new AbortController();
  let steps = 0;
  const onStep = (): void => {
    if (++steps === 5) abort.abort();
  };
  const claimed = await claim(deps, 'owner', { onStep, signal: abort.signal });
  expect([claimed.kind, steps]).toEqual(['again', 5]);
});
