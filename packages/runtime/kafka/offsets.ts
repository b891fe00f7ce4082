/** Where the partitions of a topic begin and end: one question for all who ask at about the same time. */
import type { Admin } from 'kafkajs';

export interface TopicOffset {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

/**
 * kafkajs takes an answer about no partition apart (TypeError: a broker that has not heard of the topic
 * yet), and gives up where several questions wait for one slow answer: both are worth asking again.
 */
export async function fetchOffsets(admin: Admin, topic: string): Promise<readonly TopicOffset[]> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    const { name } = error as Error;
    if (!(error instanceof TypeError) && name !== 'KafkaJSLockTimeout') throw error;
    const text = `Where ${topic} begins and ends is not known yet.`;
    throw Object.assign(new Error(text, { cause: error }), { retriable: true });
  }
}

/** Asks for a topic's offsets; never answers with what was asked before the call. */
export function createOffsets(
  fetchOffsets: (topic: string) => Promise<readonly TopicOffset[]>,
): (topic: string) => Promise<readonly TopicOffset[]> {
  const inFlight = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<readonly TopicOffset[]>>();
  const ask = (topic: string): Promise<readonly TopicOffset[]> => {
    const asked = fetchOffsets(topic).finally(() => {
      if (inFlight.get(topic) === asked) inFlight.delete(topic);
    });
    inFlight.set(topic, asked);
    return asked;
  };
  return (topic) => {
    const current = inFlight.get(topic);
    if (!current) return ask(topic);
    // What is under way may be older than an append of the caller's: the next one is for all of them.
    const waiting = next.get(topic);
    if (waiting) return waiting;
    const made = current
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        next.delete(topic);
        return ask(topic);
      });
    next.set(topic, made);
    return made;
  };
}
