/** Three brokers and three replicas: one of them dies, and the line goes on without it. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { SERVICE_NAMES } from '../support/place.ts';
import { clock } from '../support/process.ts';
import { type Rig, startRig } from './rig.ts';
import { createTraffic, type Traffic } from './traffic.ts';

const local = await localEnginesOr('three Kafka brokers');
const TEST_MS = 480_000;

describe.skipIf(!local)('three brokers', { timeout: TEST_MS }, () => {
  let rig: Rig;
  let traffic: Traffic;

  beforeAll(async () => {
    rig = await startRig(3);
    traffic = createTraffic(rig);
    await Promise.all(SERVICE_NAMES.map((name) => rig.start(name).ready()));
  }, TEST_MS);
  afterAll(async () => rig?.clean(), TEST_MS);

  it('F8 K-4 one of three brokers killed under load, and back', async () => {
    await traffic.during(async () => {
      await clock.sleep(2_000);
      await rig.brokers[1]!.kill();
      await clock.sleep(10_000);
      await rig.brokers[1]!.restart();
      await clock.sleep(5_000);
    });
    await traffic.expectAllIn();
  });
});
