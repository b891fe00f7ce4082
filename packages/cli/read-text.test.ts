import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withStore } from './commands/shared.ts';
import { loadedConfig } from './loaded.ts';
import { readText } from './read-text.ts';
import { loadMapping } from './replay/mapping.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sapwood-read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('CLI-14 a file that cannot be read is told with why', () => {
  writeFileSync(join(folder, 'a.txt'), 'text');
  expect(readText(join(folder, 'a.txt'))).toBe('text');
  expect(() => readText(join(folder, 'gone'))).toThrow(
    'gone: cannot be read: there is no such file.',
  );
  expect(() => readText(folder, ' Try.')).toThrow('it is a folder, and a file is meant. Try.');
  expect(() => readText(join(folder, 'a.txt', 'b'))).toThrow('there is no such folder.');
  expect(() => loadedConfig({ file: folder })).toThrow('it is a folder, and a file is meant.');
  expect(() => loadedConfig({ file: join(folder, 'no.yaml') })).toThrow('there is no such file.');
});

it('CLI-14 what is no store, or has nothing in it, is told in one sentence', async () => {
  const read = async (): Promise<void> => {};
  await expect(withStore(folder, read)).rejects.toThrow('there is no store here; give --data DIR.');
  writeFileSync(join(folder, 'sapwood.db'), '');
  await expect(withStore(folder, read)).rejects.toThrow('sapwood.db: the store is empty');
  const nested = join(folder, 'nested');
  mkdirSync(join(nested, 'sapwood.db'), { recursive: true });
  await expect(withStore(nested, read)).rejects.toThrow('sapwood.db: there is no store here');
});

it('CLI-14 a mapping that is no YAML is told in the words of every other file', () => {
  const file = join(folder, 'm.yaml');
  writeFileSync(file, 'case: [1\ntime: x\n');
  expect(() => loadMapping(file)).toThrow(`${file}:2:1 what was opened above has no closing "]"`);
});
