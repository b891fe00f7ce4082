/** By hand: many events, killed many times on the way. `--events 200000 --kills 300` takes hours. */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { clock } from '../../support/process.ts';
import { until } from '../../support/pylon.ts';
import type { Accountant } from '../accountant.ts';
import { ending } from '../ending.ts';
import { type Options, type Outcome, type Scenario, spread } from '../scenario.ts';
import { openSite } from '../site.ts';

const EVENTS = 200_000;
const KILLS = 300;
const PER_SECOND = 150;
const LANES = 48;
/** 408: a request that a machine under such a load did not read in time; its sender comes again. */
const ALLOWED = [0, 200, 202, 408, 503];
/** A large state is not taken up between two kills: now and then the screen is let catch up. */
const KILLS_IN_A_ROW = 20;
const BEHIND_MS_MAX = 10_000;
const CATCH_UP_MS = 10 * 60_000;
/** A kill comes this long after the share of events between two kills was taken, at most. */
const JITTER_MS = 400;

export async function long(options: Options): Promise<Outcome> {
  const { seed, events = EVENTS, kills = KILLS, say } = options;
  const site = await openSite();
  const rng = createSeededRng(seed);
  const readyMs: number[] = [];
  const caughtUpMs: number[] = [];
  const begun = clock.monotonic();
  try {
    let { cli } = await site.ready();
    const accountant = site.accountant({ seed, perSecond: PER_SECOND, lanes: LANES });
    const share = Math.max(1, Math.floor(events / (kills + 1)));
    for (let kill = 0; kill < kills; kill++) {
      await accountant.acked(share);
      await clock.sleep(rng.next() * JITTER_MS);
      await cli.kill();
      const again = await site.ready();
      cli = again.cli;
      readyMs.push(again.readyMs);
      if (kill % KILLS_IN_A_ROW < KILLS_IN_A_ROW - 1) continue;
      caughtUpMs.push(await caughtUp(accountant));
      say(`${kill + 1} kills, ${accountant.report().acked} acknowledged`);
    }
    while (accountant.report().acked < events) await accountant.acked(1);
    const loadSeconds = Math.round((clock.monotonic() - begun) / 1_000);
    const end = await ending({ site, accountant, cli, allowed: ALLOWED });
    const figures = {
      ...end.figures,
      ready: spread(readyMs),
      'caught up': spread(caughtUpMs),
      load: `${loadSeconds} s`,
    };
    return { trials: kills, problems: end.problems, figures };
  } finally {
    await site.clean();
  }
}

/** While the load goes on: until what is shown is of now. Returns how long it took, ms. */
async function caughtUp(accountant: Accountant): Promise<number> {
  const begun = clock.monotonic();
  const isCurrent = (): boolean => accountant.report().asOf >= clock.now() - BEHIND_MS_MAX;
  await until(clock, 'the screen is of now', isCurrent, CATCH_UP_MS);
  return Math.round(clock.monotonic() - begun);
}

export const scenario: Scenario = {
  ids: ['long'],
  about: 'many events, many kills (--events, --kills)',
  run: long,
};
