/** What is measured of a plain list of transitions (metrics.md 0 and 3.1). */

import type { SlaKind } from '@sapwood/core/config';
import type { Censored, Clock, WindowCode } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import { inOrder } from './case.ts';
import type { Lasted } from './lasted.ts';
import { bucketValue, quantile } from './quantile.ts';
import type { FullRow } from './rows.ts';
import type { Transition } from './transition.ts';
import type { Span, Window } from './windows.ts';

/** One window of a series as a batch job finds it; null = no value. */
export interface OracleCell {
  readonly window: WindowCode;
  readonly clock: Clock;
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
  readonly num: number | null;
  readonly den: number | null;
  readonly n: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly max: number | null;
  readonly vsPrev: number | null;
  /** Counts, and shares of sums, alone: what is usual at this hour of the week. */
  readonly vsHow?: number | null;
  /** Its row was declared too late for this window: what was forgotten by then is not in it. */
  readonly isLate?: true;
  /** Why it has no value, where that is a matter of the metric's own. */
  readonly reason?: string;
  /** It is not to be told: of how many ratings, and of how many customers. */
  readonly withheld?: { readonly ratings: number; readonly customers: number };
  /** On the business clock alone: the share of durations in which it was never open. */
  readonly zeroPpm: number | null;
  /** Money and cohorts alone: the share that is provisional. */
  readonly provisionalPpm?: number;
  /** Cohorts alone: the same window so long ago that all of it is known. */
  readonly settled?: Settled;
  /** Of some cohorts: the least and the most that it may turn out to be. */
  readonly band?: { readonly low: number | null; readonly high: number | null };
  /** Money alone: what is not known of the cost. */
  readonly gaps?: readonly string[];
  /** First response alone: with those who still wait. */
  readonly censored?: Censored;
  /** What that comes of: of several rows together it comes of all of these. */
  readonly samples?: readonly Sample[];
}

/** What a wait for a first reply says of a window: ages, each from the first to the last of them. */
export interface Sample {
  readonly conversation: string;
  readonly ages: readonly { readonly first: number; readonly last: number }[];
  readonly repliedAt: number | null;
  readonly owedFor: number | null;
}

export interface Settled {
  readonly from: number;
  readonly value: number | null;
  readonly num: number;
  readonly den: number;
  readonly n: number;
  /** It began before anything was known: it need not be told. */
  readonly isYoung: boolean;
}

/** A transition, whose it is, and all that it counts under. */
export interface Entry extends Transition {
  readonly conversation: string;
  /** A resolution's: how often its conversation was handed off, in all its life. */
  readonly handoffs: number;
  readonly row: FullRow;
  /** Where its conversation stands, of which all may be known by now. */
  readonly rowNow: FullRow;
}

export const within = <E extends Entry>(entries: readonly E[], span: Span, T: number): E[] =>
  entries.filter(({ at }) => {
    const placed = Math.min(at, T);
    return placed >= span.from && placed < span.to;
  });

export interface Measured {
  readonly value: number | null;
  readonly reason?: string;
  readonly num?: number | null;
  readonly den?: number | null;
  readonly n: number;
  readonly mean?: number | null;
  readonly p50?: number | null;
  readonly p90?: number | null;
  readonly max?: number | null;
  readonly zeroPpm?: number | null;
}

export type Measure = (entries: readonly Entry[], inBuckets?: boolean) => Measured;

/** Those of some kinds. A list is parted once, for it is asked of by every metric. */
function of(entries: readonly Entry[], kinds: readonly string[]): readonly Entry[] {
  const parts = partsOf.get(entries) ?? Map.groupBy(entries, ({ kind }) => kind);
  partsOf.set(entries, parts);
  const [first, ...more] = kinds.map((kind) => parts.get(kind) ?? []);
  return more.length === 0 ? (first ?? []) : [first!, ...more].flat();
}

const partsOf = new WeakMap<readonly Entry[], ReadonlyMap<string, readonly Entry[]>>();

export const count =
  (kinds: string | readonly string[], counts: (entry: Entry) => boolean = () => true): Measure =>
  (entries) => {
    const n = of(entries, [kinds].flat()).filter(counts).length;
    return { value: n, n };
  };

