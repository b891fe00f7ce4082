import { describe, expect, it } from 'vitest';
import type { OutboxRecord } from '../ports.ts';
import { type Backlog, createBacklog } from './backlog.ts';
import { fieldOf } from './payload.ts';

const entry = (seq: number, topic = 't', bytes = 1): OutboxRecord => ({
  ...{ topic, partition: 0, seq, key: `k${seq}` },
  value: Buffer.alloc(bytes),
});

/** A store that counts what it is asked. */
function setUp(...there: readonly OutboxRecord[]): {
  backlog: Backlog;
  stored: Map<string, OutboxRecord>;
  asked: { names: number; fields: number };
} {
  const stored = new Map(there.map((one) => [fieldOf(one), one]));
  const asked = { names: 0, fields: 0 };
  const backlog = createBacklog({
    names: async () => {
      asked.names += 1;
      return [...stored.keys()];
    },
    read: async (fields) => {
      asked.fields += fields.length;
      return fields.map((field) => stored.get(field) ?? null);
    },
  });
  return { backlog, stored, asked };
}
const seqs = (entries: readonly OutboxRecord[]): string[] =>
  entries.map(({ topic, seq }) => `${topic}${seq}`);

describe('outbox of a Redis store', () => {
  it('STORE-14 names are asked for once, and what was committed here is not read back', async () => {
    const { backlog, asked } = setUp(entry(10), entry(9), entry(2, 'a'));
    expect(seqs(await backlog.pending(2))).toEqual(['a2', 't9']);
    expect(asked).toEqual({ names: 1, fields: 2 });
    backlog.settled([entry(2, 'a'), entry(9)]);
    for (let seq = 11; seq < 15; seq++) backlog.added([entry(seq)]);
    expect(seqs(await backlog.pending(3))).toEqual(['t10', 't11', 't12']);
    backlog.settled([entry(10), entry(11), entry(12)]);
    expect(seqs(await backlog.pending(10))).toEqual(['t13', 't14']);
    expect(asked).toEqual({ names: 1, fields: 3 });
  });

  it('STORE-14 beyond what may be held the name alone is kept', async () => {
    const { backlog, stored, asked } = setUp();
    expect(await backlog.pending(1)).toEqual([]);
    for (let seq = 1; seq <= 5; seq++) {
      const large = entry(seq, 't', 1_000_000);
      stored.set(fieldOf(large), large);
      backlog.added([large]);
    }
    expect(seqs(await backlog.pending(10))).toEqual(['t1', 't2', 't3', 't4', 't5']);
    expect(asked).toEqual({ names: 1, fields: 1 });
  });

  it('STORE-15 a commit while names are asked for is not missed; a doubt is asked about again', async () => {
    const { backlog, stored, asked } = setUp(entry(1));
    const first = backlog.pending(10);
    backlog.added([entry(2)]);
    stored.set('t|2', entry(2));
    expect(seqs(await first)).toEqual(['t1', 't2']);
    backlog.forget();
    const doubted = backlog.pending(10);
    backlog.forget();
    expect(seqs(await doubted)).toEqual(['t1', 't2']);
    expect(seqs(await backlog.pending(10))).toEqual(['t1', 't2']);
    expect(asked.names).toBe(3);
    stored.delete('t|1');
    backlog.forget();
    expect(seqs(await backlog.pending(10))).toEqual(['t2']);
  });
});
