import { afterEach, describe, expect, it } from 'vitest';
import {
  alert,
  COST_TREE,
  frame,
  type Harness,
  MemoryLog,
  RawClient,
  series,
  startGateway,
  testClock,
  until,
} from './gateway-harness.ts';

const VOLUME = 'conversation-volume';
const HANDLED = 'contacts-handled';
let open: { close(): unknown }[] = [];

async function gateway(...args: Parameters<typeof startGateway>): Promise<Harness> {
  const harness = await startGateway(...args);
  open.push(harness);
  return harness;
}

function client(harness: Harness, protocols?: readonly string[]): RawClient {
  const made = new RawClient(harness.port, protocols);
  open.unshift(made);
  return made;
}

async function settled(harness: Harness): Promise<void> {
  await until('an idle gateway', () => harness.gateway.idle());
}

afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

describe('websocket', () => {
  it('WS-1 a client gets hello, one snapshot, live, then passes', async () => {
    const g = await gateway();
    await g.publish.tree(COST_TREE, 1);
    await g.publish.pass([series(VOLUME, 5, 40)], frame(5));
    await settled(g);
    const c = client(g);
    await c.goLive();
    expect(c.messages.map((m) => m.type)).toEqual(['hello', 'snapshot', 'live']);
    const snapshot = await c.next('snapshot');
    expect(snapshot.values.map((s) => s.key)).toEqual([VOLUME]);
    expect(snapshot.tree?.roots).toEqual(['cost-per-contact']);
    expect(snapshot.currency).toBe('USD');
    await g.publish.pass([series(VOLUME, 6, 41)], frame(6));
    const pass = await c.next('values');
    expect(pass.values[0]?.offset).toBe(6);
    expect(pass.frame?.offset).toBe(6);
  });

  it('WS-2 a pass is applied whole at its frame, never in parts', async () => {
    const g = await gateway();
    await g.publish.pass([series(VOLUME, 5, 1), series(HANDLED, 5, 1)], frame(5));
    await settled(g);
    const c = client(g);
    await c.goLive();
    await g.publish.values([series(VOLUME, 6, 2)]);
    await settled(g);
    expect(c.shown(VOLUME)).toBe(1);
    await g.publish.pass([series(HANDLED, 6, 2)], frame(6));
    const pass = await c.next('values');
    expect(pass.values.map((s) => s.key).sort()).toEqual([HANDLED, VOLUME]);
  });

  it('WS-3 an older version, or a series ahead of the frame, does not show', async () => {
    const g = await gateway();
    await g.publish.pass([series(VOLUME, 9, 9)], frame(9));
    await g.publish.pass([series(VOLUME, 7, 7)], frame(7));
    await g.publish.pass([series(HANDLED, 12, 12), series(VOLUME, 8, 8)], frame(10));
    await settled(g);
    const c = client(g);
    await c.goLive();
    expect(c.shown(VOLUME)).toBe(9);
    expect(c.shown(HANDLED)).toBeUndefined();
    await g.publish.frame(frame(12));
    await until('the later series', () => c.shown(HANDLED) === 12);
  });

  it('WS-4 passes shuffled and doubled give the same final screen', async () => {
    const log = new MemoryLog();
    const g = await gateway({ log });
    const passes = [1, 2, 3, 4, 5].map((v) => [
      ...g.publish.seriesRecords([series(VOLUME, v, v * 10), series(HANDLED, v, v)]),
      g.publish.frameRecord(frame(v, { asOf: 1_780_000_000_000 + v })),
    ]);
    for (const i of [2, 0, 4, 1, 4, 3, 2, 0, 1]) await g.publish.raw(passes[i]!);
    await settled(g);
    const c = client(g);
    await c.goLive();
    expect([c.shown(VOLUME), c.shown(HANDLED)]).toEqual([50, 5]);
    expect((await c.next('snapshot')).frame?.offset).toBe(5);
  });

  it('WS-5 resume sends what is newer than the cursor, and nothing else', async () => {
    const g = await gateway();
    await g.publish.tree(COST_TREE, 1);
    await g.publish.pass([series(VOLUME, 5, 5), series(HANDLED, 5, 5)], frame(5));
    await settled(g);
    const first = client(g);
    await first.goLive();
    const { epoch } = await first.next('hello');
    first.close();
    await g.publish.pass([series(VOLUME, 6, 6)], frame(6));
    await g.publish.alert(alert());
    await settled(g);
    const c = client(g);
    const resume = { topology: 1, offset: 5, tree: '1.1', alerts: { epoch, seq: 0 } };
    await c.goLive({ resume });
    expect(c.messages.map((m) => m.type)).toEqual(['hello', 'alert', 'values', 'live']);
    expect((await c.next('values')).values.map((s) => s.key)).toEqual([VOLUME]);
  });

  it('WS-6 an unknown cursor, epoch or topology gets a reset and a snapshot', async () => {
    const g = await gateway();
    await g.publish.tree(COST_TREE, 1);
    await g.publish.pass([series(VOLUME, 5, 5)], frame(5));
    await settled(g);
    const probe = client(g);
    await probe.goLive();
    const { epoch } = await probe.next('hello');
    const alerts = { epoch, seq: 0 };
    const cases: [object, string][] = [
      [{ topology: 1, offset: 99, tree: '1.1', alerts }, 'cursor'],
      [{ topology: 2, offset: 5, tree: '1.1', alerts }, 'topology'],
      [{ topology: 1, offset: 5, tree: '1.0', alerts }, 'tree'],
      [{ topology: 1, offset: 5, tree: '1.1', alerts: { epoch: 'other', seq: 0 } }, 'alerts'],
      [{ topology: 1, offset: 5, tree: '1.1', alerts: { epoch, seq: 7 } }, 'alerts'],
    ];
    for (const [resume, reason] of cases) {
      const c = client(g);
      await c.goLive({ resume });
      expect(c.messages.map((m) => m.type)).toEqual(['hello', 'reset', 'snapshot', 'live']);
      expect((await c.next('reset')).reason).toBe(reason);
    }
  });

  it('WS-7 another tree, and another topology, reset who is connected', async () => {
    const g = await gateway();
    await g.publish.tree(COST_TREE, 1);
    await g.publish.pass([series(VOLUME, 5, 5), series(HANDLED, 5, 5)], frame(5));
    await settled(g);
    const c = client(g);
    await c.goLive();
    await g.publish.tree({ ...COST_TREE, id: 'other' }, 6);
    await g.publish.frame(frame(6));
    await c.next('reset', (m) => m.reason === 'tree');
    await c.next('snapshot', (m) => m.tree?.id === 'other');
    await g.publish.pass([series(VOLUME, 3, 1, { topology: 2 })], frame(3, { topology: 2 }));
    await c.next('reset', (m) => m.reason === 'topology');
    await until('the new generation alone', () => c.shown(VOLUME) === 1);
    expect(c.shown(HANDLED)).toBeUndefined();
  });

  it('WS-8 a series that left is named gone', async () => {
    const g = await gateway();
    await g.publish.pass([series(VOLUME, 5, 5), series(HANDLED, 5, 5)], frame(5));
    await settled(g);
    const c = client(g);
    await c.goLive();
    await g.publish.gone(HANDLED);
    await g.publish.frame(frame(6));
    await c.next('values', (m) => m.gone.includes(HANDLED));
    expect(c.shown(HANDLED)).toBeUndefined();
  });

  it('WS-9 alerts come once per revision, and leave the snapshot once resolved', async () => {
    const g = await gateway();
    await g.publish.pass([series(VOLUME, 5, 5)], frame(5));
    await settled(g);
    const c = client(g);
    await c.goLive();
    await g.publish.alert(alert());
    await g.publish.alert(alert());
    await g.publish.alert(alert({ revision: 2, phase: 'clearing' }));
    await g.publish.alert(alert({ revision: 1 }));
    await g.publish.alert(alert({ revision: 3, phase: 'resolved', status: 'resolved' }));
    await c.next('alert', (m) => m.alert.revision === 3);
    const seen = c.messages.flatMap((m) => (m.type === 'alert' ? [m.alert.revision] : []));
    expect(seen).toEqual([1, 2, 3]);
    const later = client(g);
    await later.goLive();
    expect((await later.next('snapshot')).alerts.current).toEqual([]);
  });

  it('WS-10 a wall gets at most one batch a second, with the newest values', async () => {
    const g = await gateway();
    await g.publish.pass([series(VOLUME, 1, 1)], frame(1));
    await settled(g);
    const c = client(g);
    await c.goLive({ client: 'wall' });
    const startedAt = performance.now();
    for (let v = 2; v <= 12; v += 1) {
      await g.publish.pass([series(VOLUME, v, v)], frame(v));
      await testClock.sleep(100);
    }
    await until('the newest value', () => c.shown(VOLUME) === 12);
    const seconds = (performance.now() - startedAt) / 1_000;
    const batches = c.messages.filter((m) => m.type === 'values').length;
    expect(batches).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  });

  it('WS-11 misuse closes with the documented codes', async () => {
    const g = await gateway();
    const sends: [string, number][] = [
      ['no json', 4009],
      ['{"type":"subscribe","keys":[]}', 4009],
      [JSON.stringify({ type: 'hello', x: 'x'.repeat(20_000) }), 1009],
      [JSON.stringify({ type: 'subscribe', keys: Array(51).fill('a') }), 4009],
    ];
    for (const [text, code] of sends) {
      const c = client(g);
      await c.open();
      c.socket.send(text);
      expect(await until('a close', () => c.closeCode)).toBe(code);
    }
    const flood = client(g);
    await flood.open();
    for (let i = 0; i < 40; i += 1) flood.send({ type: 'unheard-of' });
    expect(await until('a close', () => flood.closeCode)).toBe(4009);
  });

  it('WS-12 unknown types and fields are ignored', async () => {
    const g = await gateway();
    await g.publish.pass([series(VOLUME, 1, 1)], frame(1));
    const c = client(g);
    await c.open();
    c.send({ type: 'from-the-future', field: 1 });
    await c.goLive({ colour: 'blue' });
    expect(c.closeCode).toBeNull();
  });

  it('WS-13 a stop says goaway and closes 1012', async () => {
    const g = await gateway();
    await g.publish.pass([series(VOLUME, 4, 1)], frame(4));
    await settled(g);
    const c = client(g);
    await c.goLive();
    await g.gateway.stop();
    expect(await until('a close', () => c.closeCode)).toBe(1012);
    expect((await c.next('goaway')).resume).toEqual({ topology: 1, offset: 4 });
  });
});

describe('stream', () => {
  it('WS-15 server-sent events carry the same session, and resume by id', async () => {
    const g = await gateway();
    await g.publish.tree(COST_TREE, 1);
    await g.publish.pass([series(VOLUME, 5, 5)], frame(5));
    await settled(g);
    const read = async (headers: Record<string, string>, upTo: string): Promise<string> => {
      const abort = new AbortController();
      const answer = await fetch(`${g.url}/v1/stream`, { headers, signal: abort.signal });
      let text = '';
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        if (text.includes(upTo)) break;
      }
      abort.abort();
      return text;
    };
    const first = await read({}, 'event: live');
    expect(first).toContain('event: snapshot');
    const id = /^id: (.+)$/m.exec(first)![1]!;
    const ids = [...first.matchAll(/^id: (.+)$/gm)].map((m) => m[1]!);
    expect(ids.at(-1)).toBe(id);
    await g.publish.pass([series(VOLUME, 6, 6)], frame(6));
    await settled(g);
    const second = await read({ 'last-event-id': id }, 'event: live');
    expect(second).not.toContain('event: snapshot');
    expect(second).toContain('"offset":6');
  });
});
