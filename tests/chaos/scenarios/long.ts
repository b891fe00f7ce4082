/** By hand: many events, killed many times on the way. `--events 200000 --kills 300` takes hours. */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { clock } from '../../support/process.ts';
import { ending } from '../ending.ts';
import { type Options, type Outcome, type Scenario, spread } from '../scenario.ts';
import { openSite } from '../site.ts';

const EVENTS = 200_000;
const KILLS = 300;
const PER_SECOND = 150;
const LANES = 48;
/** 408: a request that a machine under such a load did not read in time; its sender comes again. */
const ALLOWED = [0, 200, 202, 408, 503];
/** A kill comes this long after the share of events between two kills was taken, at most. */
const JITTER_MS = 400;

export async function long(options: Options): Promise<Outcome> {
  const { seed, events = EVENTS, kills = KILLS, say } = options;
  const site = await openSite();
  const rng = createSeededRng(seed);
  const readyMs: number[] = [];
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
      if (kill % 10 === 9) say(`${kill + 1} kills, ${accountant.report().acked} acknowledged`);
    }
    while (accountant.report().acked < events) await accountant.acked(1);
    const loadSeconds = Math.round((clock.monotonic() - begun) / 1_000);
    const end = await ending({ site, accountant, cli, allowed: ALLOWED });
    const figures = { ...end.figures, ready: spread(readyMs), load: `${loadSeconds} s` };
    return { trials: kills, problems: end.problems, figures };
  } finally {
    await site.clean();
  }
}

export const scenario: Scenario = {
  ids: ['long'],
  about: 'many events, many kills (--events, --kills)',
  run: long,
};
