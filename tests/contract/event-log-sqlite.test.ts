/** What only the embedded engine promises: one writer, readers beside it, nothing lost at kill -9. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const clock = createSystemClock();
const child = new URL('./sqlite-writer.child.ts', import.meta.url).pathname;
const topics = [{ name: 'kept', retention: 'delete' }] as const;

describe('SQLite engine', () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sapwood-sqlite-'));
    file = join(dir, 'sapwood.db');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('LOG-20 a second writer is refused with one sentence, in this process or another', async () => {
    const first = createSqlite({ file, clock, topics });
    const open = (): unknown => createSqlite({ file, clock, topics });
    expect(open).toThrow(expect.objectContaining({ code: 'SAPWOOD_STORE_LOCKED' }));
    expect(open).toThrow(/^Another Sapwood process is already writing .*\.$/);
    const second = spawn(process.execPath, [child, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: second.stdout }), 'line');
    expect(line).toBe('refused SAPWOOD_STORE_LOCKED');
    await first.close();
    await createSqlite({ file, clock, topics }).close();
  });

  it('LOG-21 kill -9 at any moment loses nothing acknowledged and tears nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const writer = spawn(process.execPath, [child, file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let acked = -1;
      let sawOne: () => void;
      const one = new Promise<void>((resolve) => {
        sawOne = resolve;
      });
      createInterface({ input: writer.stdout }).on('line', (line) => {
        if (!line.startsWith('acked ')) throw new Error(line);
        acked = Number(line.slice(6));
        sawOne();
      });
      await one;
      await clock.sleep(20 + round * 15);
      writer.kill('SIGKILL');
      await once(writer, 'close');
      const engine = createSqlite({ file, clock, topics });
      const scope = { fold: 'facts', topology: 1, partition: 0 };
      const { high } = await engine.log.bounds('kept', 0);
      expect(high).toBeGreaterThan(acked);
      const meta = await engine.store.meta(scope);
      let stored = 0;
      for await (const [, , bytes] of engine.store.load(scope))
        stored = Number(Buffer.from(bytes!));
      expect(stored).toBe(meta!.off);
      const last = await engine.log.read('kept', 0, high - 1, { max: 10, waitMs: 0 });
      expect(last.map(({ offset }) => offset)).toEqual([high - 1]);
      await engine.close();
    }
  });

  it('LOG-22 a read-only opening sees a running writer and can write nothing', async () => {
    const writer = createSqlite({ file, clock, topics });
    const reader = createSqlite({ file, clock, topics, readOnly: true });
    await writer.log.append('kept', 0, [{ key: 'a', value: Buffer.from('1') }]);
    const seen = await reader.log.read('kept', 0, 0, { max: 10, waitMs: 2_000 });
    expect(seen).toHaveLength(1);
    expect(await reader.log.bounds('kept', 0)).toEqual({ low: 0, high: 1 });
    expect(await reader.log.append('kept', 0, [{ key: 'a', value: null }])).toEqual({
      kind: 'rejected',
      reason: 'read_only',
    });
    await reader.close();
    await writer.close();
  });

  it('LOG-23 a damaged file, another number of partitions, a missing file: one sentence each', async () => {
    await createSqlite({ file, clock, topics }).close();
    const open = (options: object) => (): unknown =>
      createSqlite({ file, clock, topics, ...options });
    expect(open({ partitions: 3 })).toThrow(
      expect.objectContaining({ code: 'SAPWOOD_PARTITIONS_CHANGED' }),
    );
    expect(open({ file: join(dir, 'none.db'), readOnly: true })).toThrow(
      expect.objectContaining({ code: 'SAPWOOD_STORE_MISSING' }),
    );
    writeFileSync(file, 'this is not a database, whatever its name says');
    expect(open({})).toThrow(expect.objectContaining({ code: 'SAPWOOD_STORE_CORRUPT' }));
  });

  it('LOG-23 what another program keeps is refused, and stays as it is', () => {
    const foreign = new DatabaseSync(file);
    foreign.exec('CREATE TABLE users (id)');
    foreign.close();
    const before = readFileSync(file);
    for (const readOnly of [false, true]) {
      expect(() => createSqlite({ file, clock, topics, readOnly })).toThrow('of another program');
    }
    expect(readFileSync(file)).toEqual(before);
  });

  it('LOG-24 many concurrent appends share commits and keep their order', async () => {
    const engine = createSqlite({ file, clock, topics });
    const outcomes = await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        engine.log.append('kept', 0, [{ key: 'k', value: Buffer.from(String(i)) }]),
      ),
    );
    expect(outcomes.map((o) => o.kind === 'durable' && o.firstOffset)).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    );
    const all = await engine.log.read('kept', 0, 0, { max: 500, waitMs: 0 });
    expect(all.map(({ value }) => Number(Buffer.from(value!)))).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    );
    await engine.close();
  });

  it('LOG-25 RELAXED keeps what it acknowledged in one open transaction until enough came, or the end', async () => {
    const writer = createSqlite({ file, clock, topics, durability: 'RELAXED' });
    const reader = createSqlite({ file, clock, topics, readOnly: true });
    const value = Buffer.from('1');
    const append = (count: number) =>
      writer.log.append('kept', 0, Array(count).fill({ key: 'k', value }));
    expect(await append(3)).toMatchObject({ kind: 'durable', firstOffset: 0 });
    expect((await writer.log.read('kept', 0, 0, { max: 9, waitMs: 0 })).length).toBe(3);
    expect(await reader.log.bounds('kept', 0)).toEqual({ low: 0, high: 0 });
    await append(5_000);
    expect(await reader.log.bounds('kept', 0)).toEqual({ low: 0, high: 5_003 });
    await append(1);
    await writer.close();
    expect(await reader.log.bounds('kept', 0)).toEqual({ low: 0, high: 5_004 });
    await reader.close();
  });
});
