import type { FoundBroker, FoundTopic } from '@sapwood/runtime/kafka/admin';
import { settingsOf } from '@sapwood/runtime/kafka/admin';
import type { RedisState } from '@sapwood/runtime/redis/inspect';
import type { KafkaConfig } from '@sapwood/service-kit/config';
import { describe, expect, it } from 'vitest';
import { durabilityOf, REGISTRY } from '../distributed/topic-plan.ts';
import { judgeBrokers, judgeRedis, judgeSkew, judgeTopics } from './engines.ts';
import type { Finding } from './finding.ts';

const place = (path: readonly string[]): string => `sapwood.yaml#${path.join('.')}`;
const kafka: KafkaConfig = {
  ...{ brokers: ['a:9092'], partitions: 12, replicas: 3, sessionMs: 10_000 },
  ...{ tls: false, ca: null, sasl: null },
};
const broker = (id: number, settings: Readonly<Record<string, string>> = {}): FoundBroker => ({
  id,
  address: `b${id}:9092`,
  settings: new Map(
    Object.entries({
      'auto.create.topics.enable': 'false',
      'unclean.leader.election.enable': 'false',
      ...settings,
    }),
  ),
});
const topics = (changed: Readonly<Record<string, Partial<FoundTopic>>> = {}) =>
  new Map<string, FoundTopic | null>(
    REGISTRY.map((topic) => {
      const settings = new Map(Object.entries(settingsOf(topic, durabilityOf(kafka))));
      const right = { partitions: 12, replicas: 3, underReplicated: 0, settings, own: settings };
      return [topic.name, { name: topic.name, ...right, ...changed[topic.name] }];
    }),
  );
const healthy: RedisState = {
  ...{ version: '7.0.15', role: 'master', aof: true, fsync: 'everysec', policy: 'noeviction' },
  ...{ usedBytes: 1e6, maxBytes: 0, configAllowed: true, scriptsAllowed: true, skewMs: 3 },
};
const lines = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ level }) => level !== 'fine')
    .map(({ level, what, remedy }) => `${level} ${what} -> ${remedy}`);

describe('doctor', () => {
  it('DOC-1 says nothing against an installation as it should be', () => {
    const three = [broker(1), broker(2), broker(3)];
    const all = [...judgeBrokers(three, kafka, place), ...judgeTopics(topics(), kafka, place)];
    expect(lines([...all, ...judgeRedis(healthy), judgeSkew(3)])).toEqual([]);
  });

  it('DOC-2 names what is wrong with a cluster, and the line to change', () => {
    const open = broker(1, { 'auto.create.topics.enable': 'true' });
    expect(lines(judgeBrokers([open, broker(2)], kafka, place))).toEqual([
      'wrong Kafka: 2 brokers for 3 replicas -> start more brokers, or write replicas: 2 at sapwood.yaml#kafka.replicas',
      'wrong Kafka: broker 1 has auto.create.topics.enable=true: a mistyped topic is made, with one replica -> server.properties of broker 1: auto.create.topics.enable=false',
    ]);
    expect(lines(judgeBrokers([broker(1)], { ...kafka, replicas: 1 }, place))).toEqual([
      'degraded Kafka: 1 replica of each record, so a lost disk loses what was acknowledged -> three brokers, and replicas: 3 at sapwood.yaml#kafka.replicas',
    ]);
  });

  it('DOC-3 names each topic that differs, and says the same of several at once', () => {
    const short = new Map([...topics().get('facts.v1')!.settings, ['retention.ms', '604800000']]);
    const found = topics({ 'facts.v1': { settings: short }, 'events.v1': { partitions: 6 } });
    found.set('alerts.v1', null);
    expect(lines(judgeTopics(found, kafka, place))).toEqual([
      'wrong topics: facts.v1: retention.ms is 604800000, should be -1 -> run sapwood topics apply',
      'wrong topics: events.v1: has 6 partitions, not 12, and they are fixed for ever -> write partitions: 6 at sapwood.yaml#kafka.partitions, or delete the topic while it is empty',
      'wrong topics: alerts.v1: there is none, should have 12 partitions, 3 replicas -> run sapwood topics apply',
    ]);
    const none = new Map(REGISTRY.map(({ name }) => [name, null] as const));
    expect(lines(judgeTopics(none, kafka, place))).toHaveLength(1);
  });

  it('DOC-4 a store that may drop, forget or refuse is told, and a service without CONFIG is degraded', () => {
    const judged = (state: Partial<RedisState>): string[] =>
      lines(judgeRedis({ ...healthy, ...state })).map(
        (line) => line.split(':')[0]! + line.slice(line.indexOf('->') - 1),
      );
    expect(judged({ policy: 'allkeys-lru' })).toEqual([
      'wrong Redis -> redis.conf: maxmemory-policy noeviction',
    ]);
    expect(judged({ aof: false })).toEqual(['wrong Redis -> redis.conf: appendonly yes']);
    expect(judged({ fsync: 'no' })).toEqual(['degraded Redis -> redis.conf: appendfsync everysec']);
    expect(judged({ version: '6.2.1' })).toEqual(['wrong Redis -> Redis 7 or newer']);
    expect(judged({ role: 'slave' })).toEqual(['wrong Redis -> the address of the primary']);
    expect(judged({ scriptsAllowed: false })).toEqual(['wrong Redis -> allow EVAL and EVALSHA']);
    expect(judged({ usedBytes: 8e8, maxBytes: 1e9 })).toEqual([
      'degraded Redis -> raise maxmemory before it is full',
    ]);
    expect(lines(judgeRedis({ ...healthy, configAllowed: false, fsync: null }))).toEqual([
      'degraded Redis: CONFIG is forbidden here, so appendfsync cannot be read -> see in the console of the service that it is everysec',
    ]);
  });

  it('DOC-5 a clock beyond the minute that the stamp allows is wrong', () => {
    expect(judgeSkew(61_000)).toMatchObject({
      level: 'wrong',
      what: 'clock: this machine is 61 s behind Redis',
    });
    expect(judgeSkew(-2_000)).toMatchObject({
      level: 'degraded',
      what: 'clock: this machine is 2 s ahead of Redis',
    });
  });
});
