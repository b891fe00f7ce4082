/**
 * The record F hands to D over `samples.v1` (anomaly.md 3). One run = one or more equal 5 s steps.
 * `y` and `n` run beside `series`: count and gauge use `y`; a ratio has x in `y` and its
 * denominator in `n`; an instant (`since`) stands in `y`, -1 where nobody waits; money in `y` (u).
 */
export const STEP_MS = 5_000;
/** A step is sealed this long after its end. */
export const SEAL_MS = 5_000;
/** A fact later than this past its step never becomes evidence. */
export const SAMPLE_LATE_MS = 600_000;

export interface SampleRun {
  /** Start of the first step and end of the last, multiples of 5 s. Each step holds these values. */
  readonly from: number;
  readonly to: number;
  /** `configHash` in force when the run was sealed. */
  readonly config: string;
  readonly series: readonly string[];
  readonly y: readonly number[];
  readonly n: readonly number[];
  /** Per series: 0 = usable (`live`, `provisional`), 1 = skipped (unknown, stale, partial). */
  readonly flags: readonly number[];
}

export interface Sample {
  readonly workspace: string;
  readonly topology: number;
  /** Seal instant of the last step, or the log time of the forwarded fact. */
  readonly T: number;
  readonly seq: number;
  readonly run: SampleRun | null;
  /** A forwarded `config.applied`. */
  readonly config: { readonly configHash: string; readonly document: string } | null;
}
