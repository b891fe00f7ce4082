/**
 * Pylon's REST API, one attempt per call. What to do next is a value, not a sleep: the caller owns
 * the schedule, so nothing here loops, waits or retries.
 */
import { z } from 'zod';
import type { Endpoint } from './budget.ts';
import {
  type RestAccount,
  RestAccountSchema,
  type RestContact,
  RestContactSchema,
  type RestIssue,
  RestIssueSchema,
  type RestMessage,
  RestMessageSchema,
  type RestStatus,
  RestStatusSchema,
  type RestTeam,
  RestTeamSchema,
  type RestUser,
  RestUserSchema,
} from './rest-objects.ts';
import { type ClientDeps, createAsk, type ReadResult } from './transport.ts';

export type { ReadResult } from './transport.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** null: the last page. */
  readonly cursor: string | null;
}
export type PageResult<T> = ReadResult<Page<T>>;

/** RFC 3339 instants; or the issues whose state is none of these slugs. */
export type SearchQuery = (
  | {
      readonly field: 'updated_at' | 'latest_message_activity_at' | 'created_at';
      readonly after: string;
      readonly before?: string;
    }
  | { readonly field: 'state'; readonly notIn: readonly string[] }
) & { readonly cursor?: string };

/** Lists begin at `cursor`, or at their start. */
export interface PylonClient {
  me(): Promise<ReadResult<{ readonly id: string; readonly name: string }>>;
  /** By id or by number. */
  getIssue(ref: string): Promise<ReadResult<RestIssue>>;
  /** The whole thread, oldest first. */
  getMessages(issueId: string): Promise<ReadResult<readonly RestMessage[]>>;
  searchIssues(query: SearchQuery): Promise<PageResult<RestIssue>>;
  statuses(cursor?: string): Promise<PageResult<RestStatus>>;
  users(cursor?: string): Promise<PageResult<RestUser>>;
  teams(cursor?: string): Promise<PageResult<RestTeam>>;
  accounts(cursor?: string): Promise<PageResult<RestAccount>>;
  account(id: string): Promise<ReadResult<RestAccount>>;
  contacts(cursor?: string): Promise<PageResult<RestContact>>;
  /** Slugs of the custom fields of a kind of object. */
  customFields(of: 'issue' | 'account', cursor?: string): Promise<PageResult<{ slug: string }>>;
}

export const SEARCH_PAGE_MAX = 999;

const Envelope = z.looseObject({
  data: z.unknown().optional(),
  pagination: z
    .looseObject({ cursor: z.string().nullish(), has_next_page: z.boolean().nullish() })
    .nullish(),
});

const listOf =
  <T>(schema: z.ZodType<T>) =>
  (answer: unknown): readonly T[] =>
    z.array(schema).parse(Envelope.parse(answer).data ?? []);

/** A list may be missing altogether: an empty search answers only its request id. */
const pageOf =
  <T>(schema: z.ZodType<T>) =>
  (answer: unknown): Page<T> => {
    const items = listOf(schema)(answer);
    const { pagination } = Envelope.parse(answer);
    const more = pagination?.has_next_page !== false && items.length > 0;
    return { items, cursor: (more && pagination?.cursor) || null };
  };

const one =
  <T>(schema: z.ZodType<T>) =>
  (answer: unknown): T =>
    schema.parse(Envelope.parse(answer).data);

const MeSchema = z.looseObject({ id: z.string(), name: z.string().nullish() });
const CustomFieldSchema: z.ZodType<{ slug: string }> = z.looseObject({ slug: z.string() });

function filterOf(query: SearchQuery): object {
  if (query.field === 'state') {
    return { field: query.field, operator: 'not_in', values: query.notIn };
  }
  const { field, after, before } = query;
  return before === undefined
    ? { field, operator: 'time_is_after', value: after }
    : { field, operator: 'time_range', values: [after, before] };
}

const queryOf = (parameters: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][])}`;
};

/** Makes a client for one organization; throws a `RangeError` for an address off the list. */
export function createPylonClient(deps: ClientDeps): PylonClient {
  const ask = createAsk(deps);
  /** Of some lists the description names no parameters: there a cursor is sent only if one came. */
  const list =
    <T>(endpoint: Endpoint, path: string, schema: z.ZodType<T>, limit?: string) =>
    (cursor?: string): Promise<PageResult<T>> =>
      ask({ endpoint, path: path + queryOf({ limit, cursor }), read: pageOf(schema) });
  const pageMax = String(SEARCH_PAGE_MAX);
  return {
    me: () =>
      ask({
        endpoint: 'me',
        path: '/me',
        read: (answer) => {
          const { id, name } = one(MeSchema)(answer);
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
    searchIssues: (query) =>
      ask({
        endpoint: 'search',
        path: '/issues/search',
        body: {
          filter: filterOf(query),
          limit: SEARCH_PAGE_MAX,
          // In the body: in the query it is silently ignored and page one comes for ever.
          ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
        },
        read: pageOf(RestIssueSchema),
      }),
    statuses: list('statuses', '/issue-statuses', RestStatusSchema),
    users: list('users', '/users', RestUserSchema),
    teams: list('teams', '/teams', RestTeamSchema),
    accounts: list('accounts', '/accounts', RestAccountSchema, pageMax),
    account: (id) =>
      ask({
        endpoint: 'account',
        path: `/accounts/${encodeURIComponent(id)}`,
        read: one(RestAccountSchema),
      }),
    contacts: list('contacts', '/contacts', RestContactSchema, pageMax),
    customFields: (of, cursor) =>
      ask({
        endpoint: 'custom_fields',
        path: `/custom-fields${queryOf({ object_type: of, cursor })}`,
        read: pageOf(CustomFieldSchema),
      }),
  };
}
