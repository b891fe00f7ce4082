import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import {
  alert,
  COST_TREE,
  frame,
  type Harness,
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
});
