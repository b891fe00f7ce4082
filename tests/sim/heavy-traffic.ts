/** F22: one log of many facts, doubled up to 50 times, a day out of order, late, of several workspaces. */
import type { Fact } from '@sapwood/core/facts';
import { createOracle } from '@sapwood/oracle';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Rng } from '@sapwood/runtime/ports';
import fc from 'fast-check';
import { newFactFold, seriesOf } from '../../packages/cli/facts-fold.ts';
import { type Comparison, compareSeries } from '../../packages/cli/verify/compare-cells.ts';
import { compareTotals } from '../../packages/cli/verify/compare-totals.ts';
import { pick, whole } from './dice.ts';
import { deskOf } from './two-desks.ts';

const DAY_MS = 24 * 3_600_000;
const COPIES_MAX = 50;
/** Facts of one workspace and log: the oracle sorts all of them at each look. */
const DESK_COPIES = 300;
const LOOKS = 16;

export interface HeavyResult extends Comparison {
  facts: number;
  copies: number;
  logs: number;
}

/** Plays logs until `trials` facts were folded and compared. */
export function playHeavyTraffic(trials: number, seed: number): HeavyResult {
  const rng = createSeededRng(seed);
  const result: HeavyResult = { facts: 0, copies: 0, logs: 0, cells: 0, differences: [] };
  while (result.facts < trials && result.differences.length === 0) {
    const desks = ['acme', 'bolt', 'cork'].map(
      (workspace) => fc.sample(deskOf(workspace), { seed: whole(rng, 2 ** 31), numRuns: 1 })[0]!,
    );
    const log = disorder(desks, rng, result);
    compareLog(log, rng, result);
    result.facts += log.length;
    result.logs += 1;
  }
  return result;
}

const isFixed = ({ kind }: Fact): boolean => kind === 'config.applied' || kind === 'user.observed';

/** Configuration and roster first; every other fact in 1 to 50 copies, each up to a day late. */
function disorder(desks: readonly Fact[][], rng: Rng, result: HeavyResult): Fact[] {
  const fixed = desks.flatMap((facts) => facts.filter(isFixed));
  const loose: { readonly at: number; readonly fact: Fact }[] = [];
  for (const facts of desks) {
    const own = facts.filter((fact) => !isFixed(fact));
    for (let left = DESK_COPIES; left > 0 && own.length > 0; ) {
      const fact = pick(rng, own)!;
      const copies = Math.min(left, 1 + whole(rng, pick(rng, [1, 1, 4, COPIES_MAX])!));
      left -= copies;
      result.copies += copies - 1;
      for (let i = 0; i < copies; i++) {
        const lateMs = rng.next() < 0.5 ? 0 : whole(rng, DAY_MS);
        loose.push({ at: fact.observedAt + lateMs, fact });
      }
    }
  }
  loose.sort((a, b) => a.at - b.at);
  let stamp = 0;
  return [...fixed.map((fact) => ({ at: fact.recordedAt, fact })), ...loose].map(({ at, fact }) => {
    stamp = Math.max(stamp, at);
    return { ...fact, group: null, recordedAt: stamp } as Fact;
  });
}

function compareLog(log: readonly Fact[], rng: Rng, found: Comparison): void {
  const workspaces = [...new Set(log.map(({ workspace }) => workspace))];
  const oracles = new Map(
    workspaces.map((id) => [id, createOracle(log.filter((fact) => fact.workspace === id))]),
  );
  const looks = new Set([log.length]);
  while (looks.size < LOOKS) looks.add(1 + whole(rng, log.length));
  const fold = newFactFold();
  const counts = new Map<string, number>();
  for (const [i, fact] of log.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
    fold.touched();
    counts.set(fact.workspace, (counts.get(fact.workspace) ?? 0) + 1);
    if (!looks.has(i + 1)) continue;
    for (const [workspace, prefix] of counts) {
      const truth = oracles.get(workspace)!.at(prefix, fold.T);
      const place = { workspace, at: fold.T };
      compareSeries(seriesOf(fold, workspace, 0), truth.series, place, found);
      compareTotals(fold.totals(workspace)!.totals, truth, place, found);
    }
  }
}
