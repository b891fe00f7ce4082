/** What `doctor` finds of Kafka and Redis, judged from plain values, so that each is a test. */
import type { FoundBroker, FoundTopic } from '@sapwood/runtime/kafka/admin';
import type { RedisState } from '@sapwood/runtime/redis/inspect';
import type { KafkaConfig } from '@sapwood/service-kit/config';
import { differencesOf, explain, REGISTRY, together } from '../distributed/topic-plan.ts';
import { count, degraded, type Finding, fine, type Place, wrong } from './finding.ts';

const REPLICAS_SAFE = 3;

export function judgeBrokers(
  brokers: readonly FoundBroker[],
  kafka: KafkaConfig,
  place: Place,
): Finding[] {
  const addresses = brokers.map(({ address }) => address).join(', ');
  const found = [fine(`Kafka: ${count(brokers.length, 'broker')}, ${addresses}`)];
  if (brokers.length < kafka.replicas) {
    found.push(
      wrong(
        `Kafka: ${count(brokers.length, 'broker')} for ${kafka.replicas} replicas`,
        `start more brokers, or write replicas: ${brokers.length} at ${place(['kafka', 'replicas'])}`,
      ),
    );
  } else if (kafka.replicas < REPLICAS_SAFE) {
    const what = `Kafka: ${count(kafka.replicas, 'replica')} of each record, so a lost disk loses what was acknowledged`;
    found.push(degraded(what, `three brokers, and replicas: 3 at ${place(['kafka', 'replicas'])}`));
  }
  return [...found, ...brokers.flatMap(judgeBroker)];
}

/** By setting: what it has to be, and why. */
const BROKER_RULES: readonly (readonly [name: string, value: string, why: string])[] = [
  ['auto.create.topics.enable', 'false', 'a mistyped topic is made, with one replica'],
  ['unclean.leader.election.enable', 'false', 'a replica that lags may become leader: records go'],
];

function judgeBroker({ id, settings }: FoundBroker): Finding[] {
  return BROKER_RULES.flatMap(([name, value, why]) => {
    const is = settings.get(name);
    if (is === undefined || is === value) return [];
    const what = `Kafka: broker ${id} has ${name}=${is}: ${why}`;
    return [wrong(what, `server.properties of broker ${id}: ${name}=${value}`)];
  });
}

export function judgeTopics(
  topics: ReadonlyMap<string, FoundTopic | null>,
  kafka: KafkaConfig,
  place: Place,
): Finding[] {
  const differences = REGISTRY.flatMap((topic) =>
    differencesOf(topic, topics.get(topic.name) ?? null, kafka),
  );
  const found = together(differences).map((difference) => {
    const { what, remedy } = explain(difference, place);
    const level = difference.kind === 'behind' ? degraded : wrong;
    return level(`topics: ${what}`, remedy ?? 'run sapwood topics apply');
  });
  if (found.length > 0) return found;
  return [fine(`topics: all ${REGISTRY.length} as they should be`)];
}

const REDIS_MAJOR_MIN = 7;
const MEMORY_SHARE_MAX = 0.7;

export function judgeRedis(redis: RedisState): Finding[] {
  const { version, role, aof, fsync, usedBytes, maxBytes } = redis;
  const found = [fine(`Redis: ${version}, ${role}, ${megabytes(usedBytes)} in use`)];
  const add = (finding: Finding): void => void found.push(finding);
  if (Number.parseInt(version, 10) < REDIS_MAJOR_MIN) {
    add(wrong(`Redis: ${version} cannot refuse a script before it starts`, 'Redis 7 or newer'));
  }
  if (role !== 'master') {
    add(wrong(`Redis: this is a ${role}, it takes no writes`, 'the address of the primary'));
  }
  if (!redis.scriptsAllowed) {
    add(wrong('Redis: scripts are refused, so nothing can be committed', 'allow EVAL and EVALSHA'));
  }
  const evicts = judgeEviction(redis);
  if (evicts) add(evicts);
  if (!aof) {
    const what =
      'Redis: no append-only file: each restart begins with nothing and folds the log anew';
    add(wrong(what, 'redis.conf: appendonly yes'));
  } else if (fsync === 'no') {
    const what = 'Redis: appendfsync is no: a power loss may take half a minute of state';
    add(degraded(what, 'redis.conf: appendfsync everysec'));
  }
  if (!redis.configAllowed) {
    const what = 'Redis: CONFIG is forbidden here, so appendfsync cannot be read';
    add(degraded(what, 'see in the console of the service that it is everysec'));
  }
  if (maxBytes > 0 && usedBytes > MEMORY_SHARE_MAX * maxBytes) {
    const share = Math.round((100 * usedBytes) / maxBytes);
    add(degraded(`Redis: ${share} % of its memory is used`, 'raise maxmemory before it is full'));
  }
  return found;
}

/** State of which a part is missing would be counted on as if it were whole. null: none is dropped. */
export function judgeEviction({ policy }: Pick<RedisState, 'policy'>): Finding | null {
  if (policy === null || policy === 'noeviction') return null;
  const what = `Redis: maxmemory-policy is ${policy}: full memory drops state without a word`;
  return wrong(what, 'redis.conf: maxmemory-policy noeviction');
}

const SKEW_MS_WRONG = 60_000;
const SKEW_MS_DEGRADED = 1_000;

/** The guard at the stamp refuses beyond a minute (reliability.md 7). */
export function judgeSkew(skewMs: number): Finding {
  const seconds = Math.abs(skewMs) / 1_000;
  const side = skewMs > 0 ? 'behind' : 'ahead of';
  const what = `clock: this machine is ${seconds} s ${side} Redis`;
  if (Math.abs(skewMs) > SKEW_MS_WRONG) return wrong(what, 'synchronise both (chrony, ntpd)');
  if (Math.abs(skewMs) > SKEW_MS_DEGRADED) return degraded(what, 'synchronise both (chrony, ntpd)');
  return fine('clock: within a second of Redis');
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;
