/** Which tier an account has, and had (metrics.md 4, `account_tier`). */

import type { Fact } from '@sapwood/core/facts';
import { type Attribute, type Change, valueNow } from './attribute.ts';
import type { Circumstances } from './conversation.ts';

/** In the order in which the reads began; of two that began at once the greater content holds. */
export function tiersOf(prefix: readonly Fact[]): Pick<Circumstances, 'tierOf' | 'tierOver'> {
  const contentOf = (body: object): string => JSON.stringify(Object.entries(body).sort());
  const reads = prefix
    .filter((fact) => fact.kind === 'account.observed')
    .map(({ entity, observedAt, body: { tier }, body }) => {
      return { entity, observedAt, tier, text: contentOf(body) };
    })
    .sort((a, b) => a.observedAt - b.observedAt || (a.text < b.text ? -1 : 1));
  const tiers = new Map<string, Attribute>();
  for (const [index, { entity, observedAt: at, tier }] of reads.entries()) {
    const known = tiers.get(entity);
    if (!known) {
      // What it was before anybody looked is what was seen first.
      tiers.set(entity, { first: { value: tier, u: at, index }, changes: [] });
      continue;
    }
    const read = { at, atMin: at, isExact: false, seenAt: at, index };
    const change: Change = { from: valueNow(known), to: tier, ...read };
    tiers.set(entity, { ...known, changes: [...known.changes, change] });
  }
  const tierOver = (accountId: string): Attribute => tiers.get(accountId) ?? NOT_READ;
  return { tierOver, tierOf: (accountId) => valueNow(tierOver(accountId)) };
}

const NOT_READ: Attribute = { first: null, changes: [] };
