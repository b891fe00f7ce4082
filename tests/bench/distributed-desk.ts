/** A simulated desk for the bench: its past straight into the log, its present as signed webhooks. */
import { partitionOf } from '@sapwood/contracts/partition';
import type { KafkaLog } from '@sapwood/runtime/kafka';
import { historyFacts } from '@sapwood/simulator/history';
import { createTraffic } from '@sapwood/simulator/traffic';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import { configFact } from '../../packages/cli/config-fact.ts';
import { type Moment, seedFacts } from '../../packages/cli/seed.ts';
import { rosterOf, workspaceConfig } from '../../packages/cli/setup.ts';
import { clock } from '../support/process.ts';
import { PYLON_SECRET } from '../support/pylon.ts';
import { WORKSPACE, WORKSPACE_KEY } from './distributed-rig.ts';

const HISTORY_MS: number = 26 * 3_600_000;

export interface Desk {
  readonly world: SimulatedTenant;
  readonly partition: number;
  /** Facts of its past. */
  readonly facts: number;
}

/** A day and a bit; `peakPerHour` says how large the desk is. */
export async function seedDesk(
  log: KafkaLog,
  partitions: number,
  seed: number,
  peakPerHour: number,
): Promise<Desk> {
  const partition = partitionOf(WORKSPACE, partitions);
  const untilMs = clock.now();
  const startMs = untilMs - HISTORY_MS;
  const world = createSimulatedTenant({ seed, startMs, peakPerHour });
  const roster = rosterOf({});
  const source = { id: WORKSPACE, workspace: WORKSPACE, messages: 'read', roster } as const;
  const config = workspaceConfig(WORKSPACE, { currency: 'GBP', sources: [source] });
  const options = {
    ...{ workspace: WORKSPACE, source: WORKSPACE, workspaceKey: WORKSPACE_KEY },
    ...{ startMs, untilMs },
  };
  function* past(): Generator<Moment> {
    yield { at: startMs, facts: [configFact(WORKSPACE, config, startMs)] };
    yield* historyFacts(world, options);
  }
  return { world, partition, facts: await seedFacts(log, partition, past(), clock) };
}

export interface Load {
  accepted(): number;
  stop(): Promise<void>;
}

/** So many webhooks a second, whatever is answered. */
export function startLoad({ world }: Desk, url: string, eventsPerSecond: number): Load {
  const traffic = createTraffic({
    ...{ world, clock, eventsPerSecond },
    secret: PYLON_SECRET,
    send: async ({ body, headers }) => {
      const init = { method: 'POST', headers, body: new Uint8Array(body) };
      const answer = await fetch(`${url}/hooks/${WORKSPACE}`, init);
      await answer.arrayBuffer();
      return answer.status;
    },
  });
  traffic.start();
  return { accepted: () => traffic.counts().accepted, stop: () => traffic.stop() };
}
