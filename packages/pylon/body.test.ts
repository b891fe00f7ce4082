import { describe, expect, it } from 'vitest';
import { type Hint, type MappedBody, mapBody } from './body.ts';
import { claimsSomething } from './claims.ts';
import { HINT_KINDS, kindOf } from './kinds.ts';
import { renderTemplate, TEMPLATE_NAMES, templateFor } from './templates.ts';

const I = '7f0c2a9e-3d51-4b7e-9a55-0d3f6a1c2b44';
const J = '11111111-3d51-4b7e-9a55-0d3f6a1c2b44';
const B = {
  event_type: 'issue_new',
  issue_id: I,
  issue_number: '4211',
  issue_title: 'Deliveries fail',
  issue_body: 'Since today.',
  issue_status: 'new',
  issue_link: 'https://app.usepylon.com/issues?issueNumber=4211',
  issue_team_name: 'Support',
  issue_tags: ['webhooks'],
  issue_attachment_urls: [],
  issue_last_message_sent_at: '2026-01-15T10:30:00Z',
  issue_account_id: 'A',
  issue_account_name: 'Acme',
  issue_account_domains: ['acme.example'],
  issue_requester_email: 'jo@acme.example',
  issue_requesteer_id: 'R',
  issue_assignee_email: 'ada@example.com',
  issue_assignee_id: 'G',
  issue_salesforce_account_id: null,
  issue_sf_type: 'support',
  issue_custom_field_priority: null,
};
const C = {
  event_type: 'issue_message_new',
  issue_id: I,
  issue_number: '4211',
  issue_requesteer_id: 'R',
  message_id: 'M',
  message_author_id: 'R',
  message_author_name: 'Jo',
  message_body_html: '<p>Any news?</p>',
  message_ccs: [],
  message_is_private: false,
  message_sent_at: '2026-01-15T10:30:00Z',
};
const E = {
  id: I,
  title: 'Deliveries fail',
  body_html: '<p>Since today.</p>',
  state: 'new',
  account: { name: 'Acme' },
  requester: { email: 'jo@acme.example' },
  slack: { channel_id: '{{issue.slack.channel_id}}' },
  attachment_urls: 'https://files.example.invalid/a.png',
};

const map = (body: unknown): MappedBody =>
  mapBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
function hint(body: unknown): Hint {
  const mapped = map(body);
  if (mapped.kind !== 'hint') throw new Error(`quarantined: ${mapped.reason}`);
  return mapped;
}

describe('payload shapes that real tenants use', () => {
  it.each([
    ['A ids only', { id: I, message_id: 'M' }, 'issue_changed', I, 'M'],
    ['B flat issue', B, 'issue_new', I, null],
    ['C flat message', C, 'issue_message_new', I, 'M'],
    ['D created', { event: 'issue.created', issue_id: I, title: 'x' }, 'issue_new', I, null],
    ['D closed', { event: 'issue.closed', issue_id: I }, 'issue_status_changed', I, null],
    ['D assigned', { event: 'issue.assigned', issue_id: I }, 'issue_assigned', I, null],
    ['E nested at root', E, 'issue_changed', I, null],
    ['E nested in issue', { issue: E }, 'issue_changed', I, null],
    ['E nested in data', { data: E }, 'issue_changed', I, null],
    [
      'F ticket words',
      { type: 'ticket.status_changed', ticket_id: 't-1' },
      'issue_status_changed',
      't-1',
      null,
    ],
  ])('PYL-10 %s', (_name, body, kind, issueId, messageId) => {
    expect(hint(body)).toMatchObject({ hint: kind, issueId, messageId, salvaged: false });
  });
  it('PYL-11 B claims an issue, and no free text, mail or link gets through', () => {
    const { claims } = hint(B);
    expect(claims.issue).toEqual({
      number: 4211,
      status: 'new',
      tags: ['webhooks'],
      latestMessageAt: Date.parse('2026-01-15T10:30:00Z'),
      accountId: 'A',
      requesterId: 'R',
      assigneeId: 'G',
    });
    expect(claims.names).toEqual({ team: 'Support', account: 'Acme' });
    expect(JSON.stringify(claims)).not.toMatch(/example|Deliveries|Since|http/);
  });
  it('PYL-12 C claims a message', () => {
    expect(hint(C).claims.message).toEqual({
      authorId: 'R',
      private: false,
      sentAt: Date.parse('2026-01-15T10:30:00Z'),
    });
  });
  it('PYL-13 E claims its state, its placeholder is dropped', () => {
    expect(hint({ data: E }).claims.issue).toEqual({ status: 'new' });
    expect(hint({ id: I, state: '{{issue.state}}' }).notes.unresolved).toEqual(['state']);
  });
});

