/** `npm run dev:cluster`, ended by other things than Ctrl-C. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { localEnginesOr } from '../support/engines.ts';
import { type DevCluster, PROCESSES, runDevCluster } from './dev-run.ts';

const local = await localEnginesOr('dev:cluster');
const TEST_MS = 300_000;

describe.skipIf(!local)('dev:cluster', { timeout: TEST_MS }, () => {
  let cluster: DevCluster;
  afterEach(() => cluster.clean());

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
