/** The conformance suite of the EventLog port: every adapter passes it, or it does not exist. */
import type { AppendOutcome, Clock, EventLog, LogRecord, NewRecord } from '@sapwood/runtime/ports';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

export interface LogHarness {
  readonly log: EventLog;
  readonly clock: Clock;
  /** A fresh topic that keeps every record, and a fresh compacted one. */
  readonly kept: string;
  readonly compacted: string;
  /** Superseded records of a compacted topic are gone at once, not some time later. */
  readonly compactsAtOnce: boolean;
  /** Lets `ms` pass on the harness's clock; what waits on that clock is released. */
  pass(ms: number): Promise<void>;
  /** A new connection to the same data, the old one gone. */
  reopen(): Promise<LogHarness>;
  close(): Promise<void>;
}

const record = (key: string | null, text: string | null): NewRecord => ({
  key,
  value: text === null ? null : Buffer.from(text),
});
const textOf = ({ value }: LogRecord): string | null => value && Buffer.from(value).toString();
const offsetOf = (outcome: AppendOutcome): number => {
  if (outcome.kind !== 'durable') throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return outcome.firstOffset;
};
const now = { max: 1_000, waitMs: 0 };
/** Long enough for a slow engine; a wake-up ends it. */
const long = { max: 1_000, waitMs: 20_000 };

/** Reads until `count` records are there: an engine may hand them over in several answers. */
export async function readAll(
  log: EventLog,
  topic: string,
  count: number,
  from = 0,
): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  while (all.length < count) {
    const next = all.length === 0 ? from : all.at(-1)!.offset + 1;
    const some = await log.read(topic, 0, next, long);
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}

