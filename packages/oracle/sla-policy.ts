/** What a workspace promises: how fast, on which clock, by kind, priority and tier (metrics.md 1.4, 2). */
import type { SlaKind, SlaPolicy, SlaTarget } from '@sapwood/core/config';
import type { Value } from './attribute.ts';

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;

/** The tier's target, else everybody's; null: no clock of that kind runs. */
export function targetOf(
  { targets, tiers }: SlaPolicy,
  kind: SlaKind,
  tier: Value,
  priority: Value,
): SlaTarget | null {
  const offers = [tier === null ? undefined : own(tiers, tier), targets];
  for (const offer of offers) {
    const byPriority = offer?.[kind];
    const target =
      (priority === null ? undefined : own(byPriority, priority)) ?? own(byPriority, '*');
    if (target) return target;
  }
  return null;
}
