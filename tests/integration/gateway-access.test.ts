import { request } from 'node:http';
import { connect } from '@sapwood/client';
import { missingOf } from '@sapwood/core/sheets';
import { createPairingCode } from '@sapwood/gateway/secrets';
import { WireTreeSchema } from '@sapwood/protocol/schemas';
import type { WireTree } from '@sapwood/protocol/tree';
import { afterEach, describe, expect, it } from 'vitest';
import {
  alert,
  COST_TREE,
  frame,
  type Harness,
  memoryStore,
  node,
  RawClient,
  series,
  startGateway,
  until,
} from './gateway-harness.ts';

const VOLUME = 'conversation-volume';
const COST = 'cost-per-contact';
let open: { close(): unknown }[] = [];

async function gateway(...args: Parameters<typeof startGateway>): Promise<Harness> {
  const harness = await startGateway(...args);
  open.push(harness);
  await harness.publish.tree(COST_TREE, 1);
  await harness.publish.pass(
    [
      series(VOLUME, 5, 40),
      series(`${VOLUME}{channel=email}`, 5, 30),
      series(`${VOLUME}{channel=chat}`, 5, 10),
      series(COST, 5, 8_000_000, { unit: 'micro', form: 'MONEY' }),
      series('contacts-handled', 5, 40, {}, { shares: [{ child: COST, share: 3 }] }),
      series('secret-metric', 5, 1),
    ],
    frame(5),
  );
  await until('an idle gateway', () => harness.gateway.idle());
  return harness;
}

function client(harness: Harness, protocols?: readonly string[]): RawClient {
  const made = new RawClient(harness.port, protocols);
  open.unshift(made);
  return made;
}

afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** A request with headers of one's own, `Host` included. */
function ask(
  harness: Harness,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const made = request(
      { port: harness.port, host: '127.0.0.1', method, path, headers, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
        );
      },
    );
    made.on('error', reject);
    made.end(body);
  });
}

/** As from another machine: a foreign host name never counts as local. */
const FAR = { host: 'board.example' };
const json = { 'content-type': 'application/json' };

