import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
} from './gateway-harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'sapwood-gateway-'));
let open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

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

  it('WS-47 until all is read that was there, REST and the page tell nothing of it', async () => {
    const log = new MemoryLog();
    const published = new Publisher(log);
    await published.tree(COST_TREE, 1);
    await published.pass([series('conversation-volume', 2, 2)], frame(2));
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await published.label('team', 'team-1', 'First');
    const read = log.read.bind(log);
    log.read = async (topic, ...rest) => {
      if (topic === TOPICS.labels.name) await held;
      return read(topic, ...rest);
    };
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