export function eventLogSuite(name: string, open: () => Promise<LogHarness>): void {
  describe(`EventLog: ${name}`, () => {
    let harness: LogHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    it('LOG-1 an append answers the first of consecutive offsets, from 0 without a gap', async () => {
      const { log, kept } = harness;
      expect(await log.bounds(kept, 0)).toEqual({ low: 0, high: 0 });
      expect(offsetOf(await log.append(kept, 0, [record('a', '0')]))).toBe(0);
      expect(offsetOf(await log.append(kept, 0, [record('a', '1'), record('b', '2')]))).toBe(1);
      expect(offsetOf(await log.append(kept, 0, [record(null, '3')]))).toBe(3);
      expect(await log.bounds(kept, 0)).toEqual({ low: 0, high: 4 });
      const all = await readAll(log, kept, 4);
      expect(all.map((r) => [r.offset, r.key, textOf(r)])).toEqual([
        [0, 'a', '0'],
        [1, 'a', '1'],
        [2, 'b', '2'],
        [3, null, '3'],
      ]);
    });

    it('LOG-2 values are bytes, headers text, and the append time is the log’s', async () => {
      const { log, kept, clock } = harness;
      const before = clock.now();
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      await log.append(kept, 0, [{ key: 'clé', value: bytes, headers: { via: 'körper' } }]);
      const [found] = await readAll(log, kept, 1);
      expect(Uint8Array.from(found!.value!)).toEqual(bytes);
      expect(found).toMatchObject({ key: 'clé', headers: { via: 'körper' } });
      expect(found!.appendedAt).toBeGreaterThanOrEqual(before - 2_000);
      expect(found!.appendedAt).toBeLessThanOrEqual(clock.now() + 2_000);
    });

    it('LOG-3 a read starts at any offset, honours max, and is empty at the head', async () => {
      const { log, kept } = harness;
      await log.append(
        kept,
        0,
        ['0', '1', '2', '3'].map((text) => record('k', text)),
      );
      const some = await log.read(kept, 0, 1, { max: 2, waitMs: 20_000 });
      expect(some.map((r) => r.offset)).toEqual([1, 2].slice(0, some.length));
      expect(some.length).toBeGreaterThan(0);
      expect(await log.read(kept, 0, 4, now)).toEqual([]);
    });

    it('LOG-4 a waiting read is woken by an append', async () => {
      const { log, kept } = harness;
      const waiting = log.read(kept, 0, 0, long);
      await log.append(kept, 0, [record('a', 'x')]);
      expect((await waiting).map(textOf)).toEqual(['x']);
    });

    it('LOG-5 an append just before or while a read begins is never missed', async () => {
      const { log, kept } = harness;
      for (let i = 0; i < 30; i++) {
        const [found] = await Promise.all([
          log.read(kept, 0, i, long),
          log.append(kept, 0, [record('a', String(i))]),
        ]);
        expect(found.map(textOf)).toEqual([String(i)]);
      }
    });

    it('LOG-6 a wait ends after its time, or when it is aborted', async () => {
      const { log, kept } = harness;
      const timed = log.read(kept, 0, 0, { max: 1, waitMs: 300 });
      await harness.pass(301);
      expect(await timed).toEqual([]);
      const abort = new AbortController();
      const aborted = log.read(kept, 0, 0, { ...long, signal: abort.signal });
      abort.abort();
      expect(await aborted).toEqual([]);
    });

    it('LOG-7 a compacted topic keeps the newest record of a key; offsets keep rising', async () => {
      const { log, compacted } = harness;
      for (const text of ['1', '2', '3']) await log.append(compacted, 0, [record('a', text)]);
      expect(offsetOf(await log.append(compacted, 0, [record('b', '4')]))).toBe(3);
      expect((await log.bounds(compacted, 0)).high).toBe(4);
      const all = await readAll(log, compacted, harness.compactsAtOnce ? 2 : 4);
      const last = new Map(all.map((r) => [r.key, [r.offset, textOf(r)]]));
      expect(Object.fromEntries(last)).toEqual({ a: [2, '3'], b: [3, '4'] });
      if (harness.compactsAtOnce) expect(all).toHaveLength(2);
    });

    it('LOG-8 readers of a compacted topic see a tombstone, and the key may come back', async () => {
      const { log, compacted } = harness;
      await log.append(compacted, 0, [record('a', '1'), record('b', '2')]);
      await log.append(compacted, 0, [record('a', null)]);
      const all = await readAll(log, compacted, harness.compactsAtOnce ? 2 : 3);
      expect(all.at(-1)).toMatchObject({ key: 'a', value: null, offset: 2 });
      await log.append(compacted, 0, [record('a', '3')]);
      expect((await readAll(log, compacted, 1, 3)).map(textOf)).toEqual(['3']);
    });

    it('LOG-9 what cannot be written is rejected and leaves nothing behind', async () => {
      const { log, kept, compacted } = harness;
      const answers = [
        await log.append(kept, 7, [record('a', '1')]),
        await log.append(compacted, 0, [record(null, '1')]),
        await log.append(kept, 0, []),
      ];
      expect(answers.map(({ kind }) => kind)).toEqual(['rejected', 'rejected', 'rejected']);
      expect((await log.bounds(kept, 0)).high).toBe(0);
      expect((await log.bounds(compacted, 0)).high).toBe(0);
    });

    it('LOG-10 everything acknowledged is there for the next connection', async () => {
      const { kept, compacted } = harness;
      await harness.log.append(kept, 0, [record('a', '1'), record('a', '2')]);
      await harness.log.append(compacted, 0, [record('a', '1'), record('a', '2')]);
      harness = await harness.reopen();
      expect((await readAll(harness.log, kept, 2)).map(textOf)).toEqual(['1', '2']);
      expect((await readAll(harness.log, compacted, 1, 1)).map(textOf)).toEqual(['2']);
      expect(offsetOf(await harness.log.append(kept, 0, [record('a', '3')]))).toBe(2);
      expect(offsetOf(await harness.log.append(compacted, 0, [record('a', '3')]))).toBe(2);
    });

    it('LOG-11 trim drops records below an offset; the others keep theirs', async () => {
      const { log, kept } = harness;
      await log.append(
        kept,
        0,
        ['0', '1', '2', '3'].map((text) => record('k', text)),
      );
      await log.trim(kept, 0, 2);
      expect(await log.bounds(kept, 0)).toEqual({ low: 2, high: 4 });
      expect((await readAll(log, kept, 2, 2)).map((r) => r.offset)).toEqual([2, 3]);
      expect(offsetOf(await log.append(kept, 0, [record('k', '4')]))).toBe(4);
    });

    it('LOG-12 joining a group hands over the partitions', async () => {
      const { log, kept } = harness;
      const count = await log.partitions(kept);
      const assigned = await new Promise<readonly number[]>((resolve, reject) => {
        log.assign(`group-of-${kept}`, kept, resolve).catch(reject);
      });
      expect([...assigned].sort()).toEqual(Array.from({ length: count }, (_, p) => p));
    });

    it('LOG-14 a read from behind the end of the log is refused: it is not the log that was read', async () => {
      const { log, kept, compacted } = harness;
      for (const topic of [kept, compacted]) {
        await log.append(topic, 0, [record('a', 'x')]);
        expect(await log.read(topic, 0, 1, now)).toEqual([]);
        for (const options of [now, long]) {
          await expect(log.read(topic, 0, 3, options)).rejects.toMatchObject({
            code: 'SAPWOOD_LOG_SHORTER',
          });
        }
      }
    });

    it('LOG-13 an unknown topic is an error with a code, never silence', async () => {
      await expect(harness.log.bounds('no.such.topic', 0)).rejects.toMatchObject({
        code: 'SAPWOOD_TOPIC_UNKNOWN',
      });
    });
  });
}
