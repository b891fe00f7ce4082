/** A gateway on a port of its own, fed by hand through an in-memory log. */
import type { Socket } from 'node:net';
import { alertCodec, labelCodec, metricCodec } from '@sapwood/contracts/codec';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Alert } from '@sapwood/core/alert';
import type { Cell, Frame, Series, WindowCode } from '@sapwood/core/metrics';
import { WINDOW_CODES } from '@sapwood/core/metrics';
import type { CompiledTree, TreeNode } from '@sapwood/core/tree';
import type { Gateway, GatewayDeps } from '@sapwood/gateway/app';
import { registerGateway } from '@sapwood/gateway/app';
import type { ServerMessage } from '@sapwood/protocol/messages';
import { ServerMessageSchema } from '@sapwood/protocol/schemas';
import type {
  AppendOutcome,
  Clock,
  EventLog,
  LogRecord,
  NewRecord,
  ReadOptions,
  Rng,
  StateStore,
} from '@sapwood/runtime/ports';
import { createHttpServer } from '@sapwood/service-kit/http';
import type { FastifyInstance } from 'fastify';

export const WORKSPACE = 'acme';

export const testClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

let ids = 0;
export const testRng: Rng = {
  next: () => 0.5,
  id: () => {
    ids += 1;
    return ids.toString(16).padStart(32, '0');
  },
};

export class MemoryLog implements EventLog {
  readonly #topics: Map<string, LogRecord[]> = new Map();
  readonly #wake: Set<() => void> = new Set();

  #records(topic: string): LogRecord[] {
    const known = this.#topics.get(topic) ?? [];
    this.#topics.set(topic, known);
    return known;
  }

  async append(
    topic: string,
    _partition: number,
    records: readonly NewRecord[],
  ): Promise<AppendOutcome> {
    const stored = this.#records(topic);
    const firstOffset = stored.length;
    const appendedAt = testClock.now();
    for (const record of records) {
      const { key, value, headers = {} } = record;
      stored.push({ key, value, headers, offset: stored.length, appendedAt });
    }
    for (const wake of [...this.#wake]) wake();
    return { kind: 'durable', firstOffset, appendedAt };
  }

  async read(
    topic: string,
    _partition: number,
    from: number,
    options: ReadOptions,
  ): Promise<readonly LogRecord[]> {
    const stored = this.#records(topic);
    if (stored.length <= from && options.waitMs > 0) await this.#wait(options);
    return stored.slice(from, from + options.max);
  }

  #wait(options: ReadOptions): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake.delete(done);
        options.signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, options.waitMs);
      this.#wake.add(done);
      options.signal?.addEventListener('abort', done);
    });
  }

  async bounds(topic: string): Promise<{ low: number; high: number }> {
    return { low: 0, high: this.#records(topic).length };
  }
  async partitions(): Promise<number> {
    return 1;
  }
  async assign(): Promise<{ close(): Promise<void> }> {
    return { close: async () => undefined };
  }
  async trim(): Promise<number> {
    return 0;
  }
  async close(): Promise<void> {}
}

/** Named records alone: all that the gateway asks of a store. */
export function memoryStore(): StateStore {
  const records = new Map<string, Uint8Array>();
  const store: Pick<StateStore, 'getRecord' | 'putRecord' | 'close'> = {
    getRecord: async (name) => records.get(name) ?? null,
    putRecord: async (name, bytes) => {
      if (bytes === null) records.delete(name);
      else records.set(name, bytes);
    },
    close: async () => undefined,
  };
  return store as StateStore;
}

export function cell(window: WindowCode, change: Partial<Cell> = {}): Cell {
  return {
    window,
    clock: 'wall',
    from: 0,
    to: 0,
    state: 'live',
    reasons: [],
    value: 40,
    num: null,
    den: null,
    n: 40,
    lowN: false,
    mean: null,
    p50: null,
    p90: null,
    max: null,
    zeroPpm: null,
    low: null,
    high: null,
    vsPrev: 36,
    vsHow: null,
    provisionalPpm: 0,
    censored: null,
    settled: null,
    shares: [],
    ...change,
  };
}

