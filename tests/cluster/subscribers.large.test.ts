/**
 * Programs in other languages that read our topics with the published schemas and nothing else of us:
 * what they print of a real Kafka is the picture that a wall has of the same log.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCHEMAS } from '@sapwood/contracts/schemas';
import { TOPICS } from '@sapwood/contracts/topics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import { createFeed } from '@sapwood/gateway/feed';
import { honestFor } from '@sapwood/gateway/routes/rest';
import { sourceState } from '@sapwood/protocol/honest';
import { createSystemRng } from '@sapwood/runtime/clock/system';
import { createKafka, type KafkaLog } from '@sapwood/runtime/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, startBrokers } from '../../deploy/kafka/broker.ts';
import { startWarden, type Warden } from '../../deploy/kafka/warden.ts';
import { type Harness, startGateway } from '../integration/gateway-harness.ts';
import {
  LANGUAGES,
  type Language,
  prepare,
  type Running,
  subscribe,
  whatIsMissing,
} from '../subscribers/clients.ts';
import {
  createHistory,
  eventsInForce,
  type History,
  PARTITIONS,
  type Placed,
  WORKSPACES,
} from '../subscribers/history.ts';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const TEST_MS = 120_000;
const SHOWN_MS = 30_000;
const WINDOW = '60m';
const LEAD = { workspace: '', audience: 'finance', token: null } as const;

/** Named, and a failure where nothing may be skipped. */
async function possible(): Promise<readonly Language[]> {
  const able: Language[] = [];
  for (const language of LANGUAGES) {
    const why = await whatIsMissing(language);
    if (why === null) able.push(language);
    else if (process.env['SAPWOOD_TEST_REQUIRE'] === 'all') throw new Error(`${language}: ${why}`);
    else console.warn(`\n*** SKIPPED: the ${language} subscriber (${why}) ***\n`);
  }
  return (await whatIsMissing('java')) === null ? able : [];
}

const able = await possible();

