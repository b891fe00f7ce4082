import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSeededRng } from '../clock/rng.ts';
import { createVirtualClock, type VirtualClock } from '../clock/virtual.ts';
import type { Commit, Scope } from '../ports.ts';
import { createSimulated, type FaultKind, type Faults, type Simulated } from './index.ts';

const TOPIC = 'kept';
const SCOPE: Scope = { fold: 'facts', topology: 1, partition: 0 };
const record = (text: string) => ({ key: text, value: new TextEncoder().encode(text) });

interface Rig {
  readonly clock: VirtualClock;
  readonly engine: Simulated;
  readonly struck: FaultKind[];
}

function open(faults: Faults = {}): Rig {
  const clock = createVirtualClock(1_781_000_000_000);
  const struck: FaultKind[] = [];
  const engine = createSimulated({
    ...{ clock, faults, rng: createSeededRng(7) },
    topics: [{ name: TOPIC, retention: 'delete' }],
    onFault: (kind) => struck.push(kind),
  });
  return { clock, engine, struck };
}

async function keysOf({ log }: Simulated): Promise<(string | null)[]> {
  return (await log.read(TOPIC, 0, 0, { max: 100, waitMs: 0 })).map(({ key }) => key);
}

it('FAKE-1 a late append is answered as unknown and lands later', async () => {
  const { clock, engine } = open({ lateAppend: 1, lateMsMax: 100 });
  expect(await engine.log.append(TOPIC, 0, [record('a')])).toMatchObject({
    kind: 'outcomeUnknown',
  });
  engine.setFaults({});
  await engine.log.append(TOPIC, 0, [record('b')]);
  expect(await keysOf(engine)).toEqual(['b']);
  clock.advanceTo(clock.now() + 100);
  expect(await keysOf(engine)).toEqual(['b', 'a']);
});

it('FAKE-2 a late commit is refused by the one that was first', async () => {
  const { clock, engine } = open();
  const { store } = engine;
  const code = 'code';
  await store.bootstrap(SCOPE, { own: 'me', off: 0, tail: '', cid: '', code, T: 0 }, []);
  const commit = (cid: string): Commit => ({
    ...{ own: 'me', expected: 0, next: 1, tail: '', cid, code, T: 1 },
  });
  engine.setFaults({ lateCommit: 1, lateCommitMsMax: 100 });
  await expect(store.commit(SCOPE, commit('late'), [], [])).rejects.toThrow('lost');
  engine.setFaults({});
  expect(await store.commit(SCOPE, commit('first'), [], [])).toBe('OK');
  clock.advanceTo(clock.now() + 100);
  expect((await store.meta(SCOPE))?.cid).toBe('first');
});

it('FAKE-3 short reads bring every record once, in order', async () => {
  const { engine } = open({ shortRead: 0.7 });
  const names = Array.from({ length: 40 }, (_, i) => `r${i}`);
  await engine.log.append(TOPIC, 0, names.map(record));
  const seen: (string | null)[] = [];
  for (let reads = 0; seen.length < names.length; reads++) {
    const found = await engine.log.read(TOPIC, 0, seen.length, { max: 100, waitMs: 0 });
    expect(found.length).toBeGreaterThan(0);
    seen.push(...found.map(({ key }) => key));
    expect(reads).toBeLessThan(names.length);
  }
  expect(seen).toEqual(names);
});

it('FAKE-4 nothing is answered while a process stands still or its line is stalled', async () => {
  const { clock, engine } = open();
  const other = engine.connect();
  let isAnswered = false;
  other.pause();
  const asked = other.log.bounds(TOPIC, 0).then(() => {
    isAnswered = true;
  });
  await nextTurn();
  expect(isAnswered).toBe(false);
  other.resume();
  await asked;
  engine.setFaults({ stall: 1, stallMsMax: 1_000 });
  isAnswered = false;
  const stalled = other.log.bounds(TOPIC, 0).then(() => {
    isAnswered = true;
  });
  await nextTurn();
  expect(isAnswered).toBe(false);
  engine.setFaults({});
  clock.advanceTo(clock.now() + 1_000);
  await stalled;
});

it('FAKE-5 one seed strikes the same way twice, and tells it', async () => {
  const play = async (): Promise<readonly FaultKind[]> => {
    const { engine, struck } = open({ lostAnswer: 0.3, doubleAppend: 0.3, lostAppend: 0.2 });
    for (let i = 0; i < 50; i++) await engine.log.append(TOPIC, 0, [record(`r${i}`)]);
    engine.snapshotStore()();
    engine.wipeStore();
    return struck;
  };
  const struck = await play();
  expect(await play()).toEqual(struck);
  expect(new Set(struck)).toEqual(
    new Set([
      ...['lost append answer', 'doubled append', 'lost append'],
      ...['store rolled back', 'store wiped'],
    ]),
  );
});
