import type { PageResult } from '@sapwood/pylon/client';
import type { SourceConfig } from '@sapwood/service-kit/config';
import { describe, expect, it } from 'vitest';
import { type Answers, judgeReads } from './reads.ts';

const place = (path: readonly string[]): string => `sapwood.yaml#${path.join('.')}`;
const declared: SourceConfig = {
  ...{ workspace: 'acme', token: 'token', region: 'us', baseUrl: null, bodies: 'hints' },
  ...{ messages: 'read', statuses: {}, roster: { ai: 'bot' }, priorityField: null, hooks: {} },
  ...{ categoryField: 'topic', accountFields: { tier: 'plan', arr: null, parent: null } },
  internalDomains: [],
};
const ok: PageResult<never> = { kind: 'ok', value: { items: [], cursor: null } };
const healthy: Answers = {
  feeds: {
    ...{ 'issue statuses': ok, users: ok, teams: ok, accounts: ok, contacts: ok },
    ...{ 'custom fields': ok, 'searches of issues': ok },
  },
  issueFields: ['priority', 'topic'],
  accountFields: ['plan'],
};
const NO_FIELDS = { trackedFields: [], handoverFields: [] };
const judged = (
  changed: Partial<SourceConfig>,
  answers: Partial<Answers> = {},
  tracking: Partial<Parameters<typeof judgeReads>[2]> = {},
): string[] => {
  const source = { ...declared, ...changed };
  const found = judgeReads(
    'desk',
    source,
    { ...NO_FIELDS, ...tracking },
    { ...healthy, ...answers },
    place,
  );
  return found.map(({ level, what, remedy }) => `${level} ${what} -> ${remedy}`);
};

describe('doctor on reads of Pylon', () => {
  it('DOC-11 lists that the token may not read are named, with what is missing for it', () => {
    expect(judged({})).toEqual([]);
    const forbidden = { kind: 'refused', status: 403, code: 'permission_denied' } as const;
    const feeds = {
      ...{ ...healthy.feeds, contacts: forbidden },
      accounts: { kind: 'failed', status: 500, retryAfterMs: 1 } as const,
    };
    expect(judged({}, { feeds })).toEqual([
      'degraded Pylon: accounts of desk are not readable (500): accounts have no tier -> try again later',
      "degraded Pylon: contacts of desk are not readable (403, permission_denied): contacts have no account but that of their issues -> the rights of the token's user in Pylon",
    ]);
  });

  it('DOC-12 declared fields that the tenant does not have, and what nobody declared', () => {
    const accountFields = { tier: 'plna', arr: null, parent: null };
    expect(judged({ accountFields, priorityField: 'urgency' })).toEqual([
      'degraded Pylon: desk has no custom field "urgency" on issues; it has priority, topic -> priorityField at sapwood.yaml#sources.desk',
      'degraded Pylon: desk has no custom field "plna" on accounts; it has plan -> accountFields.tier at sapwood.yaml#sources.desk',
    ]);
    expect(
      judged({}, {}, { trackedFields: ['topic', 'severity'], handoverFields: ['plan'] }),
    ).toEqual([
      'degraded Pylon: desk has no custom field "severity" on issues; it has priority, topic -> trackedFields at sapwood.yaml#workspaces.acme',
      'degraded Pylon: desk has no custom field "plan" on issues; it has priority, topic -> handoverFields at sapwood.yaml#workspaces.acme',
    ]);
    // What could not be read whole is not said to be missing.
    expect(judged({ accountFields }, { accountFields: null })).toEqual([]);
    const bare = { categoryField: null, roster: {} };
    expect(judged(bare)).toEqual([
      'degraded Pylon: of desk nothing is declared for categoryField, roster (bots and AI users): what rests on it stays empty -> these at sapwood.yaml#sources.desk; issue fields: priority, topic; account fields: plan',
    ]);
  });
});
