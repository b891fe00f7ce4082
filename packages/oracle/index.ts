/**
 * The batch truth: every published number worked out again from all facts of a prefix, with arrays
 * and sorts, by the text of metrics.md. Separate, slow and plain; only `verify` and tests use it.
 */

import type { Fact } from '@sapwood/core/facts';
import { accountReplySeries } from './account-replies.ts';
import { backlogSeries } from './backlog.ts';
import { type Entry, HANDED_OFF, type OracleCell } from './cells.ts';
import { addCensored } from './censored.ts';
import { circumstancesOf, type Known } from './circumstances.ts';
import { withReturns } from './claims.ts';
import { cohortSeries } from './cohorts.ts';
import { type Days, daysOver } from './days.ts';
import { addWaiting, flowSeries, type OracleSeries } from './flows.ts';
import { frequencySeries } from './frequency.ts';
import { healthSeries } from './health.ts';
import { inTargetSeries } from './in-target.ts';
import { knowledgeSeries } from './knowledge.ts';
import { createLibrary } from './library.ts';
import { longestSeries } from './longest.ts';
import { moneySeries } from './money.ts';
import { type FirstSeen, firstSeenOf, noveltySeries } from './novelty.ts';
import { peakSeries } from './peaks.ts';
import { withPrivacy } from './privacy.ts';
import { productivitySeries } from './productivity.ts';
import { recurrenceSeries } from './recurrence.ts';
import { type Contact, repeatSeries, repeatsAmong } from './repeats.ts';
import type { FullRow, Row } from './rows.ts';
import { slaSeries } from './sla-gauges.ts';
import { specialisationSeries } from './specialisation.ts';
import { topicSeries } from './topics.ts';
import type { Transition } from './transition.ts';
import { type Derived, derive } from './transitions.ts';
import { type Window, windowsAt } from './windows.ts';
import { workloadSeries } from './workload.ts';

export type { OracleCell } from './cells.ts';
export { censoredOf } from './censored.ts';
export type { OracleSeries } from './flows.ts';

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
  const library = createLibrary(facts);
  const known = new Map<string, Kept>();
  const { firstAt, calendars } = circumstancesOf(facts);
  const daysAt = daysOver(firstAt, calendars);
  const deriveAt = (id: string, prefix: number, T: number, now: Known): Derived | null => {
    if (library.told(id, prefix) === null) return null;
    const version = `${library.versionOf(id, prefix, T, now)}/${now.version}`;
    const cached = known.get(id);
    if (cached?.version === version && cached.T <= T && T < cached.derived.until) {
      return cached.derived;
    }
    const { story, chapters } = library.storyOf(id, prefix, T, now);
    const derived = withChapters(chapters, derive(story, now, T));
    known.set(id, { version, T, derived });
    return derived;
  };
  return {
    at(prefix, T) {
      const told = facts.slice(0, prefix);
      const circumstances = circumstancesOf(told);
      const conversations = new Map<string, Derived>();
      for (const id of library.ids()) {
        const derived = deriveAt(id, prefix, T, circumstances);
        if (derived) conversations.set(id, derived);
      }
      const known = { ...circumstances, firstSeen: firstSeenOf(told) };
      return stateOf(conversations, known, T, daysAt(T));
    },
  };
}

/** A derivation holds for its facts and circumstances, from a log time until `derived.until`. */
interface Kept {
  readonly version: string;
  readonly T: number;
  readonly derived: Derived;
}

/** Closed chapters count for ever, by who had handled the conversation until then. */
function withChapters(chapters: readonly Derived[], now: Derived): Derived {
  const all = [...chapters, now];
  const sum = (name: keyof Derived['changes']): number =>
    all.reduce((total, { changes }) => total + changes[name], 0);
  const told = chapters.flatMap(({ transitions, handledBy }) =>
    transitions.map((transition) => ({ handledBy, ...transition })),
  );
  return {
    ...now,
    transitions: [...told, ...now.transitions],
    changes: { state: sum('state'), team: sum('team'), assignee: sum('assignee') },
  };
}

