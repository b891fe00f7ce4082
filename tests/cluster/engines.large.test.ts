/** Every service runs, and what they rest on is killed under them: the broker, then the store. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { SERVICE_NAMES } from '../support/place.ts';
import { clock } from '../support/process.ts';
import { type Rig, startRig } from './rig.ts';
import { createTraffic, type Traffic } from './traffic.ts';

const local = await localEnginesOr('tests that kill Kafka and Redis');
const TEST_MS = 480_000;
const DOWN_MS = 2_000;

describe.skipIf(!local)('distributed engine', { timeout: TEST_MS }, () => {
  let rig: Rig;
  let traffic: Traffic;

  beforeAll(async () => {
    rig = await startRig();
    traffic = createTraffic(rig);
    await Promise.all(SERVICE_NAMES.map((name) => rig.start(name).ready()));
  }, TEST_MS);
  afterAll(async () => rig?.clean(), TEST_MS);

  it('F8 F9 K-4 the only broker killed and back: what was answered with 200 is there, once', async () => {
    await traffic.during(async () => {
      await clock.sleep(2_000);
      await rig.brokers[0]!.kill();
      await clock.sleep(DOWN_MS);
      await rig.brokers[0]!.restart();
      await clock.sleep(5_000);
    });
    await traffic.expectAllIn();
  });

  it('F11 F13 K-4 Redis killed and back, then back empty: the log rebuilds what it held', async () => {
    await traffic.during(async () => {
      await rig.redis.kill();
      await clock.sleep(DOWN_MS);
      await rig.redis.restart('kept');
      await clock.sleep(5_000);
      await rig.redis.kill();
      await rig.redis.restart('lost');
      await clock.sleep(5_000);
    });
    await traffic.expectAllIn();
  });
});
