/**
 * A real Kafka and a real Redis for tests: those named by the environment, else local processes.
 * Where neither is possible the tests are skipped, loudly; with SAPWOOD_TEST_REQUIRE=all they fail.
 */
import { type ProcessHooks, startBrokers } from '../../deploy/kafka/broker.ts';
import { runs } from '../../deploy/kafka/command.ts';
import { startRedis } from '../../deploy/kafka/redis.ts';
import { startWarden } from '../../deploy/kafka/warden.ts';

export interface Engine {
  /** Brokers, comma-separated, or a Redis URL. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A file of which no test is asked for never comes to its `afterAll`: what it started ends with it. */
function guarded(): ProcessHooks {
  const warden = startWarden();
  return { onPid: warden.pid, onFolder: warden.folder };
}

const foreign = (address: string): Engine => ({ address, stop: async () => {} });

function skip(what: string, why: string): null {
  if (process.env['SAPWOOD_TEST_REQUIRE'] === 'all') throw new Error(`${what} is required: ${why}`);
  console.warn(`\n*** SKIPPED: everything on ${what} (${why}) ***\n`);
  return null;
}

/** Null: skipped. Call it once per file, at the top, and `stop` in `afterAll`. */
export async function kafkaEngine(): Promise<Engine | null> {
  const given = process.env['SAPWOOD_KAFKA_BROKERS'];
  if (given) return foreign(given);
  if (!(await runs('java', ['-version']))) return skip('Kafka', 'there is no java');
  try {
    const [broker] = await startBrokers(1, guarded());
    return broker!;
  } catch (error) {
    return skip('Kafka', (error as Error).message);
  }
}

/** Null: skipped. */
export async function redisEngine(): Promise<Engine | null> {
  const given = process.env['SAPWOOD_REDIS_URL'];
  if (given) return foreign(given);
  if (!(await runs('redis-server', ['--version'])))
    return skip('Redis', 'there is no redis-server');
  try {
    return await startRedis(guarded());
  } catch (error) {
    return skip('Redis', (error as Error).message);
  }
}

/** True where local servers can be started and killed; null: skipped. */
export async function localEnginesOr(what: string): Promise<true | null> {
  const java = await runs('java', ['-version']);
  if (java && (await runs('redis-server', ['--version']))) return true;
  return skip(what, java ? 'there is no redis-server' : 'there is no java');
}