function stateOf(
  alone: ReadonlyMap<string, Derived>,
  circumstances: Known & FirstSeen,
  T: number,
  days: Days,
): OracleState {
  const { contacts, resolved } = contactsIn(alone);
  const repeats = repeatsAmong(contacts);
  const conversations = new Map(
    [...alone].map(([id, derived]) => [id, withReturns(id, derived, repeats)]),
  );
  const windows = windowsAt(T, days);
  const oldest = Math.min(...windows.map(({ before }) => before.from));
  const { transitions, firstReply, changes, recent } = toldOf(conversations, oldest);
  if (repeats.repeated.length > 0) transitions['repeated'] = repeats.repeated.length;
  const gone = [...conversations].filter(([, { isRemoved }]) => isRemoved);
  const removed = new Set(gone.map(([conversation]) => conversation));
  const ends = { resolved, removed, repeats };
  const inForce = recent.filter(({ conversation }) => !removed.has(conversation));
  const openings = contacts.flatMap(({ opened }) =>
    removed.has(opened.conversation) ? [] : [opened],
  );
  const waits = eachOf(conversations, ({ waiting }) => waiting);
  const late = waits.filter(({ conversation }) => isLate(conversations.get(conversation)!));
  const series = new Map<string, OracleSeries>();
  const add = (all: readonly OracleSeries[]): void => {
    for (const one of all) series.set(one.key, one);
  };
  add(flowSeries(recent, T, windows, circumstances));
  add(cohortSeries(recent, ends, T, windows, circumstances));
  add(repeatSeries(inForce, repeats, T, windows, circumstances.by));
  add(frequencySeries(inForce, T, windows, circumstances.by));
  add(inTargetSeries(recent, late, T, windows, circumstances));
  add(accountReplySeries(recent, T, windows, circumstances));
  add(topicSeries(recent, T, windows, circumstances));
  add(healthSeries(recent, T, windows, circumstances));
  add(knowledgeSeries(recent, T, windows, circumstances));
  add(productivitySeries(recent, T, windows, circumstances));
  add(specialisationSeries(recent, T, windows, circumstances));
  add(noveltySeries(recent, T, windows, circumstances));
  add(recurrenceSeries(openings, T, windows, circumstances.by));
  if (circumstances.hasMessages) {
    addWaiting(series, waits, T, windows, circumstances);
    const firsts = eachOf(conversations, ({ firstWait }) => firstWait);
    addCensored(series, firsts, T, windows, circumstances);
  }
  add(moneySeries(recent, T, windows, circumstances));
  if (circumstances.declared.scale !== null) add(withPrivacy(series, recent, T, windows));
  add([...series.values()].map((one) => withReference(one, windows, circumstances)));
  // What has no window has no reference either.
  add(longestSeries(waits, T, circumstances));
  add(peakSeries(recent, T, circumstances));
  add(standingSeries(conversations, T, circumstances));
  return { T, series, transitions, firstReply, changes };
}

/** What stands of all conversations, and what of it happened since `oldest`. */
function toldOf(conversations: ReadonlyMap<string, Derived>, oldest: number) {
  const transitions: Record<string, number> = {};
  const firstReply = { n: 0, sumMs: 0 };
  const changes = { state: 0, team: 0, assignee: 0 };
  const recent: Entry[] = [];
  for (const [conversation, derived] of conversations) {
    for (const name of ['state', 'team', 'assignee'] as const) {
      changes[name] += derived.changes[name];
    }
    for (const transition of derived.transitions) {
      transitions[transition.kind] = (transitions[transition.kind] ?? 0) + 1;
      if (transition.kind === 'first_reply_human') {
        firstReply.n += 1;
        firstReply.sumMs += transition.lasted!.wallMs;
      }
      if (transition.live && transition.at >= oldest) {
        recent.push(entryOf(conversation, derived, transition));
      }
    }
  }
  return { transitions, firstReply, changes, recent };
}

