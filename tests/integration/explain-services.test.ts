/** The aggregator and the gateway of a cluster as their processes are put together, over one engine. */
import { factCodec } from '@sapwood/contracts/facts';
import type { WorkspaceConfig } from '@sapwood/core/config';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import type { ExplainedValue } from '@sapwood/protocol/explained';
import { createClockGuard } from '@sapwood/runtime/clock/guard';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import { createSimulated } from '@sapwood/runtime/simulated';
import { createHttpServer } from '@sapwood/service-kit/http';
import { expect, it } from 'vitest';
import {
  SERVICES,
  type Service,
  type ServiceDeps,
} from '../../packages/cli/distributed/services.ts';
import { config, heartbeat, issue, message, tick, WORKSPACE } from '../support/facts.ts';
import { until } from './gateway-harness.ts';

const clock = createSystemClock();
const NOW = clock.now();
const CONFIG: WorkspaceConfig = {
  ...{ messages: 'read', currency: 'GBP', sources: ['pylon'], tree: DEFAULT_TREE },
};

it('EXPLAIN-29 a gateway that is told where the aggregators are explains values; one that is not says so', async () => {
  const world = createSimulated({ clock });
  const facts = [
    config(NOW - 90_000, CONFIG),
    message('a', NOW - 80_000, 'customer', { authorId: 'jo', channel: 'email' }),
    issue('a', NOW - 79_000, { number: 12, createdAt: NOW - 80_000, channel: 'email' }),
    message('a', NOW - 60_000, 'human', { authorId: 'ada' }),
    heartbeat('pylon', NOW - 1_000),
    tick(NOW),
  ];
  const records = facts.map((fact) => ({ key: fact.entity, value: factCodec.encode(fact) }));
  await world.log.append('facts.v1', 0, records);
  const deps = (aggregators: readonly string[]): ServiceDeps => ({
    setup: {
      workspaces: [{ id: WORKSPACE, config: CONFIG, app: 'https://app.example.com' }],
      ...{ destinations: [], costKeys: [], sources: [], costs: [] },
    },
    ...world.connect(),
    ...{ clock, rng: createSystemRng(), telemetry: () => {}, guard: createClockGuard(clock) },
    ...{ http: { host: '127.0.0.1', port: 0 }, access: { kind: 'loopback' }, aggregators },
    onFailure: () => {},
  });
  const running: Service[] = [];
  const start = async (name: string, aggregators: readonly string[] = []): Promise<Service> => {
    const service = await SERVICES[name]!(deps(aggregators));
    for (const component of service.components) await component.start?.();
    running.push(service);
    return service;
  };
  const ops = createHttpServer();
  try {
    const aggregator = await SERVICES['aggregator']!(deps([]));
    aggregator.ops!(ops);
    const address = await ops.listen({ host: '127.0.0.1', port: 0 });
    for (const component of aggregator.components) await component.start?.();
    running.push(aggregator);
    const gateway = await start('gateway', [address]);
    const path = '/v1/metrics/first-response-time/explain?window=24h&clock=wall';
    const explained = await until('an explanation', async () => {
      const answer = await fetch(`${gateway.url!()}${path}`);
      return answer.ok ? ((await answer.json()) as ExplainedValue) : null;
    });
    expect(explained).toMatchObject({
      ...{ sums: true, published: { num: 20_000, n: 1 }, version: { topology: 1, offset: 6 } },
      parts: [{ conversation: { link: 'https://app.example.com/issues?issueNumber=12' } }],
    });
    const untold = await start('gateway');
    const refused = await until('a refusal', async () => {
      const answer = await fetch(`${untold.url!()}${path}`);
      const body = (await answer.json()) as { error?: { code: string; message: string } };
      return body.error?.code === 'no_owner' && body.error;
    });
    expect(refused.message).toMatch(
      /^Nobody can explain it now: name the aggregators to this gateway/,
    );
  } finally {
    for (const service of running.reverse()) {
      for (const component of [...service.components].reverse()) await component.stop?.();
    }
    await ops.close();
  }
}, 120_000);
