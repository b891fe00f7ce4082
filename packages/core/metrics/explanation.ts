/**
 * What makes one published value: every transition, open conversation, wait and cost entry that is in
 * it, and what was left out of it. Ids only (design D15); one page at a time.
 */
import type { CostEntry } from '../facts/fact.ts';
import {
  type CellState,
  CLOCKS,
  type Clock,
  type Form,
  type Unit,
  WINDOW_CODES,
  type WindowCode,
} from './value.ts';

/** Parts on one page: if nobody says, and at most. */
export const PAGE_PARTS = 100;
export const PAGE_PARTS_MAX = 1_000;
/** The longest window that is explained. */
export const EXPLAINED_DAYS = 7;
export interface Question {
  /** Of a series, as it is published. */
  readonly key: string;
  /** `now` for a gauge. */
  readonly window: WindowCode;
  readonly clock: Clock;
  /** Parts on this page, 1 to `PAGE_PARTS_MAX`. */
  readonly limit: number;
  /** `next` of the page before; null: from the first part. */
  readonly after: Cursor | null;
}

/** Where a page ended: parts stand in order of these three. */
export interface Cursor {
  readonly section: number;
  readonly rank: number;
  readonly id: string;
}

export const cursorText = ({ section, rank, id }: Cursor): string => `${section}~${rank}~${id}`;

/** Inverse of `cursorText`; null: it is no cursor. */
export function parseCursor(text: string): Cursor | null {
  const found = /^(\d)~(-?\d{1,16})~(.+)$/s.exec(text);
  return found && { section: Number(found[1]), rank: Number(found[2]), id: found[3]! };
}

/** A question as it comes in an address or on a command line: everything is text, or left out. */
export interface Asking {
  readonly key?: string | undefined;
  readonly window?: string | undefined;
  readonly clock?: string | undefined;
  readonly limit?: string | undefined;
  readonly after?: string | undefined;
}

/** null: one of them is none. */
export function questionOf({ key, window, clock, limit, after }: Asking): Question | null {
  const code = WINDOW_CODES.find((one) => one === window);
  const name = CLOCKS.find((one) => one === clock);
  const parts = limit === undefined ? PAGE_PARTS : Number(limit);
  const cursor = after === undefined ? null : parseCursor(after);
  const fits = Number.isInteger(parts) && parts >= 1 && parts <= PAGE_PARTS_MAX;
  if (key === undefined || !code || !name || !fits || (after !== undefined && !cursor)) return null;
  return { key, window: code, clock: name, limit: parts, after: cursor };
}

/** Inverse of `questionOf`. */
export function askingOf({ key, window, clock, limit, after }: Question): Record<string, string> {
  const asking = { key, window, clock, limit: String(limit) };
  return after ? { ...asking, after: cursorText(after) } : asking;
}

/** What parts add up to, and what was published; equal unless there is a bug. */
export interface Sum {
  readonly value: number | null;
  readonly num: number | null;
  readonly den: number | null;
  readonly n: number;
}

export interface ConversationRef {
  readonly id: string;
  /** The vendor's number of it; null: never observed. */
  readonly number: number | null;
  readonly account: string | null;
  /** Pseudonym of the customer who wrote first; null: nobody is known to have. */
  readonly contact: string | null;
}

/** The running clock of a duration: `to - from`, less what it paused, is the duration on the wall. */
export interface ClockRun {
  readonly from: number;
  readonly to: number;
  readonly paused: readonly (readonly [from: number, to: number])[];
  /** Of it in open hours; null: none are declared. */
  readonly openMs: number | null;
}

/** One transition that counts in the value. */
export interface ExplainedEvent {
  readonly kind: string;
  readonly at: number;
  /** Earliest instant it can have happened; null where `at` is exact. */
  readonly atMin: number | null;
  /**
   * What it adds: to a count, ms to the durations, 1 or 0 to the numerator of a share; to that of `__other__`
   * of tags, how many of them it has.
   */
  readonly amount: number;
  /**
   * The row it stands in: for `__other__` the one that is not shown by itself, for the account in the middle
   * that of its own account.
   */
  readonly row: string;
  readonly channel: string;
  readonly team: string;
  /** Durations only. */
  readonly clock: ClockRun | null;
  /** Distinct counts: what puts the conversation into the numerator. */
  readonly because: { readonly kind: string; readonly at: number } | null;
}

/** A cost entry, and what of it accrued in the window; null: parked, for want of a rate. */
export type ExplainedCost = Pick<
  CostEntry,
  | 'costId'
  | 'revision'
  | 'stage'
  | 'category'
  | 'amountMicro'
  | 'currency'
  | 'from'
  | 'to'
  | 'accrual'
> & { readonly micro: number | null };

/** What a score is made of: one of its parts, or the score of one of those that it is told of. */
export interface ExplainedScore {
  /** Of a part its name; else the row. */
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly weight: number;
  /** What it is worked out from; medians and deviations of others may lie between two numbers. */
  readonly from: Readonly<Record<string, number>>;
}

export type Part =
  | { readonly part: 'score'; readonly score: ExplainedScore }
  | { readonly part: 'cost'; readonly cost: ExplainedCost }
  /** Under MONEY those that it is divided by. */
  | {
      readonly part: 'counted';
      readonly conversation: ConversationRef;
      readonly events: readonly ExplainedEvent[];
    }
  /** Counted now, since it was created; `times`: once, or for each of its clocks. */
  | {
      readonly part: 'open';
      readonly conversation: ConversationRef;
      readonly since: number;
      readonly state: string;
      readonly times: number;
    }
  /** Owed a reply now: beside the value, in none of its sums. */
  | {
      readonly part: 'waiting';
      readonly conversation: ConversationRef;
      readonly since: number;
      readonly turn: number;
    };

/** How many there are on all pages together. */
export interface PartCounts {
  readonly events: number;
  readonly conversations: number;
  /** Who wrote first, as far as anybody did; null of a gauge: who stands in it is not looked at. */
  readonly contacts: number | null;
  readonly accounts: number;
  readonly waiting: number;
  readonly costs: number;
}

export interface Explanation {
  readonly workspace: string;
  readonly key: string;
  readonly definition: string;
  readonly form: Form;
  readonly unit: Unit;
  readonly window: { readonly code: WindowCode; readonly from: number; readonly to: number };
  readonly clock: Clock;
  /** Log time that it is of. */
  readonly asOf: number;
  readonly state: CellState;
  readonly reasons: readonly string[];
  readonly published: Sum;
  /** Of the parts on all pages. */
  readonly total: Sum;
  /** `total` is `published`. */
  readonly sums: boolean;
  readonly counts: PartCounts;
  /** MONEY: what accrued, by category. */
  readonly categories: Readonly<Record<string, number>>;
  /** What would have counted but for one reason, in transitions. */
  readonly excluded: Readonly<Record<string, number>>;
  /** What is to be noticed: `gap`, a topic that lies far from the others in two parts. */
  readonly notes: readonly string[];
  readonly parts: readonly Part[];
  /** Asks for the next page; null: this is the last. */
  readonly next: string | null;
}
