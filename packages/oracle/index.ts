/**
 * The batch truth: every published number worked out again from all facts of a prefix, with arrays
 * and sorts, by the text of metrics.md. Separate, slow and plain; only `verify` and tests use it.
 */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { CostEntry, Fact, FactOf } from '@sapwood/core/facts';
import { parseSeriesKey, seriesKey } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import type { Circumstances } from './case.ts';
import {
  cell,
  count,
  current,
  duration,
  type Entry,
  handoffRate,
  type Measure,
  type Measured,
  moneySpan,
  type OracleCell,
  previous,
  standings,
  unhandledChange,
  WINDOWS,
  within,
} from './cells.ts';
import { costBetween, entriesInForce, isCovered } from './cost.ts';
import { remember, type Told } from './past.ts';
import { tellStory } from './story.ts';
import { type Derived, derive } from './transitions.ts';

export type { OracleCell } from './cells.ts';

export interface OracleSeries {
  readonly key: string;
  readonly cells: readonly OracleCell[];
  /** Only first-response-time has one; null where the source has no messages. */
  readonly waiting: { readonly count: number; readonly oldestSince: number | null } | null;
}

export interface OracleState {
  readonly T: number;
  readonly series: ReadonlyMap<string, OracleSeries>;
  /** Transitions that stand, history included, by kind. */
  readonly transitions: Readonly<Record<string, number>>;
  readonly firstReply: { readonly n: number; readonly sumMs: number };
  readonly changes: { readonly state: number; readonly team: number; readonly assignee: number };
}

export interface Oracle {
  /** The state after the first `prefix` facts at log time T. */
  at(prefix: number, T: number): OracleState;
}

/** Over the facts of one workspace, in the order of the log. */
export function createOracle(facts: readonly Fact[]): Oracle {
  const placed = placeByConversation(facts);
  const known = new Map<string, { readonly version: string; readonly derived: Derived }>();
  const circumstancesAt = circumstancesOver(facts);
  const deriveAt = (id: string, prefix: number, circumstances: Known): Derived | null => {
    const own = placed.get(id)!;
    const count = countBelow(own, prefix);
    if (count === 0) return null;
    const version = `${count}/${circumstances.version}`;
    const cached = known.get(id);
    if (cached?.version === version) return cached.derived;
    const { past, facts, chapters } = remember(own.slice(0, count), circumstancesAt);
    const story = tellStory(facts, circumstances.hasMessages, past);
    const derived = withChapters(chapters, derive(story, circumstances));
    known.set(id, { version, derived });
    return derived;
  };
  return {
    at(prefix, T) {
      const circumstances = circumstancesOf(facts.slice(0, prefix));
      const conversations = new Map<string, Derived>();
      for (const id of placed.keys()) {
        const derived = deriveAt(id, prefix, circumstances);
        if (derived) conversations.set(id, derived);
      }
      return stateOf(conversations, circumstances, T);
    },
  };
}

/** Closed chapters count for ever. */
function withChapters(chapters: readonly Derived[], now: Derived): Derived {
  const all = [...chapters, now];
  const sum = (name: keyof Derived['changes']): number =>
    all.reduce((total, { changes }) => total + changes[name], 0);
  return {
    transitions: all.flatMap(({ transitions }) => transitions),
    waiting: now.waiting,
    changes: { state: sum('state'), team: sum('team'), assignee: sum('assignee') },
  };
}

const ABOUT_CONVERSATIONS = ['issue.observed', 'issue.gone', 'message.observed', 'thread.observed'];

function placeByConversation(facts: readonly Fact[]): Map<string, Told[]> {
  const placed = new Map<string, Told[]>();
  let T = 0;
  for (const [index, fact] of facts.entries()) {
    T = Math.max(T, fact.recordedAt);
    if (!ABOUT_CONVERSATIONS.includes(fact.kind)) continue;
    const own = placed.get(fact.entity);
    if (own) own.push({ T, index, fact });
    else placed.set(fact.entity, [{ T, index, fact }]);
  }
  return placed;
}

const countBelow = (own: readonly Told[], prefix: number): number =>
  own.filter(({ index }) => index < prefix).length;

interface Known extends Circumstances {
  /** Log time of the workspace's first record. */
  readonly firstAt: number;
  readonly costs: readonly CostEntry[];
  readonly version: string;
}

