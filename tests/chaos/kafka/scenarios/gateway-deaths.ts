/** F4: kill -9 of the gateway with many screens on it; all come back, none is shown anything older. */
import { clock } from '../../../support/process.ts';
import { until } from '../../../support/pylon.ts';
import { type Options, type Outcome, type Scenario, spread } from '../../scenario.ts';
import { calm } from '../calm.ts';
import { type Crowd, startCrowd } from '../crowd.ts';
import { type Bench, type Plan, underLoad } from '../under-load.ts';

/** With the accountant's own the gateway's 200 are full. */
const SCREENS: Readonly<Record<Options['size'], number>> = { test: 20, ci: 199 };
const LIVE_MS = 60_000;
const LIVE_P99_MS = 5_000;
const RUN_MS = { min: 500, max: 2_000 } as const;

async function killing(bench: Bench, crowd: Crowd, screens: number): Promise<void> {
  const { cluster, between, n } = bench;
  const [gateway] = cluster.places('gateway');
  const allLive = (): Promise<void> =>
    until(clock, 'every screen is live', () => crowd.report().live === screens, LIVE_MS);
  await allLive();
  for (let kill = 0; kill < n; kill++) {
    await clock.sleep(between(RUN_MS.min, RUN_MS.max));
    await gateway!.kill();
    const isNoticed = (): boolean => crowd.report().live < screens;
    await until(clock, 'it is noticed', isNoticed);
    await gateway!.ready();
    await allLive();
  }
}

async function faults(bench: Bench): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const { cluster, accountant, n, size } = bench;
  const screens = SCREENS[size];
  const [gateway] = cluster.places('gateway');
  const crowd = startCrowd({ url: `${gateway!.url().replace('http', 'ws')}/v1/ws`, screens });
  try {
    await killing(bench, crowd, screens);
    await accountant.pause();
    await calm(cluster, accountant);
    crowd.compare();
    const isSame = (): boolean => crowd.report().pictures === 1;
    const problems: string[] = [];
    await until(clock, 'all screens show the same', isSame).catch((error: Error) => {
      problems.push(error.message);
    });
    accountant.resume();
    const { awayMs, wentBack } = crowd.report();
    if (wentBack > 0) problems.push(`${wentBack} versions went back on screens`);
    const p99 = [...awayMs].sort((a, b) => a - b)[Math.floor(awayMs.length * 0.99)] ?? 0;
    if (size === 'ci' && p99 > LIVE_P99_MS) problems.push(`live again: p99 ${p99} ms`);
    if (awayMs.length < n * screens) problems.push(`only ${awayMs.length} screens were away`);
    return { problems, figures: { screens, 'live again': `p99 ${p99} ms, ${spread(awayMs)}` } };
  } finally {
    crowd.end();
  }
}

const plan: Plan = {
  trials: { test: 2, ci: 6 },
  load: { perSecond: 30 },
  faults,
};

export const gatewayDeaths: Scenario = {
  ids: ['F4'],
  about: 'kill -9 of the gateway with up to 200 screens on it',
  run: (options) => underLoad(plan, options),
};
