/**
 * Two repairs of kafkajs 2.2.4 (its last release). Each is applied only if the original is, byte for
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
  readonly requestTimeout: number;
  isConnected(): boolean;
  checkPendingRequests(): void;
  destroy(): void;
}

type Method = 'scheduleCheckPendingRequests' | 'scheduleRequestTimeoutCheck';

/** SHA-256 of each original's source text. */
export const ORIGINALS: Readonly<Record<Method, string>> = {
  scheduleCheckPendingRequests: '04347ea969c6f2e3754427c0cbaee0bd4ce947fbd82f7b6e027506a06dfc581a',
  scheduleRequestTimeoutCheck: '4fa2b60aa0fe28a4fefc028706b8de18cdafc88916fae651d8cc5d359cc4553a',
};
const PENDING_CHECK_MS = 10;
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

/** The original stops looking when the connection goes, and leaves its open requests waiting. */
function scheduleRequestTimeoutCheck(this: Queue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  this.requestTimeoutIntervalId = setInterval(
    () => {
      for (const request of [...this.inflight.values()]) {
        if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
      }
      if (!this.isConnected() && this.inflight.size === 0) this.destroy();
    },
    Math.min(this.requestTimeout, TIMEOUT_CHECK_MS),
  );
}

const REPAIRS: Readonly<Record<Method, (this: Queue) => void>> = {
  scheduleCheckPendingRequests,
  scheduleRequestTimeoutCheck,
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
