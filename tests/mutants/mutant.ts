/** A mutant as data (reliability.md 1.12): a wrong line, and the tests that have to notice it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Mutant {
  /** `B4`, or `B4b` where the code stands at several places; `C…` is a control that must survive. */
  readonly id: string;
  /** What is wrong in it. */
  readonly sentence: string;
  /** Path in the repository; TypeScript, or one of the Lua scripts. */
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly TestChoice[];
}

export interface TestChoice {
  readonly file: string;
  /** A pattern for the full names of tests; absent: all of the file. */
  readonly only?: string;
}

export const ROOT: string = join(import.meta.dirname, '..', '..');

/** The mutated text; throws where the mutant no longer fits, so that none rots in silence. */
export function mutate({ id, file, find, replace }: Mutant, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(`${id} does not fit: its text stands ${parts.length - 1} times in ${file}.`);
  }
  return parts.join(replace);
}

export const mutated = (mutant: Mutant): string =>
  mutate(mutant, readFileSync(join(ROOT, mutant.file), 'utf8'));
