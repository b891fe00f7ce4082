import { registerIngest } from '@sapwood/ingest/app';
import type { IngestDeps } from '@sapwood/ingest/parts';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import type { AppendOutcome, NewRecord } from '@sapwood/runtime/ports';
import { createSimulated, type Simulated } from '@sapwood/runtime/simulated';
import type { TelemetryEvent } from '@sapwood/runtime/telemetry';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { PYLON_SECRET, rawRecords, signedHook, until } from '../support/pylon.ts';

const clock = createSystemClock();
const BODY = { event_type: 'issue_new', issue_id: 'I1' };
const COST = {
  costId: 'pay-2026-06',
  category: 'salaries',
  amountMicro: 5_000_000,
  currency: 'GBP',
  from: '2026-06-01T00:00:00Z',
  to: '2026-07-01T00:00:00Z',
};

interface Rig {
  readonly server: FastifyInstance;
  readonly sim: Simulated;
  readonly seen: TelemetryEvent[];
  readonly ingest: ReturnType<typeof registerIngest>;
}
const open: Rig[] = [];

function rig(overrides: Partial<IngestDeps> = {}): Rig {
  const sim = createSimulated({ clock });
  const seen: TelemetryEvent[] = [];
  const server = Fastify({ bodyLimit: 1024 });
  const ingest = registerIngest(server, {
    log: sim.log,
    clock,
    rng: createSystemRng(),
    telemetry: (event) => seen.push(event),
    destinations: [
      {
        id: 'd1',
        workspace: 'acme',
        source: 's1',
        schemes: [{ kind: 'pylon-hmac', secrets: ['old', PYLON_SECRET] }],
      },
      {
        id: 'both',
        workspace: 'beta',
        source: 's2',
        schemes: [
          { kind: 'pylon-hmac', secrets: [PYLON_SECRET] },
          { kind: 'static-header', header: 'Authorization', tokens: ['Bearer t'] },
        ],
      },
    ],
    costKeys: [{ id: 'c1', workspace: 'acme', key: 'cost-key' }],
    ...overrides,
  });
  const made = { server, sim, seen, ingest };
  open.push(made);
  return made;
}

/** A log whose appends answer as told; `null` passes the append on. */
function scripted(
  sim: Simulated,
  answers: (AppendOutcome | null)[],
): IngestDeps['log'] & { calls: number[] } {
  const calls: number[] = [];
  return {
    calls,
    partitions: (topic) => sim.log.partitions(topic),
    append: async (topic, partition, records: readonly NewRecord[]) => {
      calls.push(records.length);
      await clock.sleep(1);
      return answers.shift() ?? sim.log.append(topic, partition, records);
    },
  };
}

afterEach(async () => {
  for (const { server, ingest } of open.splice(0)) {
    await server.close();
    await ingest.stop();
  }
});

