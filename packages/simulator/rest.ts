/** The tenant's REST API as Pylon's would answer, with its limits and, when told, its bad days. */
import type { Clock } from '@sapwood/runtime/ports';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import {
  accountShape,
  contactShapes,
  customFieldShapes,
  issueShape,
  latestMessage,
  messageShape,
  statusShapes,
  teamShapes,
  userShapes,
} from './rest-shapes.ts';
import type { SimIssue } from './tenant.ts';
import type { SimulatedTenant } from './world.ts';

interface RestFaults {
  /** The next so many requests are answered so. */
  status: number;
  times: number;
  code: string;
}

export interface RestOptions {
  readonly world: SimulatedTenant;
  readonly clock: Clock;
  readonly token: string;
  /** Limits per endpoint and minute, as published. Default off. */
  readonly limits?: boolean;
  /** Told of each request that was not turned away by its token: its path's pattern. */
  readonly onRequest?: (path: string) => void;
}

export interface SimulatedRest {
  readonly server: FastifyInstance;
  /** Answers the next requests with 401, 429 or a 5xx, in Pylon's word for it. */
  fail(status: number, times: number, code?: string): void;
  /** Whether the token may use that path, such as `/contacts`; it may use all at first. */
  allow(path: string, allowed: boolean): void;
  /** How many requests were answered, by path. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Published in April 2026, a minute. */
const PER_MINUTE: Readonly<Record<string, number>> = {
  '/issues/:id': 60,
  '/issues/:id/messages': 20,
  '/issues/search': 20,
  '/issue-statuses': 10,
  '/users': 60,
  '/teams': 60,
  '/accounts': 60,
  '/accounts/:id': 60,
  '/contacts': 60,
  '/custom-fields': 60,
  '/me': 60,
};
const PAGE_MAX = 999;
const PAGE_DEFAULT = 100;
const MINUTE_MS = 60_000;

interface Filter {
  readonly field?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly values?: readonly string[];
}
interface Paging {
  readonly limit?: number | string;
  readonly cursor?: string;
}
interface Search extends Paging {
  readonly filter?: Filter;
}

interface List {
  Querystring: Paging;
}

const FIELDS: Readonly<Record<string, (issue: SimIssue) => number>> = {
  created_at: (issue) => issue.createdAt,
  updated_at: (issue) => issue.updatedAt,
  latest_message_activity_at: (issue) => latestMessage(issue).at,
};

/** null: a filter that the API would refuse. */
function matcher(filter: Filter | undefined): ((issue: SimIssue) => boolean) | null {
  if (!filter) return () => true;
  if (filter.field === 'state') return stateMatcher(filter);
  const field = Object.hasOwn(FIELDS, filter.field ?? '') ? FIELDS[filter.field!]! : null;
  const [low, high] =
    filter.operator === 'time_range'
      ? [filter.values?.[0], filter.values?.[1]]
      : filter.operator === 'time_is_before'
        ? [undefined, filter.value]
        : [filter.value, undefined];
  const from = low === undefined ? Number.NEGATIVE_INFINITY : Date.parse(low);
  const to = high === undefined ? Number.POSITIVE_INFINITY : Date.parse(high);
  if (field === null || Number.isNaN(from) || Number.isNaN(to)) return null;
  return (issue) => field(issue) >= from && field(issue) <= to;
}

function stateMatcher({ operator, value, values }: Filter): ((issue: SimIssue) => boolean) | null {
  const named = new Set(values ?? (value === undefined ? [] : [value]));
  if (operator === 'not_in') return ({ status }) => !named.has(status);
  return operator === 'in' || operator === 'equals' ? ({ status }) => named.has(status) : null;
}

/** Makes the server; the caller listens on a loopback address and closes it. */
export function createSimulatedRest(options: RestOptions): SimulatedRest {
  const { world, clock, token, limits } = options;
  const { tenant, staff } = world;
  const server = Fastify({ bodyLimit: 64 * 1024, requestTimeout: 10_000 });
  const faults: RestFaults = { status: 500, times: 0, code: 'simulated' };
  const forbidden = new Set<string>();
  const counts = new Map<string, number>();
  const used = new Map<string, { minute: number; count: number }>();
  let requests = 0;

  const requestId = (): string => `sim-${requests}`;
  const refuse = (reply: FastifyReply, status: number, error: string): FastifyReply =>
    reply.code(status).send({ errors: [error], request_id: requestId() });
  const data = (value: unknown): object => ({ data: value, request_id: requestId() });
  const find = (ref: string): SimIssue | null =>
    tenant.issues.get(ref) ?? (/^\d{1,9}$/.test(ref) ? tenant.byNumber(Number(ref)) : null);

  /** An empty search has neither data nor pagination, and the last page no pagination. */
  function page<T>(
    all: readonly T[],
    shape: (item: T) => unknown,
    { limit: wanted = PAGE_DEFAULT, cursor = '' }: Paging,
  ): object {
    const limit = Math.min(PAGE_MAX, Math.max(1, Number(wanted) || PAGE_DEFAULT));
    const from = Number(cursor) || 0;
    const items = all.slice(from, from + limit).map(shape);
    if (items.length === 0) return { request_id: requestId() };
    const next = from + limit < all.length ? String(from + limit) : null;
    if (next === null) return data(items);
    return { ...data(items), pagination: { cursor: next, has_next_page: true } };
  }

  /** How many are left this minute; negative above the limit. */
  function spend(path: string): number {
    const limit = PER_MINUTE[path] ?? 60;
    const minute = Math.floor(clock.now() / MINUTE_MS);
    const spent = used.get(path);
    const count = spent?.minute === minute ? spent.count + 1 : 1;
    used.set(path, { minute, count });
    return limit - count;
  }

  server.addHook('onRequest', async (request, reply) => {
    requests += 1;
    const path = request.routeOptions.url ?? '';
    counts.set(path, (counts.get(path) ?? 0) + 1);
    if (request.headers.authorization !== `Bearer ${token}`) {
      return refuse(reply, 401, 'invalid_api_token');
    }
    options.onRequest?.(path);
    if (faults.times > 0) {
      faults.times -= 1;
      if (faults.status === 429) reply.header('retry-after', '1');
      return refuse(reply, faults.status, faults.code);
    }
    if (forbidden.has(path)) return refuse(reply, 403, 'permission_denied');
    if (limits) {
      const left = spend(path);
      if (left < 0) {
        const waitMs = MINUTE_MS - (clock.now() % MINUTE_MS);
        reply.header('x-retry-after', String(Math.ceil(waitMs / 1_000)));
        return refuse(reply, 429, 'rate_limited');
      }
      reply.header('x-rate-limit-remaining', String(left));
    }
    return undefined;
  });

  server.get('/me', async () => data({ id: 'org_simulated', name: 'Simulated Desk' }));
  server.get('/issue-statuses', async () => data(statusShapes(staff)));
  server.get('/users', async () => data(userShapes(staff)));
  server.get('/teams', async () => data(teamShapes(staff)));
  server.get<List>('/accounts', async ({ query }, reply) =>
    query.limit === undefined
      ? refuse(reply, 400, 'limit is required')
      : page(staff.accounts, accountShape, query),
  );
  server.get<{ Params: { id: string } }>('/accounts/:id', async ({ params }, reply) => {
    const account = staff.accounts.find(({ id }) => id === params.id);
    return account ? data(accountShape(account)) : refuse(reply, 404, 'not_found');
  });
  server.get<List>('/contacts', async ({ query }) =>
    page(contactShapes(staff), (contact) => contact, query),
  );
  server.get<{ Querystring: { object_type?: string } }>(
    '/custom-fields',
    async (request, reply) => {
      const of = request.query.object_type;
      if (of !== 'issue' && of !== 'account') return refuse(reply, 400, 'object_type is required');
      return data(customFieldShapes(staff, of));
    },
  );
  server.get<{ Params: { id: string } }>('/issues/:id', async ({ params }, reply) => {
    const issue = find(params.id);
    return issue ? data(issueShape(issue, staff)) : refuse(reply, 404, 'not_found');
  });
  server.get<{ Params: { id: string } }>('/issues/:id/messages', async ({ params }, reply) => {
    const issue = find(params.id);
    if (!issue) return refuse(reply, 404, 'not_found');
    return data(issue.messages.map((message) => messageShape(message, issue)));
  });
  server.post<{ Body: Search | null }>('/issues/search', async ({ body }, reply) => {
    const matches = matcher(body?.filter);
    if (matches === null) return refuse(reply, 400, 'invalid_filter');
    const found = [...tenant.issues.values()].reverse().filter(matches);
    return page(found, (issue) => issueShape(issue, staff), body ?? {});
  });

  return {
    server,
    counts,
    fail(status, times, code = 'simulated') {
      Object.assign(faults, { status, times, code });
    },
    allow(path, allowed) {
      if (allowed) forbidden.delete(path);
      else forbidden.add(path);
    },
  };
}
