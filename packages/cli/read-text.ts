/** Files that somebody named. */
import { readFileSync } from 'node:fs';
import { UserError } from './exit.ts';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a folder, and a file is meant',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
};

/** Throws `UserError` with why it cannot be read, and the remedy. */
export function readText(file: string, remedy = ''): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new UserError(`${file}: cannot be read: ${WHY[code] ?? code}.${remedy}`);
  }
}
