/**
 * First response with those who still wait (metrics.md 3.3), by its sentences: who is owed just before an
 * age, how many of them are answered at it, and what share is left.
 */

import type { Censored, Clock } from '@sapwood/core/metrics';
import type { OracleCell, Sample } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { Case } from './conversation.ts';
import { emptyCells, type OracleSeries } from './flows.ts';
import { type Stretch, without } from './hours.ts';
import { lasted } from './lasted.ts';
import { coverOf } from './owed.ts';
import { byRow, hasRow, type InRow, keyOf, placesOf } from './places.ts';
import { accountOf, type Row, rowNow, rowOf } from './rows.ts';
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
  /** As its reply met it, and where there is none, of now. */
  readonly row: Row;
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
  const row = reply ? rowOf(found, reply) : rowNow(found);
  const account = accountOf(row);
  return {
    since,
    end,
    isReplied: reply !== null && isLive('turn_answered.first'),
    row,
    owed: without({ from: since, to: end ?? EVER }, coverOf(found, first)),
    age(clock, instant) {
      const { wallMs, businessMs } = lasted(found, account, since, instant);
      return clock === 'wall' ? wallMs : (businessMs ?? wallMs);
    },
  };
}

type Placed = Omit<FirstWait, 'row'> & InRow & { readonly conversation: string };

function sampleOf(wait: Placed, A: number, T: number, clock: Clock): Sample {
  const { conversation, since, end, owed, isReplied } = wait;
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
  return { conversation, ages, repliedAt, owedFor: isOwed ? age(T) : null };
}

const isOwedBefore = ({ ages }: Sample, age: number): boolean =>
  ages.some(({ first, last }) => first <= age && age <= last);

/** Of all of them together: no median comes of two medians. */
export function censoredOf(samples: readonly Sample[]): Censored {
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

/** Beside what is told of those that were answered, over no more than a day, in every row that any stands in. */
export function addCensored(
  series: Map<string, OracleSeries>,
  waits: readonly Placed[],
  T: number,
  windows: readonly Window[],
  { by, calendars }: Pick<Known, 'by' | 'calendars'>,
): void {
  const own = byRow(waits);
  const told = new Map(placesOf(waits, by).map((place) => [keyOf(METRIC, place), place]));
  for (const [key, place] of told) {
    if (series.has(key) || !hasRow(METRIC, place, by)) continue;
    const waiting = { count: 0, oldestSince: null };
    series.set(key, { key, cells: emptyCells(T, windows, calendars), waiting });
  }
  for (const [key, one] of series) {
    if (key !== METRIC && !key.startsWith(`${METRIC}{`)) continue;
    const place = told.get(key);
    const those = place === undefined ? [] : own(place);
    const cells = one.cells.map((each) => withCensored(each, those, T, windows));
    series.set(key, { ...one, cells });
  }
}

const METRIC = 'first-response-time';

function withCensored(
  cell: OracleCell,
  waits: readonly Placed[],
  T: number,
  windows: readonly Window[],
): OracleCell {
  const window = windows.find(({ code }) => code === cell.window)!;
  if (['7d', '28d', '90d'].includes(window.code)) return cell;
  // Those who wait grow older all the time; it is told at each edge of a pane.
  const edge = Math.floor(T / PANE_MS) * PANE_MS;
  const samples = waits.map((one) => sampleOf(one, window.now.from, edge, cell.clock));
  return { ...cell, samples, censored: censoredOf(samples) };
}
