/** The conformance suite of the StateStore port. */
import type {
  Commit,
  EventLog,
  Meta,
  OutboxRecord,
  Scope,
  StateStore,
  StoredPut,
} from '@sapwood/runtime/ports';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

export interface StoreHarness {
  readonly store: StateStore;
  /** Where a commit appends its outbox; null where the relay has to. */
  readonly log: EventLog | null;
  readonly outboxTopic: string;
  reopen(): Promise<StoreHarness>;
  close(): Promise<void>;
}

const scope: Scope = { fold: 'facts', topology: 1, partition: 0 };
const other: Scope = { fold: 'facts', topology: 2, partition: 0 };
const meta: Meta = { own: 'w0', off: 0, tail: '', cid: 'boot', code: 'v1', T: 0 };
const step: Commit = {
  own: 'w1',
  expected: 0,
  next: 3,
  tail: 'aa',
  cid: 'c1',
  code: 'v1',
  T: 1_781_000_000_000,
};
const put = (field: string, text: string | null, space: StoredPut[0] = 'conv'): StoredPut => [
  space,
  field,
  text === null ? null : Buffer.from(text),
];

async function dump(store: StateStore, of: Scope = scope): Promise<string[]> {
  const lines: string[] = [];
  for await (const [space, field, bytes] of store.load(of)) {
    lines.push(`${space} ${field} ${bytes && Buffer.from(bytes).toString()}`);
  }
  return lines.sort();
}

