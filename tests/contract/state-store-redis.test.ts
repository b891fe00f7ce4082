import { createSystemRng } from '@sapwood/runtime/clock/system';
import type { Commit, Meta, StoredPut } from '@sapwood/runtime/ports';
import { createRedis } from '@sapwood/runtime/redis';
import { afterAll, describe, expect, it } from 'vitest';
import { redisEngine } from '../support/engines.ts';
import { redisLine, stringsOf } from '../support/redis-line.ts';
import { type StoreHarness, stateStoreSuite } from './state-store.suite.ts';

const engine = await redisEngine();
const rng = createSystemRng();
const newPrefix = (): string => `test-${rng.id().slice(0, 8)}.`;
const scope = { fold: 'facts', topology: 1, partition: 0 };
const meta: Meta = { own: 'w', off: 0, tail: '', cid: 'boot', code: 'v1', T: 0 };
const step: Commit = { ...meta, expected: 0, next: 3, tail: 'aa', cid: 'c1' };
const PUTS: readonly StoredPut[] = [
  ['conv', 'a', Buffer.from('1')],
  ['rule', 'r', Buffer.from('2')],
];

async function connect(prefix: string): Promise<StoreHarness> {
  const store = await createRedis({ url: engine!.address, telemetry: () => {}, prefix });
  return {
    store,
    log: null,
    outboxTopic: 'events.v1',
    reopen: async () => {
      await store.close();
      return connect(prefix);
    },
    close: () => store.close(),
  };
}

describe.skipIf(!engine)('on a real server', () => {
  afterAll(() => engine?.stop());
  stateStoreSuite('redis', () => connect(newPrefix()));

  const ask = (...words: string[]): Promise<string> => redisLine(engine!.address, ...words);

  it('STORE-20 a script that breaks halfway leaves the old offset, and runs again', async () => {
    const prefix = newPrefix();
    const { store } = await connect(prefix);
    await store.bootstrap(scope, meta, []);
    await store.claim(scope, 'w', 'v1');
    // A key of the wrong type: it would have written the conversations when it gets there.
    const rules = `{${prefix}sw.facts.1.0}:rule`;
    await ask('SET', rules, 'not-a-hash');
    await expect(store.commit(scope, step, PUTS, [])).rejects.toThrow('WRONGTYPE');
    expect(await store.meta(scope)).toMatchObject({ off: 0, cid: 'boot' });
    // Whoever loads now, after a death, may find nothing of it: it would take all for repetition.
    const conversations = `{${prefix}sw.facts.1.0}:conv`;
    expect(await ask('EXISTS', conversations)).toBe(':0\r\n');
    await ask('DEL', rules);
    expect(await store.commit(scope, step, PUTS, [])).toBe('OK');
    const found: string[] = [];
    for await (const [space, field, bytes] of store.load(scope)) found.push(space + field + bytes);
    expect(found).toEqual(['conva1', 'ruler2']);
    await store.close();
  });

  it('STORE-21 nothing that carries correctness expires', async () => {
    const prefix = newPrefix();
    const { store } = await connect(prefix);
    const spaces = ['conv', 'pane', 'dir', 'rule'] as const;
    const puts = spaces.map((space): StoredPut => [space, 'f', Buffer.from('1')]);
    await store.bootstrap(scope, meta, puts);
    await store.claim(scope, 'w', 'v1');
    const entry = { topic: 'events.v1', partition: 0, seq: 1, key: 'e', value: null };
    expect(await store.commit(scope, step, puts, [entry])).toBe('OK');
    await store.putRecord('normalizer/pylon', Buffer.from('7'));
    const keys = stringsOf(await ask('KEYS', `*${prefix}sw.*`));
    expect(keys).toHaveLength(7);
    for (const key of keys) expect([key, await ask('TTL', key)]).toEqual([key, ':-1\r\n']);
    await store.close();
  });
});
