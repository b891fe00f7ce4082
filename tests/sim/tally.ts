/** What struck and what was refused, summed over seeds: a simulation that does nothing must not pass. */
import { FAULT_KINDS } from '@sapwood/runtime/simulated';

export class Tally {
  readonly counts: Map<string, number> = new Map();

  add(name: string, n = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + n);
  }

  merge({ counts }: { readonly counts: ReadonlyMap<string, number> }): void {
    for (const [name, n] of counts) this.add(name, n);
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  /** Lines of names that begin with `prefix`, in order. */
  lines(prefix: string): string[] {
    return [...this.counts]
      .filter(([name]) => name.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, n]) => `${name.slice(prefix.length)} ${n}`);
  }
}

/** Fewer seeds need not meet everything. */
export const SEEDS_FOR_ALL = 300;

/** Each must have been seen at least once in a run of some hundred seeds. */
export const MUST_BE_SEEN: readonly string[] = [
  ...FAULT_KINDS.map((kind) => `fault ${kind}`),
  ...['pause', 'kill', 'restart', 'clock step', 'second owner', 'configuration'].map(
    (kind) => `fault ${kind}`,
  ),
  ...['FENCED', 'OFFSET', 'EMPTY', 'APPLIED'].map((kind) => `commit ${kind}`),
  ...['200', '202', '401', '422', '503'].map((status) => `answer ${status}`),
  ...['open', 'ok'].map((phase) => `alert ${phase}`),
  ...['quarantined', 'facts'].map((fate) => `raw ${fate}`),
  ...['snapshot', 'values', 'resumed', 'reset', 'stalled'].map((what) => `client ${what}`),
  'fact redundant',
];

/** What of it never happened. */
export const unseen = (tally: Tally): string[] =>
  MUST_BE_SEEN.filter((name) => tally.of(name) === 0);
