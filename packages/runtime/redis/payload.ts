/** An outbox entry as one Redis value. */
import type { OutboxRecord } from '../ports.ts';

interface Payload {
  readonly topic: string;
  readonly partition: number;
  readonly seq: number;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  /** base64; null is a tombstone. */
  readonly value: string | null;
}

export const fieldOf = ({ topic, seq }: { readonly topic: string; readonly seq: number }): string =>
  `${topic}|${seq}`;

export function encodePayload(entry: OutboxRecord): string {
  const { topic, partition, seq, key, headers = null, value } = entry;
  const text =
    value && Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  return JSON.stringify({ topic, partition, seq, key, headers, value: text } satisfies Payload);
}

export function decodePayload(text: string): OutboxRecord {
  const { headers, value, ...rest } = JSON.parse(text) as Payload;
  return {
    ...rest,
    value: value === null ? null : Buffer.from(value, 'base64'),
    ...(headers ? { headers } : {}),
  };
}

/** By topic, then by seq as a number: the order in which they have to be appended. */
export function compareFields(a: string, b: string): number {
  const cutA = a.lastIndexOf('|');
  const cutB = b.lastIndexOf('|');
  const topicA = a.slice(0, cutA);
  const topicB = b.slice(0, cutB);
  if (topicA !== topicB) return topicA < topicB ? -1 : 1;
  return Number(a.slice(cutA + 1)) - Number(b.slice(cutB + 1));
}
