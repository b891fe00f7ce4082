/** UTC epoch milliseconds. The three brands keep the three sources of time apart (SPEC TIME-1). */
declare const source: unique symbol;
declare const log: unique symbol;
declare const wall: unique symbol;

/** An instant that a foreign system claims: Pylon, a cost feed, a replayed file. Untrusted. */
export type SourceInstant = number & { readonly [source]: true };
/** Log time T: the running maximum of `recordedAt` in one partition. The only time the folds know. */
export type LogTime = number & { readonly [log]: true };
/** What a clock on a wall shows: stamps, time-outs and screens, never the fold. */
export type WallTime = number & { readonly [wall]: true };

export const SECOND_MS = 1_000;
export const MINUTE_MS: number = 60 * SECOND_MS;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;

/** Earlier than this an instant is absent (metrics.md 0: "one before 1990"). */
export const EARLIEST_INSTANT_MS = 631_152_000_000;
/** A source instant this much later than its own record is replaced by `recordedAt`. */
export const CLOCK_SUSPECT_MS: number = 5 * MINUTE_MS;

/** The last whole hour, UTC. */
export const wholeHour = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** The last midnight, UTC. */
export const wholeDay = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

/** By which messages and changes compare, the message first. */
export const second = (at: number): number => Math.floor(at / SECOND_MS);
