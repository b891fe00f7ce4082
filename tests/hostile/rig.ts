/** The whole way of a webhook on loopback: a real server, the raw log, the normalizer, facts. */
import { type AddressInfo, connect } from 'node:net';
import { quarantinedCodec } from '@sapwood/contracts/codec';
import type { Quarantined } from '@sapwood/contracts/label';
import type { Fact } from '@sapwood/core/facts';
import { registerIngest } from '@sapwood/ingest/app';
import { createNormalizer } from '@sapwood/normalizer/pipeline';
import { EMPTY_ROSTER } from '@sapwood/pylon/facts';
import { signBody } from '@sapwood/pylon/signature';
import { createAppender } from '@sapwood/runtime/appender';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import type { Clock } from '@sapwood/runtime/ports';
import { createSimulated, type Simulated } from '@sapwood/runtime/simulated';
import { createHttpServer } from '@sapwood/service-kit/http';
import { factRecords, PYLON_SECRET, rawRecords, until } from '../support/pylon.ts';

export const clock: Clock = createSystemClock();
export const COST_KEY = 'cost-key';
/** No turn of the event loop may take longer, whatever comes in (F23). */
export const STALL_MS_MAX = 200;
/** How many generated cases: `SAPWOOD_HOSTILE=ci` takes 10^4. */
export const CASES: number = process.env['SAPWOOD_HOSTILE'] === 'ci' ? 10_000 : 400;
export const SEED: number = Number(process.env['SAPWOOD_SEED'] ?? 20260610);

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface HostileRig {
  readonly sim: Simulated;
  readonly port: number;
  /** Errors that no route expected. */
  readonly unexpected: Error[];
  /** POST with fetch; headers as given. */
  post(path: string, body: Uint8Array, headers?: Record<string, string>): Promise<Answer>;
  /** POST to the hook with the right signature. */
  hook(body: Uint8Array | string, headers?: Record<string, string>): Promise<Answer>;
  /** Bytes as they are; the status of the first answer, 0 where the server just hung up. */
  wire(head: string | Buffer, body?: Uint8Array | string): Promise<number>;
  /** Until every raw record has become something. */
  settled(): Promise<void>;
  facts(): Promise<Fact[]>;
  quarantined(topic?: string): Promise<Quarantined[]>;
  /** Everything that a request may have changed, as one text. */
  print(): Promise<string>;
  /** The worst turn of the event loop since the last call, ms of this thread's own work. */
  stallMs(): number;
  close(): Promise<void>;
}

function printOf(sim: Simulated): Promise<string> {
  const topics = ['raw.pylon.v1', 'raw.cost.v1', 'facts.v1', 'dlq.raw.v1', 'labels.v1'];
  const highs = topics.map(async (topic) => `${topic} ${(await sim.log.bounds(topic, 0)).high}`);
  return Promise.all(highs).then((lines) => lines.join('\n'));
}

/** Sends, reads until the head of an answer is there, and hangs up. */
function wireTo(port: number, head: string | Buffer, body: Uint8Array | string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    // A server may hang up on what is no HTTP while we still write.
    socket.on('error', () => {});
    socket.on('close', () =>
      resolve(/^HTTP\/1\.1 \d{3}/.test(answer) ? Number(answer.slice(9, 12)) : 0),
    );
    socket.write(Buffer.concat([Buffer.from(head), Buffer.from(body)]));
  });
}

const WATCH_MS = 5;

/** Work of this thread between two timers: what a machine that is busy elsewhere does not add to. */
export function stallWatch(): { takeMs(): number; stop(): void } {
  const usedMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let last = usedMs();
  let worst = 0;
  const look = (): void => {
    worst = Math.max(worst, usedMs() - last);
    last = usedMs();
    timer = clock.after(WATCH_MS, look);
  };
  let timer = clock.after(WATCH_MS, look);
  return {
    takeMs: () => {
      const taken = worst;
      worst = 0;
      last = usedMs();
      return taken;
    },
    stop: () => timer.cancel(),
  };
}

/** A started rig; `close` it. */
export async function hostileRig(): Promise<HostileRig> {
  const sim = createSimulated({ clock });
  const rng = createSystemRng();
  const unexpected: Error[] = [];
  const server = createHttpServer({ onUnexpected: (error) => unexpected.push(error) });
  const ports = { log: sim.log, store: sim.store, clock, rng, telemetry: () => {} };
  const scheme = { kind: 'pylon-hmac', secrets: [PYLON_SECRET] } as const;
  const token = { kind: 'static-header', header: 'authorization', tokens: ['Bearer t'] } as const;
  const other = { kind: 'pylon-hmac', secrets: ['the_secret_of_another'] } as const;
  const ingest = registerIngest(server, {
    ...ports,
    destinations: [
      { id: 'd1', workspace: 'acme', source: 's1', schemes: [scheme] },
      { id: 'd2', workspace: 'beta', source: 's2', schemes: [other] },
      { id: 'both', workspace: 'acme', source: 's1', schemes: [scheme, token] },
    ],
    costKeys: [{ id: 'c1', workspace: 'acme', key: COST_KEY }],
  });
  const appender = createAppender(ports);
  await appender.start();
  const source = (id: string, workspace: string, destinations: readonly string[]) => ({
    ...{ id, workspace, destinations, bodies: 'facts' as const, messages: 'read' as const },
    ...{ statuses: {}, roster: EMPTY_ROSTER, priorityField: 'priority', categoryField: null },
    ...{ workspaceKey: 'key', client: null },
  });
  const normalizer = createNormalizer({
    ...ports,
    appender,
    sources: [source('s1', 'acme', ['d1', 'both']), source('s2', 'beta', ['d2'])],
    costs: [{ id: 'c1', workspace: 'acme' }],
    onFatal: (error) => unexpected.push(error),
  });
  await normalizer.start();
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const watch = stallWatch();

  const post: HostileRig['post'] = async (path, body, headers = {}) => {
    const url = `http://127.0.0.1:${port}${path}`;
    const answer = await fetch(url, { method: 'POST', body: Buffer.from(body), headers });
    return { status: answer.status, text: await answer.text() };
  };
  return {
    ...{ sim, port, unexpected, post },
    hook: (body, headers = {}) => {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      return post('/hooks/d1', bytes, {
        'x-pylon-signature': signBody(PYLON_SECRET, bytes),
        ...headers,
      });
    },
    wire: (head, body = '') => wireTo(port, head, body),
    settled: () => until(clock, 'an idle normalizer', () => normalizer.idle()),
    facts: () => factRecords(sim.log),
    quarantined: async () => {
      const records = await sim.log.read('dlq.raw.v1', 0, 0, { max: 100_000, waitMs: 0 });
      return records.map((record) => quarantinedCodec.decode(record.value!));
    },
    print: () => printOf(sim),
    stallMs: watch.takeMs,
    close: async () => {
      watch.stop();
      await server.close();
      await ingest.stop();
      await normalizer.stop();
    },
  };
}

/** What became of each raw record, by offset: the kinds of its facts, or the reason it was refused. */
export async function fates(rig: HostileRig): Promise<ReadonlyMap<number, string>> {
  await rig.settled();
  const found = new Map<number, string>();
  for (const { kind, srcs } of await rig.facts()) {
    for (const { offset } of srcs)
      found.set(offset, [found.get(offset), kind].filter(Boolean).join('+'));
  }
  for (const { offset, reason } of await rig.quarantined()) found.set(offset, reason);
  return found;
}

/** How many deliveries and feeds the raw log holds. */
export const rawCount = async (rig: HostileRig): Promise<number> =>
  (await rawRecords(rig.sim.log)).length;
