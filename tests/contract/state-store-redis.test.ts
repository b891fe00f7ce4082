import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createRedis } from '@sapwood/runtime/redis';
import { afterAll, describe } from 'vitest';
import { redisEngine } from '../support/engines.ts';
import { type StoreHarness, stateStoreSuite } from './state-store.suite.ts';

const engine = await redisEngine();
const rng = createSystemRng();

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
  stateStoreSuite('redis', () => connect(`test-${rng.id().slice(0, 8)}.`));
});
