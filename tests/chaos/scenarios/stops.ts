/** F6: the process stands still for seconds and goes on; meanwhile another may not take its place. */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { clock, runCli } from '../../support/process.ts';
import { ending } from '../ending.ts';
import { type Options, type Outcome, type Scenario, spread } from '../scenario.ts';
import { openSite } from '../site.ts';

const STOP_MS = { min: 2_000, max: 12_000 } as const;
const RUN_MS = { min: 300, max: 2_000 } as const;
const SIZES = { test: 3, ci: 20 } as const;
/** A request into a stopped process may wait longer than its sender does. */
const ALLOWED = [0, 200, 202, 503];

export async function stops({ seed, size, trials, say }: Options): Promise<Outcome> {
  const n = trials ?? SIZES[size];
  const site = await openSite();
  const rng = createSeededRng(seed);
  const between = ({ min, max }: { min: number; max: number }): number =>
    min + Math.floor(rng.next() * (max - min));
  const problems: string[] = [];
  const backMs: number[] = [];
  try {
    const { cli } = await site.ready();
    const accountant = site.accountant({ seed });
    await accountant.acked(30);
    for (let stop = 0; stop < n; stop++) {
      await clock.sleep(between(RUN_MS));
      const lasts = clock.sleep(between(STOP_MS));
      cli.signal('SIGSTOP');
      if (stop === 0) {
        const second = await runCli(site.args());
        const isRefused = second.code === 2 && /^Another Sapwood process/.test(second.stderr);
        if (!isRefused)
          problems.push(`a second process beside a stopped one: ${second.code} ${second.stderr}`);
      }
      await lasts;
      const goesOnAt = clock.monotonic();
      cli.signal('SIGCONT');
      await accountant.acked(20);
      backMs.push(Math.round(clock.monotonic() - goesOnAt));
      if (stop % 5 === 4) say(`${stop + 1} stops`);
    }
    if (cli.isEnded()) problems.push(`it ended: ${(await cli.ended).stderr.slice(-500)}`);
    const end = await ending({ site, accountant, cli, allowed: ALLOWED });
    const figures = { ...end.figures, 'taking again': spread(backMs) };
    return { trials: n, problems: [...problems, ...end.problems], figures };
  } finally {
    await site.clean();
  }
}

export const scenario: Scenario = {
  ids: ['F6'],
  about: 'SIGSTOP for 2 to 12 s and SIGCONT, under load',
  run: stops,
};
