/** Which closed days and months a revised cost changes (metrics.md 2, "Late", and 5.3). */
import type { CostEntry } from '../facts/fact.ts';
import { newerRevision } from './in-force.ts';
import { type CostTerms, costBetween, type Span, touches } from './span.ts';

/** A local day or month that is over, as the calendar of the workspace's zone has it. */
export interface Period extends Span {
  /** `2026-06-10` or `2026-06`. */
  readonly name: string;
}

export interface CostCorrection {
  readonly period: string;
  /** Cost of the period before and after, micro-units; null: nothing was known of it. */
  readonly old: number | null;
  readonly new: number | null;
  readonly reason: 'cost_added' | 'cost_revised' | 'cost_settled' | 'cost_corrected';
  /** The cost and the revision that did it, as `pay-june@2`. */
  readonly cause: string;
}

/** Of the closed periods those whose cost is another one once `revised` is in force. */
export function correctionsOf(
  inForce: ReadonlyMap<string, CostEntry>,
  revised: CostEntry,
  closed: Iterable<Period>,
  terms: CostTerms,
): CostCorrection[] {
  const known = inForce.get(revised.costId);
  if (known && newerRevision(known, revised) === known) return [];
  const after = new Map(inForce).set(revised.costId, revised);
  const reason = reasonOf(known, revised);
  const cause = `${revised.costId}@${revised.revision}`;
  const found: CostCorrection[] = [];
  for (const period of closed) {
    if (!touches(revised, period) && !(known && touches(known, period))) continue;
    const old = costOf(inForce, period, terms);
    const now = costOf(after, period, terms);
    if (old !== now) found.push({ period: period.name, old, new: now, reason, cause });
  }
  return found;
}

function costOf(
  entries: ReadonlyMap<string, CostEntry>,
  period: Period,
  terms: CostTerms,
): number | null {
  const cost = costBetween(entries.values(), period, terms);
  return cost.entries === 0 ? null : cost.micro;
}

function reasonOf(known: CostEntry | undefined, { stage }: CostEntry): CostCorrection['reason'] {
  if (!known) return 'cost_added';
  if (stage === 'corrected') return 'cost_corrected';
  return stage === 'settled' && known.stage === 'provisional' ? 'cost_settled' : 'cost_revised';
}
