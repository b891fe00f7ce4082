/**
 * A simulated tenant behind its REST API, the real client and a normalizer, on a virtual clock. Time
 * moves only when nothing can go on without it, so a day of reads takes seconds.
 */
import { createHash } from 'node:crypto';
import { rawCodec } from '@sapwood/contracts/codec';
import type { Fact } from '@sapwood/core/facts';
import type { NormalizerLimits, SourceConfig } from '@sapwood/normalizer/config';
import { createNormalizer, type Normalizer } from '@sapwood/normalizer/pipeline';
import { createPylonClient, type PylonClient } from '@sapwood/pylon/client';
import { EMPTY_ROSTER } from '@sapwood/pylon/facts';
import type { Fetch } from '@sapwood/pylon/transport';
import { createAppender } from '@sapwood/runtime/appender';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock, type VirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSimulated, type Simulated } from '@sapwood/runtime/simulated';
import { createSimulatedRest, type SimulatedRest } from '@sapwood/simulator/rest';
import type { Change } from '@sapwood/simulator/tenant';
import { renderChange } from '@sapwood/simulator/webhooks';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import { factRecords } from '../support/pylon.ts';

export const START: number = Date.parse('2026-06-10T09:00:00Z');
const PAST_MS = 2 * 3_600_000;
const MINUTE_MS = 60_000;
/** No answer takes longer. */
const ANSWER_MS_MAX = 1_500;
const TURNS = 25;

export interface Reads {
  readonly clock: VirtualClock;
  readonly world: SimulatedTenant;
  readonly rest: SimulatedRest;
  readonly sim: Simulated;
  normalizer: Normalizer;
  /** Instants of requests that were let through, by path. */
  readonly asked: Map<string, number[]>;
  /** True: no request is answered at all. */
  down: boolean;
  /** Posts the trigger's body: ids alone. */
  hint(change: Change): Promise<void>;
  facts(): Promise<Fact[]>;
  settle(ms: number): Promise<void>;
  /** Settles step by step until it holds; false after `ms`. */
  until(holds: (facts: readonly Fact[]) => boolean, ms: number, stepMs?: number): Promise<boolean>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ReadsOptions {
  readonly hooks: boolean;
  readonly limits?: boolean;
  readonly seed?: number;
  /** Another source of the same workspace, without a token. */
  readonly second?: boolean;
  readonly normalizer?: Partial<NormalizerLimits>;
  readonly source?: Partial<SourceConfig>;
  /** Changes the tenant before anything is read. */
  readonly prepare?: (world: SimulatedTenant) => void;
}

const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};

function tenantOf(seed: number): SimulatedTenant {
  const world = createSimulatedTenant({ seed, startMs: START - PAST_MS, peakPerHour: 6 });
  while (world.behaviour.nextAt() < START) world.behaviour.step();
  return world;
}