export function series(
  key: string,
  offset: number,
  value: number | null,
  change: Partial<Series> = {},
  cells: Partial<Cell> = {},
): Series {
  return {
    workspace: WORKSPACE,
    topology: 1,
    key,
    definition: `${key.split('{')[0]}@1`,
    form: 'COUNT',
    unit: 'count',
    better: 0,
    grade: 'E',
    additive: true,
    offset,
    waiting: null,
    top: null,
    firstDueAt: null,
    cells: WINDOW_CODES.map((window) => cell(window, { value, ...cells })),
    ...change,
  };
}

export function frame(offset: number, change: Partial<Frame> = {}): Frame {
  const now = testClock.now();
  return {
    workspace: WORKSPACE,
    topology: 1,
    offset,
    asOf: now,
    watermarks: [{ source: 'pylon', coveredThrough: now - 1_000, basis: 'reconciled' }],
    catchingUp: false,
    ...change,
  };
}

export function node(id: string, label: string, change: Partial<TreeNode> = {}): TreeNode {
  return {
    id,
    label,
    shortLabel: null,
    identity: null,
    by: [],
    children: [],
    influences: [],
    target: null,
    audience: 'floor',
    owner: 'support-ops',
    alerts: [],
    ...change,
  };
}

export const COST_TREE: CompiledTree = {
  id: 'cost',
  root: 'cost-per-contact',
  nodes: [
    node('cost-per-contact', 'Cost per contact', {
      shortLabel: 'Cost / contact',
      audience: 'lead',
      target: { op: '<=', value: 8_000_000 },
      children: ['total-support-cost', 'contacts-handled'],
      influences: ['first-response-time'],
      identity: { op: 'ratio', num: 'total-support-cost', den: 'contacts-handled' },
    }),
    node('total-support-cost', 'Cost', { audience: 'lead', owner: 'finance-partner' }),
    node('contacts-handled', 'Handled', {
      children: ['conversation-volume', 'contacts-unhandled-change'],
    }),
    node('conversation-volume', 'Volume', { by: ['channel'] }),
    node('contacts-unhandled-change', 'Unhandled, change', { shortLabel: 'Unhandled' }),
    node('first-response-time', 'First reply', {
      influences: ['conversation-handoff-rate'],
      target: { op: '<=', value: 3_600_000 },
    }),
    node('conversation-handoff-rate', 'Handoffs'),
  ],
};

export function alert(change: Partial<Alert> = {}): Alert {
  const now = testClock.now();
  return {
    workspace: WORKSPACE,
    topology: 1,
    seq: 1,
    alertId: '0123456789abcdef0123456789abcdef',
    revision: 1,
    phase: 'open',
    status: 'firing',
    severity: 'high',
    rule: 'email-drop',
    node: 'conversation-volume',
    series: 'conversation-volume{channel=email}',
    on: 'value',
    direction: 'below',
    value: 12,
    bound: 30,
    unit: 'count',
    since: now - 240_000,
    at: now,
    path: ['cost-per-contact', 'contacts-handled', 'conversation-volume'],
    reference: 'week_before',
    delta: -28,
    drivers: [{ key: 'conversation-volume{channel=email}', share: -28 }],
    owner: 'support-ops',
    audience: 'floor',
    text: 'Email volume 12 in 15 min, expected at least 30. Email explains all of the change.',
    ...change,
  };
}

/** Writes to the topics as the aggregator, the detector and the normalizer do. */
export class Publisher {
  readonly log: EventLog;
  constructor(log: EventLog) {
    this.log = log;
  }

  async #metrics(records: readonly NewRecord[]): Promise<void> {
    await this.log.append(TOPICS.metrics.name, partitionOf(WORKSPACE, 1), records);
  }

  seriesRecords(values: readonly Series[]): NewRecord[] {
    return values.map((one) => ({
      key: `${WORKSPACE}/${one.key}`,
      value: metricCodec.encode({ series: one, frame: null, tree: null }),
    }));
  }

  frameRecord(one: Frame): NewRecord {
    return {
      key: `frame/${WORKSPACE}`,
      value: metricCodec.encode({ series: null, frame: one, tree: null }),
    };
  }

  values(values: readonly Series[]): Promise<void> {
    return this.#metrics(this.seriesRecords(values));
  }

  frame(one: Frame): Promise<void> {
    return this.#metrics([this.frameRecord(one)]);
  }

  pass(values: readonly Series[], one: Frame): Promise<void> {
    return this.#metrics([...this.seriesRecords(values), this.frameRecord(one)]);
  }

  raw(records: readonly NewRecord[]): Promise<void> {
    return this.#metrics(records);
  }

  gone(key: string): Promise<void> {
    return this.#metrics([{ key: `${WORKSPACE}/${key}`, value: null }]);
  }

  tree(tree: CompiledTree, offset: number): Promise<void> {
    const document = JSON.stringify(tree);
    const record = { workspace: WORKSPACE, topology: 1, offset, document };
    return this.#metrics([
      {
        key: `tree/${WORKSPACE}`,
        value: metricCodec.encode({ series: null, frame: null, tree: record }),
      },
    ]);
  }

  async alert(one: Alert): Promise<void> {
    const record = { key: one.alertId, value: alertCodec.encode(one) };
    await this.log.append(TOPICS.alerts.name, 0, [record]);
  }

  async label(kind: 'team' | 'user', id: string, name: string | null): Promise<void> {
    const label = { workspace: WORKSPACE, kind, id, name: name ?? '' };
    const value = name === null ? null : labelCodec.encode(label);
    await this.log.append(TOPICS.labels.name, 0, [{ key: `${WORKSPACE}/${kind}/${id}`, value }]);
  }
}

