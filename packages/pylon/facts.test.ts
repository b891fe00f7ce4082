import { describe, expect, it } from 'vitest';
import { type Hint, mapBody } from './body.ts';
import { bodyFacts, isStale } from './body-facts.ts';
import {
  accountFact,
  contactFact,
  microOf,
  NO_ACCOUNT_FIELDS,
  statusFact,
  teamFact,
  userFact,
} from './directory-facts.ts';
import {
  channelOf,
  createPseudonym,
  DEFAULT_STATUSES,
  EMPTY_ROSTER,
  type FactContext,
} from './facts.ts';
import { restFacts, threadHash } from './rest-facts.ts';
import {
  type RestIssue,
  RestIssueSchema,
  type RestMessage,
  RestUserSchema,
} from './rest-objects.ts';

const SENT = Date.parse('2026-01-15T10:30:00Z');
const context: FactContext = {
  workspace: 'acme',
  statuses: DEFAULT_STATUSES,
  roster: { ...EMPTY_ROSTER, humans: new Set(['G']), bots: new Set(['AI']) },
  priorityField: 'priority',
  categoryField: null,
  messages: 'read',
  pseudonym: createPseudonym('key'),
};
const src = { topic: 'raw.pylon.v1', partition: 0, epoch: 0, offset: 7 };
const arrival = { receivedAt: SENT + 1_000, src, createdAt: null };
const hint = (body: object): Hint => mapBody(Buffer.from(JSON.stringify(body))) as Hint;
const full = {
  event_type: 'issue_message_new',
  issue_id: 'I',
  issue_status: 'waiting_on_you',
  issue_source: 'chat_widget',
  issue_requester_id: 'R',
  issue_custom_field_priority: 'high',
  message_id: 'M',
  message_sent_at: '2026-01-15T10:30:00Z',
};

describe('facts from bodies', () => {
  it('PYL-30 a claim becomes one group, the requester is hashed', () => {
    const facts = bodyFacts(hint({ ...full, message_author: 'customer' }), arrival, context);
    expect(facts).toMatchObject([
      {
        kind: 'issue.observed',
        via: 'body',
        entity: 'I',
        group: { i: 0, n: 2 },
        body: {
          stateCategory: 'waiting_on_you',
          channel: 'chat',
          priority: 'high',
          updatedAt: arrival.receivedAt,
          requesterId: context.pseudonym('R'),
        },
      },
      {
        kind: 'message.observed',
        at: SENT,
        group: { i: 1, n: 2 },
        body: { messageId: 'M', author: 'customer', authorId: context.pseudonym('R') },
      },
    ]);
    expect(facts[0]!.body).not.toHaveProperty('createdAt');
    expect(facts[0]!.body).not.toHaveProperty('assigneeId');
    expect(context.pseudonym('R')).toMatch(/^[0-9a-f]{32}$/);
  });
  it.each([
    ['the requester', { message_author_id: 'R' }, 'customer'],
    ['an agent of the roster', { message_author_id: 'G' }, 'human'],
    ['an AI agent of the roster', { message_author_id: 'AI', message_author: 'team' }, 'bot'],
    ['the literal team', { message_author: 'team' }, 'human'],
    ['the literal bot', { message_author: 'bot' }, 'bot'],
    ['a stranger', { message_author_id: 'X' }, 'author_unknown'],
    ['nobody', {}, 'author_unknown'],
    ['a literal of ours it is not', { message_author: 'constructor' }, 'author_unknown'],
  ])('PYL-31 the author is %s', (_name, extra, author) => {
    const facts = bodyFacts(hint({ ...full, ...extra }), arrival, context);
    expect(facts[1]!.body).toMatchObject({ author });
  });
  it('PYL-32 an assignment trigger claims no message, a bare hint claims nothing', () => {
    const assigned = { ...full, event_type: 'issue_assigned', issue_assignee_id: 'G' };
    expect(bodyFacts(hint(assigned), arrival, context).map((f) => f.kind)).toEqual([
      'issue.observed',
    ]);
    const bare = bodyFacts(hint({ event_type: 'issue_new', issue_id: 'I' }), arrival, context);
    expect(bare).toMatchObject([{ kind: 'issue.hinted', body: { hint: 'issue_new' } }]);
  });
  it('PYL-33 a body that re-tells the past is stale after a day', () => {
    expect(isStale(hint(full), SENT + 86_400_000)).toBe(false);
    expect(isStale(hint(full), SENT + 86_400_001)).toBe(true);
  });
  it('PYL-34 channels have one name each, an unknown status is unknown', () => {
    expect(['microsoft_teams_chat', 'Email', 'chat_widget'].map(channelOf)).toEqual([
      'teams',
      'email',
      'chat',
    ]);
    const facts = bodyFacts(hint({ ...full, issue_status: 'qa' }), arrival, context);
    expect(facts[0]!.body).toMatchObject({ stateSlug: 'qa', stateCategory: 'unknown' });
  });
});

