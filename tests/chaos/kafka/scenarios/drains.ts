/** F7: every service is stopped in peace and started again, one after the other, under load. */
import { clock } from '../../../support/process.ts';
import { type Outcome, type Scenario, spread } from '../../scenario.ts';
import { type Bench, type Plan, underLoad } from '../under-load.ts';

const DRAIN_MS = 30_000;
const BETWEEN_ACKED = 60;

async function faults({
  cluster,
  accountant,
  n,
}: Bench): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const problems: string[] = [];
  const drainMs: number[] = [];
  for (let round = 0; round < n; round++) {
    for (const place of cluster.places(
      ...(['ingest', 'normalizer', 'aggregator', 'detector', 'gateway'] as const),
    )) {
      await accountant.acked(BETWEEN_ACKED);
      const begun = clock.monotonic();
      const { code, stderr } = await place.restart();
      drainMs.push(Math.round(clock.monotonic() - begun));
      if (code !== 0) problems.push(`SIGTERM of ${place.name}: ${code}, ${stderr.slice(-500)}`);
      await place.ready();
    }
  }
  if (Math.max(...drainMs) > DRAIN_MS) problems.push(`a drain took ${Math.max(...drainMs)} ms`);
  return { problems, figures: { drain: spread(drainMs) } };
}

const plan: Plan = {
  trials: { test: 1, ci: 2 },
  load: { perSecond: 100, lanes: 32 },
  // A sender may find nobody there; nobody is told that his letter was not taken.
  allowed: [0, 200, 202],
  faults,
};

export const drains: Scenario = {
  ids: ['F7'],
  about: 'SIGTERM and a new start of every service in turn, under load',
  run: (options) => underLoad(plan, options),
};
