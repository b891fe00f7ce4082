/**
 * What a body asserts about an issue and its last message (pylon.md 3.5, rules 4 and 6): flat
 * `issue_*` and `message_*` keys, or REST names at the root, in `issue` or in `data`.
 */
import {
  asBoolean,
  asId,
  asInstant,
  asInteger,
  asName,
  asNames,
  asSlug,
  type Notes,
  note,
  type Parser,
  readScalar,
} from './scalars.ts';

export interface IssueClaims {
  readonly number?: number;
  readonly status?: string;
  readonly type?: string;
  readonly isGroup?: boolean;
  readonly source?: string;
  readonly teamId?: string;
  readonly assigneeId?: string;
  readonly requesterId?: string;
  readonly accountId?: string;
  readonly tags?: readonly string[];
  readonly createdAt?: number;
  readonly latestMessageAt?: number;
  readonly snoozedUntil?: number;
  readonly resolutionAt?: number;
  /** Slug of a custom field to its value, slugs and ids only. */
  readonly customFields?: Readonly<Record<string, string>>;
}

export interface MessageClaims {
  readonly authorId?: string;
  /** The literal that our templates carry: who fired the trigger. */
  readonly author?: string;
  readonly private?: boolean;
  readonly sentAt?: number;
}

/** Names for the label directory; they never enter a fact. */
export interface NameClaims {
  readonly team?: string;
  readonly account?: string;
  readonly author?: string;
}

export interface Claims {
  readonly issue: IssueClaims;
  readonly message: MessageClaims;
  readonly names: NameClaims;
}

export type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STEPS = new Map<string, readonly string[]>();
/** Paths are few and fixed: each is cut into its steps once. */
function stepsOf(path: string): readonly string[] {
  let steps = STEPS.get(path);
  if (!steps) {
    steps = path.split('.');
    STEPS.set(path, steps);
  }
  return steps;
}