describe('hostile and broken bodies', () => {
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  it.each([
    ['empty', '', 'unparseable_body'],
    ['an array', [{ issue_id: I }], 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['a number', '1', 'not_an_object'],
    ['depth 10,000', deep, 'too_deep'],
    ['too many tokens', `{"issue_id":"${I}","a":[${'1,'.repeat(20_001)}1]}`, 'too_many_tokens'],
    ['__proto__', `{"issue_id":"${I}","__proto__":{"a":1}}`, 'forbidden_key'],
    ['constructor.prototype', '{"id":"a","constructor":{"prototype":{}}}', 'forbidden_key'],
    ['a 1 MB title', { issue_id: I, issue_title: 'x'.repeat(1_000_000) }, 'body_too_large'],
    ['all null', { issue_id: null, issue_status: null, id: null }, 'no_issue_id'],
    ['an id with ../', { issue_id: '../admin' }, 'no_issue_id'],
    ['an unrendered template', templateFor('hint', 'issue_new'), 'no_issue_id'],
    [
      'an injected second id',
      `{"title":"x","issue_id":"${J}","y":"","issue_id":"${I}"}`,
      'ambiguous_issue_id',
    ],
    ['not JSON with two ids', `{"issue_id":"${I}","t":""","issue_id":"${J}"}`, 'unparseable_body'],
    ['not JSON without an id', '{"title": "a "quote""}', 'unparseable_body'],
  ])('PYL-14 quarantines %s', (_name, body, reason) => {
    expect(map(body)).toEqual({ kind: 'quarantine', reason });
  });
  it.each([
    ['an unescaped quote', `{"issue_id":"${I}","issue_title":"a "quoted" word"}`],
    ['a newline', `{"issue_id":"${I}","issue_title":"a\nb"}`],
  ])('PYL-15 salvages the id from a title with %s', (_name, body) => {
    expect(hint(body)).toMatchObject({ issueId: I, salvaged: true, hint: 'issue_changed' });
    expect(claimsSomething(hint(body).claims)).toBe(false);
  });
  it('PYL-16 invalid UTF-8 is salvaged, a byte order mark is nothing', () => {
    const invalid = Buffer.concat([
      Buffer.from(`{"issue_id":"${I}","t":"`),
      Buffer.from([0xff, 0x22, 0x7d]),
    ]);
    expect(mapBody(invalid)).toMatchObject({ issueId: I, salvaged: true });
    expect(hint(`\ufeff${JSON.stringify(C)}`)).toMatchObject({ issueId: I, salvaged: false });
  });
  it('PYL-17 repeated keys take away every claim, not the hint', () => {
    const body = `{"issue_id":"${I}","issue_status":"new","issue_status":"closed"}`;
    expect(hint(body)).toMatchObject({ issueId: I, claims: { issue: {} } });
  });
  it('PYL-18 scalars as strings, and words for nothing', () => {
    const { claims, notes } = hint({
      ...C,
      issue_number: ' 4211 ',
      message_is_private: 'True',
      issue_tags: '["a","b"]',
      issue_status: 'null',
      issue_assignee_id: 'None',
      message_sent_at: '2026-01-15 10:30',
      surprise: 1,
    });
    expect(claims.issue).toEqual({ number: 4211, requesterId: 'R', tags: ['a', 'b'] });
    expect(claims.message).toEqual({ authorId: 'R', private: true });
    expect(notes).toMatchObject({ unusable: ['message_sent_at'], unknown: ['surprise'] });
  });
  it('PYL-19 no random bytes throw', () => {
    let seed = 7;
    const next = (): number => (seed = (seed * 48_271) % 2_147_483_647);
    for (let n = 0; n < 3_000; n++) {
      const bytes = Buffer.from(JSON.stringify(n % 2 ? B : E));
      for (let k = 0; k < 3; k++) bytes[next() % bytes.length] = next() % 256;
      expect(['hint', 'quarantine']).toContain(mapBody(bytes).kind);
    }
  });
  it('PYL-20 an issue number alone is enough for a read', () => {
    expect(hint({ issue_number: '4211' })).toMatchObject({ issueId: null, issueNumber: 4211 });
  });
});

describe('templates that we ship', () => {
  const variables = {
    'issue.id': I,
    'issue.number': '4211',
    'issue.state': 'waiting_on_you',
    'issue.last_message.id': 'M',
    'issue.created_at': '2026-01-15T10:30:00Z',
    'issue.source': 'email',
  };
  it.each(TEMPLATE_NAMES)('PYL-21 %s is valid whatever resolves', (name) => {
    for (const kind of HINT_KINDS) {
      const mapped = hint(renderTemplate(templateFor(name, kind, 'customer'), variables));
      expect(mapped).toMatchObject({ issueId: I, messageId: 'M' });
      expect(mapped.hint).toBe(name === 'hint-single' ? 'issue_changed' : kind);
      expect(claimsSomething(mapped.claims)).toBe(name === 'extended' || name === 'full');
      expect(mapped.notes.unknown).toEqual([]);
    }
  });
  it('PYL-22 kinds', () => {
    expect(kindOf('Ticket-Created')).toBe('issue_new');
    expect(kindOf('toString')).toBeNull();
  });
});
