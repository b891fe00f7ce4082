/** F22: letters of a whole day in no order, each up to fifty times, for all workspaces at once. */
import type { Outcome, Scenario } from '../../scenario.ts';
import { type Bench, type Plan, underLoad } from '../under-load.ts';

const STEP = 500;

/** A trial is a letter that was taken. */
async function faults({
  accountant,
  n,
  say,
}: Bench): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  while (accountant.report().acked < n) {
    await accountant.acked(Math.min(STEP, n - accountant.report().acked));
    const { acked } = accountant.report();
    if (acked % (10 * STEP) < STEP) say(`${acked} letters`);
  }
  return { problems: [], figures: {} };
}

const plan: Plan = {
  trials: { test: 2_000, ci: 12_000 },
  load: { perSecond: 600, lanes: 64, order: 'shuffled' },
  faults,
};

export const disorder: Scenario = {
  ids: ['F22'],
  about: 'a day of letters in no order, up to fifty times each, mixed workspaces',
  run: (options) => underLoad(plan, options),
};
