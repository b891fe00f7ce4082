/** `npm run dev:cluster`: it comes up alone, and whatever ends it leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { clock } from '../support/process.ts';
import { until } from '../support/pylon.ts';
import { type DevCluster, GONE_MS, LIVE_MS, PROCESSES, runDevCluster } from './dev-run.ts';

const local = await localEnginesOr('dev:cluster');
const TEST_MS = 300_000;

describe.skipIf(!local)('dev:cluster', { timeout: TEST_MS }, () => {
  let cluster: DevCluster;
  afterEach(() => cluster.clean());

  it('K-5 it shows a simulated desk, revives a service that dies, and Ctrl-C ends all of it', async () => {
    cluster = runDevCluster();
    const url = await cluster.url();
    const volume = async (): Promise<unknown> => {
      const answer = await fetch(`${url}v1/metrics/conversation-volume?window=24h`);
      return ((await answer.json()) as { value?: unknown }).value;
    };
    await until(clock, 'a day is shown', async () => Number(await volume()) > 100, LIVE_MS);
    process.kill(cluster.pid('aggregator'), 'SIGKILL');
    const revived = (): boolean => cluster.text().includes('aggregator ended (SIGKILL)');
    await until(clock, 'it is noticed', revived, GONE_MS);
    const isWhole = (): boolean => cluster.processes().length === PROCESSES;
    await until(clock, 'all are there again', isWhole, GONE_MS);
    cluster.child.kill('SIGINT');
    expect(await cluster.ended).toBe(0);
    await cluster.gone();
    expect(cluster.foldersLeft()).toEqual([]);
  });

  it('K-5 killed with no chance to clean up, it leaves no process and no folder behind', async () => {
    cluster = runDevCluster();
    await cluster.url();
    expect(cluster.processes().length).toBe(PROCESSES);
    cluster.child.kill('SIGKILL');
    await cluster.ended;
    await cluster.gone();
    expect(cluster.foldersLeft()).toEqual([]);
  });

  it('K-5 a broker that dies ends everything, with one sentence', async () => {
    cluster = runDevCluster();
    await cluster.url();
    const broker = cluster
      .processes()
      .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('kafka.Kafka'))!;
    process.kill(broker, 'SIGKILL');
    expect(await cluster.ended).toBe(1);
    expect(cluster.text()).toContain('Ending everything: Kafka broker 1 ended (SIGKILL).');
    await cluster.gone();
  });
});