/** Opened less handled. */
export const unhandledChange: Measure = (entries) => {
  const opened = of(entries, ['opened']).length;
  const done = of(entries, ['handled']).length;
  return { value: opened - done, n: opened + done };
};

const REOPENED = ['customer', 'agent', 'automation', 'unknown'].map((by) => `reopened.${by}`);

/** Created and opened again for more than thanks, less closed. */
export const netFlow: Measure = (entries) => {
  const came = of(entries, ['created', ...REOPENED]).filter(({ isCourtesy }) => !isCourtesy).length;
  const left = of(entries, ['closed']).length;
  return { value: came - left, n: came + left };
};

/** Resolved over opened; both of the window, so that it may be more than all. */
export const resolvedPerOpened: Measure = (entries) =>
  shareOf(of(entries, ['resolved']).length, of(entries, ['opened']).length);

/** What a transition tells of a duration. */
type Read = (entry: Entry) => Lasted | null | undefined;

/** On the wall, and in open hours. */
export type Timed = Readonly<Record<Clock, Measure>>;

/** A duration; what ended none, as a resolution without S, is left out. */
export const timed = (kinds: readonly string[], read: Read = (one) => one.lasted): Timed => ({
  wall: spread(kinds, (one) => read(one)?.wallMs ?? null),
  business: spread(kinds, (one) => read(one)?.businessMs ?? null),
});

/** What Pylon says it took. */
export const byVendor = (kind: string): Timed => ({
  wall: spread([kind], ({ vendor }) => vendor?.wall ?? null),
  business: spread([kind], ({ vendor }) => vendor?.business ?? null),
});

const spread =
  (kinds: readonly string[], read: (entry: Entry) => number | null): Measure =>
  (entries, inBuckets = false) => {
    const ms = of(entries, kinds)
      .map(read)
      .filter((one) => one !== null)
      .sort((a, b) => a - b);
    const n = ms.length;
    const sum = ms.reduce((total, one) => total + one, 0);
    const zeros = ms.filter((one) => one === 0).length;
    const kept = inBuckets ? ms.map(bucketValue) : ms;
    const p50 = quantile(kept, 50);
    return {
      value: p50,
      n,
      mean: n === 0 ? null : divRound(sum, n),
      p50,
      p90: quantile(kept, 90),
      max: kept.at(-1) ?? null,
      zeroPpm: n === 0 ? null : divRound(zeros * 1_000_000, n),
    };
  };

/** A duration whose headline is its mean. */
export const meanFirst = ({ wall, business }: Timed): Timed => {
  const byMean =
    (measure: Measure): Measure =>
    (entries, inBuckets) => {
      const measured = measure(entries, inBuckets);
      return { ...measured, value: measured.mean ?? null };
    };
  return { wall: byMean(wall), business: byMean(business) };
};

/** What people worked on the conversations that were resolved: on the wall alone, it is no stretch of time. */
export const meanHandling: Measure = (entries, inBuckets) => {
  const measured = spread(['resolved'], (one) => one.handlingMs ?? null)(entries, inBuckets);
  return { ...measured, value: measured.mean ?? null };
};

/** All that they worked. */
export const allHandling: Measure = (entries) => {
  const ms = of(entries, ['worked']).flatMap(({ handlingMs }) => handlingMs ?? []);
  return { value: ms.reduce((sum, one) => sum + one, 0), n: ms.length };
};

/** Closes before which the team had said nothing, among all but merges; each counts. */
export const unansweredRate: Measure = (entries) => {
  const closed = of(entries, ['closed']).filter(({ isMerge }) => isMerge !== true);
  return rateOf(closed.map(({ isUnanswered }) => isUnanswered === true));
};

/** Ratings that are positive, among all. */
export const positiveRate: Measure = (entries) =>
  rateOf(of(entries, ['rated']).map(({ isPositive }) => isPositive === true));

/** Positive ratings of what an AI handled alone less those of what a person had a hand in. */
export const gapOfAi: Measure = (entries) => {
  const by = (...who: readonly string[]): Measured =>
    positiveRate(entries.filter(({ row }) => row.handled_by.some((one) => who.includes(one))));
  const [ai, persons] = [by('ai'), by('human', 'mixed')];
  const isKnown = ai.value !== null && persons.value !== null;
  const value = isKnown ? ai.value - persons.value : null;
  return { value, n: Math.min(ai.n, persons.n) };
};