/** Circumstances before the fact of an index, looked up once for each change of them. */
function circumstancesOver(facts: readonly Fact[]): (index: number) => Circumstances {
  const turns = [...facts.entries()]
    .filter(([, { kind }]) => kind === 'config.applied' || kind === 'user.observed')
    .map(([index]) => index + 1);
  const known = new Map<number, Circumstances>();
  return (index) => {
    const end = turns.findLast((turn) => turn <= index) ?? 0;
    const found = known.get(end) ?? circumstancesOf(facts.slice(0, end));
    known.set(end, found);
    return found;
  };
}

function circumstancesOf(prefix: readonly Fact[]): Known {
  let config: WorkspaceConfig | null = null;
  const roster = new Map<string, string>();
  for (const fact of prefix) {
    if (fact.kind === 'config.applied') config = JSON.parse(fact.body.document) as WorkspaceConfig;
    if (fact.kind === 'user.observed') roster.set(fact.entity, fact.body.userKind);
  }
  const hasMessages = config?.messages !== 'none';
  const nobodies = [...roster].filter(([, kind]) => kind !== 'human').map(([id]) => id);
  nobodies.push(...(config?.notPeople ?? []));
  let T = 0;
  const costs: { T: number; fact: FactOf<'cost.entry'> }[] = [];
  for (const fact of prefix) {
    T = Math.max(T, fact.recordedAt);
    if (fact.kind === 'cost.entry') costs.push({ T, fact });
  }
  return {
    hasMessages,
    firstAt: prefix[0]?.recordedAt ?? 0,
    costs: config ? entriesInForce(costs, config.currency) : [],
    version: `${hasMessages}/${nobodies.sort().join(' ')}`,
    isNobody: (userId) => nobodies.includes(userId),
  };
}

function stateOf(
  conversations: ReadonlyMap<string, Derived>,
  circumstances: Known,
  T: number,
): OracleState {
  const transitions: Record<string, number> = {};
  const firstReply = { n: 0, sumMs: 0 };
  const changes = { state: 0, team: 0, assignee: 0 };
  const recent: Entry[] = [];
  const oldest = moneySpan(T, WINDOWS.at(-1)!, 1).from;
  for (const [conversation, derived] of conversations) {
    for (const name of ['state', 'team', 'assignee'] as const) {
      changes[name] += derived.changes[name];
    }
    for (const transition of derived.transitions) {
      transitions[transition.kind] = (transitions[transition.kind] ?? 0) + 1;
      if (transition.kind === 'first_reply_human') {
        firstReply.n += 1;
        firstReply.sumMs += transition.ms!;
      }
      if (transition.live && transition.at >= oldest) recent.push({ ...transition, conversation });
    }
  }
  const series = new Map<string, OracleSeries>();
  for (const one of flowSeries(recent, T, circumstances)) series.set(one.key, one);
  addWaiting(series, conversations, T, circumstances.hasMessages);
  for (const one of moneySeries(recent, T, circumstances.costs)) series.set(one.key, one);
  for (const one of series.values()) series.set(one.key, withReference(one, circumstances.firstAt));
  return { T, series, transitions, firstReply, changes };
}

/** A window that began before the workspace's first record is no reference: not available. */
function withReference(series: OracleSeries, firstAt: number): OracleSeries {
  const lengthOf = (code: string): number => WINDOWS.find((w) => w.code === code)!.lengthMs;
  const cells = series.cells.map((one) =>
    one.from - lengthOf(one.window) < firstAt ? { ...one, vsPrev: null } : one,
  );
  return { ...series, cells };
}

interface InRow {
  readonly channel: string;
  readonly team: string;
}

type Dims = Readonly<Record<string, string>>;

/** Rows that entries stand in: the total, one for each channel, one for each team. */
function rowsOf(entries: readonly InRow[]): Dims[] {
  const rows: Dims[] = [{}];
  for (const dim of ['channel', 'team'] as const) {
    for (const value of new Set(entries.map((entry) => entry[dim]))) rows.push({ [dim]: value });
  }
  return rows;
}

/** Picks the entries of a row; each entry stands in three. */
function byRow<E extends InRow>(entries: readonly E[]): (dims: Dims) => readonly E[] {
  const channels = Map.groupBy(entries, (entry) => entry.channel);
  const teams = Map.groupBy(entries, (entry) => entry.team);
  return ({ channel, team }) => {
    if (channel !== undefined) return channels.get(channel) ?? [];
    return team === undefined ? entries : (teams.get(team) ?? []);
  };
}

