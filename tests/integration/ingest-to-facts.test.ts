import type { Fact } from '@sapwood/core/facts';
import { type Ingest, registerIngest } from '@sapwood/ingest/app';
import { createNormalizer, type Normalizer } from '@sapwood/normalizer/pipeline';
import { createPylonClient } from '@sapwood/pylon/client';
import { EMPTY_ROSTER } from '@sapwood/pylon/facts';
import { createAppender } from '@sapwood/runtime/appender';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createSimulated, type Simulated } from '@sapwood/runtime/simulated';
import { createSimulatedRest, type SimulatedRest } from '@sapwood/simulator/rest';
import { createTraffic, type Traffic } from '@sapwood/simulator/traffic';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { factRecords, PYLON_SECRET, rawRecords, until } from '../support/pylon.ts';

const clock = createSystemClock();

interface Path {
  readonly sim: Simulated;
  readonly world: SimulatedTenant;
  readonly rest: SimulatedRest;
  readonly traffic: Traffic;
  readonly normalizer: Normalizer;
  readonly server: FastifyInstance;
  readonly ingest: Ingest;
  readonly statuses: number[];
}
const open: Path[] = [];

/** The whole way in, over real sockets: tenant, ingest, log, normalizer, REST. */
async function path(bodies: 'facts' | 'hints', eventsPerSecond: number): Promise<Path> {
  const world = createSimulatedTenant({ seed: 11, startMs: clock.now() });
  const rest = createSimulatedRest({ world, clock, token: 't' });
  const baseUrl = await rest.server.listen({ host: '127.0.0.1', port: 0 });
  const sim = createSimulated({ clock, rng: createSeededRng(5) });
  const server = Fastify();
  const rng = createSystemRng();
  const shared = { log: sim.log, clock, rng, telemetry: () => {} };
  const ingest = registerIngest(server, {
    ...shared,
    destinations: [
      {
        id: 'd1',
        workspace: 'acme',
        source: 's1',
        schemes: [{ kind: 'pylon-hmac', secrets: [PYLON_SECRET] }],
      },
    ],
    costKeys: [{ id: 'c1', workspace: 'acme', key: 'cost' }],
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const appender = createAppender(shared);
  await appender.start();
  const { fetch } = globalThis;
  const client = createPylonClient({
    baseUrl,
    token: 't',
    fetch,
    clock,
    random: rng.next,
    budget: 'off',
  });
  const normalizer = createNormalizer({
    ...shared,
    store: sim.store,
    appender,
    costs: [{ id: 'c1', workspace: 'acme' }],
    sources: [
      {
        id: 's1',
        workspace: 'acme',
        destinations: ['d1'],
        bodies,
        messages: 'read',
        statuses: {},
        roster: { ...EMPTY_ROSTER, bots: new Set([world.staff.bot.id]) },
        priorityField: 'priority',
        categoryField: null,
        workspaceKey: 'key',
        client: bodies === 'hints' ? client : null,
      },
    ],
  });
  await normalizer.start();
  const post = async (
    to: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string>,
  ): Promise<number> => (await fetch(`${url}${to}`, { method: 'POST', body, headers })).status;
  const statuses: number[] = [];
  const traffic = createTraffic({
    world,
    clock,
    secret: PYLON_SECRET,
    eventsPerSecond,
    onAnswer: (status) => statuses.push(status),
    send: ({ body, headers }) => post('/hooks/d1', new Uint8Array(body), headers),
    sendCosts: (entries) =>
      post('/v1/costs', JSON.stringify(entries), {
        authorization: 'Bearer cost',
        'content-type': 'application/json',
      }),
  });
  const made = { sim, world, rest, traffic, normalizer, server, ingest, statuses };
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const { traffic, server, ingest, normalizer, rest } of open.splice(0)) {
    await traffic.stop();
    await server.close();
    await ingest.stop();
    await normalizer.stop();
    await rest.server.close();
  }
});

const last = (facts: readonly Fact[], id: string): Fact | undefined =>
  facts.findLast((fact) => fact.kind === 'issue.observed' && fact.entity === id);
const messageIds = (facts: readonly Fact[]): Set<string> =>
  new Set(facts.flatMap((fact) => (fact.kind === 'message.observed' ? [fact.body.messageId] : [])));

describe('from trigger to fact', () => {
  it('NORM-30 bodies alone: every delivery that was answered 200 ended in facts', async () => {
    const p = await path('facts', 200);
    p.traffic.start();
    await until(clock, '400 deliveries', () => p.traffic.counts().posted >= 400, 20_000);
    await p.traffic.stop();
    await until(clock, 'all mapped', async () => p.normalizer.idle(), 20_000);
    expect(p.statuses.every((status) => status === 200)).toBe(true);
    const raw = await rawRecords(p.sim.log);
    expect(raw).toHaveLength(p.traffic.counts().accepted);
    const facts = await factRecords(p.sim.log);
    const mapped = new Set(
      facts.flatMap((f) => f.srcs.filter((s) => s.topic === 'raw.pylon.v1').map((s) => s.offset)),
    );
    expect(mapped.size).toBe(raw.length);
    expect(facts.filter((fact) => fact.kind === 'cost.entry').length).toBeGreaterThanOrEqual(5);
  });
  it('NORM-31 with reads: after bad days of the API every issue is as Pylon has it', async () => {
    const p = await path('hints', 30);
    p.rest.fail(500, 3);
    p.traffic.start();
    await until(clock, 'some deliveries', () => p.traffic.counts().posted >= 60, 20_000);
    p.rest.fail(429, 2);
    p.sim.setFaults({ lostAnswer: 0.2, doubleAppend: 0.1 });
    await until(clock, 'more deliveries', () => p.traffic.counts().posted >= 120, 20_000);
    await p.traffic.stop();
    p.sim.setFaults({});
    const missing = async (): Promise<string[]> => {
      const facts = await factRecords(p.sim.log);
      const ids = messageIds(facts);
      return [...p.world.tenant.issues.values()].flatMap((issue) => {
        const seen = last(facts, issue.id);
        const same =
          seen?.kind === 'issue.observed' &&
          seen.body.stateSlug === issue.state &&
          seen.body.assigneeId === issue.assigneeId;
        const lost = issue.messages.filter((message) => !ids.has(message.id));
        return [
          ...(same ? [] : [`issue ${issue.number}`]),
          ...lost.map(({ id }) => `message ${id}`),
        ];
      });
    };
    await until(clock, 'facts agree with REST', async () => (await missing()).length === 0, 30_000);
    expect(p.world.tenant.issues.size).toBeGreaterThan(10);
  });
});
