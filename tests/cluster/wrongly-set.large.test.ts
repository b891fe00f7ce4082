/** Engines that are set wrong and states that do not fit: who says what, and that nothing is lost. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { partitionOf } from '@sapwood/contracts/partition';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import { PARTITIONS, type Rig, startRig } from './rig.ts';
import { cell, createTraffic, shows, type Traffic } from './traffic.ts';

const local = await localEnginesOr('engines that are set wrong');
const TEST_MS = 300_000;
const SAID_MS = 60_000;
const run = promisify(execFile);
/** Of the workspace that the wall shows. */
const PARTITION = partitionOf('acme', PARTITIONS);
const META = `{sw.facts.1.${PARTITION}}:meta`;

describe.skipIf(!local)('set wrong', { timeout: TEST_MS }, () => {
  let rig: Rig;
  let traffic: Traffic;
  const redis = async (...args: readonly string[]): Promise<string> =>
    (await run('redis-cli', ['-u', rig.redis.address, ...args])).stdout.trim();
  const doctor = async (): Promise<{ code: number | null; wrong: string[] }> => {
    const { code, stdout } = await rig.sapwood('doctor', '--json');
    const all = stdout.trim().split('\n');
    const found = all.map((line) => JSON.parse(line) as { level: string; what: string });
    return { code, wrong: found.filter(({ level }) => level === 'wrong').map(({ what }) => what) };
  };

  beforeAll(async () => {
    rig = await startRig();
    traffic = createTraffic(rig);
    await Promise.all(
      (['ingest', 'normalizer', 'gateway'] as const).map((n) => rig.start(n).ready()),
    );
  }, TEST_MS);
  afterAll(async () => rig?.clean(), TEST_MS);

  it('K-9 a Redis that may evict is refused by a service; one without persistence is warned of', async () => {
    await redis('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const evicts = 'Redis: maxmemory-policy is allkeys-lru: full memory drops state without a word';
    expect(await doctor()).toEqual({ code: 4, wrong: [evicts] });
    const { code, stderr } = await rig.sapwood('service', 'aggregator');
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining(evicts) });
    expect(stderr).toContain('redis.conf: maxmemory-policy noeviction');
    await redis('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');

    await redis('CONFIG', 'SET', 'appendonly', 'no');
    expect((await doctor()).wrong).toEqual([expect.stringContaining('no append-only file')]);
    const place = rig.start('aggregator');
    await place.ready();
    expect(place.text()).toContain('no append-only file');
    await place.stop();
    await redis('CONFIG', 'SET', 'appendonly', 'yes');
    expect(await doctor()).toEqual({ code: 0, wrong: [] });
  });

  it('K-9 a state of another version stands still and says so; with its own again it goes on', async () => {
    const first = rig.start('aggregator');
    await first.ready();
    for (let i = 0; i < 4; i++) await traffic.conversation('acme');
    const wall = rig.wall();
    await shows('four', () => cell(wall, 'conversation-volume')?.value === 4);
    await first.stop();
    const code = await redis('HGET', META, 'code');
    await redis('HSET', META, 'code', 'facts@0');
    expect((await doctor()).wrong).toEqual([
      `state: that of facts.v1/${PARTITION} is of version facts@0, this is ${code}`,
    ]);
    const foreign = rig.start('aggregator');
    await until(clock, 'it is said', () => foreign.text().includes('of version facts@0'), SAID_MS);
    await traffic.conversation('acme');
    await rig.expectNothingLost();
    expect(cell(wall, 'conversation-volume')?.value).toBe(4);
    await foreign.stop();
    await redis('HSET', META, 'code', code);
    await rig.start('aggregator').ready();
    await traffic.expectAllIn();
  });

  it('K-9 a log that ends before the state: it is told as what it is, and nothing wrong is shown', async () => {
    const [aggregator] = rig.places('aggregator').slice(-1);
    await aggregator!.stop();
    const off = await redis('HGET', META, 'off');
    await redis('HSET', META, 'off', '1000000');
    expect((await doctor()).wrong).toEqual([
      expect.stringMatching(/^state: facts\.v1\/\d+ ends at \d+, but was folded up to 1000000/),
    ]);
    const place = rig.start('aggregator');
    await until(clock, 'it is said', () => place.text().includes('the state stands at'), SAID_MS);
    await place.stop();
    await redis('HSET', META, 'off', off);
    await rig.start('aggregator').ready();
    await traffic.conversation('acme');
    await traffic.expectAllIn();
  });
});
