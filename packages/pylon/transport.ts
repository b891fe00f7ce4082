/**
 * One attempt of one call to Pylon's REST API, within the endpoint's budget, and what its answer
 * means (pylon.md 5.1, 5.5). After a 401 nothing is asked but one probe every five minutes; after a
 * 403 that endpoint alone rests for an hour.
 */
import { type Budget, createBudget, createNoBudget, ENDPOINTS, type Endpoint } from './budget.ts';
import { createGate, type Refused } from './gate.ts';

/** The two hosts that a token can belong to. There is no discovery and no third one (SSRF). */
export const PYLON_HOSTS = ['https://api.usepylon.com', 'https://api.eu.usepylon.com'] as const;

export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}
export interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}
/** The part of `fetch` that is used; `globalThis.fetch` fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

export interface ClientClock {
  now(): number;
  monotonic(): number;
  after(ms: number, task: () => void): { cancel(): void };
}

export type ReadResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'not_found' }
  | Refused
  /** Our own budget or a 429: nothing was learnt, ask again after that time. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** 5xx, time-out, bad JSON; `status` 0 where there was no answer. */
  | { readonly kind: 'failed'; readonly status: number; readonly retryAfterMs: number };

export interface ClientDeps {
  /** One of `PYLON_HOSTS`, or a loopback address in development. */
  readonly baseUrl: string;
  readonly token: string;
  readonly fetch: Fetch;
  readonly clock: ClientClock;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** Our part of what the answers show to be left, 0 to 1. */
  readonly share?: number;
  /** Off in a replay only. */
  readonly budget?: 'on' | 'off';
  /** Called for each answer that is not 2xx; status 0 where there was none. */
  readonly onFailure?: (status: number, endpoint: Endpoint) => void;
  /** Called for each 400, 401 and 403: somebody has to do something about it. */
  readonly onRefused?: (refusal: Refused, endpoint: Endpoint) => void;
}

export const CALL_TIMEOUT_MS = 10_000;
export const ANSWER_CHARS_MAX: number = 16 * 1024 * 1024;
const CODE_CHARS_MAX = 80;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_LAST_MS = 60_000;
const RETRY_AFTER_MAX_S = 300;

/** Throws a `RangeError` with one sentence where the address may not be asked. */
export function checkBaseUrl(baseUrl: string): string {
  const url = new URL(baseUrl);
  const plain = url.pathname === '/' && url.search === '' && url.username === '' && url.hash === '';
  if (plain && (PYLON_HOSTS as readonly string[]).includes(url.origin)) return url.origin;
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (plain && loopback && url.protocol === 'http:') return url.origin;
  throw new RangeError(
    `A Pylon address must be ${PYLON_HOSTS.join(' or ')}, or a loopback address for development.`,
  );
}

/** `Retry-After` and `X-Retry-After`, the longer of both, ms; a minute where neither can be read. */
function retryAfterMs(answer: FetchAnswer): number {
  const seconds = ['retry-after', 'x-retry-after']
    .map((name) => answer.headers.get(name))
    .filter((value) => value !== null && /^\d{1,6}(\.\d+)?$/.test(value.trim()))
    .map(Number);
  const longest = seconds.length > 0 ? Math.max(...seconds) : 60;
  return Math.ceil(Math.min(longest, RETRY_AFTER_MAX_S) * 1_000);
}

export interface Call<T> {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly body?: unknown;
  readonly read: (answer: unknown) => T;
}

/** Pylon's stable word for an error where it sends one, else the first of its sentences. */
function codeOf(text: string): string | undefined {
  try {
    const { code, errors } = JSON.parse(text) as { code?: unknown; errors?: unknown };
    const said = code ?? (Array.isArray(errors) ? errors[0] : undefined);
    return typeof said === 'string' ? said.slice(0, CODE_CHARS_MAX) : undefined;
  } catch {
    return undefined;
  }
}

/** Asks once; whatever the answer, the result says when asking again makes sense. */
export type Ask = <T>(call: Call<T>) => Promise<ReadResult<T>>;

/** Throws a `RangeError` for an address off the list. */
export function createAsk(deps: ClientDeps): Ask {
  const origin = checkBaseUrl(deps.baseUrl);
  const budgets = new Map<Endpoint, Budget>(
    ENDPOINTS.map((endpoint) => [
      endpoint,
      deps.budget === 'off' ? createNoBudget() : createBudget(endpoint, deps.share ?? 0.5),
    ]),
  );
  const gate = createGate();
  let failures = 0;

  function failed<T>(status: number, endpoint: Endpoint): ReadResult<T> {
    deps.onFailure?.(status, endpoint);
    const ceiling = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures++, 10));
    return {
      kind: 'failed',
      status,
      retryAfterMs: Math.ceil(ceiling * (0.5 + deps.random() / 2)),
    };
  }

  async function send<T>(call: Call<T>): Promise<{ answer: FetchAnswer; text: string } | null> {
    const abort = new AbortController();
    const timer = deps.clock.after(CALL_TIMEOUT_MS, () => abort.abort());
    try {
      const answer = await deps.fetch(`${origin}${call.path}`, {
        method: call.body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${deps.token}`,
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        redirect: 'manual',
        signal: abort.signal,
      });
      return { answer, text: await answer.text() };
    } catch {
      return null;
    } finally {
      timer.cancel();
    }
  }

  function read<T>(call: Call<T>, text: string): ReadResult<T> {
    try {
      const value = call.read(JSON.parse(text));
      failures = 0;
      return { kind: 'ok', value };
    } catch {
      return failed(200, call.endpoint);
    }
  }

  return async function ask<T>(call: Call<T>): Promise<ReadResult<T>> {
    const { endpoint } = call;
    const budget = budgets.get(endpoint)!;
    const refusal = gate.shut(endpoint, deps.clock.monotonic());
    if (refusal) return refusal;
    const waitMs = budget.take(deps.clock.monotonic());
    if (waitMs > 0) return { kind: 'limited', retryAfterMs: waitMs };
    const sent = await send(call);
    if (sent === null) return failed(0, endpoint);
    const { answer, text } = sent;
    if (answer.status === 429) {
      deps.onFailure?.(429, endpoint);
      const pauseMs = retryAfterMs(answer);
      budget.pause(deps.clock.monotonic() + pauseMs);
      return { kind: 'limited', retryAfterMs: pauseMs };
    }
    if ([400, 401, 403].includes(answer.status)) {
      deps.onFailure?.(answer.status, endpoint);
      const code = codeOf(text);
      const refused = {
        kind: 'refused',
        status: answer.status,
        ...(code ? { code } : {}),
      } as const;
      gate.refused(endpoint, refused, deps.clock.monotonic());
      deps.onRefused?.(refused, endpoint);
      return refused;
    }
    if (answer.status === 404 || answer.status === 200) gate.opened(endpoint);
    if (answer.status === 404) return { kind: 'not_found' };
    if (answer.status !== 200 || text.length > ANSWER_CHARS_MAX) {
      return failed(answer.status, endpoint);
    }
    const left = answer.headers.get('x-rate-limit-remaining');
    if (left !== null && /^\d{1,9}$/.test(left)) budget.remaining(Number(left));
    return read(call, text);
  };
}