/** How often what was resolved was handed off, in all its life. */
export const handoffsEach: Measure = (entries) => {
  const ends = of(entries, ['resolved']);
  return thousandthsOf(
    ends.reduce((sum, { handoffs }) => sum + handoffs, 0),
    ends.length,
  );
};

/** What an AI ended without a person, among that and all that persons had a hand in. */
export const deflection: Measure = (entries) => {
  const alone = of(entries, ['ai_outcome.confirmed', 'ai_outcome.assumed']).map(() => true);
  const byPersons = of(entries, ['handled']).filter(({ row }) =>
    row.handled_by.some((by) => by === 'human' || by === 'mixed'),
  );
  return rateOf([...alone, ...byPersons.map(() => false)]);
};

/** Closes with a tag, among all of which that is known. */
export const taggedRate: Measure = (entries) =>
  rateOf(of(entries, ['closed']).flatMap(({ isTagged }) => isTagged ?? []));

/** What was promised and kept, among what was kept or not. */
export const keptRate = (...kinds: readonly SlaKind[]): Measure => {
  const ended = kinds.flatMap((kind) => [`sla_met.${kind}`, `sla_breached.${kind}`]);
  return (entries) => rateOf(of(entries, ended).map(({ kind }) => kind.startsWith('sla_met.')));
};

const rateOf = (all: readonly boolean[]): Measured =>
  shareOf(all.filter(Boolean).length, all.length);

export function shareOf(num: number, den: number): Measured {
  return { value: den === 0 ? null : divRound(num * 1_000_000, den), num, den, n: den };
}

/** How many of one for each of another, in thousandths. */
export function thousandthsOf(num: number, den: number): Measured {
  return { value: den === 0 ? null : divRound(num * 1_000, den), num, den, n: den };
}

export const HANDED_OFF: readonly string[] = ['handed_off.agent', 'handed_off.team'];
export const ESCALATED: readonly string[] = ['tier_up', 'engineering', 'manager', 'declared'].map(
  (how) => `escalated.${how}`,
);

/** A conversation that was worked on, by its last work, and what else befell it. */
export interface Standing extends Entry {
  readonly isMoved: boolean;
  readonly isEscalated: boolean;
}

/** Each conversation worked on, once: it stands in the rows of its last work. */
export function standings(entries: readonly Entry[]): Standing[] {
  const lastWork = new Map<string, Entry>();
  for (const entry of of(entries, ['worked'])) {
    const known = lastWork.get(entry.conversation);
    if (!known || inOrder(entry, known) >= 0) lastWork.set(entry.conversation, entry);
  }
  const those = (kinds: readonly string[]): Set<string> =>
    new Set(of(entries, kinds).map((entry) => entry.conversation));
  const moved = those(HANDED_OFF);
  const escalated = those(ESCALATED);
  return [...lastWork.values()].map((entry) => ({
    ...entry,
    row: entry.rowNow,
    isMoved: moved.has(entry.conversation),
    isEscalated: escalated.has(entry.conversation),
  }));
}

/** Those handed off among those worked on. */
export const handoffRate = (row: readonly Standing[]): Measured =>
  rateOf(row.map(({ isMoved }) => isMoved));

/** Those escalated among those worked on. */
export const escalationRate = (row: readonly Standing[]): Measured =>
  rateOf(row.map(({ isEscalated }) => isEscalated));

/** A window's cell out of what was measured in it and in the one before. */
export function cell(
  T: number,
  window: Window,
  now: Measured,
  before: Measured,
  clock: Clock = 'wall',
): OracleCell {
  return {
    window: window.code,
    clock,
    from: window.now.from,
    to: T,
    value: now.value,
    num: now.num ?? null,
    den: now.den ?? null,
    n: now.n,
    mean: now.mean ?? null,
    p50: now.p50 ?? null,
    p90: now.p90 ?? null,
    max: now.max ?? null,
    vsPrev: before.value,
    zeroPpm: clock === 'business' ? (now.zeroPpm ?? null) : null,
    ...(now.reason === undefined ? {} : { reason: now.reason }),
  };
}
