/** A scenario as a test: nothing it calls a problem, and no silent skip. */
import { expect } from 'vitest';
import type { Options, Scenario } from './scenario.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 7);
const options: Options = { seed: SEED, size: 'test', say: () => {} };

/** `skip` is the test's own. */
export async function holds(scenario: Scenario, skip: (why: string) => void): Promise<void> {
  const { problems, figures, trials, skipped } = await scenario.run(options);
  if (skipped !== undefined) return skip(skipped);
  console.log(
    `${scenario.ids.join(' ')}, seed ${SEED}: ${trials} trials, ${JSON.stringify(figures)}`,
  );
  expect(problems).toEqual([]);
}
