import { renderTemplate, templateFor } from '@sapwood/pylon/templates';
import type { SourceConfig } from '@sapwood/service-kit/config';
import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { judgeDestination, judgeToken } from './sources.ts';

const place = (path: readonly string[]): string => `sapwood.yaml#${path.join('.')}`;
const signed = { kind: 'pylon-hmac', secrets: ['a-secret'] } as const;
const headed = { kind: 'static-header', header: 'x-desk', tokens: ['a-secret'] } as const;
const source = (changed: Partial<SourceConfig> = {}): SourceConfig => ({
  ...{ workspace: 'acme', token: 'token', region: 'us', baseUrl: null, bodies: 'hints' },
  ...{ messages: 'read', statuses: {}, roster: {}, priorityField: null },
  ...{ categoryField: null, accountFields: { tier: null, arr: null, parent: null } },
  internalDomains: [],
  hooks: { acme: { schemes: [signed] } },
  ...changed,
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = ({ level, what, remedy }: Finding): string =>
  `${level} ${what}${remedy === undefined ? '' : ` -> ${remedy}`}`;
const judged = (bodies: readonly Uint8Array[], changed: Partial<SourceConfig> = {}): string[] =>
  judgeDestination(
    { sourceId: 'desk', destination: 'acme', source: source(changed), bodies },
    place,
  ).map(text);

const VARIABLES = {
  'issue.id': 'issue-1',
  'issue.number': '7',
  'issue.state': 'new',
  'issue.created_at': '2026-06-10T09:00:00Z',
  'issue.assignee.id': '',
  'issue.team.id': 'team-1',
  'issue.account.id': 'account-1',
  'issue.requester.id': 'contact-1',
  'issue.source': 'email',
  'issue.last_message.id': 'message-1',
  'issue.last_message.sent_at': '2026-06-10T09:00:00Z',
  'issue.last_message.is_private': 'false',
};
const body = (without: readonly string[] = [], more: Readonly<Record<string, string>> = {}) => {
  const template = templateFor('full', 'issue_new', 'customer');
  const known = Object.entries(VARIABLES).filter(([name]) => !without.includes(name));
  return bytes(renderTemplate(template, { ...Object.fromEntries(known), ...more }));
};

describe('doctor on Pylon', () => {
  it('DOC-6 tells of each token what it opens, what refuses it and what to do', () => {
    const of = (answer: Parameters<typeof judgeToken>[2], changed = {}): string =>
      text(judgeToken('desk', source(changed), answer, place));
    expect(of({ kind: 'ok', value: { id: 'o1', name: 'Acme' } })).toBe(
      'fine Pylon: the token of desk opens Acme',
    );
    expect(of({ kind: 'refused', status: 401 })).toBe(
      'wrong Pylon: the token of desk is refused (401) -> a new token, or region: eu at sapwood.yaml#sources.desk',
    );
    expect(of({ kind: 'refused', status: 401, code: 'wrong_region_token' })).toBe(
      'wrong Pylon: the token of desk is refused (401) -> region: eu at sapwood.yaml#sources.desk',
    );
    expect(of({ kind: 'refused', status: 403 })).toMatch(/refused \(403\) -> the rights/);
    expect(of({ kind: 'failed', status: 0, retryAfterMs: 1 })).toMatch(/^degraded .*no connection/);
    expect(of(null, { token: null })).toMatch(/^degraded .*has no token.* -> tokenFile/);
  });

  it('DOC-7 says of each destination what came, and that nothing came', () => {
    expect(judged([])).toEqual([
      'degraded hook acme: nothing came yet -> a trigger in Pylon that posts to /hooks/acme',
    ]);
    expect(judged([body(), body()])).toEqual(['fine hook acme: of the last 2 bodies, 2 issue_new']);
    expect(judged([body()])).toEqual(['fine hook acme: of the last 1 body, 1 issue_new']);
  });

  it('DOC-8 names variables that never resolved, bodies that are no JSON, keys that nothing reads', () => {
    const without = ['issue.team.id'];
    expect(judged([body(without), body(without)]).slice(1)).toEqual([
      "degraded hook acme: never resolved by Pylon, 2 issue_team_id -> choose these variables anew in Pylon's picker",
    ]);
    // An issue without a team beside one with a team: the variable is right.
    expect(judged([body(without), body()]).length).toBe(1);
    const id = '0b6d1b8e-98a4-4a6b-8b07-1d3a2f9a0c11';
    const found = judged([
      bytes(`{"issue_id": "${id}", "title": "say "hi""}`),
      bytes('{"nothing": 1}'),
      bytes('{"issue_id": "issue-1", "colour": "red"}'),
    ]);
    expect(found).toContainEqual(expect.stringMatching(/^wrong .*set aside, 1 no_issue_id -> /));
    expect(found).toContainEqual(expect.stringMatching(/^degraded .*1 were not JSON/));
    expect(found).toContainEqual(expect.stringMatching(/^fine .*nothing reads, 1 colour/));
  });

  it('DOC-9 without a token: statuses that have no category, and bodies that a copy could repeat', () => {
    const blind = { token: null, bodies: 'facts' } as const;
    const strange = [body([], { 'issue.state': 'parked' })];
    expect(judged(strange, blind).slice(1)).toEqual([
      'degraded hook acme: statuses without a category, 1 parked -> statuses: { parked: waiting_on_you } at sapwood.yaml#sources.desk',
      'degraded hook acme: its bodies are believed, and nothing but their signature tells a copy -> a second scheme with a header that can be changed, at sapwood.yaml#sources.desk.hooks.acme.schemes',
    ]);
    const hooks = { acme: { schemes: [signed, headed] } };
    expect(judged(strange, { ...blind, hooks, statuses: { parked: 'on_hold' } }).length).toBe(1);
  });
});
