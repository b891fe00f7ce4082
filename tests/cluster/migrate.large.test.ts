/** From an embedded store to a real Kafka and a real Redis: interrupted, resumed, and gone on with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import { signBody } from '@sapwood/pylon/signature';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { createKafka } from '@sapwood/runtime/kafka';
import type { LogRecord } from '@sapwood/runtime/ports';
import { createRedis } from '@sapwood/runtime/redis';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { loadConfig } from '@sapwood/service-kit/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, startBrokers } from '../../deploy/kafka/broker.ts';
import { type RedisServer, startRedis } from '../../deploy/kafka/redis.ts';
import { startWarden } from '../../deploy/kafka/warden.ts';
import { logView } from '../../packages/cli/distributed/partition-view.ts';
import { migrate } from '../../packages/cli/migrate/migrate.ts';
import { type Engine, flowsOf } from '../../packages/cli/migrate/origin.ts';
import { COST_KEY, SECRET, startEmbedded, WORKSPACE } from '../bench/embedded.ts';
import { letterFrom } from '../support/desk.ts';
import { localEnginesOr } from '../support/engines.ts';
import { readTopic, sha256 } from '../support/journal.ts';
import { clock, runCli, spawnCli } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const local = await localEnginesOr('a migration to Kafka and Redis');
const PARTITIONS = 3;
const CONVERSATIONS = 150;
const MINUTE_MS = 60_000;
const SETUP_MS = 120_000;
/** Deliveries that ingest has answered and nobody has mapped. */
const PENDING = ['pending-1', 'pending-2'] as const;
const HOME = partitionOf(WORKSPACE, PARTITIONS);

const letter = (issue: string, kind: 'issue_new' | 'issue_message_new', at: number): string =>
  letterFrom({
    ...{ kind, issue, createdAt: at, sentAt: at, message: `${issue}-${kind}` },
    ...(kind === 'issue_new' ? {} : { author: 'team' as const, assignee: 'agent-1' }),
  });

/** Two hours of a desk through the real path, and a cost. */
async function liveThrough(data: string): Promise<void> {
  const virtual = createVirtualClock(clock.now() - 120 * MINUTE_MS);
  const system = await startEmbedded({ data, clock: virtual, durability: 'NORMAL' });
  const post = async (url: string, headers: object, payload: string): Promise<void> => {
    const all = { 'content-type': 'application/json', ...headers };
    const { statusCode } = await system.server.inject({
      method: 'POST',
      url,
      headers: all,
      payload,
    });
    expect(statusCode).toBeLessThan(300);
  };
  const hook = (body: string): Promise<void> =>
    post(`/hooks/${WORKSPACE}`, { 'x-pylon-signature': signBody(SECRET, Buffer.from(body)) }, body);
  for (let i = 0; i < CONVERSATIONS; i++) {
    await hook(letter(`issue-${i}`, 'issue_new', virtual.now()));
    await system.passTo(virtual.now() + 20_000);
    if (i % 3 > 0) await hook(letter(`issue-${i}`, 'issue_message_new', virtual.now()));
    await system.passTo(virtual.now() + 20_000);
  }
  const [from, to] = [virtual.now() - 60 * MINUTE_MS, virtual.now()].map((at) =>
    new Date(at).toISOString(),
  );
  const cost = { costId: 'tooling', category: 'tooling', amountMicro: 36_000_000, currency: 'USD' };
  const bearer = { authorization: `Bearer ${COST_KEY}` };
  await post('/v1/costs', bearer, JSON.stringify([{ ...cost, from, to }]));
  await system.passTo(virtual.now() + MINUTE_MS);
  await system.stop();
}

/** As ingest leaves it when everything dies just after its 200. */
async function answerAndDie(data: string): Promise<void> {
  const engine = createSqlite({ file: join(data, 'sapwood.db'), clock });
  for (const issue of PENDING) {
    const raw = Buffer.from(letter(issue, 'issue_new', clock.now()));
    const delivery = {
      ...{ v: 1 as const, dest: WORKSPACE, workspace: WORKSPACE, receivedAt: clock.now() },
      ...{ sha256: Buffer.from(sha256(raw), 'hex'), headers: {}, raw },
    };
    const value = rawCodec.encode({ delivery, heartbeat: null });
    await engine.log.append(TOPICS.rawPylon.name, 0, [{ key: WORKSPACE, value }]);
  }
  await engine.close();
}

