/** From the configuration to a connected Kafka and Redis; what is not there is told in one sentence. */
import { TOPICS } from '@sapwood/contracts/topics';
import type { ClockGuard } from '@sapwood/runtime/clock/guard';
import { RuntimeError } from '@sapwood/runtime/errors';
import { createKafka, type KafkaConnection, type KafkaLog } from '@sapwood/runtime/kafka';
import type { Clock, EventLog, Rng, StateStore } from '@sapwood/runtime/ports';
import { createRedis } from '@sapwood/runtime/redis';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { KafkaConfig, LoadedConfig, RedisConfig } from '@sapwood/service-kit/config';
import { EXIT, UserError } from '../exit.ts';

const BEATS_PER_SESSION = 5;
const HEARTBEAT_MS_MAX = 3_000;

export interface EngineDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** How the brokers' logs name this process. */
  readonly clientId: string;
}

export interface Engine {
  readonly log: KafkaLog;
  readonly store: StateStore;
  close(): Promise<void>;
}

export interface EngineConfig {
  readonly kafka: KafkaConfig;
  readonly redis: RedisConfig;
}

/** Both sections; throws `UserError` where the file has none. */
export function engineConfig({ config, file }: LoadedConfig): EngineConfig {
  const { kafka, redis } = config;
  if (kafka && redis) return { kafka, redis };
  const missing = [
    ...(kafka ? [] : ['"kafka: {brokers: [host:9092]}" (or SAPWOOD_KAFKA_BROKERS)']),
    ...(redis ? [] : ['"redis: {url: redis://host:6379}" (or SAPWOOD_REDIS_URL)']),
  ];
  throw new UserError(
    `${file ?? 'sapwood.yaml'}: the distributed engine needs both a Kafka and a Redis; add ${missing.join(' and ')}.`,
  );
}

export function connectionOf(kafka: KafkaConfig, clientId: string): KafkaConnection {
  const { brokers, tls, ca, sasl } = kafka;
  const ssl = ca === null ? tls : { ca: [ca] };
  return {
    brokers,
    clientId,
    ...(ssl === false ? {} : { ssl }),
    ...(sasl === null ? {} : { sasl: sasl as NonNullable<KafkaConnection['sasl']> }),
  };
}

/** Throws `UserError` (exit 3) with the address that did not answer and the line that names it. */
export async function connectEngine(loaded: LoadedConfig, deps: EngineDeps): Promise<Engine> {
  const { kafka, redis } = engineConfig(loaded);
  const log = await connectLog(loaded, kafka, deps);
  try {
    const store = await connectStore(loaded, redis, deps.telemetry);
    return {
      log,
      store,
      close: async () => {
        await Promise.all([log.close(), store.close()]);
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function connectLog(
  loaded: LoadedConfig,
  kafka: KafkaConfig,
  { clock, rng, telemetry, clientId }: EngineDeps,
): Promise<KafkaLog> {
  const heartbeatMs = Math.min(HEARTBEAT_MS_MAX, Math.round(kafka.sessionMs / BEATS_PER_SESSION));
  const connection = connectionOf(kafka, clientId);
  try {
    const { sessionMs } = kafka;
    return await createKafka({ connection, clock, rng, telemetry, sessionMs, heartbeatMs });
  } catch (error) {
    throw unreachable(error, loaded.place(['kafka', 'brokers']));
  }
}

export async function connectStore(
  loaded: LoadedConfig,
  { url, password, prefix }: RedisConfig,
  telemetry: Telemetry,
): Promise<StateStore> {
  try {
    return await createRedis({ url, password, prefix, telemetry });
  } catch (error) {
    const { cause } = error as Error & { cause?: Error };
    const place = loaded.place(['redis', 'url']);
    throw new UserError(
      `Redis at ${url} does not let us in (${cause?.message ?? (error as Error).message}): start it, or change the address in ${place}.`,
      EXIT.unreachable,
    );
  }
}

export function unreachable(error: unknown, place: string): unknown {
  if (!(error instanceof RuntimeError) || error.code !== 'SAPWOOD_LOG_UNREACHABLE') return error;
  const said = error.message.replace(/\.$/, '');
  return new UserError(`${said}; start it, or change the address in ${place}.`, EXIT.unreachable);
}

/** Every topic has to be there with one number of partitions: another would split a log (design D7). */
export async function requireTopics(log: EventLog, loaded: LoadedConfig): Promise<void> {
  const { partitions } = engineConfig(loaded).kafka;
  const missing: string[] = [];
  const other: string[] = [];
  for (const { name } of Object.values(TOPICS)) {
    const count = await partitionsOf(log, name);
    if (count === null) missing.push(name);
    else if (count !== partitions) other.push(`${name} has ${count}`);
  }
  if (missing.length > 0) {
    throw new UserError(
      `Kafka lacks ${missing.join(', ')}: run "sapwood topics apply" once, from any machine.`,
      EXIT.unreachable,
    );
  }
  if (other.length === 0) return;
  throw new UserError(
    `${loaded.place(['kafka', 'partitions'])} kafka.partitions is ${partitions}, but ${other[0]}: partitions are fixed for ever, so write that number there ("sapwood topics check" tells all).`,
  );
}

async function partitionsOf(log: EventLog, topic: string): Promise<number | null> {
  try {
    return await log.partitions(topic);
  } catch (error) {
    if ((error as RuntimeError).code === 'SAPWOOD_TOPIC_UNKNOWN') return null;
    throw error;
  }
}

/** The guard's reference of the time: what the brokers stamped on the newest append of ours. */
export function observedLog<Log extends EventLog>(log: Log, guard: ClockGuard): Log {
  const append: EventLog['append'] = async (...call) => {
    const outcome = await log.append(...call);
    if (outcome.kind === 'durable') guard.observe(outcome.appendedAt);
    return outcome;
  };
  return { ...log, append };
}
