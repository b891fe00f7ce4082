/** `node deploy/kafka/local.ts`: a broker and a Redis until Ctrl-C, with the settings to use them. */
import { startBroker } from './broker.ts';
import { startRedis } from './redis.ts';

async function main(): Promise<void> {
  const [broker, redis] = await Promise.all([startBroker(), startRedis()]);
  console.log(`export SAPWOOD_KAFKA_BROKERS=${broker.address}`);
  console.log(`export SAPWOOD_REDIS_URL=${redis.address}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await Promise.all([broker.stop(), redis.stop()]);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
