/** The move between two stores of the same kind: cheap enough to be interrupted at every operation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import { createNormalizer } from '@sapwood/normalizer/pipeline';
import { loadPosition, savePosition } from '@sapwood/normalizer/position';
import { EMPTY_ROSTER } from '@sapwood/pylon/facts';
import { createAppender } from '@sapwood/runtime/appender';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import type { AppendOutcome, Clock, EventLog, NewRecord } from '@sapwood/runtime/ports';
import { createSqlite, type Sqlite } from '@sapwood/runtime/sqlite';
import { loadConfig } from '@sapwood/service-kit/config';
import { afterEach, describe, expect, it } from 'vitest';
import { issue } from '../../../tests/support/facts.ts';
import { rawFates, readTopic, sha256 } from '../../../tests/support/journal.ts';
import { until } from '../../../tests/support/pylon.ts';
import { logView } from '../distributed/partition-view.ts';
import { migrate } from './migrate.ts';
import { requireNotMoved } from './moved.ts';
import type { Engine } from './origin.ts';

const WORKSPACES = ['acme', 'globex', 'hooli'];
const PARTITIONS = 3;
const COPIED = [TOPICS.facts.name, TOPICS.labels.name, TOPICS.rawPylon.name];
const START_MS = Date.UTC(2026, 5, 10, 9);
const FACTS = 30;
/** Mapped already, then not yet. */
const MAPPED = 3;
const PENDING = 2;

const system = createSystemClock({});
/** Waits are for brokers; here nobody is slow. */
const clock: Clock = { ...system, sleep: (ms) => system.sleep(Math.min(ms, 2)) };
const ports = { clock, rng: createSystemRng(), telemetry: () => {}, say: () => {} };

const folders: string[] = [];
const engines: Sqlite[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function made(partitions: number): Sqlite {
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-migrate-'));
  folders.push(folder);
  const file = join(folder, 'sapwood.db');
  const engine = createSqlite({ file, clock, partitions, durability: 'NORMAL' });
  engines.push(engine);
  return engine;
}

const document = `
workspaces: { ${WORKSPACES.map((id) => `${id}: {}`).join(', ')} }
sources:
${WORKSPACES.map((id) => `  desk-${id}: { workspace: ${id}, hooks: { ${id}: { schemes: [{ kind: pylon-hmac, secrets: [a-secret-of-tests] }] } } }`).join('\n')}
`;
const loaded = loadConfig({ file: null, env: {}, readText: () => document });
if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
const { config } = loaded;

const factAt = (i: number): Fact => {
  const workspace = WORKSPACES[i % WORKSPACES.length]!;
  const at = START_MS + i * 1_000;
  return issue(`${workspace}-${i}`, at, { stateCategory: 'new', createdAt: at }, { workspace });
};

function deliveryOf(workspace: string, issueId: string): NewRecord {
  const body = { event_type: 'issue_new', issue_id: issueId, issue_status: 'new' };
  const raw = Buffer.from(JSON.stringify(body));
  const hash = Buffer.from(sha256(raw), 'hex');
  const named = { v: 1, dest: workspace, workspace, headers: {} } as const;
  const delivery = { ...named, receivedAt: clock.now(), sha256: hash, raw };
  return { key: workspace, value: rawCodec.encode({ delivery, heartbeat: null }) };
}

/** Three workspaces in one log, deliveries of each, the last ones not mapped yet, and a read that is owed. */
async function embedded(): Promise<Sqlite> {
  const engine = made(1);
  const facts = Array.from({ length: FACTS }, (_, i) => factAt(i)).map(
    (fact): NewRecord => ({ key: fact.entity, value: factCodec.encode(fact) }),
  );
  await engine.log.append(TOPICS.facts.name, 0, facts);
  for (let i = 0; i < MAPPED + PENDING; i++) {
    const deliveries = WORKSPACES.map((workspace) =>
      deliveryOf(workspace, `${workspace}-raw-${i}`),
    );
    await engine.log.append(TOPICS.rawPylon.name, 0, deliveries);
  }
  for (const workspace of WORKSPACES) {
    await savePosition(engine.store, `desk-${workspace}`, {
      next: MAPPED * WORKSPACES.length,
      owed: [{ ref: `${workspace}-1`, messages: true, partition: 0, offsets: [1, 4] }],
      ...{ reconciledAt: START_MS, costs: [] },
    });
  }
  await engine.store.putRecord('gateway/screens', Buffer.from('[]'));
  return engine;
}

/** Fails at one operation that changes something, before it or after it, and at all that follow. */
function failingAt(engine: Engine, at: number, how: 'before' | 'after'): Engine {
  let count = 0;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    count += 1;
    if (count > at || (count === at && how === 'before')) throw new Error('the power is gone');
    const answer = await work();
    if (count === at) throw new Error('the power is gone');
    return answer;
  };
  return {
    log: {
      ...engine.log,
      // What the fold lets out later is its runner's to repeat, for as long as it takes.
      append: (topic, ...rest) =>
        COPIED.includes(topic)
          ? guarded(() => engine.log.append(topic, ...rest))
          : engine.log.append(topic, ...rest),
    },
    store: {
      ...engine.store,
      putRecord: (...call) => guarded(() => engine.store.putRecord(...call)),
    },
  };
}

