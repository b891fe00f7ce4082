/** By what a cost is spread, and over which conversations (metrics.md 5.4). */
import type { CostCategory, CostDriver, CostEntry, CostScope } from '../facts/fact.ts';

/** Only conversations whose value of `dimension` is one of `values`. */
export interface Restriction {
  readonly dimension: string;
  readonly values: readonly string[];
}

interface Spread {
  readonly driver: CostDriver;
  readonly within: readonly Restriction[];
}

const over = (driver: CostDriver, dimension: string, ...values: readonly string[]): Spread => ({
  driver,
  within: [{ dimension, values }],
});
const BY_PEOPLE: Spread = over('handling_time', 'handled_by', 'human', 'mixed');
const BY_CONTACTS: Spread = { driver: 'contacts', within: [] };

const DEFAULTS: Readonly<Record<CostCategory, Spread>> = {
  salaries: BY_PEOPLE,
  management: BY_PEOPLE,
  training: BY_PEOPLE,
  outsourced: BY_PEOPLE,
  telephony: over('contacts', 'channel', 'phone'),
  tooling: BY_CONTACTS,
  infrastructure: BY_CONTACTS,
  overhead: BY_CONTACTS,
  ai_usage: over('bot_messages', 'handled_by', 'ai', 'mixed'),
};

/** An agent's cost falls on the conversations assigned to that agent. */
export const dimensionOf = ({ dimension }: CostScope): string =>
  dimension === 'agent' ? 'assignee' : dimension;

/** An entry's own driver replaces the restriction of its category too, not its scope. */
export function spreadOf({ category, driver, scope }: CostEntry): Spread {
  const spread = driver ? { driver, within: [] } : DEFAULTS[category];
  if (!scope) return spread;
  const scoped = { dimension: dimensionOf(scope), values: [scope.value] };
  return { ...spread, within: [...spread.within, scoped] };
}

/** What a cost is restricted to, whatever it is spread over. */
export const restrictedBy = (entry: CostEntry): readonly string[] =>
  spreadOf(entry).within.map(({ dimension }) => dimension);

/** Where a driver has weighed nothing, the first of these that has weighed something. */
export const FALLBACKS: readonly CostDriver[] = ['handling_time', 'touches', 'contacts'];
