/**
 * What `doctor` finds of reads over REST: which lists the token may not read, which declared fields
 * the tenant does not have, and what is not declared (pylon.md 5.5, metrics.md 9).
 */
import type { PageResult, PylonClient, ReadResult } from '@sapwood/pylon/client';
import type { SourceConfig, WorkspaceSettings } from '@sapwood/service-kit/config';
import { degraded, type Finding, type Place } from './finding.ts';

/** What is missing where a list may not be read. */
const FEEDS = {
  'searches of issues': 'only what webhooks tell is found',
  'issue statuses': 'statuses of your own have no category',
  users: 'nobody is known to be a manager',
  teams: 'teams have no ranks and no members',
  accounts: 'accounts have no tier',
  contacts: 'contacts have no account but that of their issues',
  'custom fields': 'declared fields cannot be checked',
} as const;
export type Feed = keyof typeof FEEDS;

export interface Answers {
  readonly feeds: Readonly<Record<Feed, ReadResult<unknown>>>;
  /** Slugs of custom fields; null: not known. */
  readonly issueFields: readonly string[] | null;
  readonly accountFields: readonly string[] | null;
}

/** Asks for one page of each list, and for what changed after `now`. */
export async function askReads(client: PylonClient, nowMs: number): Promise<Answers> {
  const now = new Date(nowMs).toISOString();
  const issue = await client.customFields('issue');
  const account = await client.customFields('account');
  return {
    feeds: {
      'searches of issues': await client.searchIssues({ field: 'updated_at', after: now }),
      'issue statuses': await client.statuses(),
      users: await client.users(),
      teams: await client.teams(),
      accounts: await client.accounts(),
      contacts: await client.contacts(),
      'custom fields': issue.kind === 'ok' ? account : issue,
    },
    issueFields: slugsOf(issue),
    accountFields: slugsOf(account),
  };
}

/** A list of several pages is not known whole, so nothing is said to be missing from it. */
const slugsOf = (page: PageResult<{ readonly slug: string }>): string[] | null =>
  page.kind === 'ok' && page.value.cursor === null
    ? page.value.items.map(({ slug }) => slug).sort()
    : null;

const TRACKING = ['trackedFields', 'handoverFields'] as const;
type Tracking = Pick<WorkspaceSettings, (typeof TRACKING)[number]>;

export function judgeReads(
  id: string,
  source: SourceConfig,
  tracking: Tracking,
  answers: Answers,
  place: Place,
): Finding[] {
  const tracked = TRACKING.flatMap((setting) =>
    tracking[setting].map((slug) => ['issue', setting, slug] as const),
  );
  return [
    ...judgeFeeds(id, answers),
    ...judgeFields(id, declaredFields(source), answers, place(['sources', id])),
    ...judgeFields(id, tracked, answers, place(['workspaces', source.workspace])),
    ...judgeDeclared(id, source, answers, place),
  ];
}

function judgeFeeds(id: string, { feeds }: Answers): Finding[] {
  return (Object.keys(FEEDS) as Feed[]).flatMap((feed) => {
    const answer = feeds[feed];
    if (answer.kind === 'ok' || answer.kind === 'limited') return [];
    const why =
      answer.kind === 'not_found'
        ? '404'
        : [answer.status, ...('code' in answer ? [answer.code] : [])].join(', ');
    const what = `Pylon: ${feed} of ${id} are not readable (${why}): ${FEEDS[feed]}`;
    const remedy =
      answer.kind === 'failed' ? 'try again later' : "the rights of the token's user in Pylon";
    return [degraded(what, remedy)];
  });
}

/** A setting that names a custom field, with the slug in force. */
type Named = readonly [of: 'issue' | 'account', setting: string, slug: string | null];

function declaredFields(source: SourceConfig): readonly Named[] {
  const { tier, arr, parent } = source.accountFields;
  return [
    ['issue', 'priorityField', source.priorityField ?? 'priority'],
    ['issue', 'categoryField', source.categoryField],
    ['account', 'accountFields.tier', tier],
    ['account', 'accountFields.arr', arr],
    ['account', 'accountFields.parent', parent],
  ];
}

const NAMES_MAX = 12;
const listed = (slugs: readonly string[]): string =>
  slugs.length === 0 ? 'it has none' : `it has ${slugs.slice(0, NAMES_MAX).join(', ')}`;

/** A slug that the tenant does not have is never filled, and nobody would see why. */
function judgeFields(
  id: string,
  named: readonly Named[],
  answers: Answers,
  place: string,
): Finding[] {
  return named.flatMap(([of, setting, slug]) => {
    const slugs = of === 'issue' ? answers.issueFields : answers.accountFields;
    if (slug === null || slugs === null || slugs.includes(slug)) return [];
    const what = `Pylon: ${id} has no custom field "${slug}" on ${of}s; ${listed(slugs)}`;
    return [degraded(what, `${setting} at ${place}`)];
  });
}

/** Never guessed: until it is declared, what rests on it stays empty. */
function judgeDeclared(
  id: string,
  source: SourceConfig,
  answers: Answers,
  place: Place,
): Finding[] {
  const missing = [
    ...(source.categoryField === null ? ['categoryField'] : []),
    ...(source.accountFields.tier === null ? ['accountFields.tier'] : []),
    ...(Object.keys(source.roster).length === 0 ? ['roster (bots and AI users)'] : []),
  ];
  if (missing.length === 0) return [];
  const fields = [
    `issue fields: ${(answers.issueFields ?? []).slice(0, NAMES_MAX).join(', ') || 'none known'}`,
    `account fields: ${(answers.accountFields ?? []).slice(0, NAMES_MAX).join(', ') || 'none known'}`,
  ];
  const what = `Pylon: of ${id} nothing is declared for ${missing.join(', ')}: what rests on it stays empty`;
  return [degraded(what, `these at ${place(['sources', id])}; ${fields.join('; ')}`)];
}