const copyOf = async (log: EventLog, topic: string, partition: number): Promise<string[]> =>
  (await readTopic(logView(log, partition), topic)).map(
    ({ key, value }) => `${key} ${Buffer.from(value!).toString('hex')}`,
  );

async function expectMoved(from: Sqlite, to: Sqlite): Promise<void> {
  for (const workspace of WORKSPACES) {
    const home = partitionOf(workspace, PARTITIONS);
    const mine = (record: string): boolean => record.startsWith(workspace);
    const facts = await copyOf(to.log, TOPICS.facts.name, home);
    const wanted = (await copyOf(from.log, TOPICS.facts.name, 0)).filter(mine);
    // The last one says that the raw log begins anew.
    expect(facts.slice(0, -1)).toEqual(wanted);
    const raw = (await copyOf(from.log, TOPICS.rawPylon.name, 0)).filter(mine);
    expect(await copyOf(to.log, TOPICS.rawPylon.name, home)).toEqual(raw.slice(MAPPED));
    expect(await loadPosition(to.store, `desk-${workspace}`)).toEqual({
      ...{ epoch: 1, next: 0, reconciledAt: START_MS, costs: [] },
      owed: [{ ref: `${workspace}-1`, messages: true, partition: 0, offsets: [1, 4], epoch: 0 }],
    });
  }
  expect(await to.store.getRecord('gateway/screens')).toEqual(new Uint8Array(Buffer.from('[]')));
}

async function normalizerOn(log: EventLog, store: Engine['store'], ids: readonly string[]) {
  const appender = createAppender({ log, clock, telemetry: () => {} });
  await appender.start();
  const normalizer = createNormalizer({
    ...{ log, store, appender, ...ports, costs: [] },
    sources: ids.map((id) => ({
      ...{ id: `desk-${id}`, workspace: id, destinations: [id], bodies: 'facts', messages: 'read' },
      ...{ statuses: {}, roster: EMPTY_ROSTER, priorityField: 'priority', categoryField: null },
      ...{ workspaceKey: 'key', client: null },
    })) as never,
  });
  await normalizer.start();
  await until(system, 'all is mapped', () => normalizer.idle());
  await normalizer.stop();
  await appender.stop();
}

