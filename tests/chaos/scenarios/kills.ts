/** F1 to F4: kill -9 at random instants under load, and the next start on the same data. */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { clock } from '../../support/process.ts';
import { ending } from '../ending.ts';
import { type Options, type Outcome, type Scenario, spread } from '../scenario.ts';
import { openSite } from '../site.ts';

/** From the start of a process to its end, or from when it serves: each second kill hits a recovery. */
const KILL_AFTER_MS = { min: 30, max: 1_500 } as const;
const SIZES = { test: 10, ci: 20 } as const;
/** What a sender may meet: no answer, taken, not now. */
const ALLOWED = [0, 200, 202, 503];

export async function kills({ seed, size, trials, say }: Options): Promise<Outcome> {
  const n = trials ?? SIZES[size];
  const site = await openSite();
  const rng = createSeededRng(seed);
  const readyMs: number[] = [];
  try {
    let { cli } = await site.ready();
    const accountant = site.accountant({ seed });
    await accountant.acked(50);
    for (let kill = 0; kill < n; kill++) {
      const { min, max } = KILL_AFTER_MS;
      if (kill % 2 === 0) {
        const startedAt = clock.monotonic();
        await cli.url();
        readyMs.push(Math.round(clock.monotonic() - startedAt));
      }
      await clock.sleep(min + Math.floor(rng.next() * (max - min)));
      if (cli.isEnded()) throw new Error(`it ended by itself: ${(await cli.ended).stderr}`);
      await cli.kill();
      cli = site.start();
      if (kill % 10 === 9) say(`${kill + 1} kills`);
    }
    const { problems, figures } = await ending({ site, accountant, cli, allowed: ALLOWED });
    return { trials: n, problems, figures: { ...figures, ready: spread(readyMs) } };
  } finally {
    await site.clean();
  }
}

export const scenario: Scenario = {
  ids: ['F1', 'F2', 'F3', 'F4'],
  about: 'kill -9 at random instants under load',
  run: kills,
};
