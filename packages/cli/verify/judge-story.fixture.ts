/** Stories told to the fold and to the oracle, and what both say of them, compared at every prefix. */
import type { Fact } from '@sapwood/core/facts';
import { createFactFold } from '@sapwood/core/fold';
import type { LogTime } from '@sapwood/core/time';
import { createOracle, type OracleState } from '@sapwood/oracle';
import { DESK_WORKSPACE, hash32 } from '../../../tests/support/independent/any-desk.ts';
import { AUTO_CLOSE_MS } from '../../../tests/support/independent/any-desk-turns.ts';
import { seriesOf } from '../facts-fold.ts';
import { type Comparison, compareSeries } from './compare-cells.ts';
import { compareTotals } from './compare-totals.ts';

/** Another seed tells other stories. */
export const SEED: number = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
export const RUNS = 12;
export const TEST_MS = 900_000;
/** A desk of which everything is read, and which declares after what silence it closes. */
export const AUTOMATED: Readonly<{ messages: 'read'; source: 'email'; autoCloseAfterMs: number }> =
  {
    messages: 'read',
    source: 'email',
    autoCloseAfterMs: AUTO_CLOSE_MS,
  };

/** Longer than a pane: time that passes without a record may move a window. */
const QUIET_MS = 6_000;
/** At one prefix of so many, and at the last ones: more stories tell more than more looks at each. */
const LOOKS = { every: 3, last: 1 };
/** Facts that may fall due between two records: those of the last few steps. */
const NEWEST = 12;

/** After these the time alone may release a turn or end a cover. */
const DUE_MS = [59_999, 60_000, 119_999, 120_000];

const HOUR_MS = 3_600_000;
/** At these ages, and just before, a conversation stands in another row. */
const AGES_MS = [1, 4, 24, 168].flatMap((hours) => [hours * HOUR_MS - 1, hours * HOUR_MS]);

/** Log times in (from, to) at which something may fall due that the facts tell of. */
function dueBetween(facts: readonly Fact[], from: number, to: number): number[] {
  const instants = facts.flatMap(({ at, observedAt, kind, body }) => {
    const updatedAt = kind === 'issue.observed' ? (body.updatedAt ?? null) : null;
    return [at, updatedAt, observedAt].filter((instant) => instant !== null);
  });
  const born = facts.flatMap(({ kind, body }) =>
    kind === 'issue.observed' && body.createdAt != null ? [body.createdAt] : [],
  );
  const dues = [
    ...instants.flatMap((instant) => DUE_MS.map((ms) => instant + ms)),
    ...born.flatMap((instant) => AGES_MS.map((ms) => instant + ms)),
  ];
  const within = dues.filter((due) => due > from && due < to);
  return [...new Set(within)].sort((a, b) => a - b);
}

/** What one look found, as it stood at T after a prefix. */
export type Each = (truth: OracleState, prefix: number) => void;

/**
 * Many prefixes that end between groups, and some way on from them where the log was quiet; with
 * `dues`, at one prefix of so many, also where their newest facts fall due.
 */
export function judge(
  facts: readonly Fact[],
  dues: number | false = false,
  each: Each = () => {},
  { every, last }: typeof LOOKS = LOOKS,
): Comparison {
  const fold = createFactFold({ topology: 1, hash: hash32 });
  const oracle = createOracle(facts);
  const found: Comparison = { cells: 0, differences: [] };
  // The log's own time, as the oracle reads it: the fold's has to be the same.
  let logTime = 0;
  const look = (prefix: number): void => {
    const truth = oracle.at(prefix, logTime);
    const place = { workspace: DESK_WORKSPACE, at: logTime };
    compareSeries(seriesOf(fold, DESK_WORKSPACE, 0), truth.series, place, found);
    compareTotals(fold.totals(DESK_WORKSPACE)!.totals, truth, place, found);
    each(truth, prefix);
  };
  let whole = 0;
  for (const [i, fact] of facts.entries()) {
    logTime = Math.max(logTime, fact.recordedAt);
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
    fold.touched();
    if (fact.group !== null && fact.group.i < fact.group.n - 1) continue;
    whole += 1;
    if (whole % (dues || every) !== 0 && i < facts.length - last) continue;
    look(i + 1);
    const next = facts[i + 1]?.recordedAt ?? fact.recordedAt + 500_000;
    if (next - logTime <= QUIET_MS) continue;
    const halfway = logTime + Math.floor((next - logTime) / 2);
    const newest = facts.slice(Math.max(0, i - NEWEST), i + 1);
    const later = dues !== false ? dueBetween(newest, logTime, next) : [];
    for (const T of [...later, halfway].sort((a, b) => a - b)) {
      logTime = T;
      fold.advance(T as LogTime);
      fold.touched();
      look(i + 1);
    }
  }
  return found;
}

/** Rows of gauges that somebody stands in. */
export const filledNow = ({ series }: OracleState): string[] =>
  [...series.values()].flatMap(({ key, cells }) =>
    cells.some(({ window, value }) => window === 'now' && value !== 0) ? [key] : [],
  );
