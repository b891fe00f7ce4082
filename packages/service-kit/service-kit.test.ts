import { connect } from 'node:net';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { TelemetryEvent } from '@sapwood/runtime/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import { ERROR_CODES, EXIT_CODES, exitCodeOf, SapwoodError } from './errors.ts';
import { createHealth, LOOP_LAG_MS_MAX, registerHealth } from './health.ts';
import { createHttpServer } from './http.ts';
import { createLogging, createScrubber } from './logging.ts';
import { createMetrics, createMetricsServer, METRIC_NAMES } from './metrics.ts';
import { installShutdown, type StopSignal } from './shutdown.ts';

const clock = createSystemClock();
const EVENTS: readonly TelemetryEvent[] = [
  { type: 'WebhookAnswered', result: 'accepted', ackMs: 12 },
  { type: 'FactsApplied', fold: 'facts', applied: 3, redundant: 1 },
  { type: 'ClientConnected' },
  { type: 'ClientConnected' },
  { type: 'ClientGone', code: 1001 },
  { type: 'ReadsOwed', count: 7 },
  { type: 'PassPublished', series: 5, tookMs: 3 },
];
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('logging', () => {
  const lines: string[] = [];
  const logging = createLogging({
    level: 'info',
    service: 'ingest',
    clock: { now: () => 42 },
    secrets: ['hunter2-hunter2'],
    destination: { write: (line: string) => void lines.push(line) },
  });

  it('LOGGING-1 an event becomes a line with its fields; frequent ones are for debugging', () => {
    for (const event of EVENTS) logging.telemetry(event);
    expect(lines).toEqual([]);
    logging.telemetry({ type: 'AuthFailed', kind: 'signature_wrong' });
    expect(JSON.parse(lines.pop()!)).toEqual({
      level: 'warn',
      time: 42,
      service: 'ingest',
      event: 'AuthFailed',
      kind: 'signature_wrong',
      msg: 'authentication failed',
    });
  });

  it('LOGGING-2 secrets are hidden, by key and by value', () => {
    logging.logger.info({ source: { token: 'x' }, authorization: 'y' }, 'hello');
    expect(lines.at(-1)).not.toMatch(/"x"|"y"/);
    const text = 'Bearer hunter2-hunter2 was refused';
    logging.telemetry({ type: 'Notice', level: 'warn', text });
    expect(lines.at(-1)).not.toContain('hunter2');
    expect(createScrubber(['ab', 'abc'])('xabcx ab')).toBe('x(hidden)x (hidden)');
  });
});

describe('metrics', () => {
  it('METER-1 events move the declared metrics, in OpenMetrics text, on a server of its own', async () => {
    const metrics = createMetrics();
    for (const event of EVENTS) metrics.telemetry(event);
    const server = createMetricsServer(metrics);
    closers.push(() => server.close());
    const answer = await server.inject('/metrics');
    expect(answer.headers['content-type']).toContain('application/openmetrics-text');
    for (const line of [
      'sapwood_webhook_requests_total{result="accepted"} 1',
      'sapwood_facts_applied_total{fold="facts"} 3',
      'sapwood_ws_connections 1',
      'sapwood_reads_owed 7',
      'sapwood_relay_pass_series_sum 5',
    ]) {
      expect(answer.body.split('\n')).toContain(line);
    }
    expect(answer.body.trimEnd().endsWith('# EOF')).toBe(true);
    for (const name of METRIC_NAMES) expect(answer.body).toContain(name.replace(/_total$/, ''));
  });
});

describe('http', () => {
  it('HTTP-1 has every limit, and answers errors in one sentence', async () => {
    const unexpected: string[] = [];
    const server = createHttpServer({
      bodyBytesMax: 100,
      onUnexpected: (error) => unexpected.push(error.message),
    });
    closers.push(() => server.close());
    server.post('/echo', async (request) => request.body);
    server.get('/broken', async () => {
      throw new Error('the database password is swordfish');
    });
    expect(server.server.requestTimeout).toBe(5_000);
    expect(server.server.headersTimeout).toBe(5_000);
    expect(server.server.timeout).toBe(10_000);
    expect(server.server.maxRequestsPerSocket).toBe(1_000);
    const broken = await server.inject('/broken');
    expect(broken.statusCode).toBe(500);
    expect(broken.body).not.toContain('swordfish');
    expect(unexpected).toHaveLength(1);
    const large = { method: 'POST', url: '/echo', payload: { a: 'x'.repeat(200) } } as const;
    expect((await server.inject(large)).statusCode).toBe(413);
    expect((await server.inject('/nowhere')).json()).toEqual({
      error: { status: 404, message: 'There is nothing at this address.' },
    });
  });

  it('HTTP-2 several Host headers are refused', async () => {
    const server = createHttpServer();
    closers.push(() => server.close());
    server.get('/', async () => 'ok');
    await server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.server.address() as { port: number };
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'),
      );
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('health', () => {
  it('HEALTH-1 not ready until every check holds, not alive once the loop lags', async () => {
    const virtual = createVirtualClock(0);
    let caughtUp = false;
    const health = createHealth({
      clock: virtual,
      checks: {
        aggregator: () => caughtUp,
        store: () => {
          if (!caughtUp) throw new Error('away');
          return true;
        },
      },
    });
    const server = createHttpServer();
    closers.push(() => server.close());
    registerHealth(server, health);
    await health.start();
    expect((await server.inject('/readyz')).json()).toEqual({
      ready: false,
      waitingFor: ['aggregator', 'store'],
    });
    caughtUp = true;
    expect((await server.inject('/readyz')).statusCode).toBe(200);
    expect((await server.inject('/healthz')).statusCode).toBe(200);
    health.drain();
    expect((await server.inject('/readyz')).statusCode).toBe(503);
    await health.stop();
    await virtual.advanceTo(LOOP_LAG_MS_MAX + 1_001);
    expect((await server.inject('/healthz')).statusCode).toBe(503);
  });
});

describe('shutdown', () => {
  function rig(stop: () => Promise<void>) {
    const handlers = new Map<StopSignal, () => void>();
    const exits: number[] = [];
    const shutdown = installShutdown({
      clock,
      stop,
      process: {
        on: (signal, handler) => handlers.set(signal, handler),
        off: (signal) => handlers.delete(signal),
        exit: (code) => void exits.push(code),
      },
    });
    return { shutdown, exits, handlers, signal: (s: StopSignal) => handlers.get(s)!() };
  }

  it('SHUT-1 the first signal drains and exits 0; an error exits 1', async () => {
    const good = rig(async () => {});
    good.signal('SIGTERM');
    await expect.poll(() => good.exits, { timeout: 10_000 }).toEqual([0]);
    good.shutdown.dispose();
    expect(good.handlers.size).toBe(0);
    const bad = rig(async () => {
      throw new Error('no');
    });
    bad.signal('SIGINT');
    await expect.poll(() => bad.exits, { timeout: 10_000 }).toEqual([1]);
  });

  it('SHUT-2 the second signal exits at once', () => {
    const { signal, exits } = rig(() => new Promise(() => {}));
    signal('SIGINT');
    expect(exits).toEqual([]);
    signal('SIGTERM');
    expect(exits).toEqual([130]);
  });
});

describe('errors', () => {
  it('ERR-1 every code has its exit code; anything else is a bug', () => {
    for (const code of ERROR_CODES) {
      expect(exitCodeOf(new SapwoodError(code, 'x'))).toBe(EXIT_CODES[code]);
    }
    expect(exitCodeOf(new TypeError('x'))).toBe(1);
  });
});
