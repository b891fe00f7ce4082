/** What a scenario is, and what it says of itself. */

export type Size = 'test' | 'ci';

export interface Options {
  readonly seed: number;
  readonly size: Size;
  /** Instead of the size's own number. */
  readonly trials?: number;
  /** Of load between two faults, where a scenario has such a thing. */
  readonly seconds?: number;
  readonly events?: number;
  readonly kills?: number;
  readonly say: (text: string) => void;
}

export interface Outcome {
  readonly trials: number;
  /** What must not be, each in one line; empty: passed. */
  readonly problems: readonly string[];
  /** Names and numbers worth a line. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** Why nothing was tried. */
  readonly skipped?: string;
}

export interface Scenario {
  readonly ids: readonly string[];
  readonly about: string;
  run(options: Options): Promise<Outcome>;
}

/** Zero failures in n trials: with 95 % the true rate lies under 3/n. */
export const boundOf = (trials: number): string =>
  trials < 3 ? '100 %' : `${((100 * 3) / trials).toFixed(1)} %`;

/** n, median and the largest of some times, ms. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  const sorted = [...values].sort((a, b) => a - b);
  return `median ${sorted[Math.floor(sorted.length / 2)]} ms, max ${sorted.at(-1)} ms`;
}
