/** What the topic registry wants against what a cluster has: differences, and what mends each. */
import { TOPICS, type Topic } from '@sapwood/contracts/topics';
import { type Durability, type FoundTopic, settingsOf } from '@sapwood/runtime/kafka/admin';
import type { KafkaConfig } from '@sapwood/service-kit/config';

/** `missing` and `setting` are mended by `apply`; the others need a decision. */
export interface TopicDifference {
  readonly topic: string;
  readonly kind: 'missing' | 'setting' | 'partitions' | 'replicas' | 'behind';
  /** Name of the setting, or the kind again. */
  readonly what: string;
  readonly is: string;
  readonly wanted: string;
}

export const REGISTRY: readonly Topic[] = Object.values(TOPICS);

export const durabilityOf = ({ replicas }: KafkaConfig): Durability => ({
  replicationFactor: replicas,
  flushEach: replicas === 1,
});

export function differencesOf(
  topic: Topic,
  found: FoundTopic | null,
  kafka: KafkaConfig,
): TopicDifference[] {
  const { name } = topic;
  const { partitions, replicas } = kafka;
  if (found === null) {
    const wanted = `${partitions} partitions, ${replicas} replicas`;
    return [{ topic: name, kind: 'missing', what: 'topic', is: 'none', wanted }];
  }
  const differences: TopicDifference[] = [];
  const compare = (kind: TopicDifference['kind'], what: string, is: unknown, wanted: unknown) => {
    if (String(is) === String(wanted)) return;
    differences.push({ topic: name, kind, what, is: String(is), wanted: String(wanted) });
  };
  compare('partitions', 'partitions', found.partitions, partitions);
  compare('replicas', 'replicas', found.replicas, replicas);
  compare('behind', 'partitions without all replicas in sync', found.underReplicated, 0);
  for (const [setting, wanted] of Object.entries(settingsOf(topic, durabilityOf(kafka)))) {
    compare('setting', setting, normal(found.settings.get(setting)), normal(wanted));
  }
  return differences;
}

/** A list has no order. */
const normal = (value: string | undefined): string =>
  value === undefined ? 'unset' : value.split(',').sort().join(',');

/** Differences that say the same of several topics as one, whose topic is all of their names. */
export function together(differences: readonly TopicDifference[]): TopicDifference[] {
  const alike = Object.values(
    Object.groupBy(differences, ({ kind, what, is, wanted }) => [kind, what, is, wanted].join('|')),
  );
  return alike.map((group) => {
    const names = group!.map(({ topic }) => topic);
    const topic =
      names.length === REGISTRY.length ? `all ${names.length} topics` : names.join(', ');
    return { ...group![0]!, topic };
  });
}

export interface Explained {
  readonly what: string;
  /** null: `sapwood topics apply` mends it. */
  readonly remedy: string | null;
}

export function explain(
  { topic, kind, what, is, wanted }: TopicDifference,
  place: (path: readonly string[]) => string,
): Explained {
  switch (kind) {
    case 'missing':
      return { what: `${topic}: there is none, should have ${wanted}`, remedy: null };
    case 'setting':
      return { what: `${topic}: ${what} is ${is}, should be ${wanted}`, remedy: null };
    case 'partitions':
      return {
        what: `${topic}: has ${is} partitions, not ${wanted}, and they are fixed for ever`,
        remedy: `write partitions: ${is} at ${place(['kafka', 'partitions'])}, or delete the topic while it is empty`,
      };
    case 'replicas':
      return {
        what: `${topic}: has ${is} replicas, not ${wanted}`,
        remedy: `write replicas: ${is} at ${place(['kafka', 'replicas'])}, or move it with kafka-reassign-partitions`,
      };
    case 'behind':
      return { what: `${topic}: ${is} ${what}`, remedy: 'see which broker is down or slow' };
  }
}

const MARKS = { missing: '+', setting: '~', partitions: '!', replicas: '!', behind: '!' } as const;

/** One line for a person: `+` and `~` are what `apply` does, `!` needs a decision. */
export function tellDifference(
  difference: TopicDifference,
  place: (path: readonly string[]) => string,
): string {
  const { what, remedy } = explain(difference, place);
  return `${MARKS[difference.kind]} ${what}${remedy === null ? '' : `: ${remedy}`}`;
}
