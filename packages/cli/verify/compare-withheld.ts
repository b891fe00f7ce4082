/** What is withheld for privacy: both sides withhold the same, and the fold tells nothing else of it. */
import { metricDefinition } from '@sapwood/core/catalogue';
import { type Cell, parseSeriesKey } from '@sapwood/core/metrics';
import type { OracleCell } from '@sapwood/oracle';

/** What differs in a cell. */
export interface Parted {
  readonly what: string;
  readonly fold: unknown;
  readonly oracle: unknown;
}

/** null: neither side withholds it. */
export function compareWithheld(
  cell: Cell | undefined,
  other: OracleCell | undefined,
  key: string,
): readonly Parted[] | null {
  const fold = cell?.reasons.includes('privacy') ?? false;
  const oracle = other?.withheld !== undefined;
  if (!fold && !oracle) return null;
  // A row of which nobody remembers a rating need not be there.
  const isNobody = other ? other.withheld?.ratings === 0 : isOfPeople(key);
  if (!(cell && other) && isNobody) return [];
  if (fold !== oracle) return [{ what: 'withheld', fold, oracle }];
  return leaksOf(cell!);
}

/** The metric is withheld in rows of people, and this is one. */
export function isOfPeople(key: string): boolean {
  const { id, dims } = parseSeriesKey(key)!;
  return dims['assignee'] !== undefined && metricDefinition(id)?.privateBelow !== undefined;
}

const TOLD_ANYWAY: readonly (keyof Cell)[] = ['window', 'clock', 'from', 'to', 'lowN'];

function leaksOf(cell: Cell): readonly Parted[] {
  const { state, reasons, n, provisionalPpm, shares, ...rest } = cell;
  const named = { state, reasons: reasons.join(), n, provisionalPpm, shares: shares.length };
  const blank = { state: 'unknown', reasons: 'privacy', n: 0, provisionalPpm: 0, shares: 0 };
  const leaks = Object.entries(rest).filter(
    ([name, value]) => !TOLD_ANYWAY.includes(name as keyof Cell) && value !== null,
  );
  return [
    ...(JSON.stringify(named) === JSON.stringify(blank)
      ? []
      : [{ what: 'withheld, yet', fold: named, oracle: blank }]),
    ...leaks.map(([what, told]) => ({ what: `withheld, yet ${what}`, fold: told, oracle: null })),
  ];
}