function walk(root: Json, steps: readonly string[]): unknown {
  let value: unknown = root;
  for (const step of steps) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

/** The value at a dotted path of own keys, or undefined. `path` must be one of our constants. */
export const at = (root: Json, path: string): unknown => walk(root, stepsOf(path));

/** The first of the paths that holds something usable. */
export function first<T>(
  root: Json,
  paths: readonly string[],
  parse: Parser<T>,
  notes: Notes,
): T | undefined {
  for (const path of paths) {
    const raw = at(root, path);
    if (raw === undefined) continue;
    const value = readScalar(path, raw, parse, notes);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Flat names first, then the REST name in each place where a template may put an issue. */
const issuePaths = (rest: string, ...flat: string[]): readonly string[] => [
  ...flat,
  ...flat.map((name) => `data.${name}`),
  `issue.${rest}`,
  `data.issue.${rest}`,
  `data.${rest}`,
  rest,
];
const messagePaths = (rest: string, ...flat: string[]): readonly string[] => [
  ...flat,
  ...flat.map((name) => `data.${name}`),
  `message.${rest}`,
  `data.message.${rest}`,
  `issue.last_message.${rest}`,
];

const asIssueType: Parser<string> = (value) => {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  return word === 'ticket' || word === 'conversation' ? word : undefined;
};

type Field<T> = readonly [paths: readonly string[], parse: Parser<T>];
type Fields<C> = { readonly [K in keyof C]-?: Field<NonNullable<C[K]>> };

const ISSUE_FIELDS: Fields<Omit<IssueClaims, 'customFields'>> = {
  number: [issuePaths('number', 'issue_number'), asInteger],
  status: [[...issuePaths('state', 'issue_status', 'issue_state'), 'status'], asSlug],
  type: [issuePaths('type', 'issue_type'), asIssueType],
  isGroup: [issuePaths('is_issue_group', 'issue_is_issue_group'), asBoolean],
  source: [issuePaths('source', 'issue_source'), asSlug],
  teamId: [issuePaths('team.id', 'issue_team_id'), asId],
  assigneeId: [issuePaths('assignee.id', 'issue_assignee_id'), asId],
  requesterId: [issuePaths('requester.id', 'issue_requester_id', 'issue_requesteer_id'), asId],
  accountId: [issuePaths('account.id', 'issue_account_id'), asId],
  tags: [issuePaths('tags', 'issue_tags'), asNames],
  createdAt: [issuePaths('created_at', 'issue_created_at'), asInstant],
  latestMessageAt: [
    issuePaths('latest_message_time', 'issue_last_message_sent_at', 'issue_latest_message_time'),
    asInstant,
  ],
  snoozedUntil: [issuePaths('snoozed_until_time', 'issue_snoozed_until_time'), asInstant],
  resolutionAt: [issuePaths('resolution_time', 'issue_resolution_time'), asInstant],
};

const MESSAGE_FIELDS: Fields<MessageClaims> = {
  authorId: [
    [
      ...messagePaths('author.contact.id', 'message_author_id'),
      ...messagePaths('author.user.id'),
      ...messagePaths('author.id'),
    ],
    asId,
  ],
  author: [['message_author', 'data.message_author'], asSlug],
  private: [messagePaths('is_private', 'message_is_private'), asBoolean],
  sentAt: [
    [...messagePaths('timestamp', 'message_sent_at'), ...messagePaths('sent_at')],
    asInstant,
  ],
};

const NAME_FIELDS: Fields<NameClaims> = {
  team: [issuePaths('team.name', 'issue_team_name'), asName],
  account: [issuePaths('account.name', 'issue_account_name'), asName],
  author: [messagePaths('author.name', 'message_author_name'), asName],
};

function readFields<C>(root: Json, fields: Fields<C>, notes: Notes): C {
  const claims: Record<string, unknown> = {};
  for (const name in fields) {
    const [paths, parse] = fields[name] as Field<unknown>;
    const value = first(root, paths, parse, notes);
    if (value !== undefined) claims[name] = value;
  }
  return claims as C;
}

const FLAT_CUSTOM = 'issue_custom_field_';
const CUSTOM_FIELDS_MAX = 64;

function customFields(root: Json, notes: Notes): Record<string, string> {
  const found: Record<string, string> = {};
  const take = (slug: string, key: string, raw: unknown): void => {
    if (slug === '__proto__' || Object.keys(found).length >= CUSTOM_FIELDS_MAX) return;
    const value = readScalar(key, raw, asSlug, notes);
    if (value !== undefined && !Object.hasOwn(found, slug)) found[slug] = value;
  };
  for (const key of Object.keys(root)) {
    if (key.startsWith(FLAT_CUSTOM)) take(key.slice(FLAT_CUSTOM.length), key, root[key]);
  }
  for (const path of issuePaths('custom_fields')) {
    const fields = at(root, path);
    if (!isObject(fields)) continue;
    for (const [slug, field] of Object.entries(fields)) {
      if (isObject(field)) take(slug, `custom_fields.${slug}`, field['value']);
    }
  }
  return found;
}

/** Keys we recognise and drop: titles, HTML, addresses and links end here (rule 9). */
const DROPPED_KEYS: ReadonlySet<string> = new Set([
  ...['schema', 'event', 'event_type', 'type', 'id', 'ticket_id', 'issue_id', 'message_id'],
  ...['title', 'issue_title', 'body', 'body_html', 'issue_body', 'issue_body_html', 'url', 'link'],
  ...['issue_link', 'attachment_urls', 'issue_attachment_urls', 'slack', 'custom_fields'],
  ...['issue_account_domains', 'issue_requester_email', 'issue_assignee_email'],
  ...['issue_salesforce_account_id', 'issue_sf_type', 'message_body_html', 'message_ccs'],
  ...['issue', 'data', 'message', 'first_response_time', 'updated_at'],
]);
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...DROPPED_KEYS,
  ...[ISSUE_FIELDS, MESSAGE_FIELDS, NAME_FIELDS].flatMap((fields) =>
    Object.values<Field<unknown>>(fields as never).flatMap(([paths]) =>
      paths.map((path) => path.split('.')[0]!),
    ),
  ),
]);

const { type: _event, ...FIELDS_BUT_TYPE } = ISSUE_FIELDS;

/** Everything the body claims. Never throws. */
export function readClaims(root: Json, notes: Notes): Claims {
  for (const key of Object.keys(root)) {
    if (!KNOWN_KEYS.has(key) && !key.startsWith(FLAT_CUSTOM)) note(notes.unknown, key);
  }
  // `type` at the root is more often the event's than the issue's; a wrong one is no fault.
  const quiet: Notes = { ...notes, unusable: [] };
  const type = first(root, ISSUE_FIELDS.type[0], asIssueType, quiet);
  const custom = customFields(root, notes);
  return {
    issue: {
      ...readFields<Omit<IssueClaims, 'customFields' | 'type'>>(root, FIELDS_BUT_TYPE, notes),
      ...(type === undefined ? {} : { type }),
      ...(Object.keys(custom).length > 0 ? { customFields: custom } : {}),
    },
    message: readFields(root, MESSAGE_FIELDS, notes),
    names: readFields(root, NAME_FIELDS, notes),
  };
}

/** True where the claims could feed a metric: ids and the number alone only point at an issue. */
export function claimsSomething(claims: Claims): boolean {
  const { number: _number, customFields: custom, ...issue } = claims.issue;
  return (
    Object.keys(issue).length > 0 || custom !== undefined || Object.keys(claims.message).length > 0
  );
}