describe.skipIf(able.length === 0)('subscribers', { timeout: TEST_MS }, () => {
  let warden: Warden;
  let broker: Broker;
  let log: KafkaLog;
  let gateway: Harness;
  let history: History;
  let folder = '';
  const commands = new Map<Language, readonly string[]>();
  const open: Running[] = [];

  const append = async (records: readonly Placed[]): Promise<void> => {
    for (const { topic, partition, ...record } of records) {
      expect(await log.append(topic, partition, [record])).toMatchObject({ kind: 'durable' });
    }
  };
  const start = (language: Language, ...options: readonly string[]): Running => {
    const own = ['--brokers', broker.address, '--window', WINDOW, ...options];
    const made = subscribe(commands.get(language)!, own);
    open.push(made);
    return made;
  };
  const registry = (): string[] => ['--registry', `${gateway.url}/registry`];
  const once = async (language: Language, ...options: readonly string[]): Promise<string[]> => {
    const reader = start(language, '--once', ...options);
    const code = await reader.ended;
    expect(code, reader.stderr()).toBe(0);
    return [...reader.lines()];
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sapwood-schemas-'));
    for (const { id, document } of SCHEMAS) {
      writeFileSync(join(folder, `${id}.avsc`), JSON.stringify(document));
    }
    for (const language of able) commands.set(language, await prepare(language));
    warden = startWarden();
    const hooks = { onPid: warden.pid, onFolder: warden.folder };
    const started = startBrokers(1, hooks);
    [gateway, history] = await Promise.all([startGateway(), createHistory()]);
    broker = (await started)[0]!;
    const connection = { brokers: [broker.address], clientId: 'test' };
    log = await createKafka({ connection, clock, rng: createSystemRng(), telemetry: () => {} });
    await log.createTopics(PARTITIONS, { replicationFactor: 1, flushEach: false });
    await append(history.records);
  }, TEST_MS);
  afterAll(async () => {
    await Promise.allSettled(open.map((reader) => reader.kill()));
    await Promise.all([log?.close(), gateway?.close()]);
    await broker?.stop();
    warden?.dismiss();
    rmSync(folder, { recursive: true, force: true });
  }, TEST_MS);

  /** What the gateway makes of the log's trees, as of its newest frames. */
  const pictureOfTheWall = async (): Promise<string[]> => {
    const feed = createFeed({ log, clock, telemetry: () => {} });
    await feed.start();
    await until(clock, 'the feed is at the head', () => feed.idle());
    await feed.stop();
    return WORKSPACES.flatMap((workspace) => {
      const view = feed.view(workspace);
      const source = sourceState({ frame: view.frame, frameAgeMs: 0 }, 1);
      const reading = { view, values: view.values, source };
      const nodes = new Set(view.tree?.nodes.map((node) => node.id));
      const keys = [...view.values.keys()].filter((key) => nodes.has(parseSeriesKey(key)!.id));
      return keys.flatMap((key) => {
        const value = honestFor(reading, { ...LEAD, workspace }, key, {
          window: WINDOW,
          clock: 'wall',
        });
        return value ? [`${workspace}/${key}\t${value.value ?? '-'}\t${value.state}`] : [];
      });
    }).sort();
  };

  it.each(able)('K-30 %s shows of metrics.v1 what a wall shows', async (language) => {
    const lines = await once(language, ...registry());
    expect([...lines].sort()).toEqual(await pictureOfTheWall());
    const volume = lines.find((line) => line.startsWith('acme/conversation-volume\t'));
    expect(volume).toBe('acme/conversation-volume\t1006\tpartial');
    const slack = lines.filter((line) => line.includes('conversation-volume{channel=slack}'));
    expect(slack.map((line) => line.split('/')[0])).toEqual(['globex']);
    expect(lines.some((line) => /^globex\/.*\tstale$/.test(line))).toBe(true);
  });

  it('K-30 both print the same lines in the same order, from a folder of schemas as well', async () => {
    const printed: string[][] = [];
    for (const language of able) printed.push(await once(language, '--schemas', folder));
    expect(printed[0]!.length).toBeGreaterThan(10);
    for (const lines of printed) expect(lines).toEqual(printed[0]);
  });

  it.each(able)('K-31 %s knows the events in force and the open alerts', async (language) => {
    const events = await once(language, ...registry(), '--topic', TOPICS.events.name);
    expect(events).toEqual(eventsInForce(history.records));
    expect(events.length).toBeGreaterThan(10);
    const alerts = await once(language, ...registry(), '--topic', TOPICS.alerts.name);
    expect(alerts).toEqual([`acme/${'b'.repeat(32)}\t9\tclearing`]);
  });

  it('K-32 who stays is told each pass that comes', async () => {
    const readers = able.map((language) => start(language, ...registry()));
    const shows = (line: RegExp): Promise<void> => {
      const all = (): boolean => readers.every((one) => one.lines().some((l) => line.test(l)));
      return until(clock, String(line), all, SHOWN_MS);
    };
    // The last frame was written a while ago: nothing can be called live, or partial, until another comes.
    await shows(/^acme\/conversation-volume\t1006\t(partial|stale)$/);
    await append(history.later);
    await shows(/^acme\/conversation-volume\t7006\tpartial$/);
    for (const reader of readers) await reader.kill();
  });

  it('K-33 a record that is not what was written ends a subscriber, with its place', async () => {
    const placed = history.records.find(({ topic }) => topic === TOPICS.alerts.name)!;
    const bytes = Buffer.from(placed.value!);
    bytes[bytes.length - 20]! ^= 1;
    const { high } = await log.bounds(placed.topic, placed.partition);
    await append([{ ...placed, value: bytes }]);
    for (const language of able) {
      const reader = start(language, '--once', ...registry(), '--topic', placed.topic);
      expect(await reader.ended).toBe(1);
      expect(reader.stderr()).toContain(`@${high}: `);
      expect(reader.lines()).toEqual([]);
    }
  });
});