describe('migrate', () => {
  it('K-43 K-44 each workspace has its log, its pending deliveries, its debts', async () => {
    const [from, to] = [await embedded(), made(PARTITIONS)];
    const { copied, state } = await migrate({ from, to, config, ...ports });
    await expectMoved(from, to);
    expect(copied.map(({ topic, records }) => [topic, records])).toEqual([
      [TOPICS.facts.name, FACTS + WORKSPACES.length],
      [TOPICS.labels.name, 0],
      [TOPICS.rawPylon.name, PENDING * WORKSPACES.length],
      [TOPICS.rawCost.name, 0],
    ]);
    expect(state).toMatchObject({ kind: 'skipped' });
  });

  it.each(['before', 'after'] as const)(
    'K-41 interrupted %s each operation that changes something, it ends with the same',
    async (how) => {
      const from = await embedded();
      let interrupted = 0;
      for (let at = 1; ; at++) {
        const to = made(PARTITIONS);
        const broken = failingAt(to, at, how);
        const first = await migrate({ from, to: broken, config, ...ports }).then(
          () => 'whole',
          (error: Error) => error.message,
        );
        if (first === 'the power is gone') {
          interrupted += 1;
          await migrate({ from, to, config, ...ports });
        }
        await expectMoved(from, to);
        if (first === 'whole') break;
      }
      console.log(`interrupted ${interrupted} times`);
      expect(interrupted).toBeGreaterThan(8);
    },
    60_000,
  );

  it('K-41 an append whose answer is lost is looked for, not repeated', async () => {
    const [from, to] = [await embedded(), made(PARTITIONS)];
    let lost = 0;
    const append: EventLog['append'] = async (
      topic,
      partition,
      records,
    ): Promise<AppendOutcome> => {
      const outcome = await to.log.append(topic, partition, records);
      if (topic !== TOPICS.facts.name || lost++ > 0) return outcome;
      return { kind: 'outcomeUnknown', reason: 'deadline' };
    };
    await migrate({ from, to: { log: { ...to.log, append }, store: to.store }, config, ...ports });
    expect(lost).toBe(WORKSPACES.length);
    await expectMoved(from, to);
  });

  it('K-41 a store that went on after it was begun is refused, and so is what is not its own', async () => {
    const [from, to] = [await embedded(), made(PARTITIONS)];
    await migrate({ from, to, config, ...ports });
    const more = factAt(FACTS);
    await from.log.append(TOPICS.facts.name, 0, [
      { key: more.entity, value: factCodec.encode(more) },
    ]);
    await expect(migrate({ from, to, config, ...ports })).rejects.toThrow(/gone on since/);
    const other = made(PARTITIONS);
    await other.log.append(TOPICS.facts.name, 1, [{ key: 'x', value: factCodec.encode(more) }]);
    await expect(migrate({ from, to: other, config, ...ports })).rejects.toThrow(
      /^facts\.v1 on Kafka is not empty, and record 0 of partition 1 is not this store's/,
    );
    expect(await other.log.bounds(TOPICS.facts.name, 0)).toEqual({ low: 0, high: 0 });
  });

  it('K-45 the old store says that it was moved, once it was, and can be migrated again', async () => {
    const [from, to] = [await embedded(), made(PARTITIONS)];
    await requireNotMoved(from.store);
    await migrate({ from, to, config, ...ports });
    await expect(requireNotMoved(from.store)).rejects.toThrow(/moved to Kafka and Redis/);
    expect((await migrate({ from, to, config, ...ports })).copied).toEqual([]);
  });

  it('K-43 a delivery or a workspace that the configuration does not know stops it before it writes', async () => {
    const [from, to] = [await embedded(), made(PARTITIONS)];
    const { hooli: _hooli, ...workspaces } = config.workspaces;
    const without = { ...config, workspaces };
    await expect(migrate({ from, to, config: without, ...ports })).rejects.toThrow(
      /facts of a workspace "hooli"/,
    );
    const { 'desk-acme': _acme, ...sources } = config.sources;
    await expect(migrate({ from, to, config: { ...config, sources }, ...ports })).rejects.toThrow(
      /deliveries for "acme" that nobody has mapped yet/,
    );
    expect(await to.log.bounds(TOPICS.facts.name, 0)).toEqual({ low: 0, high: 0 });
  });

  it.each(['kept', 'lost'] as const)(
    'K-43 with its records %s, a normalizer maps what was pending once, in the new epoch',
    async (records) => {
      const [from, to] = [await embedded(), made(PARTITIONS)];
      await migrate({ from, to, config, ...ports });
      const store = records === 'kept' ? to.store : made(PARTITIONS).store;
      await normalizerOn(to.log, store, WORKSPACES);
      for (const workspace of WORKSPACES) {
        const part = logView(to.log, partitionOf(workspace, PARTITIONS));
        const facts = await readTopic(part, TOPICS.facts.name);
        const mapped = facts
          .map(({ value }) => factCodec.decode(value!))
          .filter(({ kind, srcs }) => kind === 'issue.observed' && srcs.length > 0);
        expect(mapped.map(({ entity, srcs }) => [entity, srcs[0]!.epoch, srcs[0]!.offset])).toEqual(
          [
            [`${workspace}-raw-3`, 1, 0],
            [`${workspace}-raw-4`, 1, 1],
          ],
        );
        expect((await rawFates(part)).every(({ ended }) => ended)).toBe(true);
      }
    },
  );
});
