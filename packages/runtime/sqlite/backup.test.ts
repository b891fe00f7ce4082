import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemClock } from '../clock/system.ts';
import { backupDatabase, createSqlite } from './index.ts';

const clock = createSystemClock();
const topics = [{ name: 'kept', retention: 'delete' }] as const;
const records = (count: number, bytes = 1_000): { key: string; value: Uint8Array }[] =>
  Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: Buffer.alloc(bytes, i) }));

describe('SQLite file', () => {
  let dir: string;
  let file: string;
  let copy: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sapwood-file-'));
    file = join(dir, 'sapwood.db');
    copy = join(dir, 'copy.db');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('FILE-1 a backup beside a running writer is the store of one instant, and opens as one', async () => {
    const engine = createSqlite({ file, clock, topics });
    await engine.log.append('kept', 0, records(500));
    const { bytes } = backupDatabase(file, copy);
    expect(bytes).toBe(statSync(copy).size);
    await engine.log.append('kept', 0, records(10));
    const restored = createSqlite({ file: copy, clock, topics, readOnly: true });
    expect(await restored.log.bounds('kept', 0)).toEqual({ low: 0, high: 500 });
    await restored.close();
    await engine.close();
    expect(statSync(copy).mode & 0o077).toBe(0);
  });

  it('FILE-2 a backup never replaces a file and leaves nothing behind when it fails', async () => {
    await createSqlite({ file, clock, topics }).close();
    writeFileSync(copy, 'mine');
    expect(() => backupDatabase(file, copy)).toThrow(
      /^.* is there already, .*choose another name\.$/,
    );
    expect(readFileSync(copy, 'utf8')).toBe('mine');
    expect(() => backupDatabase(join(dir, 'none.db'), join(dir, 'other.db'))).toThrow(
      /no Sapwood store/,
    );
    writeFileSync(join(dir, 'broken.db'), 'not a database, however long this text may be');
    const target = join(dir, 'other.db');
    expect(() => backupDatabase(join(dir, 'broken.db'), target)).toThrow();
    expect([existsSync(target), existsSync(`${target}.part-${process.pid}`)]).toEqual([
      false,
      false,
    ]);
  });

  it('FILE-3 what retention frees is used again: the file stops growing', async () => {
    const engine = createSqlite({ file, clock, topics, durability: 'NORMAL' });
    const sizes: number[] = [];
    for (let round = 0; round < 12; round++) {
      await engine.log.append('kept', 0, records(1_000));
      const { high } = await engine.log.bounds('kept', 0);
      await engine.log.trim('kept', 0, high - 2_000);
      const checkpoint = new DatabaseSync(file);
      checkpoint.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      checkpoint.close();
      sizes.push(statSync(file).size);
    }
    expect(sizes.at(-1)).toBeLessThan(1.05 * sizes[4]!);
    await engine.close();
  });

  it('FILE-4 a WAL that a reader let grow is cut back after it', async () => {
    const engine = createSqlite({ file, clock, topics, durability: 'NORMAL' });
    await engine.log.append('kept', 0, records(1));
    const reader = new DatabaseSync(file, { readOnly: true });
    reader.exec('BEGIN; SELECT count(*) FROM log');
    for (let i = 0; i < 20; i++) await engine.log.append('kept', 0, records(1_000, 4_000));
    const wal = (): number => statSync(`${file}-wal`).size;
    expect(wal()).toBeGreaterThan(70_000_000);
    reader.close();
    for (let i = 0; i < 3; i++) await engine.log.append('kept', 0, records(10));
    expect(wal()).toBeLessThanOrEqual(64 * 1024 * 1024);
    await engine.close();
  }, 60_000);

  it('FILE-5 a file that is damaged inside is refused at start in one sentence', async () => {
    const engine = createSqlite({ file, clock, topics });
    await engine.log.append('kept', 0, records(5_000));
    await engine.close();
    const bytes = readFileSync(file);
    const page = 16_384;
    for (let at = 20 * page; at < 40 * page; at += page) bytes.fill(0xff, at, at + 64);
    writeFileSync(file, bytes);
    const sentence = /^.*sapwood\.db is damaged \(.*\); restore a backup of it\.$/;
    expect(() => createSqlite({ file, clock, topics })).toThrow(sentence);
    // A large one is opened at once, and the same is told a moment later.
    const told = Promise.withResolvers<Error>();
    const large = { checkedAtOnce: 0, onDamage: told.resolve };
    const opened = createSqlite({ file, clock, topics, ...large });
    expect((await told.promise).message).toMatch(sentence);
    await opened.close();
    const beside = createSqlite({ file, clock, topics, ...large, onDamage: told.reject });
    await beside.close();
  }, 30_000);
});