export interface Harness {
  readonly server: FastifyInstance;
  readonly gateway: Gateway;
  readonly log: EventLog;
  readonly publish: Publisher;
  readonly port: number;
  readonly url: string;
  /** Cuts every connection, as a network would. */
  cut(): void;
  close(): Promise<void>;
}

export async function startGateway(change: Partial<GatewayDeps> = {}): Promise<Harness> {
  const log = change.log ?? new MemoryLog();
  const server = createHttpServer();
  const gateway = await registerGateway(server, {
    log,
    store: memoryStore(),
    clock: testClock,
    rng: testRng,
    telemetry: () => undefined,
    workspace: WORKSPACE,
    access: { kind: 'loopback' },
    currency: 'USD',
    build: 'test',
    wallDir: null,
    ...change,
  });
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  await gateway.start();
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    server,
    gateway,
    log,
    publish: new Publisher(log),
    port,
    url: `http://127.0.0.1:${port}`,
    cut(): void {
      for (const socket of sockets) socket.destroy();
    },
    async close(): Promise<void> {
      await gateway.stop();
      await server.close();
    },
  };
}

/** Polls until `test` gives a value; fails after the deadline, saying what it waited for. */
export async function until<T>(
  what: string,
  test: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  withinMs = 5_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const found = await test();
    if (found) return found;
    await testClock.sleep(5);
  }
  throw new Error(`timed out waiting for ${what}`);
}

/** A raw websocket client that checks every message against the protocol. */
export class RawClient {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  closeCode: number | null = null;

  constructor(port: number, protocols: readonly string[] = ['sapwood.v1']) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, [...protocols]);
    this.socket.addEventListener('message', (event) => {
      this.messages.push(ServerMessageSchema.parse(JSON.parse(String(event.data))));
    });
    this.socket.addEventListener('close', (event) => {
      this.closeCode = event.code;
    });
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  async open(): Promise<void> {
    await until('an open socket', () => this.socket.readyState === WebSocket.OPEN);
  }

  /** hello, subscribe, and everything up to `live`. */
  async goLive(hello: object = {}, keys: readonly string[] = ['*']): Promise<void> {
    await this.open();
    this.send({ type: 'hello', ...hello });
    this.send({ type: 'subscribe', keys });
    await this.next('live');
  }

  /** Waits for a message of a type that also passes `test`. */
  async next<K extends ServerMessage['type']>(
    type: K,
    test: (message: Extract<ServerMessage, { type: K }>) => boolean = () => true,
  ): Promise<Extract<ServerMessage, { type: K }>> {
    return await until(`a ${type}`, () =>
      this.messages.find(
        (m): m is Extract<ServerMessage, { type: K }> =>
          m.type === type && test(m as Extract<ServerMessage, { type: K }>),
      ),
    );
  }

  /** The newest value shown of a key in a window, after all messages so far. */
  shown(key: string): number | null | undefined {
    let value: number | null | undefined;
    for (const m of this.messages) {
      if (m.type === 'snapshot') value = undefined;
      if (m.type !== 'snapshot' && m.type !== 'values') continue;
      if (m.type === 'values' && m.gone.includes(key)) value = undefined;
      const found = m.values.find((s) => s.key === key);
      if (found) value = found.cells[0]!.value;
    }
    return value;
  }

  close(): void {
    this.socket.close();
  }
}
