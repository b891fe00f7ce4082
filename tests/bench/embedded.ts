/** The whole system in this process, on a clock that the bench moves. */
import { join } from 'node:path';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { VirtualClock } from '@sapwood/runtime/clock/virtual';
import type { Idle } from '@sapwood/runtime/ports';
import { createSqlite, type Durability } from '@sapwood/runtime/sqlite';
import { awaitIdle } from '@sapwood/runtime/supervise';
import type { TelemetryEvent } from '@sapwood/runtime/telemetry';
import { loadConfig } from '@sapwood/service-kit/config';
import { createHttpServer } from '@sapwood/service-kit/http';
import { createSystem } from '../../packages/cli/compose.ts';
import { MANUAL, manualSetup } from '../../packages/cli/manual.ts';

export const SECRET = 'a-secret-of-the-bench';
export const COST_KEY = 'a-cost-key-of-the-bench';
export const WORKSPACE: string = MANUAL;

type Server = ReturnType<typeof createHttpServer>;

export interface Embedded {
  readonly server: Server;
  readonly engine: ReturnType<typeof createSqlite>;
  readonly components: readonly Partial<Idle>[];
  /** To an instant, every due job once there. */
  passTo(at: number): Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly data: string;
  readonly clock: VirtualClock;
  readonly durability: Durability;
  readonly tell?: (event: TelemetryEvent) => void;
}

export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { data, clock, durability, tell = () => {} } = options;
  const loaded = loadConfig({ file: null, env: {}, flags: { data } });
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  const keys = { secret: SECRET, costKey: COST_KEY, workspaceKey: 'a-workspace-key' };
  const engine = createSqlite({ file: join(data, 'sapwood.db'), clock, durability });
  const server = createHttpServer({});
  const system = await createSystem({
    setup: manualSetup({ loaded, now: clock.now(), ...keys }),
    log: engine.log,
    store: engine.store,
    clock,
    rng: createSeededRng(1),
    telemetry: tell,
    server,
    host: '127.0.0.1',
    port: 0,
    access: { kind: 'loopback' },
    wallDir: null,
    build: 'bench',
    onFailure: (name, reason) => {
      throw new Error(`${name} ended: ${reason}`);
    },
  });
  await system.start();
  const { components } = system;
  return {
    server,
    engine,
    components,
    passTo: async (at) => {
      clock.advanceTo(at);
      await awaitIdle(components);
    },
    stop: async () => {
      await system.stop();
      await engine.close();
    },
  };
}
