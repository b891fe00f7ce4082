/** Recorded logs for tests. Where they are missing their tests are skipped, loudly. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER =
  process.env['SAPWOOD_TEST_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** Path of a recorded log; null: skipped. With SAPWOOD_TEST_REQUIRE=all a missing one fails. */
export function recordedLog(name: string): string | null {
  const file = join(FOLDER, name);
  if (existsSync(file)) return file;
  if (process.env['SAPWOOD_TEST_REQUIRE'] === 'all') throw new Error(`${file} is required`);
  console.warn(`\n*** SKIPPED: the replay of ${name} (no ${file}; SAPWOOD_TEST_DATA=folder) ***\n`);
  return null;
}