/** One thing of each conversation that has it, with the row of whom it counts for. */
const eachOf = <One extends { readonly row: Row }>(
  conversations: ReadonlyMap<string, Derived>,
  of: (derived: Derived) => One | null,
) =>
  [...conversations].flatMap(([conversation, derived]) => {
    const one = of(derived);
    return one ? [{ ...one, conversation, row: handledRow(one.row, derived) }] : [];
  });

/** Of what is open, and of what was promised. */
function standingSeries(
  conversations: ReadonlyMap<string, Derived>,
  T: number,
  circumstances: Known,
): OracleSeries[] {
  const open = eachOf(conversations, (derived) => derived.open);
  const promised = [...conversations.values()].flatMap((derived) => {
    const { clocks, open: isOpen } = derived;
    const [first] = clocks;
    return first ? [{ clocks, isOpen: isOpen !== null, row: handledRow(first.row, derived) }] : [];
  });
  return [
    ...backlogSeries(open, T, circumstances.by),
    ...workloadSeries(open, T, circumstances),
    ...slaSeries(promised, T, circumstances),
  ];
}

/** What customers opened, and what was resolved. */
function contactsIn(conversations: ReadonlyMap<string, Derived>) {
  const contacts: Contact[] = [];
  const resolved = new Map<string, Transition>();
  for (const [conversation, derived] of conversations) {
    const only = (wanted: string): Transition | null =>
      derived.transitions.find(({ kind }) => kind === wanted) ?? null;
    const [opened, end] = [only('opened'), only('resolved')];
    if (end) resolved.set(conversation, end);
    // What is out of every number is nobody's matter, forgotten or not.
    if (opened && !derived.isRemoved)
      contacts.push({ opened: entryOf(conversation, derived, opened), resolved: end });
  }
  return { contacts, resolved };
}

function entryOf(conversation: string, derived: Derived, transition: Transition): Entry {
  const { row, handledBy } = transition;
  const rowNow = handledRow(row, derived);
  const closed = handledBy === undefined ? rowNow : handledRow(row, { handledBy });
  const isEnd = transition.kind === 'resolved';
  const handoffs = isEnd ? derived.transitions.filter(({ kind }) => HANDED_OFF.includes(kind)) : [];
  const opened = derived.transitions.find(({ kind }) => kind === 'opened');
  // Whoever opened it rates it.
  const rater = transition.kind === 'rated' && opened ? { contact: opened.contact ?? null } : {};
  return { ...transition, ...rater, conversation, handoffs: handoffs.length, row: closed, rowNow };
}

/** Owed a first reply that was due, by somebody who asked live. */
const isLate = ({ waiting, firstWait, clocks }: Derived): boolean =>
  waiting?.turn === 1 &&
  firstWait !== null &&
  clocks.some(({ kind, isBreached }) => kind === 'first' && isBreached);

/** Whatever it did, and when: handled by whom it is now. */
const handledRow = (row: Row, { handledBy }: Pick<Derived, 'handledBy'>): FullRow => ({
  ...row,
  handled_by: [handledBy],
});

/**
 * A window that began before the workspace's first record is no reference, nor is one of a row that was declared
 * when something of that window was forgotten.
 */
function withReference(
  series: OracleSeries,
  windows: readonly Window[],
  { firstAt, rowsSince }: Known,
): OracleSeries {
  const told = new Map(windows.map((window) => [window.code, window]));
  const name = series.key.replace(/=[^,]*/g, '');
  const declared = rowsSince.get(name) ?? rowsSince.get(name.split(',')[0]!);
  const since = declared === undefined ? firstAt : Math.max(firstAt, declared - 34 * DAY_MS);
  const cells = series.cells.map((one): OracleCell => {
    const { now, before } = told.get(one.window)!;
    const known = before.from < since ? { ...one, vsPrev: null } : one;
    const { settled } = one;
    const isYoung = settled !== undefined && settled.from < since;
    const aged = isYoung ? { ...known, settled: { ...settled, isYoung } } : known;
    return since > firstAt && now.from < since ? { ...aged, isLate: true } : aged;
  });
  return { ...series, cells };
}

const DAY_MS = 86_400_000;
