/**
 * First response with those who still wait (metrics.md 3.3), by its sentences: who is owed just before an
 * age, how many of them are answered at it, and what share is left.
 */

import type { Censored, Clock } from '@sapwood/core/metrics';
import type { OracleCell } from './cells.ts';
import type { Case } from './conversation.ts';
import { type Stretch, without } from './hours.ts';
import { lasted } from './lasted.ts';
import { coverOf } from './owed.ts';
import { accountOf, rowMet, rowNow } from './rows.ts';
import type { Transition } from './transition.ts';
import type { Turns } from './turns.ts';
import type { Window } from './windows.ts';

export interface FirstWait {
  readonly since: number;
  /** null: it runs. */
  readonly end: number | null;
  /** A person replied, and it can be told live. */
  readonly isReplied: boolean;
  readonly owed: readonly Stretch[];
  readonly age: (clock: Clock, instant: number) => number;
}

const EVER = Number.POSITIVE_INFINITY;
const PANE_MS = 5_000;

/** null: it is over since long, or was never live. */
export function firstWaitOf(found: Case, { ended, running, transitions }: Turns): FirstWait | null {
  const first = ended[0]?.turn ?? running;
  const isLive = (kind: string): boolean =>
    transitions.find((one: Transition) => one.kind === kind)?.live === true;
  if (first?.number !== 1 || !isLive('turn_opened')) return null;
  const { since } = first;
  const by = ended[0]?.by ?? null;
  const end = by && Math.max(since, by.at);
  const reply = by && 'author' in by ? by : null;
  const account = accountOf(reply ? rowMet(found, reply) : rowNow(found));
  return {
    since,
    end,
    isReplied: reply !== null && isLive('turn_answered.first'),
    owed: without({ from: since, to: end ?? EVER }, coverOf(found, first)),
    age(clock, instant) {
      const { wallMs, businessMs } = lasted(found, account, since, instant);
      return clock === 'wall' ? wallMs : (businessMs ?? wallMs);
    },
  };
}

/** What one of them says of a window: ages, each from the first to the last of them. */
interface Sample {
  readonly ages: readonly { readonly first: number; readonly last: number }[];
  readonly repliedAt: number | null;
  readonly owedFor: number | null;
}

function sampleOf(wait: FirstWait, A: number, T: number, clock: Clock): Sample {
  const { since, end, owed, isReplied } = wait;
  const age = (instant: number): number => wait.age(clock, instant);
  // By the clock of whoever replied it may lie ahead: it is placed now.
  const isOwedAtEnd = end !== null && (end === since || owed.at(-1)?.to === end);
  const isEvent = isReplied && isOwedAtEnd && Math.min(end, T) >= A;
  const upTo = isEvent ? end : Math.min(end ?? T, T);
  const ages = owed.flatMap(({ from, to }) => {
    const until = Math.min(to, upTo);
    if (until <= from || until < A) return [];
    const first = from < A ? Math.max(age(from) + 1, age(A)) : age(from) + 1;
    return first <= age(until) ? [{ first, last: age(until) }] : [];
  });
  const repliedAt = isEvent ? Math.max(1, age(end)) : null;
  if (
    repliedAt !== null &&
    !ages.some(({ first, last }) => first <= repliedAt && repliedAt <= last)
  )
    ages.push({ first: repliedAt, last: repliedAt });
  const isOver = isEvent || (end !== null && end <= T);
  const isOwed = !isOver && owed.some(({ from, to }) => from <= T && T < to);
  return { ages, repliedAt, owedFor: isOwed ? age(T) : null };
}

const isOwedBefore = ({ ages }: Sample, age: number): boolean =>
  ages.some(({ first, last }) => first <= age && age <= last);

function censored(samples: readonly Sample[]): Censored {
  const said = samples.filter(({ ages, owedFor }) => ages.length > 0 || owedFor !== null);
  let largest = 0;
  for (;;) {
    const next = said.filter((one) => isOwedBefore(one, largest + 1)).flatMap(({ ages }) => ages);
    const lasts = next.filter(({ first }) => first <= largest + 1).map(({ last }) => last);
    if (Math.max(0, ...lasts) <= largest) break;
    largest = Math.max(...lasts);
  }
  const replies = said.flatMap(({ repliedAt }) => (repliedAt === null ? [] : [repliedAt]));
  const owed = said.flatMap(({ owedFor }) => (owedFor === null ? [] : [owedFor]));
  const q = (percent: number): { ms: number | null; isAtLeast: boolean } => {
    if (largest === 0 && owed.length === 0) return { ms: null, isAtLeast: false };
    const at = quantileOf(said, replies, largest, percent / 100);
    if (!owed.some((age) => age > largest)) return { ms: at ?? largest, isAtLeast: at === null };
    const all = [...replies, ...owed].sort((a, b) => a - b);
    const ranked = all[Math.ceil((percent * all.length) / 100) - 1]!;
    return { ms: Math.max(at ?? largest, ranked), isAtLeast: true };
  };
  const [p50, p90] = [q(50), q(90)];
  return {
    n: said.length,
    p50: p50.ms,
    p90: p90.ms,
    p50AtLeast: p50.isAtLeast,
    p90AtLeast: p90.isAtLeast,
  };
}

/** The least age up to the largest at which no more than 1 - p still wait; null: there is none. */
function quantileOf(
  said: readonly Sample[],
  replies: readonly number[],
  largest: number,
  p: number,
): number | null {
  const ages = [...new Set(replies)].filter((age) => age <= largest).sort((a, b) => a - b);
  let left = 1;
  for (const age of ages) {
    const answered = replies.filter((one) => one === age).length;
    const owed = said.filter((one) => isOwedBefore(one, age)).length;
    left *= 1 - answered / owed;
    if (left <= 1 - p + 1e-9) return age;
  }
  return null;
}

/** Beside what is told of those that were answered, over no more than a day. */
export function withCensored(
  cell: OracleCell,
  waits: readonly FirstWait[],
  T: number,
  windows: readonly Window[],
): OracleCell {
  const window = windows.find(({ code }) => code === cell.window)!;
  if (['7d', '28d', '90d'].includes(window.code)) return cell;
  // Those who wait grow older all the time; it is told at each edge of a pane.
  const edge = Math.floor(T / PANE_MS) * PANE_MS;
  const samples = waits.map((one) => sampleOf(one, window.now.from, edge, cell.clock));
  return { ...cell, censored: censored(samples) };
}
