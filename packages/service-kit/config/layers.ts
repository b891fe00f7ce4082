/** Defaults < file < environment < flags, merged into one document that knows where a value is from. */
import { didYouMean } from '@sapwood/core/suggest';
import { coerce, collisions, type Leaf, leavesFor } from './leaves.ts';
import { DEFAULTS, ENTRY_DEFAULTS } from './types.ts';

export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file' }
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'flag' };

export interface Layers {
  readonly document: Record<string, unknown>;
  /** By dotted path of a leaf. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly errors: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;
/** Dotted path to value, such as `{'http.port': 9000}`. */
export type Flags = Readonly<Record<string, string | number | boolean | undefined>>;

const PREFIX = 'SAPWOOD_';
/** Settings of the tests, which start whole processes. */
const TEST_PREFIX = 'SAPWOOD_TEST_';
/** Read by something other than the configuration: the command line, tests. */
const OTHER_VARIABLES: readonly string[] = ['SAPWOOD_CONFIG', 'SAPWOOD_SEED'];

export function mergeLayers(file: unknown, env: Environment, flags: Flags): Layers {
  const document = isPlain(file) ? withoutEmpty(file) : {};
  const origins = new Map<string, Origin>();
  const errors: string[] = [];
  markLeaves(document, [], origins);
  const leaves = leavesFor((section) => idsUnder(document, section));
  for (const [a, b] of collisions(leaves)) {
    errors.push(`${a.variable} would set both ${a.path.join('.')} and ${b.path.join('.')}`);
  }
  const set = (path: readonly string[], value: unknown, origin: Origin): void => {
    put(document, path, value);
    origins.set(path.join('.'), origin);
  };
  errors.push(...applyEnvironment(env, leaves, set));
  for (const [path, value] of Object.entries(flags)) {
    if (value !== undefined) set(path.split('.'), value, { kind: 'flag' });
  }
  applyDefaults(document, set);
  return { document, origins, errors };
}

/** A key with nothing after it is absent; a workspace of which nothing is said has the defaults. */
function withoutEmpty(map: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(map).flatMap(([key, value]): [string, unknown][] => {
    if (value === null) return [];
    if (!isPlain(value)) return [[key, value]];
    return [[key, withoutEmpty(key === 'workspaces' ? withEmptyMaps(value) : value)]];
  });
  // Own properties, whatever they are called.
  return Object.fromEntries(entries);
}

function withEmptyMaps(map: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([id, entry]) => [id, entry ?? {}]));
}

type Set = (path: readonly string[], value: unknown, origin: Origin) => void;

function applyEnvironment(env: Environment, leaves: readonly Leaf[], set: Set): string[] {
  const byVariable = new Map(leaves.map((leaf) => [leaf.variable, leaf]));
  const known = [...byVariable.keys(), ...OTHER_VARIABLES];
  const errors: string[] = [];
  for (const variable of Object.keys(env).sort()) {
    const text = env[variable];
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const leaf = byVariable.get(variable);
    if (leaf) set(leaf.path, coerce(text, leaf.kind), { kind: 'env', variable });
    else if (!OTHER_VARIABLES.includes(variable) && !variable.startsWith(TEST_PREFIX)) {
      errors.push(`${variable} is not a setting${didYouMean(variable, known)}`);
    }
  }
  return errors;
}

function applyDefaults(document: Record<string, unknown>, set: Set): void {
  const fill = (path: readonly string[], value: unknown): void => {
    if (get(document, path) === undefined) set(path, value, { kind: 'default' });
  };
  for (const [path, value] of Object.entries(DEFAULTS)) fill(path.split('.'), value);
  for (const [section, defaults] of Object.entries(ENTRY_DEFAULTS)) {
    for (const id of idsUnder(document, [section])) {
      if (!isPlain(get(document, [section, id]))) continue;
      for (const [key, value] of Object.entries(defaults)) fill([section, id, key], value);
    }
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function get(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const part of path)
    value = isPlain(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}

/** Where something that is not a map is in the way it is left: the schema will name it. */
function put(document: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let map = document;
  for (const part of path.slice(0, -1)) {
    if (!Object.hasOwn(map, part)) map[part] = {};
    const next = map[part];
    if (!isPlain(next)) return;
    map = next;
  }
  map[path.at(-1)!] = value;
}

function idsUnder(document: unknown, section: readonly string[]): readonly string[] {
  const map = get(document, section);
  return isPlain(map) ? Object.keys(map) : [];
}

function markLeaves(value: unknown, path: readonly string[], origins: Map<string, Origin>): void {
  if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) markLeaves(inner, [...path, key], origins);
  } else origins.set(path.join('.'), { kind: 'file' });
}
