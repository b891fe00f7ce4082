/**
 * Everything is replaced under load, one process after the other, while a wall stays open; then nobody
 * folds any more, and who reads has to know it.
 */
import { partitionOf } from '@sapwood/contracts/partition';
import { sourceState } from '@sapwood/protocol/honest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Watcher, watch } from '../chaos/watcher.ts';
import { localEnginesOr } from '../support/engines.ts';
import type { Place, ServiceName } from '../support/place.ts';
import { clock } from '../support/process.ts';
import { byWhole } from '../support/size.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { createListener, type Listener } from './listener.ts';
import { PARTITIONS, type Rig, startRig } from './rig.ts';
import { createTraffic, shows, type Traffic } from './traffic.ts';

const local = await localEnginesOr('a rolling restart on Kafka and Redis');
const TEST_MS = 600_000;
/** Two of each that can share its work, as they run where nothing may stop. */
const RUNNING: readonly ServiceName[] = [
  ...(['aggregator', 'aggregator', 'detector', 'gateway', 'gateway'] as const),
  ...(['normalizer', 'normalizer', 'ingest', 'ingest'] as const),
];
const HOME = partitionOf('acme', PARTITIONS);
const DRAIN_MS_MAX = 30_000;
/** How old its newest frame may be for a screen, and for a reader of the topic. */
const WALL_SILENCE_MS = 10_000;
const BLIND_MS_MAX = 15_000;
/** A look at a clock may come late on a busy machine. */
const LOOK_MS = 1_000;

/** Offsets of the frames that each connection told, in order. */
function framesOf(heard: readonly string[]): number[][] {
  const connections: number[][] = [];
  for (const line of heard) {
    const [, type, version] = line.split(' ');
    if (type === 'hello') connections.push([]);
    const offset = Number(version!.split('.')[1]);
    if (Number.isInteger(offset)) connections.at(-1)!.push(offset);
  }
  return connections;
}

const isRising = (offsets: readonly number[]): boolean =>
  offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]!);

describe.skipIf(!local)('rolling restart', { timeout: TEST_MS }, () => {
  let rig: Rig;
  let traffic: Traffic;
  let balancer: Balancer;
  let watcher: Watcher;
  let listener: Listener;
  const steps: string[] = [];
  const heard: string[] = [];

  beforeAll(async () => {
    rig = await startRig();
    traffic = createTraffic(rig);
    await Promise.all(RUNNING.map((name) => rig.start(name).ready()));
    balancer = await startBalancer(() => rig.places('gateway').map((place) => place.url()));
    watcher = watchNoFrameBack();
    listener = createListener(await rig.connect(), HOME);
  }, TEST_MS);
  afterAll(async () => {
    await listener?.close();
    watcher?.close();
    balancer?.close();
    await rig?.clean();
  }, TEST_MS);

  /** What was shown when a message comes, the frame as well: neither ever goes back. */
  function watchNoFrameBack(): Watcher {
    let through = 0;
    let asOf = 0;
    const made: Watcher = watch(`${balancer.url.replace('http', 'ws')}/v1/ws`, (line) => {
      if (line.startsWith('ws ')) heard.push(line);
      else steps.push(line);
      if (made === undefined) return;
      if (made.through() < through || made.asOf() < asOf) {
        steps.push(`back shown frame ${through} ${asOf} ${made.through()} ${made.asOf()}`);
      }
      through = made.through();
      asOf = made.asOf();
    });
    return made;
  }

  async function restarted(place: Place): Promise<void> {
    const startMs = clock.monotonic();
    const { name } = place;
    const { code } = await place.restart();
    const drainMs = Math.round(clock.monotonic() - startMs);
    expect({ name, code }).toEqual({ name, code: 0 });
    expect(drainMs).toBeLessThan(DRAIN_MS_MAX);
    await place.ready();
    const backMs = Math.round(clock.monotonic() - startMs);
    console.log(`${name}: drained in ${drainMs} ms, back after ${backMs} ms`);
  }

  it('F7 K-61 a rolling restart of everything under load loses nothing, and no open wall steps back', async () => {
    const all = RUNNING.map((name, i) => {
      const nth = RUNNING.slice(0, i).filter((other) => other === name).length;
      return rig.places(name)[nth]!;
    });
    await traffic.during(async () => {
      await shows('the screen has values', () => watcher.through() > 0);
      for (let round = 0; round < byWhole(1, 3); round++) {
        for (const place of all) await restarted(place);
      }
    });
    await traffic.expectAllIn();
    await shows('the consumer hears', () => listener.through() > 0);
    await shows('the screen goes on', () => watcher.through() >= listener.through());
    const connections = framesOf(heard).length;
    console.log(
      `${watcher.messages()} messages, ${connections} connections, ${steps.length} set back`,
    );
    // Another gateway may be behind the one before: what it says then is not shown.
    expect(steps.filter((step) => !step.startsWith('back sent '))).toEqual([]);
    expect(framesOf(heard).filter((frames) => !isRising(frames))).toEqual([]);
    expect([...rig.statuses()]).toEqual([200]);
    await rig.expectNothingTwice();
    await traffic.expectCounted();
  });

  it('F3 K-62 with every aggregator killed, a wall and a plain consumer know within 15 s that they are blind', async () => {
    const wall = rig.wall(balancer.url);
    const seesNothing = (): boolean => {
      const freshness = { frame: wall.state.frame, frameAgeMs: wall.frameAgeMs() };
      return sourceState(freshness, WALL_SILENCE_MS).reasons.includes('no_frame');
    };
    await shows('the wall sees', () => !seesNothing());
    await shows('the consumer hears', () => listener.silenceMs() < BLIND_MS_MAX);
    await Promise.all(rig.places('aggregator').map((place) => place.end()));
    const killedMs = clock.monotonic();
    const sinceMs = async (what: string, holds: () => boolean): Promise<number> => {
      await shows(what, holds);
      return Math.round(clock.monotonic() - killedMs);
    };
    const [wallMs, consumerMs] = await Promise.all([
      sinceMs('the wall knows', seesNothing),
      sinceMs('the consumer knows', () => listener.silenceMs() > BLIND_MS_MAX),
    ]);
    console.log(`the wall knows after ${wallMs} ms, the consumer after ${consumerMs} ms`);
    expect(wallMs).toBeLessThan(BLIND_MS_MAX);
    expect(consumerMs).toBeLessThan(BLIND_MS_MAX + LOOK_MS);
    await rig.start('aggregator').ready();
    await shows('the wall sees again', () => !seesNothing());
    await shows('the consumer hears again', () => listener.silenceMs() < BLIND_MS_MAX);
  });
});
