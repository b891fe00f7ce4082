/** Collects every problem of a document with its path, so that all are told at once. */
import { didYouMean } from './suggest.ts';

export type DocumentPath = readonly (string | number)[];

export interface TreeError {
  readonly path: DocumentPath;
  readonly message: string;
  /** Where in the file, `line:column`, if the caller could locate the path. */
  readonly at: string | null;
}

/** `ofKey`: the message is about the last key of the path, not about what stands there. */
export type Locate = (path: DocumentPath, ofKey: boolean) => string | null;

/** More than this and the rest is left out: the file is something else. */
const PROBLEMS_MAX = 200;

export class Problems {
  readonly found: TreeError[] = [];
  readonly #locate: Locate;

  constructor(locate: Locate) {
    this.#locate = locate;
  }

  add(path: DocumentPath, message: string, ofKey = false): void {
    if (this.found.length < PROBLEMS_MAX) {
      this.found.push({ path, message, at: this.#locate(path, ofKey) });
    }
  }

  /** The value as a map whose keys are all known; null and a problem if it is something else. */
  map(
    value: unknown,
    path: DocumentPath,
    known: readonly string[] | null,
  ): Readonly<Record<string, unknown>> | null {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      this.add(path, 'expected a map');
      return null;
    }
    for (const key of known === null ? [] : Object.keys(value)) {
      if (!known!.includes(key)) {
        const hint = didYouMean(key, known!) || `: expected one of ${known!.join(', ')}`;
        this.add([...path, key], `unknown key "${key}"${hint}`, true);
      }
    }
    return value as Record<string, unknown>;
  }

  text(value: unknown, path: DocumentPath): string | null {
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    this.add(path, value === undefined ? 'is missing: expected text' : 'expected text');
    return null;
  }

  oneOf<T extends string>(value: unknown, path: DocumentPath, words: readonly T[]): T | null {
    if (words.includes(value as T)) return value as T;
    const hint = typeof value === 'string' ? didYouMean(value, words) : '';
    this.add(path, `expected one of ${words.join(', ')}${hint}`);
    return null;
  }

  list(value: unknown, path: DocumentPath): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.add(path, 'expected a list');
    return [];
  }
}
