/** The desk's cost feed: entries for each hour, metered AI usage for each minute. */
import type { CostCategory, CostEntry } from '@sapwood/core/facts';
import type { Rhythm } from './rhythm.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MICRO = 1_000_000;
export const CURRENCY = 'GBP';
/** What `cost-leak` does to tooling and AI usage. */
export const LEAK_FACTOR = 5;

/** GBP an hour at full staff; salaries follow how many people are in. */
const HOURLY: readonly (readonly [CostCategory, number])[] = [
  ['salaries', 228],
  ['management', 48],
  ['tooling', 42],
  ['overhead', 36],
];
const AI_PER_MINUTE_MICRO: number = 0.4 * MICRO;

function entry(
  category: CostCategory,
  from: number,
  ms: number,
  amountMicro: number,
  revision = 1,
): CostEntry {
  return {
    costId: `sim-${category}-${new Date(from).toISOString().slice(0, 16)}`,
    revision,
    stage: revision > 1 ? 'corrected' : 'provisional',
    category,
    amountMicro: Math.round(amountMicro),
    currency: CURRENCY,
    from,
    to: from + ms,
    accrual: 'even',
  };
}

export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/** The entries of the hour that begins at `hour`; a leak makes tooling dearer by a revision. */
export function hourlyCosts(hour: number, rhythm: Rhythm, leak: boolean): readonly CostEntry[] {
  return HOURLY.map(([category, amount]) => {
    const staffed = category === 'salaries' ? 0.25 + 0.75 * rhythm(hour) : 1;
    const leaking = leak && category === 'tooling';
    const factor = staffed * (leaking ? LEAK_FACTOR : 1);
    return entry(category, hour, HOUR_MS, amount * MICRO * factor, leaking ? 2 : 1);
  });
}

/** Metered AI usage of one minute; of a whole hour in seeded history. */
export function aiCosts(from: number, ms: number, rhythm: Rhythm, leak: boolean): CostEntry {
  const amount = (AI_PER_MINUTE_MICRO * ms) / MINUTE_MS;
  return entry('ai_usage', from, ms, amount * rhythm(from) * (leak ? LEAK_FACTOR : 1));
}