export function stateStoreSuite(name: string, open: () => Promise<StoreHarness>): void {
  describe(`StateStore: ${name}`, () => {
    let harness: StoreHarness;
    let store: StateStore;
    beforeEach(async () => {
      harness = await open();
      ({ store } = harness);
    });
    afterEach(() => harness.close());
    const begin = async (): Promise<void> => {
      expect(await store.bootstrap(scope, meta, [put('a', '1')])).toBe('OK');
      expect(await store.claim(scope, 'w1', 'v1')).toMatchObject({ kind: 'claimed' });
    };
    const event = (seq: number): OutboxRecord => ({
      topic: harness.outboxTopic,
      partition: 0,
      seq,
      key: `e${seq}`,
      value: Buffer.from(`event ${seq}`),
    });

    it('STORE-1 a scope is empty until it is started, and started once', async () => {
      expect(await store.claim(scope, 'w1', 'v1')).toEqual({ kind: 'EMPTY' });
      expect(await store.meta(scope)).toBeNull();
      expect(await store.commit(scope, step, [], [])).toBe('EMPTY');
      expect(await store.bootstrap(scope, meta, [put('a', '1')])).toBe('OK');
      expect(await store.bootstrap(scope, { ...meta, off: 9 }, [])).toBe('EXISTS');
      expect(await dump(store)).toEqual(['conv a 1']);
      expect(await store.claim(other, 'w1', 'v1')).toEqual({ kind: 'EMPTY' });
    });

    it('STORE-2 a claim answers the state’s position and takes the ownership', async () => {
      await begin();
      expect(await store.meta(scope)).toEqual({ ...meta, own: 'w1' });
    });

    it('STORE-3 a commit moves puts, offset, tail and log time together', async () => {
      await begin();
      const puts = [put('a', null), put('b', '2'), put('b', '3', 'pane'), put('c', 'ü', 'rule')];
      expect(await store.commit(scope, step, puts, [])).toBe('OK');
      expect(await dump(store)).toEqual(['conv b 2', 'pane b 3', 'rule c ü']);
      expect(await store.meta(scope)).toEqual({
        own: 'w1',
        off: 3,
        tail: 'aa',
        cid: 'c1',
        code: 'v1',
        T: 1_781_000_000_000,
      });
    });

    it('STORE-4 the same commit again is APPLIED and changes nothing', async () => {
      await begin();
      await store.commit(scope, step, [put('b', '2')], []);
      expect(await store.commit(scope, step, [put('b', '9')], [event(1)])).toBe('APPLIED');
      expect(await dump(store)).toEqual(['conv a 1', 'conv b 2']);
      expect(await store.pending(scope, 10)).toEqual([]);
    });

    it('STORE-5 a foreign owner, code or offset is refused and changes nothing', async () => {
      await begin();
      const tries: Partial<Commit>[] = [
        { own: 'w9', cid: 'x1' },
        { code: 'v2', cid: 'x2' },
        { expected: 1, cid: 'x3' },
      ];
      const answers: string[] = [];
      for (const bad of tries) {
        answers.push(await store.commit(scope, { ...step, ...bad }, [put('a', '9')], [event(1)]));
      }
      expect(answers).toEqual(['FENCED', 'CODE', 'OFFSET']);
      expect(await dump(store)).toEqual(['conv a 1']);
      expect(await store.pending(scope, 10)).toEqual([]);
      expect(await store.meta(scope)).toMatchObject({ off: 0, cid: 'boot' });
    });

    it('STORE-6 the newest claim wins; the older owner is fenced', async () => {
      await begin();
      await store.claim(scope, 'w2', 'v1');
      expect(await store.commit(scope, step, [put('a', '9')], [])).toBe('FENCED');
      expect(await store.commit(scope, { ...step, own: 'w2' }, [put('a', '2')], [])).toBe('OK');
      expect(await dump(store)).toEqual(['conv a 2']);
    });

    it('STORE-7 a foreign code is told, and may be started anew', async () => {
      await begin();
      expect(await store.claim(scope, 'w3', 'v2')).toEqual({ kind: 'CODE', stored: 'v1' });
      const fresh = { ...meta, own: 'w3', code: 'v2' };
      expect(await store.bootstrap(scope, fresh, [put('z', '0')])).toBe('OK');
      expect(await dump(store)).toEqual(['conv z 0']);
      expect(await store.claim(scope, 'w3', 'v2')).toMatchObject({ kind: 'claimed' });
    });

    it('STORE-8 the outbox leaves with the commit, in order of seq', async () => {
      await begin();
      expect(await store.commit(scope, step, [], [event(1), event(2)])).toBe('OK');
      const next = { ...step, expected: 3, next: 4, cid: 'c2' };
      expect(await store.commit(scope, next, [], [event(3)])).toBe('OK');
      const { log, outboxTopic } = harness;
      if (log) {
        const sent = await log.read(outboxTopic, 0, 0, { max: 10, waitMs: 0 });
        expect(sent.map(({ key }) => key)).toEqual(['e1', 'e2', 'e3']);
        expect(await store.pending(scope, 10)).toEqual([]);
        return;
      }
      const pending = await store.pending(scope, 10);
      expect(pending.map(({ seq, key }) => [seq, key])).toEqual([
        [1, 'e1'],
        [2, 'e2'],
        [3, 'e3'],
      ]);
      expect(Buffer.from(pending[0]!.value!).toString()).toBe('event 1');
      expect((await store.pending(scope, 2)).map(({ seq }) => seq)).toEqual([1, 2]);
      await store.settle(scope, 'w9', pending.slice(0, 2));
      expect(await store.pending(scope, 10)).toHaveLength(3);
      await store.settle(scope, 'w1', pending.slice(0, 2));
      expect((await store.pending(scope, 10)).map(({ seq }) => seq)).toEqual([3]);
    });

    it('STORE-9 scopes do not see each other', async () => {
      await begin();
      await store.bootstrap(other, { ...meta, own: 'w1' }, [put('o', '7')]);
      await store.commit(scope, step, [put('b', '2')], [event(1)]);
      expect(await dump(store, other)).toEqual(['conv o 7']);
      expect(await store.meta(other)).toMatchObject({ off: 0 });
      expect(await store.pending(other, 10)).toEqual([]);
    });

    it('STORE-10 a large commit and state come back whole', async () => {
      await begin();
      const puts = Array.from({ length: 5_000 }, (_, i) => put(`f${i}`, `value ${i}`, 'pane'));
      expect(await store.commit(scope, step, puts, [])).toBe('OK');
      expect(await dump(store)).toHaveLength(5_001);
    });

    it('STORE-11 small records are kept, replaced and removed', async () => {
      expect(await store.getRecord('normalizer/pylon')).toBeNull();
      await store.putRecord('normalizer/pylon', Buffer.from('7'));
      await store.putRecord('normalizer/pylon', Buffer.from('8'));
      expect(Buffer.from((await store.getRecord('normalizer/pylon'))!).toString()).toBe('8');
      await store.putRecord('normalizer/pylon', null);
      expect(await store.getRecord('normalizer/pylon')).toBeNull();
    });

    it('STORE-12 everything answered is there for the next connection', async () => {
      await begin();
      await store.commit(scope, step, [put('b', '2')], []);
      await store.putRecord('r', Buffer.from('1'));
      harness = await harness.reopen();
      expect(await harness.store.meta(scope)).toMatchObject({ off: 3, cid: 'c1' });
      expect(await dump(harness.store)).toEqual(['conv a 1', 'conv b 2']);
      expect(Buffer.from((await harness.store.getRecord('r'))!).toString()).toBe('1');
    });

    it('STORE-13 values of any bytes and fields of any text survive', async () => {
      await begin();
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const field = 'clé|{"a":1}\u0001 x';
      await store.commit(scope, step, [['dir', field, bytes]], []);
      for await (const [space, name, value] of store.load(scope)) {
        if (space === 'dir') expect([name, Uint8Array.from(value!)]).toEqual([field, bytes]);
      }
      expect((await dump(store)).length).toBe(2);
    });
  });
}
