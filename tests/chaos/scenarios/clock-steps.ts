/** F21: the machine's clock is set wrong while it runs, or is wrong at the start. */
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { readTopic, withLog } from '../../support/journal.ts';
import { clock, type RunningCli, runCli } from '../../support/process.ts';
import { until } from '../../support/pylon.ts';
import type { Accountant } from '../accountant.ts';
import { ending } from '../ending.ts';
import type { Options, Outcome, Scenario } from '../scenario.ts';
import { type ShiftedClock, shiftedClock } from '../shifted-clock.ts';
import { environmentOf, openSite, type Site } from '../site.ts';

const HOUR_MS = 3_600_000;
const STEPS_MS = [HOUR_MS, -HOUR_MS, 24 * HOUR_MS, -24 * HOUR_MS, 61_000] as const;
const SIZES = { test: 2, ci: 5 } as const;
/** How long a wrong clock stays: less than the minute after which it is believed. */
const WRONG_MS = 3_000;
/** A step takes effect with the next look at the clock. */
const SKEW_MS = 60_000;
const ALLOWED = [200, 202, 503];

const accepted = ({ statuses }: ReturnType<Accountant['report']>): number =>
  (statuses[200] ?? 0) + (statuses[202] ?? 0);

/** One step there and back: refused between, taken at once afterwards. */
async function step(
  accountant: Accountant,
  shifted: ShiftedClock,
  offMs: number,
): Promise<string[]> {
  const problems: string[] = [];
  const refused = (): number => accountant.report().statuses[503] ?? 0;
  const before = refused();
  shifted.set(offMs);
  await until(clock, `the clock at ${offMs} ms is noticed`, () => refused() > before + 5);
  // What was on its way when the clock was set may still be answered.
  await clock.sleep(500);
  const taken = accepted(accountant.report());
  await clock.sleep(WRONG_MS);
  const more = accepted(accountant.report()) - taken;
  if (more > 0) problems.push(`${more} were taken while the clock was off by ${offMs} ms`);
  shifted.set(0);
  const backAt = clock.monotonic();
  await accountant.acked(20);
  const backMs = Math.round(clock.monotonic() - backAt);
  if (backMs > 15_000) problems.push(`${backMs} ms until it took anything after ${offMs} ms`);
  return problems;
}

/** No stamp may lie outside the time that really passed. */
const wrongStamps = (data: string, fromMs: number): Promise<string[]> =>
  withLog(data, async (log) =>
    (await readTopic(log, TOPICS.facts.name))
      .map(({ value }) => factCodec.decode(value!))
      .filter(
        ({ recordedAt, observedAt }) =>
          recordedAt < fromMs - SKEW_MS ||
          recordedAt > clock.now() + SKEW_MS ||
          observedAt < fromMs - SKEW_MS ||
          observedAt > clock.now() + SKEW_MS,
      )
      .map(({ factId, recordedAt, observedAt }) => `${factId} ${recordedAt} ${observedAt}`),
  );

/** A start with the clock an hour behind the log: one sentence, unless somebody accepts it. */
async function behindAtStart(site: Site, shifted: ShiftedClock): Promise<string[]> {
  shifted.set(-HOUR_MS);
  const problems: string[] = [];
  const { code, stderr, stdout } = await site.start(shifted.options).ended;
  const isSentence = /^The newest fact was recorded at .* run `sapwood clock accept`\.$/.test(
    stderr.trim(),
  );
  if (code !== 2 || !isSentence || stdout !== '')
    problems.push(`a clock behind the log: ${code} ${stderr}`);
  const nothing = await runCli(['clock', 'accept', '--data', site.data]);
  if (nothing.code !== 0 || !nothing.stdout.includes('nothing to accept')) {
    problems.push(
      `clock accept with a right clock: ${nothing.code} ${nothing.stdout}${nothing.stderr}`,
    );
  }
  const env = environmentOf(shifted.options);
  const accept = await runCli(['clock', 'accept', '--data', site.data], { env });
  if (accept.code !== 0) problems.push(`clock accept: ${accept.code} ${accept.stderr}`);
  const late: RunningCli = site.start(shifted.options);
  await late.url();
  const stopped = await late.stop();
  if (stopped.code !== 0)
    problems.push(`accepted, then stopped: ${stopped.code} ${stopped.stderr}`);
  shifted.set(0);
  return problems;
}

export async function clockSteps(options: Options): Promise<Outcome> {
  const n = options.trials ?? SIZES[options.size];
  const site = await openSite();
  try {
    const fromMs = clock.now();
    const shifted = shiftedClock(site);
    const { cli } = await site.ready(shifted.options);
    const accountant = site.accountant({ seed: options.seed });
    await accountant.acked(30);
    const problems: string[] = [];
    for (let i = 0; i < n; i++) {
      const offMs = STEPS_MS[i % STEPS_MS.length]!;
      problems.push(...(await step(accountant, shifted, offMs)));
      options.say(`${offMs} ms and back`);
    }
    const end = await ending({ site, accountant, cli, allowed: ALLOWED });
    problems.push(...end.problems);
    problems.push(
      ...(await wrongStamps(site.data, fromMs)).slice(0, 5).map((one) => `stamped wrong: ${one}`),
    );
    problems.push(...(await behindAtStart(site, shifted)));
    return { trials: n + 1, problems, figures: end.figures };
  } finally {
    await site.clean();
  }
}

export const scenario: Scenario = {
  ids: ['F21'],
  about: 'the clock is set an hour or a day off, and back; and is behind the log at a start',
  run: clockSteps,
};