const issue: RestIssue = {
  id: 'I',
  number: 4211,
  state: 'closed',
  source: 'slack',
  assignee: { id: 'G' },
  requester: { id: 'R', email: 'jo@acme.example' },
  team: null,
  tags: ['webhooks'],
  custom_fields: { priority: { value: 'high' } },
  created_at: '2026-01-15T10:30:00Z',
  updated_at: '2026-01-15T11:30:00.5Z',
};
const messages: RestMessage[] = [
  { id: 'M2', author: { contact: { id: 'R' } }, timestamp: '2026-01-15T10:30:00Z' },
  { id: 'M1', author: { user: { id: 'G' } }, is_private: true, timestamp: '2026-01-15T10:31:00Z' },
  { id: 'M3', author: { user: { id: 'AI' } }, timestamp: '2026-01-15T10:32:00Z' },
  { id: 'M4', author: { name: 'Rule', contact: null, user: null }, timestamp: null },
];
const read = {
  observedAt: SENT,
  origin: 'webhook',
  srcs: [src],
  readAfter: { epoch: 0, offset: 9 },
} as const;

describe('facts from reads', () => {
  it('PYL-35 issue, messages and thread are one group; empty is observed empty', () => {
    const facts = restFacts(issue, messages, ['M0'], read, context);
    expect(facts.map((f) => f.kind)).toEqual([
      'issue.observed',
      ...Array(4).fill('message.observed'),
      'thread.observed',
    ]);
    expect(facts.map((f) => f.group)).toEqual([0, 1, 2, 3, 4, 5].map((i) => ({ i, n: 6 })));
    expect(facts[0]!.body).toMatchObject({ teamId: null, snoozedUntil: null, priority: 'high' });
    expect(facts.slice(1, 5).map((f) => 'author' in f.body && f.body.author)).toEqual([
      'customer',
      'human',
      'bot',
      'author_unknown',
    ]);
    expect(facts[5]).toMatchObject({
      readAfter: { offset: 9 },
      body: { count: 4, idsHash: threadHash(['M1', 'M2', 'M3', 'M4']), vanished: ['M0'] },
    });
    expect(JSON.stringify(facts)).not.toMatch(/jo@|Rule/);
  });
  it('PYL-36 without the thread only the issue is observed', () => {
    expect(restFacts(issue, null, [], read, context)).toMatchObject([
      { kind: 'issue.observed', group: null },
    ]);
  });
  it('PYL-37 a contact of a declared internal domain is a colleague', () => {
    const internal = {
      ...context,
      roster: { ...EMPTY_ROSTER, internalDomains: new Set(['a.example']) },
    };
    const own = [{ id: 'M', author: { contact: { id: 'C', email: 'x@A.example' } } }];
    expect(restFacts(issue, own, [], read, internal)[1]!.body).toMatchObject({ author: 'human' });
  });
  it('PYL-38 an issue is observed whole', () => {
    const whole: RestIssue = {
      ...issue,
      custom_fields: {
        priority: { value: 'Critical' },
        topic: { value: '', values: ['login', 'sso'] },
        empty: { value: '', values: [] },
        unset: null,
      },
      external_issues: [{ external_id: 'DEV-9' }, { external_id: 'DEV-1' }, { external_id: null }],
      csat_responses: [{ score: 5 }, { score: null }, { score: 2 }],
      first_response_breach_time: '2026-01-15T12:00:00Z',
      first_response_seconds: 900,
      business_hours_first_response_seconds: 60,
    };
    const [fact] = restFacts(whole, null, [], read, { ...context, categoryField: 'topic' });
    expect(fact!.body).toMatchObject({
      ...{ priority: 'urgent', category: 'login', fieldsFilled: ['priority', 'topic'] },
      ...{ external: ['DEV-1', 'DEV-9'], csat: [5, 2] },
      breachAt: { first: Date.parse('2026-01-15T12:00:00Z'), next: null, resolution: null },
      vendorSeconds: {
        ...{ firstResponse: 900, businessFirstResponse: 60, resolution: null },
        businessResolution: null,
      },
    });
    expect(fact!.body).not.toHaveProperty('aiResolved');
    const [bare] = restFacts({ id: 'I' }, null, [], read, context);
    expect(bare!.body).toMatchObject({
      ...{ fieldsFilled: [], external: [], csat: [], breachAt: null, vendorSeconds: null },
    });
  });
});

