/** What a workspace promises: how fast, on which clock, by kind, priority and tier (metrics.md 1.4, 2). */
import type { Value } from './attribute.ts';

export const SLA_KINDS = ['first', 'next', 'resolution'] as const;
export type SlaKind = (typeof SLA_KINDS)[number];

export interface SlaTarget {
  readonly ms: number;
  readonly clock: 'wall' | 'business';
}
/** By kind, then by priority; `*`: any other, none included. */
export type SlaTargets = Readonly<Partial<Record<SlaKind, Readonly<Record<string, SlaTarget>>>>>;

export type SlaPause = 'on_hold' | 'snoozed' | 'waiting_on_customer';

export interface SlaPolicy {
  readonly targets: SlaTargets;
  readonly tiers?: Readonly<Record<string, SlaTargets>>;
  /** What pauses the clock of a resolution. */
  readonly pauseOn: readonly SlaPause[];
}

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
