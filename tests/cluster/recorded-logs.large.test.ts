/**
 * Recorded logs on the distributed engine, byte for byte: whoever folds a partition, and however often
 * it changes hands on the way, what comes of it is what the embedded engine made of the same bytes.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { clock, createWorkshop } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import { byWhole } from '../support/size.ts';
import { createFeeder, type Feeder } from './feeder.ts';
import { type Engines, type Grounds, startGrounds } from './grounds.ts';
import { type Outcome, offsetOf, outcomeOf } from './lane-outcome.ts';
import { type Member, startMember } from './member.ts';
import { type Lane, recordedLanes } from './recorded-lanes.ts';

const local = await localEnginesOr('recorded logs on Kafka and Redis');
const LANES_MS = byWhole(120_000, 3 * 3_600_000);
const TRIAL_MS = byWhole(180_000, 90 * 60_000);
const HANDOVER_MS = 60_000;
const SETTLED_MS = byWhole(60_000, 60 * 60_000);

describe.skipIf(!local)('recorded logs', { timeout: TRIAL_MS }, () => {
  const workshop = createWorkshop();
  let lanes: readonly Lane[] = [];
  const truth = new Map<Lane, Outcome>();
  let grounds: Grounds | null = null;
  const members: Member[] = [];

  const join = async (): Promise<Member> => {
    const made = await startMember('aggregator', grounds!.config);
    members.push(made);
    return made;
  };
  const works = (member: Member): Promise<void> =>
    until(clock, 'it folds', async () => (await member.work()).passes > 0, HANDOVER_MS);

  beforeAll(async () => {
    if (!local) return;
    lanes = await recordedLanes(workshop);
    for (const lane of lanes) truth.set(lane, await outcomeOf(lane.engine, 0));
    const sizes = lanes.map(({ name, records }) => `${name} ${records.length}`);
    console.log(`facts: ${sizes.join(', ')}`);
  }, LANES_MS);
  afterEach(async () => {
    await Promise.all(members.splice(0).map(({ cli }) => (cli.isEnded() ? null : cli.kill())));
    await grounds?.clean();
    grounds = null;
  }, TRIAL_MS);
  afterAll(async () => {
    for (const { engine } of lanes) await engine.close();
    await workshop.clean();
  });

  /** Whoever is there folds on from where others were: every lane comes to the end of what it has. */
  const caughtUp = (engines: Engines, feeder: Feeder): Promise<void> =>
    until(
      clock,
      'all is folded',
      async () => {
        const lacking = lanes.map(async (lane) => {
          return feeder.fed(lane) - (await offsetOf(engines, lane.partition));
        });
        return (await Promise.all(lacking)).every((records) => records === 0);
      },
      SETTLED_MS,
    );

  const settled = (engines: Engines, lane: Lane): Promise<void> => {
    const { published, events } = truth.get(lane)!;
    let told: (string | undefined)[] = [];
    return until(
      clock,
      `${lane.name} is published`,
      async () => {
        const is = await outcomeOf(engines, lane.partition);
        told = lane.workspaces.map((id) => is.published[`frame/${id}`]);
        // What a killed process had not sent yet is sent by the next one, in its own time.
        if (is.events.length < events.length) return false;
        return lane.workspaces.every((id, i) => told[i] === published[`frame/${id}`]);
      },
      SETTLED_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}, but ${told.join()}`);
    });
  };

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'K-60 M5 folded by processes of which one joins and one goes by %s, they have the state and the values of the embedded engine',
    async (how) => {
      const workspaces = lanes.flatMap((lane) => lane.workspaces);
      grounds = await startGrounds({ partitions: lanes.length, workspaces });
      const engines = await grounds.connect();
      const feeder = createFeeder(engines.log, lanes);
      const [first, second] = await Promise.all([join(), join()]);
      await feeder.during(0.3, async () => {
        await Promise.all([works(first), works(second)]);
      });
      const joined = Promise.withResolvers<Member>();
      await feeder.during(0.6, async () => {
        joined.resolve(await join());
        await works(await joined.promise);
      });
      const third = await joined.promise;
      await feeder.during(0.9, async () => {
        if (how === 'SIGTERM') expect((await first.cli.stop()).code).toBe(0);
        else await first.cli.kill();
        await caughtUp(engines, feeder);
      });
      await feeder.during(1, () => caughtUp(engines, feeder));
      await caughtUp(engines, feeder);
      const shares = await Promise.all([second.work(), third.work()]);
      console.log(`${how}: second and third did ${JSON.stringify(shares)}`);
      for (const lane of lanes) {
        await settled(engines, lane);
        expect(await outcomeOf(engines, lane.partition), lane.name).toEqual(truth.get(lane));
      }
      for (const { facts } of shares) expect(facts).toBeGreaterThan(0);
    },
  );
});
