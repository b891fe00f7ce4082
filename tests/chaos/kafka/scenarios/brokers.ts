/** F8: one of three brokers is killed under load, and comes back, every second time on another address. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@sapwood/service-kit/free-port';
import { clock } from '../../../support/process.ts';
import { type Outcome, type Scenario, spread } from '../../scenario.ts';
import type { Cluster } from '../cluster.ts';
import { answersIn } from '../latency.ts';
import { type Bench, type Plan, underLoad } from '../under-load.ts';

const AWAY_MS = { min: 4_000, max: 8_000 } as const;
const RUN_MS = { min: 1_000, max: 3_000 } as const;
/** Around a death anything goes; beside it a sender hears yes. */
const TROUBLE_MS = 10_000;
const SHARE_MIN = 0.99;

/** The file that the next start of this broker reads. */
function propertiesOf({ folders }: Cluster, port: string): string {
  const files = folders.map((folder) => join(folder, 'server.properties'));
  const found = files.find((file) => {
    try {
      return readFileSync(file, 'utf8').includes(`PLAINTEXT://127.0.0.1:${port}`);
    } catch {
      return false; // Of Redis.
    }
  });
  if (!found) throw new Error(`no broker listens on ${port}`);
  return found;
}

/** Between two lives: the next is on another port. */
function move(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replaceAll(`PLAINTEXT://127.0.0.1:${from}`, `PLAINTEXT://127.0.0.1:${to}`),
  );
}

async function faults(bench: Bench): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const { cluster, between, n, shownAgain, say } = bench;
  const ports = cluster.brokers.map(({ address }) => address.split(':')[1]!);
  const home = [...ports];
  const deaths: number[] = [];
  const onMs: number[] = [];
  for (let kill = 0; kill < n; kill++) {
    // Services know the addresses of their first start, so one at a time is away from home.
    const away = ports.findIndex((port, i) => port !== home[i]);
    const which = away >= 0 ? away : between(0, ports.length);
    const broker = cluster.brokers[which]!;
    await clock.sleep(between(RUN_MS.min, RUN_MS.max));
    const file = propertiesOf(cluster, ports[which]!);
    deaths.push(clock.now());
    await broker.kill();
    onMs.push(await shownAgain());
    await clock.sleep(between(AWAY_MS.min, AWAY_MS.max));
    const next = away >= 0 ? home[which]! : String(await freePort());
    move(file, ports[which]!, next);
    ports[which] = next;
    await broker.restart();
    say(`${kill + 1} brokers`);
  }
  await clock.sleep(TROUBLE_MS);
  const answers = answersIn(cluster.journal);
  const calm = answers.filter(({ sentAt }) =>
    deaths.every((at) => sentAt < at - 1_000 || sentAt > at + TROUBLE_MS),
  );
  const share = calm.filter(({ isYes }) => isYes).length / calm.length;
  const problems =
    share >= SHARE_MIN ? [] : [`2xx apart from deaths: ${share.toFixed(4)} of ${calm.length}`];
  const ackMs = answers.filter(({ isYes }) => isYes).map(({ tookMs }) => tookMs);
  const p99 = [...ackMs].sort((a, b) => a - b)[Math.floor(ackMs.length * 0.99)];
  const figures = {
    'goes on': spread(onMs),
    '2xx apart from deaths': `${(100 * share).toFixed(2)} % of ${calm.length}`,
    acknowledged: `p99 ${p99} ms, ${spread(ackMs)}`,
  };
  return { problems, figures };
}

const plan: Plan = { trials: { test: 1, ci: 4 }, cluster: { brokers: 3 }, faults };

export const brokers: Scenario = {
  ids: ['F8'],
  about: 'kill -9 of one of three brokers, back on its address or another',
  run: (options) => underLoad(plan, options),
};
