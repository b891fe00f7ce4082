/** `sapwood simulate`: a simulated desk for an installation on Kafka and Redis that is there already. */
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createRunGroup } from '@sapwood/runtime/supervise';
import type { Config, LoadedConfig } from '@sapwood/service-kit/config';
import { installShutdown } from '@sapwood/service-kit/shutdown';
import type { Scenario } from '@sapwood/simulator/behaviour';
import { connectEngine, requireTopics } from '../distributed/connect.ts';
import { UserError } from '../exit.ts';
import { loadedConfig } from '../loaded.ts';
import { keptSecret } from '../setup.ts';
import {
  SIMULATED,
  type SimulationOptions,
  simulate as seed,
  simulatedTraffic,
} from '../simulate.ts';

export interface SimulateOptions {
  readonly config?: string;
  /** Of ingest; left out: only the desk's past is written, before anybody serves. */
  readonly url?: string;
}

export async function simulate({ config, url }: SimulateOptions): Promise<void> {
  const loaded = loadedConfig({ file: config ?? null });
  const desk = deskOf(loaded.config);
  const clock = createSystemClock({});
  const { world } = await seeded(loaded, desk);
  if (url === undefined) {
    console.error('The past of the simulated desk is in the log.');
    return;
  }
  const traffic = simulatedTraffic({
    ...desk,
    world,
    clock,
    url: () => url.replace(/\/+$/, ''),
    scenario: loaded.config.simulator.scenario as Scenario,
    eventsPerSecond: null,
  });
  const group = createRunGroup([traffic], { clock, telemetry: () => {} });
  const say = (text: string): void => console.error(text);
  installShutdown({ process, clock, stop: () => group.stop(), say });
  await group.start();
  console.log(`A simulated desk posts to ${url}.`);
}

/** It signs with what the services verify with: the workspace, source and feed are all called alike. */
function deskOf({ sources, costs, data, simulator }: Config): SimulationOptions {
  const [scheme] = sources[SIMULATED]?.hooks[SIMULATED]?.schemes ?? [];
  const secret = scheme?.kind === 'pylon-hmac' ? scheme.secrets[0] : undefined;
  const costKey = costs.keys[SIMULATED]?.key;
  if (secret === undefined || costKey === undefined) {
    throw new UserError(
      `The configuration needs a source, a hook of kind pylon-hmac and a cost key, each called "${SIMULATED}".`,
    );
  }
  return { seed: simulator.seed, secret, costKey, workspaceKey: keptSecret(data, 'workspace-key') };
}

async function seeded(loaded: LoadedConfig, desk: SimulationOptions) {
  const clock = createSystemClock({});
  const rng = createSystemRng();
  const deps = { clock, rng, telemetry: () => {}, clientId: 'sapwood-simulator' };
  const engine = await connectEngine(loaded, deps);
  try {
    await requireTopics(engine.log, loaded);
    return await seed(engine, clock, { ...desk, loaded });
  } finally {
    await engine.close();
  }
}
