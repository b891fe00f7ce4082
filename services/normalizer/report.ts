/** What `doctor` tells about a source: which kinds came, what never resolved, what was refused. */
import type { Hint } from '@sapwood/pylon/body';

export interface SourceReport {
  readonly source: string;
  /** Since this process started. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Keys whose placeholder was never filled, whose value was unusable, that nobody knows. */
  readonly unresolved: Readonly<Record<string, number>>;
  readonly unusable: Readonly<Record<string, number>>;
  readonly unknownKeys: Readonly<Record<string, number>>;
  readonly salvaged: number;
  readonly quarantined: Readonly<Record<string, number>>;
}

export interface Reporter {
  hint(hint: Hint): void;
  quarantined(reason: string): void;
  report(): SourceReport;
}

/** Keys are hand-typed by the customer; more of them than this are not worth a line each. */
const KEYS_MAX = 200;

function count(counts: Map<string, number>, key: string): void {
  if (counts.has(key) || counts.size < KEYS_MAX) counts.set(key, (counts.get(key) ?? 0) + 1);
}

export function createReporter(source: string): Reporter {
  const kinds = new Map<string, number>();
  const unresolved = new Map<string, number>();
  const unusable = new Map<string, number>();
  const unknownKeys = new Map<string, number>();
  const reasons = new Map<string, number>();
  let salvaged = 0;
  return {
    hint(hint) {
      count(kinds, hint.hint);
      for (const key of hint.notes.unresolved) count(unresolved, key);
      for (const key of hint.notes.unusable) count(unusable, key);
      for (const key of hint.notes.unknown) count(unknownKeys, key);
      if (hint.salvaged) salvaged += 1;
    },
    quarantined: (reason) => count(reasons, reason),
    report: () => ({
      source,
      kinds: Object.fromEntries(kinds),
      unresolved: Object.fromEntries(unresolved),
      unusable: Object.fromEntries(unusable),
      unknownKeys: Object.fromEntries(unknownKeys),
      salvaged,
      quarantined: Object.fromEntries(reasons),
    }),
  };
}
