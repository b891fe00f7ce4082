/** A delivery of the cost feed becomes `cost.entry` facts (metrics.md 5.1). */
import { createHash } from 'node:crypto';
import type { CostEntry, DraftFact, Source } from '@sapwood/core/facts';
import { canonicalJson } from '@sapwood/core/num';
import { readCostBytes } from '@sapwood/pylon/cost-feed';
import { grouped } from '@sapwood/pylon/facts';
import { type MapStep, nothing, quarantined } from '../outcome.ts';

/** The last content seen of each (costId, revision), oldest first. */
export type SeenCosts = Map<string, string>;
export const SEEN_COSTS_MAX = 5_000;

const contentOf = (entry: CostEntry): string =>
  createHash('sha256').update(canonicalJson(entry)).digest('base64url').slice(0, 22);

function costFact(workspace: string, entry: CostEntry, at: number, src: Source): DraftFact {
  return {
    workspace,
    kind: 'cost.entry',
    entity: entry.costId,
    at: null,
    observedAt: at,
    origin: 'feed',
    via: 'feed',
    srcs: [src],
    readAfter: null,
    group: null,
    body: entry,
  };
}

export interface MapCostDeps {
  readonly workspace: string;
  /** Changed by the step; kept in the position record. */
  readonly seen: SeenCosts;
}

export function createMapCostStep({ workspace, seen }: MapCostDeps): MapStep {
  /** Entries that say something else than the same revision said before. */
  function conflicts(entries: readonly CostEntry[]): string[] {
    return entries
      .filter((entry) => {
        const before = seen.get(`${entry.costId}\n${entry.revision}`);
        return before !== undefined && before !== contentOf(entry);
      })
      .map((entry) => `${entry.costId} revision ${entry.revision}`);
  }
  function remember(entry: CostEntry): void {
    const key = `${entry.costId}\n${entry.revision}`;
    seen.delete(key);
    seen.set(key, contentOf(entry));
    if (seen.size > SEEN_COSTS_MAX) seen.delete(seen.keys().next().value!);
  }

  return function mapCostStep({ delivery }, src) {
    if (delivery === null) return nothing(workspace, src);
    const read = readCostBytes(delivery.raw);
    if (!read.ok) {
      return quarantined(workspace, src, 'cost_invalid', read.errors[0]?.message ?? '');
    }
    // A changed amount needs a new revision: else nobody could say which of the two holds.
    const wrong = conflicts(read.entries);
    if (wrong.length > 0) {
      return quarantined(workspace, src, 'cost_conflict', wrong.slice(0, 5).join(', '));
    }
    for (const entry of read.entries) remember(entry);
    const facts = read.entries.map((entry) => costFact(workspace, entry, delivery.receivedAt, src));
    return { ...nothing(workspace, src), facts: grouped(facts) };
  };
}
