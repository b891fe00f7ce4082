/** A commit that breaks in the middle, or at its very end, by triggers that a second connection sets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import type { Commit, Meta, StateStore } from '@sapwood/runtime/ports';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const scope = { fold: 'facts', topology: 1, partition: 0 };
const topics = [{ name: 'kept', retention: 'delete' }] as const;
const meta: Meta = { own: 'w', off: 0, tail: '', cid: 'boot', code: 'v1', T: 0 };
const step: Commit = { ...meta, expected: 0, next: 3, tail: 'aa', cid: 'c1' };
const put = (text: string) => [['conv', 'a', Buffer.from(text)]] as const;

describe('a broken commit on SQLite', () => {
  let dir: string;
  let store: StateStore;
  let close: () => Promise<void>;
  let other: DatabaseSync;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sapwood-torn-'));
    const file = join(dir, 'sapwood.db');
    ({ store, close } = createSqlite({ file, clock: createSystemClock(), topics }));
    await store.bootstrap(scope, meta, put('before'));
    await store.claim(scope, 'w', 'v1');
    other = new DatabaseSync(file, { timeout: 2_000 });
  });
  afterEach(async () => {
    other.close();
    await close();
    rmSync(dir, { recursive: true, force: true });
  });

  const seen = async (): Promise<readonly [number, string]> => {
    let text = '';
    for await (const [, , bytes] of store.load(scope)) text = Buffer.from(bytes!).toString();
    return [(await store.meta(scope))!.off, text];
  };
  const breaksAt = (when: string): void =>
    other.exec(`CREATE TRIGGER torn ${when} BEGIN SELECT RAISE(ABORT, 'torn'); END`);

  it.each(['BEFORE UPDATE OF off ON scope', 'BEFORE UPDATE ON state'])(
    'STORE-20 broken at "%s", nothing of it is left, and the same call again succeeds',
    async (when) => {
      breaksAt(when);
      await expect(store.commit(scope, step, put('after'), [])).rejects.toThrow('torn');
      expect(await seen()).toEqual([0, 'before']);
      other.exec('DROP TRIGGER torn');
      expect(await store.commit(scope, step, put('after'), [])).toBe('OK');
      expect(await seen()).toEqual([3, 'after']);
    },
  );

  it('STORE-22 a COMMIT that fails is told, and nothing of it is left', async () => {
    // A deferred constraint is checked by COMMIT itself.
    other.exec(`CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER late AFTER UPDATE OF off ON scope BEGIN INSERT INTO child VALUES (7); END`);
    await expect(store.commit(scope, step, put('after'), [])).rejects.toThrow('FOREIGN KEY');
    expect(await seen()).toEqual([0, 'before']);
    other.exec('DROP TRIGGER late');
    expect(await store.commit(scope, step, put('after'), [])).toBe('OK');
  });
});
