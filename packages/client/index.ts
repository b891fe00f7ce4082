/**
 * A subscriber of `sapwood.v1` for browsers and Node: it connects, resumes after every break, and
 * never shows a value older than one it showed before. Timers here are the browser's own: this
 * package runs where no port can be given.
 */
import type { Audience } from '@sapwood/core/tree';
import type { ClientHello, ClientKind, ServerMessage, Snapshot } from '@sapwood/protocol/messages';
import { CLOSE, SUBPROTOCOL, TICKET_PREFIX } from '@sapwood/protocol/messages';
import ReconnectingWebSocket from 'partysocket/ws';
import { Mailbox } from './mailbox.ts';
import { State, type Status, type Update } from './state.ts';

export type { Status, Update } from './state.ts';
export { State } from './state.ts';

/** Heartbeats come each 5 s: a socket silent for this long is given up. */
const SILENCE_MS = 15_000;
const CHECK_MS = 1_000;
const CONNECT_MS_MAX = 5_000;
/** A gateway that is started anew is away for seconds: a screen that waited longer than it would show them. */
const AGAIN_MS = { least: 250, spread: 750, most: 2_000, growth: 1.3 } as const;
/** A connection that held for so long was no refusal: after it the tries begin with the first again. */
const HELD_MS = 1_000;

export interface ClientOptions {
  /** `ws://host:port/v1/ws`. */
  readonly url: string;
  /** Series keys, `id{*}`, or `*` for everything one may see (the default). */
  readonly keys?: readonly string[];
  /** A wall is sent at most one batch a second. */
  readonly kind?: ClientKind;
  /** To see no more than this audience does; never more than the ticket allows. */
  readonly audience?: Audience;
  /** Asked before each connection; null connects without one. */
  readonly ticket?: () => Promise<string | null>;
  /** What to show before the first message: the snapshot of a page. */
  readonly initial?: Snapshot;
  /** Monotonic ms; default `performance.now()`. */
  readonly now?: () => number;
  readonly webSocket?: unknown;
}

export interface Client {
  readonly state: State;
  readonly status: Status;
  /** Calls `listener` after each message; returns how to stop. */
  onUpdate(listener: (update: Update) => void): () => void;
  /** The same as an iterator. A slow reader gets values conflated, and ends with `close()`. */
  updates(): AsyncIterableIterator<Update>;
  /** Age of the newest frame, ms; null without one. */
  frameAgeMs(): number | null;
  /** Epoch ms of the server's clock; null before it spoke. */
  serverNow(): number | null;
  close(): void;
}

/** Uniform in [0, 1), so that many screens do not come back at one moment. */
function jitter(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}

export function connect(options: ClientOptions): Client {
  const now = options.now ?? ((): number => performance.now());
  const state = new State();
  const listeners = new Set<(update: Update) => void>();
  let status: Status = 'connecting';
  let heardAt = now();

  const emit = (update: Update): void => {
    for (const listener of [...listeners]) listener(update);
  };
  const become = (next: Status): void => {
    if (status === next || status === 'closed') return;
    status = next;
    emit({ kind: 'status', status });
  };

  if (options.initial) state.apply(options.initial, now());

  const protocols = async (): Promise<string[]> => {
    const ticket = await (options.ticket?.() ?? Promise.resolve(null)).catch(() => null);
    return ticket === null ? [SUBPROTOCOL] : [SUBPROTOCOL, TICKET_PREFIX + ticket];
  };
  const socket = new ReconnectingWebSocket(options.url, protocols, {
    minReconnectionDelay: AGAIN_MS.least + AGAIN_MS.spread * jitter(),
    maxReconnectionDelay: AGAIN_MS.most - AGAIN_MS.spread * jitter(),
    minUptime: HELD_MS,
    reconnectionDelayGrowFactor: AGAIN_MS.growth,
    connectionTimeout: CONNECT_MS_MAX,
    maxEnqueuedMessages: 0,
    ...(options.webSocket ? { WebSocket: options.webSocket } : {}),
  });
  socket.addEventListener('open', () => {
    heardAt = now();
    const resume = state.resume();
    const client = options.kind ?? 'sdk';
    const hello: ClientHello = { type: 'hello', client, audience: options.audience, resume };
    socket.send(JSON.stringify(hello));
    socket.send(JSON.stringify({ type: 'subscribe', keys: options.keys ?? ['*'] }));
  });
  socket.addEventListener('message', (event) => {
    heardAt = now();
    const change = state.apply(JSON.parse(String(event.data)) as ServerMessage, now());
    if (!change) return;
    emit(change);
    if (change.kind === 'live') become('live');
    else if (change.kind === 'void') socket.reconnect(CLOSE.protocol, 'begun anew');
  });
  socket.addEventListener('close', () => become('away'));

  const check = setInterval(() => {
    if (now() - heardAt < SILENCE_MS || status === 'closed') return;
    heardAt = now();
    become('away');
    socket.reconnect(CLOSE.protocol, 'silent');
  }, CHECK_MS);
  // In Node a subscriber alone must not keep the process; browsers give a number here.
  (check as { unref?: () => void }).unref?.();

  const client: Client = {
    state,
    get status(): Status {
      return status;
    },
    onUpdate(listener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    updates(): AsyncIterableIterator<Update> {
      const mailbox = new Mailbox();
      const stop = client.onUpdate((update) => mailbox.put(update));
      if (status === 'closed') mailbox.end();
      return mailbox.iterate(stop);
    },
    frameAgeMs: () => state.frameAgeMs(now()),
    serverNow: () => state.serverNow(now()),
    close(): void {
      clearInterval(check);
      become('closed');
      socket.close();
      listeners.clear();
    },
  };
  return client;
}