describe('facts of the directory', () => {
  const declared = {
    ...context,
    accountFields: { tier: 'plan', arr: 'revenue', parent: 'mother' },
  };
  const account = {
    ...{ id: 'A', name: 'Acme', type: 'customer', owner: { id: 'G', email: 'g@x.example' } },
    custom_fields: { plan: { value: 'gold' }, revenue: { value: '1200.5' } },
  };
  it('PYL-39 they are ids and slugs, and what is not declared is empty', () => {
    const facts = [
      accountFact(account, declared, SENT),
      accountFact(account, { ...declared, accountFields: NO_ACCOUNT_FIELDS }, SENT),
      contactFact({ id: 'R', account: { id: 'A' } }, declared, SENT),
      userFact({ id: 'AI', name: 'Robot', role_id: 'r1', status: 'active' }, declared, SENT),
      userFact({ id: 'X', name: 'Stranger' }, declared, SENT),
      teamFact({ id: 'T', users: [{ id: 'H' }, { id: 'G' }, { id: 'G' }, {}] }, declared, SENT),
      teamFact({ id: 'U' }, declared, SENT),
      statusFact({ slug: 'new' }, declared, SENT),
      statusFact({ slug: 'odd' }, declared, SENT),
    ];
    const none = { tier: null, parentId: null, arrMicro: null };
    const shared = { type: 'customer', ownerId: 'G' };
    expect(facts.map(({ entity, body }) => [entity, body])).toEqual([
      ['A', { ...shared, tier: 'gold', parentId: null, arrMicro: 1_200_500_000 }],
      ['A', { ...shared, ...none }],
      [context.pseudonym('R'), { accountId: 'A' }],
      ['AI', { userKind: 'bot', status: 'active', role: 'r1' }],
      ['X', { userKind: 'human', status: null, role: null }],
      ['T', { members: ['G', 'H'], rank: null }],
      ['U', { members: [], rank: null }],
      ['new', { category: 'new' }],
      ['odd', { category: 'unknown' }],
    ]);
    expect(JSON.stringify(facts)).not.toMatch(/Acme|Robot|Stranger|@/);
  });
  it.each([
    ['0', 0],
    ['-1.000001', -1_000_001],
    ['999999999.9999999', 999_999_999_999_999],
    ['1,000', null],
    ['1e6', null],
    ['', null],
    [null, null],
  ])('PYL-39 the number %s in micro-units is %s', (text, micro) => {
    expect(microOf(text)).toBe(micro);
  });
});

describe('signs that no name has', () => {
  it('PYL-61 are written out where an answer is read: no tag becomes two, and none the other', () => {
    const issue = RestIssueSchema.parse({
      id: 'I\u001f1',
      tags: ['a\u001fb', 'a', 'b', 'x\ud800', 'x\udbff', '\udc00x', 'caf\u00e9 \u{1f600}'],
      team: { id: 't\u0000' },
      custom_fields: {
        'pri\u001for': { value: 'hi\u007fgh' },
        topic: { value: '', values: ['p\ud800'] },
      },
    });
    const [fact] = restFacts(issue, null, [], { ...arrival, observedAt: SENT } as never, {
      ...context,
      categoryField: 'topic',
    });
    expect(fact).toMatchObject({
      entity: 'I\\u001f1',
      body: {
        tags: ['a\\u001fb', 'a', 'b', 'x\\ud800', 'x\\udbff', '\\udc00x', 'caf\u00e9 \u{1f600}'],
        teamId: 't\\u0000',
        category: 'p\\ud800',
        fieldsFilled: ['pri\\u001for', 'topic'],
      },
    });
    expect(JSON.stringify(fact).isWellFormed()).toBe(true);
    const named = RestUserSchema.parse({ id: 'U', name: 'Ada\nLovelace', role_id: 'r\u001f' });
    expect(named).toMatchObject({ name: 'Ada\\u000aLovelace', role_id: 'r\\u001f' });
  });

  it('PYL-61 bodies that a customer wrote say no such name, and it is noted', () => {
    const { notes, ...rest } = hint({ ...full, issue_tags: '["a", "b\u001fc"]' }) as Hint & {
      readonly notes: { readonly unusable: readonly string[] };
    };
    expect(JSON.stringify(rest)).not.toContain('u001f');
    expect(notes.unusable).toEqual(['issue_tags']);
  });
});
