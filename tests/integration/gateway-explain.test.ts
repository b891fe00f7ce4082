/** `GET /v1/metrics/{key}/explain`: what it answers, to whom, and what it refuses. */
import type { GatewayDeps } from '@sapwood/gateway/app';
import type { ExplainedPart, ExplainedValue } from '@sapwood/protocol/explained';
import type { HonestValue } from '@sapwood/protocol/honest';
import { afterEach, describe, expect, it } from 'vitest';
import { deskGateway } from './gateway-desk.ts';
import { type Harness, until } from './gateway-harness.ts';

let open: Harness[] = [];
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

async function gateway(change: Partial<GatewayDeps> = {}): Promise<Harness> {
  const harness = await deskGateway(change);
  open.push(harness);
  return harness;
}

/** What the tests look at of an explanation, of the value itself and of a refusal. */
type Body = ExplainedValue &
  HonestValue & { readonly values: readonly HonestValue[] } & {
    readonly error: { code: string; message: string };
  };

async function ask(g: Harness, path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${g.url}/v1/metrics/${path}`, { headers });
  const body = (await answer.json()) as Body;
  return { status: answer.status, headers: answer.headers, body };
}

const conversationOf = (part: ExplainedPart) => ('conversation' in part ? part.conversation : null);

describe('GET /v1/metrics/{key}', () => {
  it('WS-73 without a window it is the hour, or the shortest that the series is told over', async () => {
    const g = await gateway();
    expect((await ask(g, 'conversation-volume')).body.window).toMatchObject({ code: '60m' });
    expect((await ask(g, 'resolution-rate')).body.window).toMatchObject({ code: '24h' });
    const { status, body } = await ask(g, 'resolution-rate?window=60m');
    expect([status, body.error.code]).toEqual([400, 'bad_window']);
    expect(body.error.message).toContain('24h');
    const rows = await ask(g, 'resolution-rate?by=channel');
    expect(rows.body.values.map(({ window: { code } }) => code)).toEqual(['24h']);
    expect((await ask(g, 'resolution-rate?by=channel&window=60m')).body.error.code).toBe(
      'bad_window',
    );
  });

  it('WS-74 rows of what has none say why, and of what there is not that there is none', async () => {
    const g = await gateway();
    const view = await ask(g, 'channel-performance?by=channel');
    expect(view.body).toMatchObject({ state: 'unknown', reasons: ['view'] });
    expect((await ask(g, 'conversation-volum?by=channel')).status).toBe(404);
    expect((await ask(g, 'conversation-volume?by=priority')).body.values).toEqual([]);
  });
});

describe('GET /v1/metrics/{key}/explain', () => {
  it('EXPLAIN-20 tells what a value is made of, in the cell that the value itself is told of', async () => {
    const g = await gateway({ app: 'https://app.example.com' });
    const { status, body } = await ask(g, 'first-response-time/explain?window=24h&clock=wall');
    expect(status).toBe(200);
    const { body: value } = await ask(g, 'first-response-time?window=24h&clock=wall');
    expect(body.published).toEqual({
      ...{ value: value.value, num: value.num, den: value.den, n: value.n },
    });
    expect(body).toMatchObject({
      ...{ key: 'first-response-time', definition: 'first-response-time@1', clock: 'wall' },
      ...{ window: value.window, value: value.value, state: value.state, version: value.version },
      ...{ sums: true, next: null, labels: { 'team/t1': 'Frontline' } },
      counts: { events: 2, conversations: 2, contacts: 2, accounts: 1, waiting: 1, costs: 0 },
    });
    expect(body.parts.map(({ part }) => part)).toEqual([...['counted', 'counted', 'waiting']]);
    expect(conversationOf(body.parts[1]!)).toEqual({
      ...{ id: 'a', number: 100, account: 'acc', contact: 'a-contact' },
      link: 'https://app.example.com/issues?issueNumber=100',
    });
    const row = await ask(g, `${encodeURIComponent('conversation-volume{team=t1}')}/explain`);
    expect(row.body).toMatchObject({ published: { value: 3 }, window: { code: '60m' } });
    expect((await ask(g, 'backlog/explain')).body.parts).toHaveLength(3);
  });

  it('EXPLAIN-21 pages are as large as is asked for, and what is no page is refused', async () => {
    const g = await gateway();
    const ids: string[] = [];
    let after = '';
    do {
      const { body } = await ask(g, `conversation-volume/explain?limit=2${after}`);
      ids.push(...body.parts.map((part) => conversationOf(part)!.id));
      after = body.next === null ? '' : `&after=${encodeURIComponent(body.next)}`;
    } while (after !== '');
    expect(ids).toEqual(['c', 'b', 'a']);
    for (const [query, code] of [
      ['limit=0', 'bad_page'],
      ['limit=1001', 'bad_page'],
      ['limit=two', 'bad_page'],
      ['after=here', 'bad_page'],
      ['window=2h', 'bad_window'],
      ['clock=sun', 'bad_window'],
      ['at=2026-06-10T00:00:00Z', 'no_at'],
    ]) {
      const { status, body } = await ask(g, `conversation-volume/explain?${query}`);
      expect([query, status, body.error.code]).toEqual([query, 400, code]);
    }
  });

  it('EXPLAIN-22 who may not see the value may not see what it is made of: hidden looks as missing', async () => {
    const g = await gateway({ access: { kind: 'lan', code: 'ABCD2345' } });
    const local = await ask(g, 'cost-per-contact/explain?window=24h');
    expect(local.body).toMatchObject({ form: 'MONEY', counts: { costs: 1, conversations: 2 } });
    const far = { 'x-forwarded-for': '10.0.0.9' };
    expect((await ask(g, 'conversation-volume/explain', far)).status).toBe(401);
    const foreign = { origin: 'http://evil.example' };
    expect((await ask(g, 'conversation-volume/explain', foreign)).status).toBe(403);
    const paired = await fetch(`${g.url}/v1/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...far },
      body: JSON.stringify({ code: 'ABCD2345' }),
    });
    const cookie = paired.headers.get('set-cookie')!.split(';')[0]!;
    const floor = { ...far, cookie };
    expect((await ask(g, 'conversation-volume/explain', floor)).status).toBe(200);
    const hidden = await ask(g, 'cost-per-contact/explain', floor);
    const missing = await ask(g, 'no-such-metric/explain', floor);
    expect(hidden.status).toBe(404);
    expect(hidden.body).toEqual(missing.body);
  });

  it('EXPLAIN-23 where nobody holds the state it is 503, with what to do; too many at once are told to wait', async () => {
    const remedy = 'start an aggregator';
    const nobody = await gateway({
      explainer: { explain: async () => ({ kind: 'nobody', remedy }) },
    });
    const refused = await ask(nobody, 'conversation-volume/explain');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.body.error).toEqual({
      code: 'no_owner',
      message: 'Nobody can explain it now: start an aggregator.',
    });
    const turn = Promise.withResolvers<void>();
    let asked = 0;
    const slow = await gateway({
      explainer: {
        explain: async () => {
          asked += 1;
          await turn.promise;
          return { kind: 'no_value' };
        },
      },
    });
    const four = [1, 2, 3, 4].map(() => ask(slow, 'conversation-volume/explain'));
    await until('four that explain', () => asked === 4);
    const fifth = await ask(slow, 'conversation-volume/explain');
    expect([fifth.status, fifth.body.error.code]).toEqual([503, 'busy']);
    turn.resolve();
    expect((await Promise.all(four)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await ask(slow, 'conversation-volume/explain')).status).toBe(404);
  });
});
