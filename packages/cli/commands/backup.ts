/** `sapwood backup FILE`: a copy of the store as of now, beside a running `start`. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RuntimeError } from '@sapwood/runtime/errors';
import { backupDatabase } from '@sapwood/runtime/sqlite';
import { UserError } from '../exit.ts';
import { STORE_FILE } from './shared.ts';

export interface BackupOptions {
  readonly data: string;
}

const MB = 1_000_000;

/** Throws `UserError` if there is no store, the file exists, or the copy could not be made. */
export function backup(file: string, { data }: BackupOptions): void {
  const store = join(data, STORE_FILE);
  if (!existsSync(store)) throw new UserError(`${store}: there is no store here; give --data DIR.`);
  if (!existsSync(dirname(file))) throw new UserError(`There is no folder ${dirname(file)}.`);
  try {
    const { bytes } = backupDatabase(store, file);
    const size = (bytes / MB).toFixed(1);
    console.log(
      `${file} holds ${store} as of now, checked, ${size} MB; keep the secrets of ${data} with it.`,
    );
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw new UserError(
      `The backup failed, and nothing is left of it: ${(error as Error).message}.`,
    );
  }
}
