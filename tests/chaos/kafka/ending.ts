/** How every scenario on a cluster ends: faults and load stop, all settles, services stop, books are closed. */
import { clock } from '../../support/process.ts';
import type { Accountant } from '../accountant.ts';
import type { Outcome, Size } from '../scenario.ts';
import { judgeCluster } from './books.ts';
import { calm } from './calm.ts';
import type { Cluster } from './cluster.ts';

/** After the last fault: enough that the screen comes back and every path runs again. */
const AFTERWARDS_ACKED = 60;
const TOLD_MAX = 3;

export interface EndingOptions {
  readonly cluster: Cluster;
  readonly accountant: Accountant;
  readonly seed: number;
  readonly size: Size;
  /** Statuses a sender may have met; 0: no answer. */
  readonly allowed: readonly number[];
}

export async function ending(
  options: EndingOptions,
): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const { cluster, accountant, seed, size, allowed } = options;
  const places = cluster.places('ingest', 'normalizer', 'aggregator', 'detector', 'gateway');
  await Promise.all(places.map((place) => place.ready()));
  await accountant.acked(AFTERWARDS_ACKED);
  await accountant.pause();
  const calmMs = await calm(cluster, accountant);
  const { statuses, sent, messages } = await accountant.finish();
  const problems: string[] = [];
  for (const place of places) {
    const { code, stderr } = await place.stop();
    if (code !== 0) {
      problems.push(`the last stop of ${place.name} ended with ${code}: ${stderr.slice(-500)}`);
    }
  }
  const judgedFrom = clock.monotonic();
  const verdict = await judgeCluster(cluster, { seed, size });
  const judgedMs = Math.round(clock.monotonic() - judgedFrom);
  const odd = Object.entries(statuses).filter(([status]) => !allowed.includes(Number(status)));
  if (odd.length > 0) problems.push(`answers that may not be: ${JSON.stringify(odd)}`);
  const { acked, raw, facts, opened, alerts, cells } = verdict;
  return {
    problems: [...problems, ...verdict.problems],
    figures: {
      ...{ sent, acked, raw, facts, opened, alerts, cells, frames: messages },
      settled: `${calmMs} ms`,
      judged: `${judgedMs} ms`,
      answers: JSON.stringify(statuses),
      'ended by themselves': deathsOf(cluster),
    },
  };
}

function deathsOf(cluster: Cluster): string {
  const places = cluster.places('ingest', 'normalizer', 'aggregator', 'detector', 'gateway');
  const dead = places.flatMap(({ name, deaths }) => deaths().map((how) => `${name} ${how}`));
  return dead.length === 0 ? 'none' : `${dead.length}, as ${dead.slice(0, TOLD_MAX).join('; ')}`;
}
