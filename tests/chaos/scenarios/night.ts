/** F38: all off for 14 h with deliveries not yet mapped, then started: each fact on its right day. */
import { join } from 'node:path';
import { TOPICS } from '@sapwood/contracts/topics';
import { rawFates, withLog } from '../../support/journal.ts';
import { clock, type RunningCli, runCli } from '../../support/process.ts';
import { ending } from '../ending.ts';
import { POINT_ENV } from '../points.ts';
import type { Options, Outcome, Scenario } from '../scenario.ts';
import { shiftedClock } from '../shifted-clock.ts';
import { environmentOf, openSite, type Site, type StartOptions } from '../site.ts';

const NIGHT_MS = 14 * 3_600_000;
const SIZES = { test: 1, ci: 3 } as const;
const ALLOWED = [0, 200, 202, 503];
/** Batches of deliveries that are in the log when the process dies, before it could map the last. */
const HIT = { first: 5, more: 20 } as const;

interface Cell {
  readonly value: number | null;
}

async function volume(site: Site, window: string, options: StartOptions): Promise<number | null> {
  const args = ['get', 'conversation-volume', '--window', window, '--data', site.data, '--json'];
  const { stdout, code, stderr } = await runCli(args, { env: environmentOf(options) });
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as Cell).value;
}

async function night(seed: number): Promise<Omit<Outcome, 'trials'>> {
  const site = await openSite();
  const problems: string[] = [];
  try {
    const shifted = shiftedClock(site);
    // Yesterday evening: the accountant's letters are of then, too.
    shifted.set(-NIGHT_MS);
    const dying: RunningCli = site.start({
      preload: ['clock', 'failpoints'],
      env: {
        ...shifted.options.env,
        [POINT_ENV.point]: 'commit.after raw.pylon.v1',
        [POINT_ENV.hit]: String(HIT.first + (seed % HIT.more)),
        [POINT_ENV.log]: join(site.data, '..', 'hits'),
      },
    });
    await dying.url();
    const evening = site.accountant({ seed, process: shifted.options });
    await dying.ended;
    await evening.pause();
    await evening.finish();
    const pending = await withLog(site.data, async (log) =>
      (await rawFates(log)).filter(({ ended }) => !ended),
    );
    if (pending.length === 0)
      problems.push('no delivery was left unmapped: the trial shows nothing');
    const { high } = await withLog(site.data, (log) => log.bounds(TOPICS.facts.name, 0));
    shifted.set(0);
    const { cli } = await site.ready(shifted.options);
    const morning = site.accountant({ seed: seed + 1_000 });
    const end = await ending({ site, accountant: morning, cli, allowed: ALLOWED });
    problems.push(...end.problems);
    problems.push(...(await days(site, shifted.options, clock.now())));
    return {
      problems,
      figures: { ...end.figures, pending: pending.length, 'facts before the night': high },
    };
  } finally {
    await site.clean();
  }
}

/** Conversations of the evening are in the last 24 hours and not in the last one. */
async function days(site: Site, options: StartOptions, nowMs: number): Promise<string[]> {
  const opened = new Map<string, number>();
  await withLog(site.data, async (log) => {
    for (const { issue, createdAt } of await rawFates(log)) if (issue) opened.set(issue, createdAt);
  });
  const late = [...opened.values()].filter((at) => at > nowMs - NIGHT_MS / 2).length;
  const found = {
    day: await volume(site, '24h', options),
    hour: await volume(site, '60m', options),
  };
  const wanted = { day: opened.size, hour: late };
  const isRight = found.day === wanted.day && found.hour === wanted.hour;
  return isRight ? [] : [`volume ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
}

export async function nights(options: Options): Promise<Outcome> {
  const n = options.trials ?? SIZES[options.size];
  const problems: string[] = [];
  let figures: Outcome['figures'] = {};
  for (let i = 0; i < n; i++) {
    const found = await night(options.seed + i);
    problems.push(...found.problems);
    figures = found.figures;
  }
  return { trials: n, problems, figures };
}

export const scenario: Scenario = {
  ids: ['F38'],
  about: 'off for 14 h with raw records pending',
  run: nights,
};