describe('POST /hooks/:destination', () => {
  it('ING-1 a signed body is in the log, verbatim, before the empty 200', async () => {
    const { server, sim } = rig();
    const text = '{ "issue_id": "I1", "title": "Größe \\u00e9" }\n';
    const answer = await server.inject(signedHook('d1', text, { 'user-agent': 'x', cookie: 'no' }));
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    const [record] = await rawRecords(sim.log);
    expect(Buffer.from(record!.delivery!.raw).toString()).toBe(text);
    expect(record!.delivery).toMatchObject({
      dest: 'd1',
      workspace: 'acme',
      headers: { 'user-agent': 'x' },
    });
    expect(Object.keys(record!.delivery!.headers)).toEqual(['user-agent']);
  });
  it.each([
    ['no signature', { 'x-pylon-signature': '' }],
    ['a wrong one', { 'x-pylon-signature': 'a'.repeat(64) }],
    [
      'a prefix',
      { 'x-pylon-signature': `sha256=${signedHook('d1', BODY).headers['x-pylon-signature']}` },
    ],
    [
      'two joined by a comma',
      {
        'x-pylon-signature': Array(2)
          .fill(signedHook('d1', BODY).headers['x-pylon-signature'])
          .join(', '),
      },
    ],
  ])('ING-2 401 for %s, and nothing is kept', async (_name, headers) => {
    const { server, sim } = rig();
    const answer = await server.inject(signedHook('d1', BODY, headers));
    expect([answer.statusCode, answer.body]).toEqual([401, '']);
    expect(await rawRecords(sim.log)).toEqual([]);
  });
  it('ING-3 an unknown destination gets the answer of a wrong signature', async () => {
    const { server, seen } = rig();
    const unknown = await server.inject(signedHook('nobody', BODY));
    const wrong = await server.inject(
      signedHook('d1', BODY, { 'x-pylon-signature': 'a'.repeat(64) }),
    );
    const plain = ({ statusCode, body, headers: { date: _d, ...headers } }: typeof unknown) => ({
      statusCode,
      body,
      headers,
    });
    expect(plain(unknown)).toEqual(plain(wrong));
    expect(seen).toContainEqual({ type: 'AuthFailed', kind: 'unknown_destination' });
  });
  it('ING-4 both schemes are demanded where both are declared', async () => {
    const { server } = rig();
    expect((await server.inject(signedHook('both', BODY))).statusCode).toBe(401);
    const answer = await server.inject(signedHook('both', BODY, { authorization: 'Bearer t' }));
    expect(answer.statusCode).toBe(200);
  });
  it.each(['json', ';;;', '', 'application/json', 'text/plain; charset=latin1'])(
    'ING-5 content type %j loses no webhook',
    async (type) => {
      const { server } = rig();
      expect(
        (await server.inject(signedHook('d1', BODY, { 'content-type': type }))).statusCode,
      ).toBe(200);
    },
  );
  it('ING-6 413 above the limit, 415 for an encoding', async () => {
    const { server, sim } = rig();
    expect((await server.inject(signedHook('d1', 'x'.repeat(256 * 1024)))).statusCode).toBe(200);
    const large = await server.inject(signedHook('d1', 'x'.repeat(256 * 1024 + 1)));
    expect([large.statusCode, large.body]).toEqual([413, '']);
    const encoded = await server.inject(signedHook('d1', BODY, { 'content-encoding': 'gzip' }));
    expect(encoded.statusCode).toBe(415);
    expect(await rawRecords(sim.log)).toHaveLength(1);
  });
  it('ING-7 authentic garbage and an empty body are kept, each time', async () => {
    const { server, sim } = rig();
    for (const body of ['', 'not json', 'not json', '\u0000']) {
      expect((await server.inject(signedHook('d1', body))).statusCode).toBe(200);
    }
    expect(await rawRecords(sim.log)).toHaveLength(4);
  });
  it('ING-8 equal bodies are two deliveries: they may be two changes', async () => {
    const { server, sim } = rig();
    await server.inject(signedHook('d1', BODY));
    await server.inject(signedHook('d1', BODY));
    expect(await rawRecords(sim.log)).toHaveLength(2);
  });
  it('ING-9 429 with Retry-After once the bucket is empty', async () => {
    const { server } = rig({ limits: { hooksPerSecond: 1, hooksBurst: 2 } });
    const codes: number[] = [];
    for (let i = 0; i < 3; i++)
      codes.push((await server.inject(signedHook('d1', BODY))).statusCode);
    expect(codes).toEqual([200, 200, 429]);
    const answer = await server.inject(signedHook('d1', BODY));
    expect(answer.headers['retry-after']).toBe('1');
    expect(
      (await server.inject(signedHook('both', BODY, { authorization: 'Bearer t' }))).statusCode,
    ).toBe(200);
  });
});

describe('the log in trouble', () => {
  const unknown: AppendOutcome = { kind: 'outcomeUnknown', reason: 'timeout' };
  it('ING-10 an unknown outcome is tried again, then 503 with Retry-After', async () => {
    const sim = createSimulated({ clock });
    const log = scripted(sim, [unknown, unknown, unknown]);
    const { server } = rig({ log });
    const answer = await server.inject(signedHook('d1', BODY));
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(5);
    expect(log.calls).toEqual([1, 1, 1]);
  });
  it('ING-11 a retry that lands is a 200', async () => {
    const sim = createSimulated({ clock });
    const { server } = rig({ log: scripted(sim, [unknown]) });
    expect((await server.inject(signedHook('d1', BODY))).statusCode).toBe(200);
    expect(await rawRecords(sim.log)).toHaveLength(1);
  });
  it('ING-12 a log that never answers is a 503 at the deadline', async () => {
    const sim = createSimulated({ clock });
    const log = { partitions: sim.log.partitions, append: () => new Promise<never>(() => {}) };
    const server = Fastify();
    const deps = { log, clock, rng: createSystemRng(), telemetry: () => {}, costKeys: [] };
    registerIngest(server, {
      ...deps,
      destinations: [
        {
          id: 'd1',
          workspace: 'a',
          source: 's',
          schemes: [{ kind: 'pylon-hmac', secrets: [PYLON_SECRET] }],
        },
      ],
      limits: { deadlineMs: 50 },
    });
    expect((await server.inject(signedHook('d1', BODY))).statusCode).toBe(503);
    await server.close();
  });
  it('ING-13 503 above the limit of what is in flight', async () => {
    const sim = createSimulated({ clock });
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const log: IngestDeps['log'] = {
      partitions: (topic) => sim.log.partitions(topic),
      append: async (...args) => {
        await gate;
        return sim.log.append(...args);
      },
    };
    const { server } = rig({ log, limits: { inFlightMax: 1 } });
    const first = server.inject(signedHook('d1', BODY));
    await until(clock, 'second is refused', async () => {
      const { statusCode } = await server.inject(
        signedHook('d1', BODY, { 'x-pylon-signature': '' }),
      );
      return statusCode === 503;
    });
    release();
    expect((await first).statusCode).toBe(200);
  });
  it('ING-14 what arrives during an append shares the next one; all are kept, in turns', async () => {
    const sim = createSimulated({ clock });
    const log = scripted(sim, []);
    const { server } = rig({ log });
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        server.inject(
          i % 2
            ? signedHook('d1', { issue_id: `I${i}` })
            : signedHook('both', { issue_id: `I${i}` }, { authorization: 'Bearer t' }),
        ),
      ),
    );
    expect(answers.every((answer) => answer.statusCode === 200)).toBe(true);
    expect(log.calls.length).toBeLessThan(50);
    const ids = (await rawRecords(sim.log)).map((r) => Buffer.from(r.delivery!.raw).toString());
    expect(new Set(ids).size).toBe(200);
  });
});

