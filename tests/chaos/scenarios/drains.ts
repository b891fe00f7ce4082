/** F7: SIGTERM under load. What was let in is answered, and nobody else is told anything but "no". */
import { clock } from '../../support/process.ts';
import { ending } from '../ending.ts';
import { type Options, type Outcome, type Scenario, spread } from '../scenario.ts';
import { openSite } from '../site.ts';

const SIZES = { test: 1, ci: 3 } as const;
const DRAIN_MS = 30_000;
const ALLOWED = [0, 200, 202];

export async function drains({ seed, size, trials }: Options): Promise<Outcome> {
  const n = trials ?? SIZES[size];
  const site = await openSite();
  const problems: string[] = [];
  const drainMs: number[] = [];
  try {
    let { cli } = await site.ready();
    const accountant = site.accountant({ seed, perSecond: 150, lanes: 32 });
    for (let stop = 0; stop < n; stop++) {
      await accountant.acked(150);
      const startedAt = clock.monotonic();
      const { code, stderr } = await cli.stop();
      drainMs.push(Math.round(clock.monotonic() - startedAt));
      if (code !== 0) problems.push(`SIGTERM ended with ${code}: ${stderr.slice(-500)}`);
      ({ cli } = await site.ready());
    }
    if (Math.max(...drainMs) > DRAIN_MS) problems.push(`a drain took ${Math.max(...drainMs)} ms`);
    const end = await ending({ site, accountant, cli, allowed: ALLOWED });
    const figures = { ...end.figures, drain: spread(drainMs) };
    return { trials: n, problems: [...problems, ...end.problems], figures };
  } finally {
    await site.clean();
  }
}

export const scenario: Scenario = { ids: ['F7'], about: 'SIGTERM under load', run: drains };