export async function startReads(options: ReadsOptions): Promise<Reads> {
  const { seed = 7 } = options;
  const clock = createVirtualClock(START);
  const rng = createSeededRng(seed);
  const world = tenantOf(seed);
  options.prepare?.(world);
  const asked = new Map<string, number[]>();
  const rest = createSimulatedRest({
    ...{ world, clock, token: 't', limits: options.limits ?? false },
    onRequest: (path) => void asked.set(path, [...(asked.get(path) ?? []), clock.now()]),
  });
  await rest.server.ready();
  const sim = createSimulated({ clock, rng });
  let injecting = 0;

  const halfAnswerMs = (): number => Math.floor((rng.next() * ANSWER_MS_MAX) / 2);
  const fetch: Fetch = async (address, { method, headers, body, signal }) => {
    await clock.sleep(halfAnswerMs(), signal);
    if (reads.down) throw new TypeError('fetch failed');
    injecting += 1;
    const { pathname, search } = new URL(address);
    const call = { method: method as 'GET' | 'POST', url: pathname + search, headers };
    const answer = await rest.server
      .inject({ ...call, ...(body === undefined ? {} : { payload: body }) })
      .finally(() => {
        injecting -= 1;
      });
    await clock.sleep(halfAnswerMs(), signal);
    const given = (name: string): string | null => (answer.headers[name] as string) ?? null;
    return { status: answer.statusCode, headers: { get: given }, text: async () => answer.body };
  };
  const makeClient = (): PylonClient =>
    createPylonClient({
      ...{ baseUrl: 'http://127.0.0.1:9', token: 't', fetch, clock, random: rng.next },
    });

  const sourceOf = (client: PylonClient | null): SourceConfig => ({
    ...{ id: 's1', workspace: 'acme', destinations: options.hooks ? ['d1'] : [] },
    ...{ bodies: 'hints', messages: 'read', statuses: {}, workspaceKey: 'key' },
    roster: { ...EMPTY_ROSTER, bots: new Set([world.staff.bot.id]) },
    ...{ priorityField: 'priority', categoryField: 'topic' },
    accountFields: { tier: 'tier', arr: 'arr', parent: null },
    client,
    ...options.source,
  });

  async function newNormalizer(): Promise<Normalizer> {
    const shared = { log: sim.log, clock, rng, telemetry: () => {} };
    const appender = createAppender(shared);
    await appender.start();
    const normalizer = createNormalizer({
      ...{ ...shared, store: sim.store, appender, costs: [] },
      ...(options.normalizer ? { limits: options.normalizer } : {}),
      sources: [
        ...(options.second ? [{ ...sourceOf(null), id: 's2', destinations: ['d2'] }] : []),
        sourceOf(makeClient()),
      ],
      onFatal: (error) => {
        throw error;
      },
    });
    await normalizer.start();
    return normalizer;
  }

  /** Everything that can happen without time. */
  async function quiet(): Promise<void> {
    do await turns(TURNS);
    while (injecting > 0);
  }

  /** Reads under way end in their own time. */
  async function stopNormalizer(): Promise<void> {
    let stopped = false;
    const stop = reads.normalizer.stop().then(() => {
      stopped = true;
    });
    while (!stopped) await reads.settle(ANSWER_MS_MAX);
    await stop;
  }

  const reads: Reads = {
    ...{ clock, world, rest, sim, asked, down: false },
    normalizer: await newNormalizer(),
    async hint(change) {
      const issue = world.tenant.issues.get(change.issueId)!;
      const raw = renderChange(change, issue, 'hint');
      const sha256 = createHash('sha256').update(raw).digest();
      const base = { v: 1, dest: 'd1', workspace: 'acme', headers: {} } as const;
      const delivery = { ...base, receivedAt: clock.now(), sha256, raw };
      const value = rawCodec.encode({ delivery, heartbeat: null });
      await sim.log.append('raw.pylon.v1', 0, [{ key: 'd1', value }]);
    },
    facts: () => factRecords(sim.log),
    async settle(ms) {
      const end = clock.now() + ms;
      for (await quiet(); clock.now() < end; await quiet()) {
        clock.advanceTo(Math.min(end, clock.nextAt() ?? end));
      }
    },
    async until(holds, ms, stepMs = 1_000) {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        if (holds(await reads.facts())) return true;
        await reads.settle(stepMs);
      }
      return holds(await reads.facts());
    },
    async restart() {
      await stopNormalizer();
      reads.normalizer = await newNormalizer();
    },
    async stop() {
      await stopNormalizer();
      await rest.server.close();
    },
  };
  return reads;
}

/** The most requests that left in any minute, by path: none is under way longer than an answer takes. */
export function busiestMinutes({ asked }: Reads): Record<string, number> {
  const most = (times: readonly number[]): number =>
    Math.max(
      ...times.map(
        (at, i) => times.slice(i).filter((other) => other < at + MINUTE_MS - ANSWER_MS_MAX).length,
      ),
    );
  return Object.fromEntries([...asked].map(([path, times]) => [path, most(times)]));
}
