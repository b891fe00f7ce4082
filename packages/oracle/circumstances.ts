/** What a workspace has declared, and what it costs: all that derivations need beside the facts. */

import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact, FactOf } from '@sapwood/core/facts';
import { canonicalJson } from '@sapwood/core/num';
import type { Circumstances } from './conversation.ts';
import { type Books, entriesInForce, type Open } from './cost.ts';
import { declaredBy } from './declared.ts';
import { type Calendar, hasHours, lengthOf, openOf, type Version } from './hours.ts';
import { withParts } from './score-parts.ts';
import { tiersOf } from './tiers.ts';
import { wordsIn } from './words.ts';

/** Each holds until the next; of two of one instant the later one. */
function calendarsOf(prefix: readonly Fact[]): Version[] {
  let versions: Version[] = [];
  let T = 0;
  for (const fact of prefix) {
    T = Math.max(T, fact.recordedAt);
    if (fact.kind !== 'config.applied') continue;
    const { calendar = PLAIN } = JSON.parse(fact.body.document) as WorkspaceConfig;
    versions = [...versions.filter(({ from }) => from < T), { from: T, calendar }];
  }
  return versions;
}

/** Nothing is declared. */
const PLAIN: Calendar = {
  ...{ zone: 'UTC', dayStartsMs: 0, zones: {}, schedules: {} },
  ...{ workspace: null, teams: {}, accounts: {} },
};

/** Members of each team by the read that began last. */
function teamsOf(prefix: readonly Fact[]): ReadonlyMap<string, readonly string[]> {
  const reads = prefix
    .filter((fact) => fact.kind === 'team.observed')
    .sort((a, b) => a.observedAt - b.observedAt);
  return new Map(reads.map(({ entity, body }) => [entity, body.members]));
}

export interface Known extends Circumstances {
  /** Log time of the workspace's first record. */
  readonly firstAt: number;
  readonly books: Books;
  /** Metrics with rows beyond channel and team, and those dimensions. */
  readonly by: NonNullable<WorkspaceConfig['by']>;
  /** Log time since when rows beyond channel and team are declared, by `metric{dimension`. */
  readonly rowsSince: ReadonlyMap<string, number>;
  readonly version: string;
  /** Those on the roster that are known to be people, and of a team its members among them. */
  readonly people: readonly string[];
  readonly membersOf: (team: string) => readonly string[];
  readonly teams: readonly string[];
  /** Of two teams of somebody's that of the smaller key; null: he is in none. */
  readonly teamOf: (person: string) => string | null;
}

/** Circumstances as log time came to an instant, looked up once for each change of them. */
export function circumstancesOver(facts: readonly Fact[]): (T: number) => Known {
  const turns = turnsOf(facts);
  const known = new Map<number, Known>();
  let log = Number.NEGATIVE_INFINITY;
  const times = facts.map(({ recordedAt }) => {
    log = Math.max(log, recordedAt);
    return log;
  });
  return (T) => {
    const index = countBefore(times, T);
    const end = turns.findLast((turn) => turn <= index) ?? 0;
    const found = known.get(end) ?? circumstancesOf(facts.slice(0, end));
    known.set(end, found);
    return found;
  };
}

/** How many of ascending times lie before an instant: asked of each conversation, for each hour in which it may be forgotten. */
function countBefore(times: readonly number[], T: number): number {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (times[middle]! < T) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** How many facts there were after each that may change them. */
const turnsOf = (facts: readonly Fact[]): number[] =>
  facts.flatMap(({ kind }, i) => (isTurning(kind) ? [i + 1] : []));

const TURNING: readonly Fact['kind'][] = ['config.applied', 'user.observed', 'account.observed'];
const isTurning = (kind: Fact['kind']): boolean =>
  TURNING.includes(kind) || kind.startsWith('correction.');

/** As they were read, the last one at the end; of one instant by what they say. */
function usersIn(prefix: readonly Fact[]): FactOf<'user.observed'>[] {
  const said = ({ body: { role, userKind } }: FactOf<'user.observed'>): string =>
    canonicalJson({ role, userKind });
  return prefix
    .filter((fact) => fact.kind === 'user.observed')
    .sort((a, b) => a.observedAt - b.observedAt || (said(a) < said(b) ? -1 : 1));
}

export function circumstancesOf(prefix: readonly Fact[]): Known {
  let config: WorkspaceConfig | null = null;
  const calendars = calendarsOf(prefix);
  const roster = new Map<string, string>();
  let rowsSince: ReadonlyMap<string, number> = new Map();
  const roles = new Map<string, string | null>();
  let T = 0;
  for (const fact of prefix) {
    T = Math.max(T, fact.recordedAt);
    if (fact.kind === 'config.applied') {
      config = JSON.parse(fact.body.document) as WorkspaceConfig;
      rowsSince = sinceWhen(withParts(config.by ?? {}), T, rowsSince);
    }
  }
  for (const { entity, body } of usersIn(prefix)) {
    roster.set(entity, body.userKind);
    roles.set(entity, body.role);
  }
  const hasMessages = config?.messages !== 'none';
  const autoCloseAfterMs = positive(config?.autoCloseAfterMs);
  const declared = declaredBy(config, roles);
  const nobodies = [...roster].filter(([, kind]) => kind !== 'human').map(([id]) => id);
  nobodies.push(...(config?.notPeople ?? []));
  const people = [...roster.keys()].filter((id) => !nobodies.includes(id));
  const teams = teamsOf(prefix);
  T = 0;
  const costs: { T: number; fact: FactOf<'cost.entry'> }[] = [];
  for (const fact of prefix) {
    T = Math.max(T, fact.recordedAt);
    if (fact.kind === 'cost.entry') costs.push({ T, fact });
  }
  return {
    hasMessages,
    words: wordsIn(prefix),
    firstAt: prefix[0]?.recordedAt ?? 0,
    rowsSince,
    by: withParts(config?.by ?? {}),
    books: {
      entries: entriesInForce(costs),
      currency: config?.currency ?? '',
      plan: config?.costPlan ?? [],
      ...(hasHours(calendars, OWN) ? { open: openWith(calendars) } : {}),
    },
    version: `${turnsOf(prefix).at(-1)}`,
    calendars,
    sla: config?.sla ?? null,
    ...tiersOf(prefix),
    autoCloseAfterMs,
    declared,
    people,
    membersOf: (team) => (teams.get(team) ?? []).filter((id) => people.includes(id)),
    teams: [...teams.keys()],
    teamOf: (person) => {
      const own = [...teams.keys()].filter((team) => teams.get(team)!.includes(person)).sort();
      return people.includes(person) ? (own[0] ?? null) : null;
    },
    isNobody: (userId) => nobodies.includes(userId),
  };
}

/** Of money: the workspace's own hours. */
const OWN = { account: null, team: null };
const openWith =
  (calendars: readonly Version[]): Open =>
  (from, to) =>
    lengthOf(openOf(calendars, OWN, { from, to }));

/** What stays declared keeps its beginning. */
function sinceWhen(
  by: Known['by'],
  T: number,
  known: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const rows = Object.entries(by).flatMap(([metric, dimensions]) =>
    dimensions
      .filter((dimension) => dimension !== 'channel' && dimension !== 'team')
      .map((dimension) => `${metric}{${dimension}`),
  );
  return new Map(rows.map((row) => [row, known.get(row) ?? T]));
}

const positive = (ms: number | undefined): number | null =>
  ms !== undefined && Number.isSafeInteger(ms) && ms > 0 ? ms : null;
