import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { ensureBuilt } from '@sapwood/wallboard/build';
import { afterEach, describe, expect, it } from 'vitest';
import {
  alert,
  COST_TREE,
  frame,
  type Harness,
  MemoryLog,
  Publisher,
  RawClient,
  series,
  startGateway,
  testClock,
  until,
  WORKSPACE,
} from './gateway-harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'sapwood-gateway-'));
let open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

/** A log with a pass, of which labels are not answered before `release`. */
async function heldBack(): Promise<{ readonly log: MemoryLog; readonly release: () => void }> {
  const log = new MemoryLog();
  const published = new Publisher(log);
  await published.tree(COST_TREE, 1);
  await published.pass([series('conversation-volume', 2, 2)], frame(2));
  await published.label('team', 'team-1', 'First');
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const read = log.read.bind(log);
  log.read = async (topic, ...rest) => {
    if (topic === TOPICS.labels.name) await held;
    return read(topic, ...rest);
  };
  return { log, release };
}

describe('gateway on the embedded store', () => {
  it('WS-60 a gateway that starts anew reads the current tree from the compacted topics', async () => {
    const { log, store, close } = createSqlite({ file: join(folder, 'log.db'), clock: testClock });
    const first = await startGateway({ log, store });
    await first.publish.tree(COST_TREE, 1);
    for (let offset = 2; offset < 40; offset += 1) {
      const values = [
        series('conversation-volume', offset, offset),
        series(`conversation-volume{channel=c${offset % 5}}`, offset, offset),
      ];
      await first.publish.pass(values, frame(offset));
    }
    await first.publish.gone('conversation-volume{channel=c0}');
    await first.publish.frame(frame(40));
    await first.publish.alert(alert());
    await first.publish.alert(alert({ revision: 2, phase: 'resolved', status: 'resolved' }));
    await first.publish.alert(alert({ alertId: 'f'.repeat(32) }));
    await until('an idle gateway', () => first.gateway.idle());
    await first.close();

    const second: Harness = await startGateway({ log, store });
    open.push(second, { close });
    await until('a ready gateway', () => second.gateway.ready());
    await until('an idle gateway', () => second.gateway.idle());
    const client = new RawClient(second.port);
    open.unshift(client);
    await client.goLive();
    const snapshot = await client.next('snapshot');
    expect(snapshot.values.map((one) => [one.key, one.offset]).sort()).toEqual([
      ['conversation-volume', 39],
      ['conversation-volume{channel=c1}', 36],
      ['conversation-volume{channel=c2}', 37],
      ['conversation-volume{channel=c3}', 38],
      ['conversation-volume{channel=c4}', 39],
    ]);
    expect(snapshot.frame?.offset).toBe(40);
    expect(snapshot.tree?.roots).toEqual(['cost-per-contact']);
    expect(snapshot.alerts.current.map((one) => one.alertId)).toEqual(['f'.repeat(32)]);
    await second.publish.pass([series('conversation-volume', 41, 7)], frame(41));
    await until('the live value', () => client.shown('conversation-volume') === 7);
  });

  it('WS-46 who subscribed while it read is answered the moment that all is read', async () => {
    const { log, release } = await heldBack();
    // No beat of this clock ever comes: what is sent, is sent by the reading itself.
    const clock = { ...testClock, after: () => ({ cancel: () => undefined }) };
    const gateway = await startGateway({ log, clock });
    open.push(gateway);
    const client = new RawClient(gateway.port);
    open.unshift(client);
    await client.open();
    client.send({ type: 'hello' });
    client.send({ type: 'subscribe', keys: ['*'] });
    await testClock.sleep(100);
    expect(client.messages.map(({ type }) => type)).toEqual(['hello']);
    release();
    expect((await client.next('snapshot')).frame?.offset).toBe(2);
    await client.next('live');
  });

  it('WS-63 a gateway reads the partition of its workspace, and no other', async () => {
    const log = new MemoryLog();
    const asked = new Set<number>();
    const read = log.read.bind(log);
    log.partitions = async () => 64;
    log.read = (topic, partition, ...rest) => {
      asked.add(partition);
      return read(topic, partition, ...rest);
    };
    const gateway = await startGateway({ log });
    open.push(gateway);
    await until('a ready gateway', () => gateway.gateway.ready());
    expect([...asked]).toEqual([partitionOf(WORKSPACE, 64)]);
  });

  it('WS-47 until all is read that was there, REST and the page tell nothing of it', async () => {
    const { log, release } = await heldBack();
    const gateway = await startGateway({ log, wallDir: await ensureBuilt() });
    open.push(gateway);
    const get = async (path: string): Promise<readonly [number, string]> => {
      const answer = await fetch(gateway.url + path);
      return [answer.status, await answer.text()];
    };
    for (const path of ['/v1/metrics/conversation-volume', '/v1/tree', '/v1/alerts']) {
      const [status, text] = await get(path);
      expect([path, status, text]).toEqual([path, 503, expect.stringContaining('catching_up')]);
    }
    expect((await get('/'))[1]).not.toContain('"offset":2');
    release();
    await until('a ready gateway', () => gateway.gateway.ready());
    expect((await get('/v1/metrics/conversation-volume'))[0]).toBe(200);
    expect((await get('/'))[1]).toContain('"offset":2');
  });
});
