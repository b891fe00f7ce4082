import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafka } from '@sapwood/runtime/kafka';
import { afterAll, describe } from 'vitest';
import { kafkaEngine } from '../support/engines.ts';
import { eventLogSuite, type LogHarness } from './event-log.suite.ts';

const engine = await kafkaEngine();
const clock = createSystemClock();
const rng = createSystemRng();

async function connect(id: string): Promise<LogHarness> {
  const topics = [
    { name: `kept-${id}`, retention: 'delete' },
    { name: `compacted-${id}`, retention: 'compact' },
  ] as const;
  const log = await createKafka({
    connection: { brokers: engine!.address.split(','), clientId: 'contract' },
    clock,
    rng,
    telemetry: () => {},
    topics,
    sessionMs: 6_000,
    heartbeatMs: 300,
  });
  await log.createTopics(1, { replicationFactor: 1, flushEach: true });
  return {
    log,
    clock,
    kept: topics[0].name,
    compacted: topics[1].name,
    compactsAtOnce: false,
    pass: (ms) => clock.sleep(ms),
    reopen: async () => {
      await log.close();
      return connect(id);
    },
    close: () => log.close(),
  };
}

describe.skipIf(!engine)('on a real broker', () => {
  afterAll(() => engine?.stop());
  eventLogSuite('kafka', () => connect(rng.id().slice(0, 8)));
});
