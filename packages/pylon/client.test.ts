import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget, START_PER_MINUTE } from './budget.ts';
import { createPylonClient, type PylonClient } from './client.ts';
import { readCostBody } from './cost-feed.ts';
import { checkBaseUrl, type FetchInit } from './transport.ts';

interface Canned {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function setUp(answers: Canned[]): {
  client: PylonClient;
  calls: [string, FetchInit][];
  at(ms: number): void;
} {
  let now = 0;
  const calls: [string, FetchInit][] = [];
  const client = createPylonClient({
    baseUrl: 'https://api.usepylon.com',
    token: 'pylon_token',
    clock: { now: () => now, monotonic: () => now, after: () => ({ cancel: () => {} }) },
    random: () => 0.5,
    fetch: async (url, init) => {
      calls.push([url, init]);
      const { status = 200, body = { request_id: 'r' }, headers = {} } = answers.shift() ?? {};
      return {
        status,
        headers: { get: (name) => headers[name] ?? null },
        text: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
      };
    },
  });
  return { client, calls, at: (ms) => (now = ms) };
}

describe('REST client', () => {
  it('PYL-40 only the two hosts or loopback, and redirects are not followed', async () => {
    for (const bad of [
      'https://api.usepylon.com.evil.example',
      'http://api.usepylon.com',
      'https://api.usepylon.com/x',
      'https://a:b@api.usepylon.com',
      'http://10.0.0.1:80',
      'https://localhost',
    ]) {
      expect(() => checkBaseUrl(bad)).toThrow(RangeError);
    }
    expect(checkBaseUrl('http://127.0.0.1:8123')).toBe('http://127.0.0.1:8123');
    const { client, calls } = setUp([{ status: 302, body: '' }]);
    expect((await client.getIssue('a/../b')).kind).toBe('failed');
    expect(calls[0]![0]).toBe('https://api.usepylon.com/issues/a%2F..%2Fb');
    expect(calls[0]![1]).toMatchObject({
      redirect: 'manual',
      headers: { authorization: 'Bearer pylon_token' },
    });
  });
  it('PYL-41 a 429 waits as long as either header says, without asking again', async () => {
    const headers = { 'retry-after': '2', 'x-retry-after': '7' };
    const { client, calls, at } = setUp([
      { status: 429, headers },
      { body: { data: { id: 'I' } } },
    ]);
    expect(await client.getIssue('I')).toEqual({ kind: 'limited', retryAfterMs: 7_000 });
    at(6_999);
    expect(await client.getIssue('I')).toEqual({ kind: 'limited', retryAfterMs: 1 });
    expect(calls).toHaveLength(1);
    at(7_000);
    expect(await client.getIssue('I')).toEqual({ kind: 'ok', value: { id: 'I' } });
  });
  it('PYL-42 failures back off and a success resets them', async () => {
    const { client } = setUp([
      { status: 500 },
      { status: 503 },
      { body: '<html>' },
      {},
      { status: 500 },
    ]);
    const waits: unknown[] = [];
    for (let i = 0; i < 5; i++) waits.push(await client.teams());
    expect(waits).toEqual([
      { kind: 'failed', status: 500, retryAfterMs: 375 },
      { kind: 'failed', status: 503, retryAfterMs: 750 },
      { kind: 'failed', status: 200, retryAfterMs: 1_500 },
      { kind: 'ok', value: { items: [], cursor: null } },
      { kind: 'failed', status: 500, retryAfterMs: 375 },
    ]);
  });
  it.each([
    [404, { kind: 'not_found' }],
    [401, { kind: 'refused', status: 401 }],
    [403, { kind: 'refused', status: 403 }],
  ])('PYL-43 %i is an answer', async (status, result) => {
    expect(await setUp([{ status }]).client.getIssue('I')).toEqual(result);
  });
  it('PYL-44 an empty search has neither data nor pagination; cursors go in the body', async () => {
    const page = {
      data: [{ id: 'I', state: null }],
      pagination: { cursor: 'c', has_next_page: true },
    };
    const { client, calls } = setUp([{ body: page }, {}]);
    const query = { field: 'updated_at', after: '2026-01-01T00:00:00Z' } as const;
    expect(await client.searchIssues(query)).toMatchObject({ value: { cursor: 'c' } });
    expect(await client.searchIssues({ ...query, cursor: 'c' })).toEqual({
      kind: 'ok',
      value: { items: [], cursor: null },
    });
    expect(JSON.parse(calls[1]![1].body!)).toMatchObject({ cursor: 'c', limit: 999 });
  });
  it('PYL-45 the budget starts at half of the smallest limits and rises to half of the rest', () => {
    const budget = createBudget('messages', 0.5);
    let taken = 0;
    for (let ms = 0; ms < 600_000; ms += 100) if (budget.take(ms) === 0) taken++;
    expect(taken).toBeGreaterThanOrEqual(START_PER_MINUTE.messages * 10);
    expect(taken).toBeLessThanOrEqual(START_PER_MINUTE.messages * 10 + 5);
    budget.remaining(100);
    expect(budget.perMinute()).toBe(50);
    budget.remaining(10_000);
    expect(budget.perMinute()).toBe(60);
    budget.pause(700_000);
    expect([budget.take(650_000), budget.perMinute()]).toEqual([50_000, 30]);
  });
});

describe('REST client, refused', () => {
  it('PYL-50 after a 401 one probe every five minutes, by whoever asks next', async () => {
    const refused = { status: 401, body: { errors: ['wrong_region_token'], request_id: 'r' } };
    const { client, calls, at } = setUp([refused, refused, { body: { data: { id: 'I' } } }]);
    const answer = { kind: 'refused', status: 401, code: 'wrong_region_token' };
    expect(await client.getIssue('I')).toEqual(answer);
    at(299_999);
    expect([await client.getIssue('I'), await client.teams()]).toEqual([answer, answer]);
    expect(calls).toHaveLength(1);
    at(300_000);
    const both = await Promise.all([client.teams(), client.getIssue('I')]);
    expect(both).toEqual([answer, answer]);
    expect(calls).toHaveLength(2);
    at(600_000);
    expect((await client.getIssue('I')).kind).toBe('ok');
    expect((await client.teams()).kind).toBe('ok');
  });
  it('PYL-50 after a 403 that endpoint alone rests for an hour', async () => {
    const { client, calls, at } = setUp([{ status: 403, body: { code: 'permission_denied' } }]);
    expect(await client.contacts()).toMatchObject({ status: 403, code: 'permission_denied' });
    at(3_599_999);
    expect((await client.contacts()).kind).toBe('refused');
    expect((await client.accounts()).kind).toBe('ok');
    at(3_600_000);
    expect((await client.contacts()).kind).toBe('ok');
    expect(calls).toHaveLength(3);
  });
  it('PYL-50 one issue out of reach says nothing of the others, three in a row do', async () => {
    const forbidden = { status: 403 };
    const found = { body: { data: { id: 'I' } } };
    const { client, calls } = setUp([forbidden, forbidden, found, ...Array(3).fill(forbidden)]);
    const kinds: string[] = [];
    for (let i = 0; i < 8; i++) kinds.push((await client.getIssue(`I${i}`)).kind);
    expect(kinds).toEqual(['refused', 'refused', 'ok', ...Array(5).fill('refused')]);
    expect(calls).toHaveLength(6);
  });
  it('PYL-51 lists page on as their answers say, with a limit where one is demanded', async () => {
    const page = { data: [{ id: 'A' }], pagination: { cursor: 'c d', has_next_page: true } };
    const { client, calls } = setUp([{ body: page }, {}, { body: page }, { body: page }]);
    expect(await client.accounts()).toEqual({
      kind: 'ok',
      value: { items: [{ id: 'A' }], cursor: 'c d' },
    });
    expect(await client.accounts('c d')).toMatchObject({ value: { items: [], cursor: null } });
    await client.users();
    await client.users('c d');
    await client.customFields('account');
    expect(calls.map(([url]) => url.replace('https://api.usepylon.com', ''))).toEqual([
      '/accounts?limit=999',
      '/accounts?limit=999&cursor=c+d',
      '/users',
      '/users?cursor=c+d',
      '/custom-fields?object_type=account',
    ]);
  });
  it('PYL-49 no minute has more calls than the budget, whenever they are asked for', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 50, maxLength: 400 });
    fc.assert(
      fc.property(gaps, (waits) => {
        const budget = createBudget('search', 0.5);
        const made: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          if (budget.take(now) === 0) made.push(now);
        }
        const inMinute = (from: number): number =>
          made.filter((at) => at >= from && at < from + 60_000).length;
        expect(Math.max(...made.map(inMinute))).toBeLessThanOrEqual(START_PER_MINUTE.search);
      }),
    );
  });
});

