/** The record on `corrections.v1`: a value of an hour, a day or a month that was over, and is another one now. */
export interface ValueCorrection {
  readonly workspace: string;
  readonly topology: number;
  readonly seq: number;
  /** 32 hex, deterministic: the same record has the same id in every replay. */
  readonly correctionId: string;
  /** Series key. */
  readonly series: string;
  /** Of that value: as of its metric. */
  readonly unit: string;
  /** `2026-06-10T09Z`, of UTC; `2026-06-10` or `2026-06`, local to the workspace. */
  readonly period: string;
  /** Its instants [from, to). */
  readonly from: number;
  readonly to: number;
  /** null: nothing was known, or is any more. */
  readonly old: number | null;
  readonly new: number | null;
  readonly reason: string;
  /** What did it: `facts.v1/<offset>`, `due <instant>`, a correction's id, or a cost and its revision. */
  readonly cause: string;
  /** Log time. */
  readonly at: number;
}
