/** The tenant's REST API as Pylon's would answer, with its limits and, when told, its bad days. */
import type { Clock } from '@sapwood/runtime/ports';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import {
  accountShapes,
  issueShape,
  latestMessage,
  messageShape,
  statusShapes,
  teamShapes,
  userShapes,
} from './rest-shapes.ts';
import type { SimIssue } from './tenant.ts';
import type { SimulatedTenant } from './world.ts';

export interface RestFaults {
  /** The next so many requests are answered so. */
  status: number;
  times: number;
}

export interface RestOptions {
  readonly world: SimulatedTenant;
  readonly clock: Clock;
  readonly token: string;
  /** Limits per endpoint and minute, as published. Default off. */
  readonly limits?: boolean;
}

export interface SimulatedRest {
  readonly server: FastifyInstance;
  /** Answers the next requests with 429 or a 5xx. */
  fail(status: number, times: number): void;
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
interface Search {
  readonly filter?: Filter;
  readonly limit?: number;
  readonly cursor?: string;
}

const FIELDS: Readonly<Record<string, (issue: SimIssue) => number>> = {
  created_at: (issue) => issue.createdAt,
  updated_at: (issue) => issue.updatedAt,
  latest_message_activity_at: (issue) => latestMessage(issue).at,
};

/** null: a filter that the API would refuse. */
function matcher(filter: Filter | undefined): ((issue: SimIssue) => boolean) | null {
  if (!filter) return () => true;
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

/** Makes the server; the caller listens on a loopback address and closes it. */
export function createSimulatedRest({ world, clock, token, limits }: RestOptions): SimulatedRest {
  const { tenant, staff } = world;
  const server = Fastify({ bodyLimit: 64 * 1024, requestTimeout: 10_000 });
  const faults: RestFaults = { status: 500, times: 0 };
  const counts = new Map<string, number>();
  const used = new Map<string, { minute: number; count: number }>();
  let requests = 0;

  const requestId = (): string => `sim-${requests}`;
  const refuse = (reply: FastifyReply, status: number, error: string): FastifyReply =>
    reply.code(status).send({ errors: [error], request_id: requestId() });
  const data = (value: unknown): object => ({ data: value, request_id: requestId() });
  const find = (ref: string): SimIssue | null =>
    tenant.issues.get(ref) ?? (/^\d{1,9}$/.test(ref) ? tenant.byNumber(Number(ref)) : null);

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
    if (faults.times > 0) {
      faults.times -= 1;
      if (faults.status === 429) reply.header('retry-after', '1');
      return refuse(reply, faults.status, 'simulated');
    }
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
  server.get('/issue-statuses', async () => data(statusShapes()));
  server.get('/users', async () => data(userShapes(staff)));
  server.get('/teams', async () => data(teamShapes(staff)));
  server.get('/accounts', async () => data(accountShapes(staff)));
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
    const limit = Math.min(PAGE_MAX, Math.max(1, body?.limit ?? PAGE_DEFAULT));
    const from = Number(body?.cursor ?? 0) || 0;
    const found = [...tenant.issues.values()].reverse().filter(matches);
    const page = found.slice(from, from + limit);
    // An empty search has neither data nor pagination, and the last page no pagination.
    if (page.length === 0) return { request_id: requestId() };
    const more = from + limit < found.length;
    return {
      ...data(page.map((issue) => issueShape(issue, staff))),
      ...(more ? { pagination: { cursor: String(from + limit), has_next_page: true } } : {}),
    };
  });

  return {
    server,
    counts,
    fail(status, times) {
      faults.status = status;
      faults.times = times;
    },
  };
}