describe('cost feed', () => {
  const entry = {
    costId: 'c1',
    category: 'salaries',
    amountMicro: 5,
    currency: 'GBP',
    from: '2026-06-01T00:00:00Z',
    to: 1_790_000_000_000,
  };
  it('PYL-46 an array or {entries}, with defaults', () => {
    const read = readCostBody([entry]);
    expect(read).toEqual(readCostBody({ entries: [entry] }));
    expect(read).toMatchObject({
      ok: true,
      entries: [
        { revision: 1, stage: 'provisional', accrual: 'even', from: Date.parse(entry.from) },
      ],
    });
  });
  it('PYL-47 all faults at once, with their places', () => {
    const read = readCostBody([
      { ...entry, amountMicro: 1.5 },
      { ...entry, category: 'fun', extra: 1 },
      { ...entry, to: '2025-01-01T00:00:00Z' },
    ]);
    expect(read.ok).toBe(false);
    const paths = read.ok ? [] : read.errors.map((e) => e.path);
    expect(paths).toEqual(expect.arrayContaining(['[0].amountMicro', '[1].category', '[2].to']));
    expect(readCostBody('x').ok).toBe(false);
    expect(readCostBody([]).ok).toBe(false);
  });
  it('PYL-60 scope, driver, accrual and rate are kept, and an amount must survive its rate', () => {
    const fx = { rateMicro: 785_432, asOf: '2026-06-01T00:00:00Z', source: 'ECB' };
    const whole = {
      ...{ ...entry, scope: { dimension: 'team', value: 'T1' }, driver: 'touches' },
      ...{ accrual: 'schedule', fx },
    };
    const kept = { ...whole, fx: { ...fx, asOf: Date.parse(fx.asOf) }, from: expect.any(Number) };
    expect(readCostBody([whole])).toMatchObject({ ok: true, entries: [kept] });
    expect(readCostBody([{ ...entry, scope: 'all' }])).toEqual(readCostBody([entry]));
    const read = readCostBody([
      { ...entry, scope: { dimension: 'desk', value: 'a@b.example' } },
      { ...entry, scope: { dimension: 'handled_by', value: 'ann' }, driver: 'luck' },
      { ...entry, fx: { ...fx, rateMicro: 0 }, accrual: 'later' },
      { ...entry, amountMicro: 9e15, fx: { ...fx, rateMicro: 2_000_000 } },
    ]);
    const paths = read.ok ? [] : read.errors.map((e) => e.path);
    expect(paths).toEqual([
      ...['[0].scope.dimension', '[0].scope.value', '[1].scope.value', '[1].driver'],
      ...['[2].accrual', '[2].fx.rateMicro', '[3].fx.rateMicro'],
    ]);
  });
  it('PYL-48 one revision cannot say two things', () => {
    expect(readCostBody([entry, entry]).ok).toBe(true);
    expect(readCostBody([entry, { ...entry, amountMicro: 6 }])).toMatchObject({ ok: false });
  });
});