describe('access', () => {
  it('WS-20 the machine itself needs no ticket and sees money', async () => {
    const g = await gateway();
    const c = client(g);
    await c.goLive();
    expect((await c.next('hello')).audience).toBe('finance');
    expect(c.shown(COST)).toBe(8_000_000);
  });

  it('WS-20 a foreign origin, a foreign host name and a forwarded request are refused', async () => {
    const g = await gateway();
    const refused = [
      { origin: 'https://evil.example' },
      { host: 'evil.example' },
      { host: 'localhost', 'x-forwarded-for': '10.0.0.9' },
    ];
    for (const headers of refused) {
      expect((await ask(g, 'GET', '/v1/tree', headers)).status).toBe(403);
      expect((await ask(g, 'POST', '/v1/ws-tickets', headers)).status).toBe(403);
    }
    const origin = `http://127.0.0.1:${g.port}`;
    expect((await ask(g, 'GET', '/v1/tree', { origin })).status).toBe(200);
  });

  it('WS-21 a ticket works once', async () => {
    const g = await gateway();
    const issued = await ask(g, 'POST', '/v1/ws-tickets');
    const { ticket } = JSON.parse(issued.body) as { ticket: string };
    const first = client(g, ['sapwood.v1', `ticket.${ticket}`]);
    await first.goLive();
    expect(first.socket.protocol).toBe('sapwood.v1');
    const second = client(g, ['sapwood.v1', `ticket.${ticket}`]);
    expect(await until('a close', () => second.closeCode)).toBe(4001);
  });

  it('WS-22 a screen pairs once with the code, keeps its token, and sees the floor alone', async () => {
    const code = createPairingCode();
    const store = memoryStore();
    const g = await gateway({ access: { kind: 'lan', code }, store });
    expect((await ask(g, 'GET', '/v1/tree', FAR)).status).toBe(401);
    const entered = `${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`;
    const paired = await ask(
      g,
      'POST',
      '/v1/pair',
      { ...FAR, ...json },
      JSON.stringify({ code: entered }),
    );
    expect(paired.status).toBe(204);
    const setCookie = String(paired.headers['set-cookie']);
    expect(setCookie).toMatch(/^sapwood_screen=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\//);
    const cookie = setCookie.split(';')[0]!;
    const stored = await store.getRecord('gateway/screens');
    expect(Buffer.from(stored!).toString()).not.toContain(cookie.split('=')[1]);
    const issued = await ask(g, 'POST', '/v1/ws-tickets', { ...FAR, cookie });
    const { ticket } = JSON.parse(issued.body) as { ticket: string };
    await g.publish.alert(alert({ alertId: 'a'.repeat(32), audience: 'lead' }));
    await g.publish.alert(alert({ alertId: 'b'.repeat(32), series: COST, node: COST }));
    await g.publish.alert(alert({ alertId: 'c'.repeat(32) }));
    await until('an idle gateway', () => g.gateway.idle());
    const c = client(g, ['sapwood.v1', `ticket.${ticket}`]);
    await c.goLive();
    const snapshot = await c.next('snapshot');
    expect(snapshot.alerts.current.map((one) => one.alertId)).toEqual(['c'.repeat(32)]);
    const money = { unit: 'micro', form: 'MONEY' } as const;
    const row = series(`${COST}{channel=email}`, 6, 7_000_000, money);
    await g.publish.pass([series(COST, 6, 9_000_000, money), row], frame(6));
    await g.publish.pass([series(VOLUME, 7, 41)], frame(7));
    await until('a later pass', () => c.shown(VOLUME) === 41);
    const everything = JSON.stringify(c.messages);
    for (const hidden of [COST, 'total-support-cost', 'secret-metric', 'micro']) {
      expect(everything).not.toContain(hidden);
    }
  });

  it('WS-22 money marked for the floor by mistake stays with leads', async () => {
    const code = createPairingCode();
    const g = await gateway({ access: { kind: 'lan', code } });
    const nodes = COST_TREE.nodes.map((node) => ({ ...node, audience: 'floor' as const }));
    await g.publish.tree({ ...COST_TREE, nodes }, 8);
    await g.publish.frame(frame(8));
    await until('an idle gateway', () => g.gateway.idle());
    const paired = await ask(g, 'POST', '/v1/pair', { ...FAR, ...json }, JSON.stringify({ code }));
    const cookie = String(paired.headers['set-cookie']).split(';')[0]!;
    const tree = await ask(g, 'GET', '/v1/tree', { ...FAR, cookie });
    expect(tree.status).toBe(200);
    expect(tree.body).not.toContain(COST);
    const hidden = await ask(g, 'GET', `/v1/metrics/${COST}`, { ...FAR, cookie });
    const missing = await ask(g, 'GET', '/v1/metrics/no-such-metric', { ...FAR, cookie });
    expect([hidden.status, hidden.body]).toEqual([404, missing.body]);
  });

  it('WS-26 a client may ask to see less, never more', async () => {
    const g = await gateway();
    const c = client(g);
    await c.goLive({ audience: 'floor' });
    expect(c.shown(VOLUME)).toBe(40);
    expect(JSON.stringify(c.messages)).not.toContain(COST);
  });

  it('WS-23 few wrong codes are allowed', async () => {
    const g = await gateway({ access: { kind: 'lan', code: 'ABCD2345' } });
    const attempt = (code: string): Promise<Answer> =>
      ask(g, 'POST', '/v1/pair', { ...FAR, ...json }, JSON.stringify({ code }));
    for (let i = 0; i < 5; i += 1) expect((await attempt('WRONG222')).status).toBe(401);
    expect((await attempt('ABCD2345')).status).toBe(429);
  });

  it('WS-27 a notice reaches who is there and who comes later, and only a lead writes it', async () => {
    const g = await gateway({ access: { kind: 'lan', code: 'ABCD2345' } });
    const body = JSON.stringify({ text: ' Room  4 ', minutes: 5 });
    expect((await ask(g, 'POST', '/v1/notices', { ...FAR, ...json }, body)).status).toBe(401);
    const here = client(g);
    await here.goLive();
    expect((await ask(g, 'POST', '/v1/notices', json, body)).status).toBe(200);
    expect((await here.next('notice')).text).toBe('Room 4');
    const later = client(g);
    await later.goLive();
    expect(later.messages.map((m) => m.type)).toEqual(['hello', 'snapshot', 'notice', 'live']);
    const bad = JSON.stringify({ text: 'x', minutes: 2_000 });
    expect((await ask(g, 'POST', '/v1/notices', json, bad)).status).toBe(400);
  });

  it('WS-24 a revoked screen is closed at once and does not come back', async () => {
    const g = await gateway({ access: { kind: 'lan', code: 'ABCD2345' } });
    const body = JSON.stringify({ code: 'ABCD2345' });
    const paired = await ask(g, 'POST', '/v1/pair', { ...FAR, ...json }, body);
    const cookie = String(paired.headers['set-cookie']).split(';')[0]!;
    const issued = await ask(g, 'POST', '/v1/ws-tickets', { ...FAR, cookie });
    const { ticket } = JSON.parse(issued.body) as { ticket: string };
    const c = client(g, ['sapwood.v1', `ticket.${ticket}`]);
    await c.goLive();
    expect((await ask(g, 'DELETE', '/v1/screens/x', { ...FAR, cookie })).status).toBe(403);
    const { screens } = JSON.parse((await ask(g, 'GET', '/v1/screens')).body) as {
      screens: { id: string }[];
    };
    expect((await ask(g, 'DELETE', `/v1/screens/${screens[0]!.id}`)).status).toBe(204);
    expect(await until('a close', () => c.closeCode)).toBe(4001);
    expect((await ask(g, 'POST', '/v1/ws-tickets', { ...FAR, cookie })).status).toBe(401);
  });

  it('WS-25 at most 50 connections of one address', async () => {
    const g = await gateway();
    const many = Array.from({ length: 51 }, () => client(g));
    await until('a refusal', () => many.some((one) => one.closeCode === 4003));
    expect(g.gateway.connections()).toBe(50);
  });
});

describe('rest', () => {
  it('WS-30 a metric is the honest value of its window', async () => {
    const g = await gateway();
    const answer = await ask(g, 'GET', `/v1/metrics/${COST}?window=15m`);
    expect(JSON.parse(answer.body)).toMatchObject({
      key: COST,
      value: 8_000_000,
      state: 'live',
      window: { code: '15m' },
      target: { op: '<=', value: 8_000_000 },
      audience: 'lead',
      version: { topology: 1, offset: 5 },
    });
    expect((await ask(g, 'GET', `/v1/metrics/${COST}?window=7m`)).status).toBe(400);
  });

  it('WS-35 what is known and not computed is unknown and says why; what nobody knows is no series', async () => {
    const g = await gateway();
    const nodes = COST_TREE.nodes.map((one) =>
      one.id === COST ? { ...one, uncounted: ['channel'] } : one,
    );
    await g.publish.tree({ ...COST_TREE, nodes: [...nodes, node('nps', 'NPS')] }, 6);
    await g.publish.pass([], frame(6));
    await until('the tree', () => g.gateway.idle());
    const of = async (key: string) => {
      const answer = await ask(g, 'GET', `/v1/metrics/${encodeURIComponent(key)}`);
      return { status: answer.status, ...JSON.parse(answer.body) };
    };
    expect(await of('nps')).toEqual({
      status: 200,
      key: 'nps',
      definition: 'nps@1',
      value: null,
      unit: 'ppm',
      state: 'unknown',
      reasons: ['not_computed'],
      missing: missingOf('nps'),
      audience: 'floor',
    });
    expect(await of(`${COST}{channel=email}`)).toMatchObject({
      state: 'unknown',
      missing: 'not counted by channel yet',
      audience: 'lead',
    });
    expect(await of('nsp')).toMatchObject({ status: 404 });
    const { body } = await ask(g, 'GET', '/v1/tree');
    const { tree } = JSON.parse(body) as { tree: WireTree };
    expect(tree.nodes.find(({ id }) => id === 'nps')).toMatchObject({
      missing: missingOf('nps'),
    });
    expect(tree.nodes.find(({ id }) => id === COST)).not.toHaveProperty('missing');
    expect(WireTreeSchema.parse(tree)).toEqual(tree);
  });

  it('VIEW-3 a view has no value and names what it shows, asked for its parts too', async () => {
    const g = await gateway();
    const view = node('channel-performance', 'Channels');
    await g.publish.tree({ ...COST_TREE, nodes: [...COST_TREE.nodes, view] }, 6);
    await g.publish.pass([], frame(6));
    await until('the tree', () => g.gateway.idle());
    const shown =
      'it has no number of its own; it shows conversation-volume, first-response-time, average-resolution-time and csat by channel';
    const value = await ask(g, 'GET', '/v1/metrics/channel-performance');
    expect(JSON.parse(value.body)).toMatchObject({
      ...{ state: 'unknown', value: null, reasons: ['view'], missing: shown, audience: 'floor' },
    });
    const parts = await ask(g, 'GET', '/v1/metrics/channel-performance/explain');
    expect(parts.status).toBe(400);
    expect(parts.body).toContain(`has no parts: ${shown}. Each of these is explained.`);
    const { tree } = JSON.parse((await ask(g, 'GET', '/v1/tree')).body) as { tree: WireTree };
    expect(tree.nodes.find(({ id }) => id === view.id)).toMatchObject({
      ...{ missing: shown, viewBy: 'channel' },
    });
    expect(WireTreeSchema.parse(tree)).toEqual(tree);
  });

  it('WS-36 a row has its own target, else that of its node where this is no sum', async () => {
    const g = await gateway();
    const reply = 'first-response-time';
    const segments = [
      { dimension: 'channel', value: 'email', target: { op: '<=', value: 60_000 } as const },
    ];
    const nodes = COST_TREE.nodes.map((one) => (one.id === reply ? { ...one, segments } : one));
    const dur = { form: 'DUR', unit: 'ms', additive: false } as const;
    await g.publish.tree({ ...COST_TREE, nodes }, 6);
    const keys = [`${reply}{channel=email}`, `${reply}{channel=chat}`];
    await g.publish.pass(
      keys.map((key) => series(key, 6, 90_000, dur)),
      frame(6),
    );
    await until('the rows', () => g.gateway.idle());
    const answer = await ask(g, 'GET', `/v1/metrics/${reply}?by=channel`);
    const { values } = JSON.parse(answer.body) as { values: { target: unknown }[] };
    expect(values.map(({ target }) => target)).toEqual([
      { op: '<=', value: 3_600_000 },
      { op: '<=', value: 60_000 },
    ]);
  });

  it('WS-38 a node has its other views, but for those of what its viewer may not see', async () => {
    const g = await gateway();
    const factors = ['cost-per-handling-hour', 'handling-time-per-contact'];
    const money = { name: 'efficiency', identity: { op: 'product', factors } as const };
    const mix = { name: 'mix', metric: VOLUME, by: 'channel' };
    const nodes = COST_TREE.nodes.map((one) =>
      one.id === VOLUME ? { ...one, lenses: [money, mix] } : one,
    );
    await g.publish.tree({ ...COST_TREE, nodes }, 6);
    await g.publish.pass([], frame(6));
    await until('the tree', () => g.gateway.idle());
    const floor = client(g);
    await floor.goLive({ audience: 'floor' });
    expect(JSON.stringify(floor.messages)).toContain(JSON.stringify([mix]));
    const { body } = await ask(g, 'GET', '/v1/tree');
    const { tree } = JSON.parse(body) as { tree: WireTree };
    expect(WireTreeSchema.parse(tree)).toEqual(tree);
    expect(tree.nodes.find(({ id }) => id === VOLUME)!.lenses).toEqual([money, mix]);
  });

  it('WS-30 a window that a metric is not told over is refused with those that it is', async () => {
    const g = await gateway();
    const { cells } = series(VOLUME, 6, 12);
    const short = cells.filter(({ window }) => window === '60m' || window === 'bday');
    await g.publish.pass([series(VOLUME, 6, 12, { cells: short })], frame(6));
    const refused = await ask(g, 'GET', `/v1/metrics/${VOLUME}?window=90d`);
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('told over 60m, bday');
    expect((await ask(g, 'GET', `/v1/metrics/${VOLUME}?window=bday`)).status).toBe(200);
  });

  it('WS-39 a key that is badly written is no series, and what is asked for twice is refused', async () => {
    const { url } = await gateway();
    const get = async (path: string): Promise<[number, string]> => {
      const response = await fetch(`${url}/v1/${path}`);
      const body = (await response.json()) as { error: { code: string } };
      return [response.status, body.error.code];
    };
    const bad = `metrics/${VOLUME}%7Bchannel=%25ZZ%7D`;
    expect(await get(bad)).toEqual([404, 'unknown_key']);
    expect((await get(`${bad}/explain`))[0]).toBe(404);
    for (const twice of ['by=channel&by=team', 'window=24h&window=7d', 'at=1&at=2']) {
      expect(await get(`metrics/${VOLUME}?${twice}`)).toEqual([400, 'bad_query']);
    }
    expect(await get('metrics.prom?by=channel&by=team')).toEqual([400, 'bad_query']);
  });

  it('WS-31 by=channel lists the children', async () => {
    const g = await gateway();
    const answer = await ask(g, 'GET', `/v1/metrics/${VOLUME}?by=channel`);
    const { values } = JSON.parse(answer.body) as { values: { key: string; value: number }[] };
    expect(values.map((v) => [v.key, v.value])).toEqual([
      [`${VOLUME}{channel=chat}`, 10],
      [`${VOLUME}{channel=email}`, 30],
    ]);
    const one = await ask(g, 'GET', `/v1/metrics/${encodeURIComponent(values[1]!.key)}`);
    expect(JSON.parse(one.body)).toMatchObject({ value: 30, target: null });
  });

  it('CROSS-12 by=priority,channel lists the rows by both, which are none by one', async () => {
    const g = await gateway();
    const cross = `${VOLUME}{channel=email,priority=high}`;
    await g.publish.pass([series(cross, 6, 7)], frame(6));
    const keysOf = async (by: string): Promise<readonly string[]> => {
      const { body } = await ask(g, 'GET', `/v1/metrics/${VOLUME}?by=${by}`);
      return (JSON.parse(body) as { values: { key: string }[] }).values.map(({ key }) => key);
    };
    expect(await keysOf('priority,channel')).toEqual([cross]);
    expect(await keysOf('channel')).toHaveLength(2);
    const metrics = await ask(g, 'GET', '/v1/metrics.prom?by=priority,channel');
    expect(metrics.body).toContain('channel="email",priority="high"');
  });

  it('WS-32 a look back is answered, or says busy', async () => {
    let busy = false;
    const past = new Map([[VOLUME, series(VOLUME, 2, 12)]]);
    const asOf = async (): Promise<'busy' | typeof past> => (busy ? 'busy' : past);
    const g = await gateway({ asOf });
    const path = `/v1/metrics/${VOLUME}?at=2026-06-10T14:05:00Z`;
    expect(JSON.parse((await ask(g, 'GET', path)).body)).toMatchObject({
      value: 12,
      asOf: Date.parse('2026-06-10T14:05:00Z'),
    });
    busy = true;
    expect((await ask(g, 'GET', path)).status).toBe(503);
    expect((await ask(g, 'GET', `/v1/metrics/${VOLUME}?at=soon`)).status).toBe(400);
  });

  it('WS-33 the tree, the alerts and the probes', async () => {
    const g = await gateway();
    await g.publish.alert(alert());
    await g.publish.label('team', 't1', 'Billing');
    await g.publish.label('user', 'u1', 'Somebody');
    await until('an idle gateway', () => g.gateway.idle());
    const tree = JSON.parse((await ask(g, 'GET', '/v1/tree')).body);
    expect(tree).toMatchObject({
      tree: { id: 'cost', roots: [COST] },
      labels: { 'team/t1': 'Billing' },
      currency: 'USD',
    });
    expect(tree.values).toHaveLength(5);
    expect(JSON.stringify(tree)).not.toContain('Somebody');
    const { alerts } = JSON.parse((await ask(g, 'GET', '/v1/alerts')).body);
    expect(alerts).toHaveLength(1);
    expect((await ask(g, 'GET', '/healthz')).status).toBe(200);
    expect((await ask(g, 'GET', '/readyz')).status).toBe(200);
  });
});

describe('client', () => {
  it('SDK-10 it resumes after a break without a value going back', async () => {
    const g = await gateway();
    const c = connect({ url: `ws://127.0.0.1:${g.port}/v1/ws` });
    open.unshift(c);
    await until('live', () => c.status === 'live');
    expect(c.state.values.get(VOLUME)?.cells[0]?.value).toBe(40);
    const seen: number[] = [];
    c.onUpdate(() => seen.push(c.state.values.get(VOLUME)!.offset));
    g.cut();
    await until('away', () => c.status === 'away');
    await g.publish.pass([series(VOLUME, 6, 44)], frame(6));
    await until('live again', () => c.status === 'live', 8_000);
    await until('the newest value', () => c.state.values.get(VOLUME)?.offset === 6);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('SDK-11 updates() yields what happens and ends with close()', async () => {
    const g = await gateway();
    const c = connect({ url: `ws://127.0.0.1:${g.port}/v1/ws`, keys: [VOLUME] });
    open.unshift(c);
    const kinds: string[] = [];
    for await (const update of c.updates()) {
      kinds.push(update.kind);
      if (update.kind === 'live') c.close();
    }
    expect(kinds.slice(0, 3)).toEqual(['hello', 'snapshot', 'live']);
    expect([...c.state.values.keys()]).toEqual([VOLUME]);
  });
});