const bytesOf = (records: readonly LogRecord[]): string[] =>
  records.map(({ key, value }) => `${key} ${value ? Buffer.from(value).toString('base64') : '-'}`);

describe.skipIf(!local)('migrate', { timeout: 180_000 }, () => {
  const warden = startWarden();
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-migrate-'));
  const data = join(folder, 'embedded');
  const file = join(folder, 'sapwood.yaml');
  let broker: Broker;
  let redis: RedisServer;
  let facts: readonly LogRecord[] = [];

  const configText = (partitions: number): string => `data: .
workspaces: { ${WORKSPACE}: {} }
sources:
  ${WORKSPACE}:
    workspace: ${WORKSPACE}
    hooks: { ${WORKSPACE}: { schemes: [{ kind: pylon-hmac, secretFiles: [hook.secret] }] } }
costs: { keys: { ${WORKSPACE}: { workspace: ${WORKSPACE}, keyFile: cost.key } } }
kafka: { brokers: ["${broker.address}"], partitions: ${partitions}, replicas: 1, sessionMs: 2000 }
redis: { url: "${redis.address}" }
`;
  const configOf = () => {
    const loaded = loadConfig({ file, env: {} });
    if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
    return loaded.config;
  };
  const ports = { clock, rng: createSystemRng(), telemetry: () => {} };
  const source = () => createSqlite({ file: join(data, 'sapwood.db'), clock });
  const target = async (): Promise<Engine & { close(): Promise<void> }> => {
    const connection = { brokers: [broker.address], clientId: 'test' };
    const log = await createKafka({ connection, ...ports, sessionMs: 2_000, heartbeatMs: 400 });
    const store = await createRedis({ url: redis.address, telemetry: () => {} });
    return {
      log,
      store,
      close: async () => void (await Promise.all([log.close(), store.close()])),
    };
  };
  const command = (...more: string[]) =>
    runCli(['migrate', '--config', file, '--data', data, ...more]);
  const inKafka = async (topic: string): Promise<LogRecord[]> => {
    const to = await target();
    try {
      return await readTopic(logView(to.log, HOME), topic);
    } finally {
      await to.close();
    }
  };

  beforeAll(async () => {
    warden.folder(folder);
    const hooks = { onPid: warden.pid, onFolder: warden.folder };
    const [brokers, server] = await Promise.all([startBrokers(1, hooks), startRedis(hooks)]);
    broker = brokers[0]!;
    redis = server;
    const files = {
      'sapwood.yaml': configText(PARTITIONS),
      ...{ 'hook.secret': SECRET, 'cost.key': COST_KEY, 'workspace-key': 'a-workspace-key' },
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    await liveThrough(data);
    await answerAndDie(data);
    const from = source();
    facts = await readTopic(from.log, TOPICS.facts.name);
    await from.close();
    console.log(`embedded: ${facts.length} facts`);
    const applied = await runCli(['topics', 'apply', '--config', file]);
    expect(applied.code, applied.stderr).toBe(0);
  }, SETUP_MS);
  afterAll(async () => {
    await Promise.all([broker?.stop(), redis?.stop()]);
    rmSync(folder, { recursive: true, force: true });
    warden.dismiss();
  }, SETUP_MS);

  it('K-42 a running process, other partitions, another key: refused in one sentence, nothing written', async () => {
    const running = source();
    const locked = await command();
    await running.close();
    expect(locked).toMatchObject({ code: 2, stdout: '' });
    expect(locked.stderr).toBe(
      `Another Sapwood process is already writing ${join(data, 'sapwood.db')}.\n`,
    );
    writeFileSync(file, configText(PARTITIONS + 2));
    const split = await command();
    writeFileSync(file, configText(PARTITIONS));
    expect(split).toMatchObject({ code: 2, stdout: '' });
    expect(split.stderr).toMatch(/kafka\.partitions is 5, but raw\.pylon\.v1 has 3: .+\n$/);
    writeFileSync(join(data, 'workspace-key'), 'another-workspace-key');
    const keyed = await command();
    rmSync(join(data, 'workspace-key'));
    expect(keyed).toMatchObject({ code: 2, stdout: '' });
    expect(keyed.stderr).toMatch(/workspace-key has to be the key of the store/);
    expect(await inKafka(TOPICS.facts.name)).toEqual([]);
  });

  it('K-40 K-41 interrupted in the middle, it goes on: every byte of every fact, and the same state', async () => {
    const [from, to] = [source(), await target()];
    let left = 1;
    const append: Engine['log']['append'] = async (...call) => {
      if (left-- > 0) return to.log.append(...call);
      throw new Error('the power is gone');
    };
    const broken = { log: { ...to.log, append }, store: to.store };
    const deps = { from, to: broken, config: configOf(), ...ports, say: () => {} };
    await expect(migrate(deps)).rejects.toThrow('the power is gone');
    await to.close();
    await from.close();
    const half = await inKafka(TOPICS.facts.name);
    expect(half.length).toBeGreaterThan(0);
    expect(half.length).toBeLessThan(facts.length);

    const startedMs = clock.monotonic();
    const { code, stdout, stderr } = await command();
    console.log(`resumed in ${Math.round(clock.monotonic() - startedMs)} ms\n${stderr}${stdout}`);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(new RegExp(`of which ${half.length} are there already`));
    const whole = await inKafka(TOPICS.facts.name);
    expect(bytesOf(whole.slice(0, facts.length))).toEqual(bytesOf(facts));
    // And one that says that the raw log begins anew.
    expect(whole.length).toBe(facts.length + 1);
    const last = factCodec.decode(whole.at(-1)!.value!);
    expect(last).toMatchObject({ kind: 'tick', srcs: [{ epoch: 1, offset: -1 }] });
    expect(stdout).toMatch(/^state: \d[\d,]* fields, the same as in /m);
    expect(stdout).toMatch(/^Next: sapwood service NAME/m);
  });

  it('K-41 once more changes nothing; a log that is no part of it is refused', async () => {
    const before = await inKafka(TOPICS.facts.name);
    const again = await command();
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/All was copied before/);
    expect(await inKafka(TOPICS.facts.name)).toEqual(before);
    const to = await target();
    await to.store.putRecord('migrate/copied', null);
    await to.close();
    const used = await command();
    expect(used).toMatchObject({ code: 2, stdout: '' });
    expect(used.stderr).toMatch(/ on Kafka is not empty, so services have run there: .+\n$/);
  });

  it('K-43 what was answered and not mapped is mapped once, later than everything before the move', async () => {
    const normalizer = spawnCli(['service', 'normalizer', '--config', file]);
    const aggregator = spawnCli(['service', 'aggregator', '--config', file]);
    let after: LogRecord[] = [];
    try {
      const both = async (): Promise<boolean> => {
        after = (await inKafka(TOPICS.facts.name)).slice(facts.length + 1);
        const known = new Set(after.map(({ key }) => key));
        return PENDING.every((issue) => known.has(issue));
      };
      await until(clock, 'what was pending is mapped', both, 60_000);
      await clock.sleep(2_000);
      await both();
    } finally {
      await normalizer.stop();
      await until(clock, 'the state is at the head', atHead, 60_000);
      await aggregator.stop();
    }
    const mapped = after
      .map(({ value }) => factCodec.decode(value!))
      .filter(({ kind }) => kind !== 'tick');
    const opened = mapped.filter(({ kind }) => kind === 'issue.observed');
    expect(opened.map(({ entity }) => entity)).toEqual([...PENDING]);
    expect(opened.map(({ srcs }) => srcs)).toEqual(
      PENDING.map((_, offset) => [
        { topic: TOPICS.rawPylon.name, partition: HOME, epoch: 1, offset },
      ]),
    );
    // Nothing from before the move was mapped again.
    expect(mapped.filter(({ entity }) => entity.startsWith('issue-'))).toEqual([]);
    expect(mapped.map(({ kind }) => kind)).not.toContain('config.applied');
    const verified = await runCli(['verify', '--config', file, '--json']);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  });

  async function atHead(): Promise<boolean> {
    const to = await target();
    try {
      const { high } = await to.log.bounds(TOPICS.facts.name, HOME);
      const meta = await to.store.meta({ fold: 'facts', topology: 1, partition: HOME });
      return meta?.off === high;
    } finally {
      await to.close();
    }
  }

  it('K-43 only what nobody has mapped goes with it', async () => {
    const from = source();
    try {
      const place = { engine: from, config: configOf(), partitions: PARTITIONS, epoch: 1 };
      const counts: Record<string, number> = {};
      for (const { topic, records } of await flowsOf(place)) {
        counts[topic] = 0;
        for await (const _ of records()) counts[topic] += 1;
      }
      expect(counts).toMatchObject({
        [TOPICS.facts.name]: facts.length + 1,
        [TOPICS.rawPylon.name]: PENDING.length,
        [TOPICS.rawCost.name]: 0,
      });
    } finally {
      await from.close();
    }
  });
});