/** What each metric of flows measures in its row. */
const FLOWS: Readonly<Record<string, Measure>> = {
  'conversation-volume': count('opened'),
  'contacts-handled': count('handled'),
  'contacts-unhandled-change': unhandledChange,
};

const REPLY = 'first-response-time';
const NO_REPLIES: Measured = duration('first_reply_human')([]);
const UNKNOWN: Measure = () => ({ value: null, n: 0 });

/** Every live transition of one window and of the one before it. */
function sidesOf(recent: readonly Entry[], T: number) {
  return WINDOWS.map((window) => {
    const now = within(recent, current(T, window), T);
    const before = within(recent, previous(T, window), T);
    return {
      window,
      now: byRow(now),
      before: byRow(before),
      stands: byRow(standings(now)),
      stoodBefore: byRow(standings(before)),
    };
  });
}

function flowSeries(recent: readonly Entry[], T: number, { hasMessages }: Known): OracleSeries[] {
  const found: OracleSeries[] = [];
  const measures = { ...FLOWS, [REPLY]: hasMessages ? duration('first_reply_human') : UNKNOWN };
  const sides = sidesOf(recent, T);
  for (const dims of rowsOf(recent)) {
    const add = (metric: string, cells: readonly OracleCell[]): void =>
      void found.push({ key: seriesKey(metric, dims), cells, waiting: null });
    for (const [metric, measure] of Object.entries(measures)) {
      add(
        metric,
        sides.map((side) =>
          cell(T, side.window, measure(side.now(dims)), measure(side.before(dims))),
        ),
      );
    }
    add(
      'conversation-handoff-rate',
      sides.map(({ window, stands, stoodBefore }) =>
        cell(T, window, handoffRate(stands(dims)), handoffRate(stoodBefore(dims))),
      ),
    );
  }
  return found;
}

function addWaiting(
  series: Map<string, OracleSeries>,
  conversations: ReadonlyMap<string, Derived>,
  T: number,
  hasMessages: boolean,
): void {
  if (!hasMessages) return;
  const waits = [...conversations.values()]
    .map(({ waiting }) => waiting)
    .filter((waiting) => waiting !== null);
  for (const dims of rowsOf(waits)) {
    const key = seriesKey(REPLY, dims);
    if (series.has(key)) continue;
    const cells = WINDOWS.map((window) => cell(T, window, NO_REPLIES, NO_REPLIES));
    series.set(key, { key, cells, waiting: null });
  }
  const waitsOf = byRow(waits);
  for (const [key, one] of series) {
    const parsed = parseSeriesKey(key);
    if (parsed?.id !== REPLY) continue;
    const own = waitsOf(parsed.dims).map(({ since }) => since);
    const oldestSince = own.length === 0 ? null : own.reduce((a, b) => Math.min(a, b));
    series.set(key, { ...one, waiting: { count: own.length, oldestSince } });
  }
}

function moneySeries(
  recent: readonly Entry[],
  T: number,
  costs: readonly CostEntry[],
): OracleSeries[] {
  const handled = recent.filter(({ kind }) => kind === 'handled');
  const measure = (perContact: boolean, back: 0 | 1, window: (typeof WINDOWS)[number]) => {
    const span = moneySpan(T, window, back);
    const isKnown = isCovered(costs, span.from, span.to);
    const num = isKnown ? costBetween(costs, span.from, span.to) : null;
    const den = within(handled, span, T).length;
    const rate = num === null || den === 0 ? null : divRound(num, den);
    return { span, num, den, value: perContact ? rate : num };
  };
  return [false, true].map((perContact) => ({
    key: perContact ? 'cost-per-contact' : 'total-support-cost',
    waiting: null,
    cells: WINDOWS.map((window): OracleCell => {
      const { span, num, den, value } = measure(perContact, 0, window);
      return {
        window: window.code,
        from: span.from,
        to: span.to,
        value,
        num,
        den: perContact ? den : null,
        n: perContact ? den : 0,
        mean: null,
        p50: null,
        p90: null,
        max: null,
        vsPrev: measure(perContact, 1, window).value,
      };
    }),
  }));
}
