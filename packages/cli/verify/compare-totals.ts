/** All-time numbers: transitions by kind, first replies, changes. */
import { metricDefinition } from '@sapwood/core/catalogue';
import type { FactFold } from '@sapwood/core/fold';
import type { OracleState } from '@sapwood/oracle';
import type { Comparison, Place } from './compare-cells.ts';

type Totals = NonNullable<ReturnType<FactFold['totals']>>['totals'];

/** Adds a difference for each number that is not the same. */
export function compareTotals(
  ours: Totals,
  truth: OracleState,
  place: Place,
  { differences }: Comparison,
): void {
  const differ = (key: string, fold: number, oracle: number): void => {
    if (fold !== oracle) differences.push({ ...place, key, what: 'all-time', fold, oracle });
  };
  const kinds = new Set([...Object.keys(ours.transitions), ...Object.keys(truth.transitions)]);
  // Nobody counts it who does not join conversations.
  if (metricDefinition('repeat-contact-rate') === null) kinds.delete('repeated');
  for (const kind of kinds) differ(kind, ours.transitions[kind] ?? 0, truth.transitions[kind] ?? 0);
  for (const name of ['n', 'sumMs'] as const) {
    differ(`first reply ${name}`, ours.firstReply[name], truth.firstReply[name]);
  }
  for (const name of ['state', 'team', 'assignee'] as const) {
    differ(`changes of ${name}`, ours.changes[name], truth.changes[name]);
  }
}
