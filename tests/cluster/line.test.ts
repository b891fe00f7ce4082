/**
 * The whole line on the distributed engine: a real Kafka, a real Redis, every service a process of
 * its own, started through the command line. What goes in is known, so what a wall shows is too.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { killed, SERVICE_NAMES } from '../support/place.ts';
import { clock } from '../support/process.ts';
import { isCi } from '../support/size.ts';
import { type Rig, startRig } from './rig.ts';
import { cell, createTraffic, MINUTE_MS, shows, type Traffic } from './traffic.ts';

const local = await localEnginesOr('the distributed engine');
const TEST_MS = 480_000;

describe.skipIf(!local)('distributed line', { timeout: TEST_MS }, () => {
  let rig: Rig;
  let traffic: Traffic;

  beforeAll(async () => {
    rig = await startRig();
    traffic = createTraffic(rig);
    await Promise.all(SERVICE_NAMES.map((name) => rig.start(name).ready()));
  }, TEST_MS);
  afterAll(async () => rig?.clean(), TEST_MS);

  it('K-1 signed webhooks and a cost move volume, first reply, handoffs and cost on a wall', async () => {
    const wall = rig.wall();
    for (let i = 0; i < 8; i++) await traffic.conversation('acme', i < 2);
    await shows('volume is 8', () => cell(wall, 'conversation-volume')?.value === 8);
    await shows('all are answered', () => cell(wall, 'first-response-time')?.n === 8);
    expect(cell(wall, 'first-response-time')).toMatchObject({ num: 8 * MINUTE_MS, n: 8 });
    await shows('two were handed on', () => cell(wall, 'conversation-handoff-rate')?.num === 2);
    const now = clock.now();
    const cost = {
      ...{ costId: 'tooling', revision: 1, stage: 'provisional', category: 'tooling' },
      ...{ amountMicro: 36_000_000, currency: 'GBP', accrual: 'even' },
      ...{ from: now - 30 * MINUTE_MS, to: now },
    };
    expect(await rig.cost([cost])).toBe(202);
    await shows('it is priced', () => (cell(wall, 'cost-per-contact')?.num ?? 0) > 35_000_000);
    expect(cell(wall, 'cost-per-contact')!.value).toBeGreaterThan(4_000_000);
    await rig.expectVerified();
  });

  it('K-10 a gateway shows the workspace that its process is told, and no other', async () => {
    const told = rig.start('gateway', { SAPWOOD_HTTP_WORKSPACE: 'globex' });
    await told.ready();
    const wall = rig.wall(told.url());
    for (let i = 0; i < 3; i++) await traffic.conversation('globex');
    await shows('volume is 3', () => cell(wall, 'conversation-volume')?.value === 3);
    await told.stop();
  });

  it('F1 F2 F3 F4 K-2 each service killed under load: what was answered with 200 is there, once', async () => {
    await traffic.during(async () => {
      for (const name of ['aggregator', 'normalizer', 'ingest', 'detector', 'gateway'] as const) {
        await clock.sleep(1_000);
        await killed(rig.places(name)[0]!);
      }
    });
    await traffic.expectAllIn();
  });

  if (isCi) {
    // Two groups that find their balance again take most of a minute.
    it('K-3 a second process of each service joins under load, the first leaves or dies', async () => {
      const names = ['aggregator', 'normalizer', 'detector'] as const;
      await traffic.during(async () => {
        await Promise.all(names.map((name) => rig.start(name).ready()));
        await clock.sleep(3_000);
        await rig.places('aggregator')[0]!.stop();
        await killed(rig.places('normalizer')[0]!);
        await rig.places('detector')[0]!.stop();
        await clock.sleep(3_000);
      });
      await traffic.expectAllIn();
    });
  }
});
