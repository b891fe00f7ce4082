/**
 * Pylon's REST API, one attempt per call. What to do next is a value, not a sleep: the caller owns
 * the schedule, so nothing here loops, waits or retries.
 */
import { z } from 'zod';
import { type Budget, createBudget, createNoBudget, ENDPOINTS, type Endpoint } from './budget.ts';
import {
  type RestIssue,
  RestIssueSchema,
  type RestMessage,
  RestMessageSchema,
  type RestNamed,
  RestNamedSchema,
  type RestStatus,
  RestStatusSchema,
} from './rest-objects.ts';

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
  /** 400, 401, 403: asking again will not help. */
  | { readonly kind: 'refused'; readonly status: number }
  /** Our own budget or a 429: nothing was learnt, ask again after that time. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** 5xx, time-out, bad JSON; `status` 0 where there was no answer. */
  | { readonly kind: 'failed'; readonly status: number; readonly retryAfterMs: number };

export interface SearchPage {
  readonly issues: readonly RestIssue[];
  /** null: the last page. */
  readonly cursor: string | null;
}
export interface SearchQuery {
  readonly field: 'updated_at' | 'latest_message_activity_at' | 'created_at';
  /** RFC 3339. */
  readonly after: string;
  readonly before?: string;
  readonly cursor?: string;
}

export interface PylonClient {
  me(): Promise<ReadResult<{ readonly id: string; readonly name: string }>>;
  /** By id or by number. */
  getIssue(ref: string): Promise<ReadResult<RestIssue>>;
  /** The whole thread, oldest first. */
  getMessages(issueId: string): Promise<ReadResult<readonly RestMessage[]>>;
  searchIssues(query: SearchQuery): Promise<ReadResult<SearchPage>>;
  statuses(): Promise<ReadResult<readonly RestStatus[]>>;
  users(): Promise<ReadResult<readonly RestNamed[]>>;
  teams(): Promise<ReadResult<readonly RestNamed[]>>;
  accounts(cursor?: string): Promise<ReadResult<readonly RestNamed[]>>;
}

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
}

export const CALL_TIMEOUT_MS = 10_000;
export const ANSWER_CHARS_MAX: number = 16 * 1024 * 1024;
export const SEARCH_PAGE_MAX = 999;
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

interface Call<T> {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly body?: unknown;
  readonly read: (answer: unknown) => T;
}

const Envelope = z.looseObject({
  data: z.unknown().optional(),
  pagination: z
    .looseObject({ cursor: z.string().nullish(), has_next_page: z.boolean().nullish() })
    .nullish(),
});

/** A list may be missing altogether: an empty search answers only its request id. */
const listOf =
  <T>(schema: z.ZodType<T>) =>
  (answer: unknown): readonly T[] =>
    z.array(schema).parse(Envelope.parse(answer).data ?? []);

function pageOf(answer: unknown): SearchPage {
  const issues = listOf(RestIssueSchema)(answer);
  const { pagination } = Envelope.parse(answer);
  const more = pagination?.has_next_page !== false && issues.length > 0;
  return { issues, cursor: (more && pagination?.cursor) || null };
}

const MeSchema = z.looseObject({ id: z.string(), name: z.string().nullish() });

/** Makes a client for one organization; throws a `RangeError` for an address off the list. */
export function createPylonClient(deps: ClientDeps): PylonClient {
  const origin = checkBaseUrl(deps.baseUrl);
  const budgets = new Map<Endpoint, Budget>(
    ENDPOINTS.map((endpoint) => [
      endpoint,
      deps.budget === 'off' ? createNoBudget() : createBudget(endpoint, deps.share ?? 0.5),
    ]),
  );
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

  async function ask<T>(call: Call<T>): Promise<ReadResult<T>> {
    const { endpoint } = call;
    const budget = budgets.get(endpoint)!;
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
    if (answer.status === 404) return { kind: 'not_found' };
    if ([400, 401, 403].includes(answer.status)) {
      deps.onFailure?.(answer.status, endpoint);
      return { kind: 'refused', status: answer.status };
    }
    if (answer.status !== 200 || text.length > ANSWER_CHARS_MAX) {
      return failed(answer.status, endpoint);
    }
    const left = answer.headers.get('x-rate-limit-remaining');
    if (left !== null && /^\d{1,9}$/.test(left)) budget.remaining(Number(left));
    try {
      const value = call.read(JSON.parse(text));
      failures = 0;
      return { kind: 'ok', value };
    } catch {
      return failed(answer.status, endpoint);
    }
  }

  const one =
    <T>(schema: z.ZodType<T>) =>
    (answer: unknown): T =>
      schema.parse(Envelope.parse(answer).data);

  return {
    me: () =>
      ask({
        endpoint: 'me',
        path: '/me',
        read: (answer) => {
          const { id, name } = MeSchema.parse(Envelope.parse(answer).data);
          return { id, name: name ?? id };
        },
      }),
    getIssue: (ref) =>
      ask({
        endpoint: 'issue',
        path: `/issues/${encodeURIComponent(ref)}`,
        read: one(RestIssueSchema),
      }),
    getMessages: (issueId) =>
      ask({
        endpoint: 'messages',
        path: `/issues/${encodeURIComponent(issueId)}/messages`,
        read: listOf(RestMessageSchema),
      }),
    searchIssues: ({ field, after, before, cursor }) =>
      ask({
        endpoint: 'search',
        path: '/issues/search',
        body: {
          filter: before
            ? { field, operator: 'time_range', values: [after, before] }
            : { field, operator: 'time_is_after', value: after },
          limit: SEARCH_PAGE_MAX,
          // In the body: in the query it is silently ignored and page one comes for ever.
          ...(cursor === undefined ? {} : { cursor }),
        },
        read: pageOf,
      }),
    statuses: () =>
      ask({ endpoint: 'statuses', path: '/issue-statuses', read: listOf(RestStatusSchema) }),
    users: () => ask({ endpoint: 'users', path: '/users', read: listOf(RestNamedSchema) }),
    teams: () => ask({ endpoint: 'teams', path: '/teams', read: listOf(RestNamedSchema) }),
    accounts: (cursor) =>
      ask({
        endpoint: 'accounts',
        path: `/accounts?limit=${SEARCH_PAGE_MAX}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        read: listOf(RestNamedSchema),
      }),
  };
}
