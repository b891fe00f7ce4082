/** What the reading commands share: the store beside a running writer, and how answers leave. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import type { Clock } from '@sapwood/runtime/ports';
import { createSqlite, type Sqlite } from '@sapwood/runtime/sqlite';
import { UserError } from '../exit.ts';

export const STORE_FILE = 'sapwood.db';

/** Runs a reading command over the embedded store in `data`; another process may be writing. */
export async function withStore<T>(
  data: string,
  read: (engine: Sqlite, clock: Clock) => Promise<T>,
): Promise<T> {
  const file = join(data, STORE_FILE);
  if (!existsSync(file)) throw new UserError(`${file}: there is no store here; give --data DIR.`);
  const clock = createSystemClock({});
  const engine = createSqlite({ file, clock, readOnly: true });
  try {
    return await read(engine, clock);
  } finally {
    await engine.close();
  }
}

/** The only workspace of a store, or the one named. */
export function chooseWorkspace(known: readonly string[], named: string | undefined): string {
  if (named !== undefined) {
    if (known.includes(named)) return named;
    throw new UserError(`There is no workspace "${named}"; the store has ${known.join(', ')}.`);
  }
  if (known.length === 1) return known[0]!;
  if (known.length === 0) throw new UserError('The store has no facts yet.');
  throw new UserError(`The store has ${known.join(', ')}: choose one with --workspace.`);
}

/** stdout is data: JSON on one line, or the same spread for a person. */
export function print(value: unknown, json: boolean | undefined): void {
  process.stdout.write(`${JSON.stringify(value, null, json ? undefined : 2)}\n`);
}