describe('heartbeats', () => {
  it('ING-15 one per destination as soon as serving begins', async () => {
    const { ingest, sim } = rig();
    ingest.start();
    await until(clock, 'two heartbeats', async () => (await rawRecords(sim.log)).length === 2);
    expect((await rawRecords(sim.log)).map((r) => r.heartbeat?.dest)).toEqual(['d1', 'both']);
    await until(clock, 'idle', () => ingest.idle());
  });
});

describe('POST /v1/corrections', () => {
  const BULK = { kind: 'closed_by', conversation: 'I1', closedBy: 'bulk', reason: 'a clean-up' };
  it('ING-24 taken like costs, with the same key, and refused with every fault', async () => {
    const { server, sim } = rig();
    const post = (corrections: readonly object[], key = 'cost-key') =>
      server.inject({
        ...{ method: 'POST', url: '/v1/corrections', payload: { corrections } },
        headers: { authorization: `Bearer ${key}` },
      });
    expect((await post([BULK], 'no')).statusCode).toBe(401);
    const wrong = [
      { ...BULK, closedBy: 'me', at: '1980-01-01' },
      { kind: 'merge', conversation: 'I1', into: 'I1', reason: 'the same' },
      { kind: 'supersede', correction: 'I1', reason: 'two\nlines' },
      { kind: 'author_kind', author: 'a b', is: 'author_unknown', reason: 'r' },
    ];
    const answer = await post(wrong);
    expect(answer.statusCode).toBe(422);
    const { errors } = answer.json() as { errors: readonly { path: string }[] };
    expect(errors.map(({ path }) => path.replace('corrections', ''))).toEqual([
      ...[
        '[0].closedBy',
        '[0].at',
        '[1].into',
        '[2].correction',
        '[2].reason',
        '[3].author',
        '[3].is',
      ],
    ]);
    const taken = await post([BULK, { ...wrong[1]!, into: 'I2' }]);
    expect([taken.statusCode, taken.json()]).toEqual([202, { accepted: 2 }]);
    expect(await rawRecords(sim.log, 'raw.cost.v1')).toMatchObject([{ delivery: { dest: 'c1' } }]);
  });
});

describe('POST /v1/costs', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    ({
      method: 'POST',
      url: '/v1/costs',
      headers: { authorization: 'Bearer cost-key', 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    }) as const;
  it('ING-20 202 after the append, array or {entries}', async () => {
    const { server, sim } = rig();
    for (const body of [[COST], { entries: [COST] }]) {
      const answer = await server.inject(post(body));
      expect([answer.statusCode, answer.json()]).toEqual([202, { accepted: 1 }]);
    }
    expect(await rawRecords(sim.log, 'raw.cost.v1')).toMatchObject([
      { delivery: { dest: 'c1', workspace: 'acme' } },
      { delivery: { dest: 'c1' } },
    ]);
  });
  it('ING-21 422 names every fault at once and keeps nothing', async () => {
    const { server, sim } = rig();
    const bad = [
      COST,
      { ...COST, costId: 'x', amountMicro: 0.5 },
      { ...COST, costId: 'y', colour: 'red' },
    ];
    const answer = await server.inject(post(bad));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors.map((e: { path: string }) => e.path)).toEqual([
      '[1].amountMicro',
      '[2]',
    ]);
    expect((await server.inject(post('{'))).json()).toEqual({
      errors: [{ path: '', message: 'the body must be JSON' }],
    });
    expect(await rawRecords(sim.log, 'raw.cost.v1')).toEqual([]);
  });
  it('ING-22 401 without the key, 415 without JSON, 413 above the limit', async () => {
    const { server } = rig();
    expect((await server.inject(post([COST], { authorization: 'Bearer no' }))).statusCode).toBe(
      401,
    );
    expect((await server.inject(post([COST], { 'content-type': 'text/plain' }))).statusCode).toBe(
      415,
    );
    expect((await server.inject(post('x'.repeat(300_000)))).statusCode).toBe(413);
  });
  it('ING-23 503 when the log is down', async () => {
    const sim = createSimulated({ clock });
    const rejected: AppendOutcome = { kind: 'rejected', reason: 'full' };
    const { server } = rig({ log: scripted(sim, [rejected, rejected, rejected]) });
    const answer = await server.inject(post([COST]));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '10']);
  });
});
