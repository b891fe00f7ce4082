/** What is wrong with a value, in words for whoever wrote it. The value itself is not told: it may be a secret. */
import { didYouMean } from '@sapwood/core/suggest';
import type * as z from 'zod';

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'nothing',
  number: 'a number',
  object: 'a map',
  record: 'a map',
  string: 'text',
};
const nameOf = (type: string): string => NAMES[type] ?? type;

function typeOf(input: unknown): string {
  if (input === null) return 'null';
  return Array.isArray(input) ? 'array' : typeof input;
}

/** Where the schema says nothing of its own; undefined: as the library has it. */
export function wrongWords(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      if (input === undefined) return `is missing: expected ${nameOf(issue.expected)}`;
      if (issue.expected === 'int' && typeof input === 'number') return `expected ${NAMES['int']}`;
      return `expected ${nameOf(issue.expected)}, not ${nameOf(typeOf(input))}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const hint = typeof input === 'string' ? didYouMean(input, values) : '';
      return `expected ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}${hint}`;
    }
    case 'too_small':
      return `expected ${issue.origin === 'array' ? 'a list of ' : ''}at least ${issue.minimum}`;
    case 'too_big':
      return `expected ${issue.origin === 'array' ? 'a list of ' : ''}at most ${issue.maximum}`;
    default:
      return undefined;
  }
}

export type Path = readonly PropertyKey[];

/** A document without what is wrong in it, so that the rest can be judged too; and what is gone. */
export function withoutWrong(
  document: object,
  issues: readonly z.core.$ZodIssue[],
): { readonly rest: object; readonly gone: readonly Path[] } {
  const rest = structuredClone(document);
  const gone = issues.flatMap((issue): Path[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path, key])
      : [wholePath(rest, issue.path)],
  );
  for (const path of gone) remove(rest, path);
  return { rest, gone };
}

/** Of a list all, for what is left of it would be another list; of what lacks something all of that. */
function wholePath(document: object, path: Path): Path {
  const list = path.findIndex((key) => typeof key === 'number');
  const whole = list < 0 ? path : path.slice(0, list);
  const isThere = mapAt(document, whole)?.[whole.at(-1)!] !== undefined;
  return isThere ? whole : whole.slice(0, -1);
}

function remove(document: object, path: Path): void {
  const map = mapAt(document, path);
  if (map && path.length > 0) Reflect.deleteProperty(map, path.at(-1)!);
}

/** What a path leads to the last step of; null: there is no such map. */
function mapAt(document: object, path: Path): Record<PropertyKey, unknown> | null {
  let inner: unknown = document;
  for (const key of path.slice(0, -1)) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return null;
    inner = (inner as Record<PropertyKey, unknown>)[key];
  }
  return typeof inner === 'object' ? (inner as Record<PropertyKey, unknown> | null) : null;
}
