import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backup } from './backup.ts';
import { STORE_FILE } from './shared.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sapwood-backup-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(data, { recursive: true, force: true });
});

it('CLI-6 backup says in one sentence what it made, or why it made nothing', async () => {
  const copy = join(data, 'copy.db');
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(() => backup(copy, { data })).toThrow(/there is no store here; give --data DIR\.$/);
  const engine = createSqlite({ file: join(data, STORE_FILE), clock: createSystemClock() });
  backup(copy, { data });
  expect(said.mock.calls).toEqual([
    [expect.stringMatching(/copy\.db holds .* as of now, checked,/)],
  ]);
  expect(() => backup(copy, { data })).toThrow(/is there already/);
  expect(() => backup(join(data, 'none', 'copy.db'), { data })).toThrow(/^There is no folder/);
  await engine.close();
  expect(readdirSync(data).filter((name) => name.includes('part'))).toEqual([]);
});
