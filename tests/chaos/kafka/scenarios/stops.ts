/** F6: a process stands still for seconds, long past its session, and goes on beside the one that took over. */
import type { ServiceName } from '../../../support/place.ts';
import { clock } from '../../../support/process.ts';
import { type Outcome, type Scenario, spread } from '../../scenario.ts';
import type { Cluster } from '../cluster.ts';
import { type Bench, type Plan, underLoad } from '../under-load.ts';

const STOP_MS = { min: 2_000, max: 12_000 } as const;
const RUN_MS = { min: 300, max: 2_000 } as const;
const NAMES: readonly ServiceName[] = ['aggregator', 'normalizer', 'detector', 'ingest', 'gateway'];

/** Commits that were refused since the processes that live now began. */
async function refusedCommits(cluster: Cluster): Promise<number> {
  const texts = await Promise.all(
    cluster.places('aggregator', 'detector').map((place) => place.ops('/metrics')),
  );
  const lines = texts.flatMap((one) => one?.text.split('\n') ?? []);
  const counted = lines.filter((line) => line.startsWith('sapwood_commit_conflicts_total{'));
  return counted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function faults(bench: Bench): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const { cluster, between, n, say } = bench;
  const places = NAMES.flatMap((name) => cluster.places(name));
  const onMs: number[] = [];
  for (let stop = 0; stop < n; stop++) {
    const place = places[stop % places.length]!;
    await clock.sleep(between(RUN_MS.min, RUN_MS.max));
    place.signal('SIGSTOP');
    await clock.sleep(between(STOP_MS.min, STOP_MS.max));
    place.signal('SIGCONT');
    onMs.push(await bench.shownAgain());
    if (stop % 5 === 4) say(`${stop + 1} stops`);
  }
  const refused = await refusedCommits(cluster);
  return { problems: [], figures: { 'goes on': spread(onMs), 'commits refused': refused } };
}

const plan: Plan = {
  trials: { test: 3, ci: 10 },
  cluster: { copies: { normalizer: 2, aggregator: 2, detector: 2 } },
  faults,
};

export const stops: Scenario = {
  ids: ['F6'],
  about: 'SIGSTOP for 2 to 12 s and SIGCONT, with another process to take over',
  run: (options) => underLoad(plan, options),
};
