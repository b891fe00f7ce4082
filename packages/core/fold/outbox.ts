/** Records that leave with the commit, numbered per topic (reliability.md 1.8). */
import type { OutboxEntry } from '../fold-contract.ts';
import { canonicalJson } from '../num/integer.ts';

export interface Outbox {
  /** Adds a record; its `seq` is filled in. */
  add(topic: string, key: string, record: object): void;
  take(): OutboxEntry[];
  /** The counters as stored text; null if nothing ever left. */
  encode(): string | null;
  restore(text: string): void;
}

export function createOutbox(): Outbox {
  const seqs: Record<string, number> = {};
  let entries: OutboxEntry[] = [];
  return {
    add(topic, key, record) {
      const seq = (seqs[topic] ?? 0) + 1;
      seqs[topic] = seq;
      entries.push({ topic, seq, key, record: { ...record, seq } });
    },
    take() {
      const taken = entries;
      entries = [];
      return taken;
    },
    encode: () => (Object.keys(seqs).length === 0 ? null : canonicalJson(seqs)),
    restore: (text) => void Object.assign(seqs, JSON.parse(text)),
  };
}
