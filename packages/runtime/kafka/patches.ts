/**
 * Three repairs of kafkajs 2.2.4 (its last release). Each is applied only if the original is, byte for
 * byte, the one that was studied; another version is left alone and reported.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

interface Queue {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  requestTimeoutIntervalId: NodeJS.Timeout | null;
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<
    number,
    { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }
  >;
  readonly enforceRequestTimeout: boolean;
  isConnected(): boolean;
  checkPendingRequests(): void;
  destroy(): void;
}

interface Request {
  readonly correlationId: number;
  readonly expectResponse: boolean;
  readonly sentAt: number;
  readonly requestTimeout: number;
  send(): void;
  completed(answer: { readonly size: number; readonly payload: null }): void;
}

type Method = 'scheduleCheckPendingRequests' | 'scheduleRequestTimeoutCheck' | 'sendSocketRequest';

/** SHA-256 of each original's source text. */
export const ORIGINALS: Readonly<Record<Method, string>> = {
  scheduleCheckPendingRequests: '04347ea969c6f2e3754427c0cbaee0bd4ce947fbd82f7b6e027506a06dfc581a',
  scheduleRequestTimeoutCheck: '4fa2b60aa0fe28a4fefc028706b8de18cdafc88916fae651d8cc5d359cc4553a',
  sendSocketRequest: '512807ba10f008597cc500bf1255ede4cff0d6336f68dc5565d238a9c656e3ab',
};
const PENDING_CHECK_MS = 10;
/** A request is late by this at most when it is told so. */
const TIMEOUT_CHECK_MS = 100;

/** The original re-arms a 1 ms timer for ever on an idle connection; this one sleeps. */
function scheduleCheckPendingRequests(this: Queue): void {
  if (this.throttleCheckTimeoutId) return;
  const throttledMs = this.throttledUntil - Date.now();
  if (this.pending.length === 0 && throttledMs <= 0) return;
  const delayMs = throttledMs > 0 ? throttledMs : PENDING_CHECK_MS;
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, delayMs);
}

/** When the timer of a queue fires, epoch ms. */
const dueAt = new WeakMap<Queue, number>();

/**
 * The original looks ten times a second at a connection on which nothing is asked, and stops when
 * the connection goes, whose open requests then wait for ever. This one looks when the first is due.
 */
function scheduleRequestTimeoutCheck(this: Queue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  this.requestTimeoutIntervalId = null;
  watch(this);
}

function watch(queue: Queue): void {
  if (!queue.enforceRequestTimeout || queue.inflight.size === 0) return;
  let firstAt = Number.POSITIVE_INFINITY;
  for (const { sentAt, requestTimeout } of queue.inflight.values()) {
    firstAt = Math.min(firstAt, sentAt + requestTimeout);
  }
  if (queue.requestTimeoutIntervalId && dueAt.get(queue)! <= firstAt + TIMEOUT_CHECK_MS) return;
  if (queue.requestTimeoutIntervalId) clearTimeout(queue.requestTimeoutIntervalId);
  const afterMs = Math.max(0, firstAt - Date.now()) + TIMEOUT_CHECK_MS;
  dueAt.set(queue, Date.now() + afterMs);
  queue.requestTimeoutIntervalId = setTimeout(() => {
    queue.requestTimeoutIntervalId = null;
    for (const request of [...queue.inflight.values()]) {
      if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
    }
    watch(queue);
  }, afterMs);
}

/** The original, and a look at when this one is due. */
function sendSocketRequest(this: Queue, request: Request): void {
  request.send();
  if (request.expectResponse) {
    watch(this);
    return;
  }
  (this.inflight as Map<number, unknown>).delete(request.correlationId);
  request.completed({ size: 0, payload: null });
}

const REPAIRS: Readonly<Record<Method, (this: Queue, request: Request) => void>> = {
  scheduleCheckPendingRequests,
  scheduleRequestTimeoutCheck,
  sendSocketRequest,
};

export function shapeOf(method: Method): string {
  return createHash('sha256').update(String(prototype()[method])).digest('hex');
}

function prototype(): Record<Method, unknown> {
  const require = createRequire(import.meta.url);
  return require('kafkajs/src/network/requestQueue').prototype as Record<Method, unknown>;
}

/** Safe to call again. Returns the names of the methods that no longer have the known shape. */
export function patchKafkajs(): Method[] {
  const target = prototype();
  const strange: Method[] = [];
  for (const method of Object.keys(REPAIRS) as Method[]) {
    if (target[method] === REPAIRS[method]) continue;
    if (shapeOf(method) === ORIGINALS[method]) target[method] = REPAIRS[method];
    else strange.push(method);
  }
  return strange;
}
