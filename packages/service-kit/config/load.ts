/** Loads `sapwood.yaml` and its layers (ecosystem.md 7): all errors at once, each with its place. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { didYouMean } from '@sapwood/core/suggest';
import type { CompiledTree } from '@sapwood/core/tree';
import type * as z from 'zod';
import { type CrossProblem, crossCheck } from './cross-check.ts';
import type { TypedDocument } from './document.ts';
import { type Environment, type Flags, type Layers, mergeLayers, type Origin } from './layers.ts';
import { variableOf } from './leaves.ts';
import { type ReadText, resolveDocument } from './resolve.ts';
import type { DeclaredCalendar } from './schedules.ts';
import { documentSchema, keysAt } from './schema.ts';
import type { Config } from './types.ts';
import { type Path, withoutWrong, wrongWords } from './wrong.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

export const DEFAULT_CONFIG_FILE = 'sapwood.yaml';

export interface LoadOptions {
  /** Name of the file; null: `sapwood.yaml` if there is one. A file that is named must exist. */
  readonly file: string | null;
  readonly env: Environment;
  readonly flags?: Flags;
  /** Where relative names start; the current folder. */
  readonly folder?: string;
  readonly readText?: ReadText;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly trees: ReadonlyMap<string, CompiledTree>;
  /** Zone, business day and open hours of each workspace; `compileCalendar` makes them a table. */
  readonly calendars: ReadonlyMap<string, DeclaredCalendar>;
  readonly origins: ReadonlyMap<string, Origin>;
  /** The file that was read, null if there was none. */
  readonly file: string | null;
  /** Where a setting was given, `sapwood.yaml:2:12` or a variable: the line to change. */
  readonly place: (path: readonly string[]) => string;
}

export type LoadResult =
  | ({ readonly ok: true } & LoadedConfig)
  | { readonly ok: false; readonly errors: readonly string[] };

function readTextFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

export function loadConfig(options: LoadOptions): LoadResult {
  const { env, flags = {}, folder = '.', readText = readTextFile } = options;
  const name = options.file ?? DEFAULT_CONFIG_FILE;
  const text = readText(resolve(folder, name));
  if (text === null && options.file !== null) {
    return { ok: false, errors: [`${name}: cannot be read`] };
  }
  const file = parseYamlFile(name, text ?? '');
  if (file.errors.length > 0) return { ok: false, errors: file.errors };
  if (typeof file.value !== 'object' || Array.isArray(file.value)) {
    return { ok: false, errors: [`${name}:1:1 (top): expected a map of sections`] };
  }
  const layers = mergeLayers(file.value, env, flags);
  const tell = (path: readonly PropertyKey[], message: string, ofKey = false): string =>
    `${placeOf(path, layers, file, ofKey)} ${path.join('.') || '(top)'}: ${message}`;

  const parsed = documentSchema.safeParse(layers.document, { error: wrongWords });
  const errors = [...layers.errors];
  const base = dirname(resolve(folder, name));
  if (!parsed.success) {
    const { issues } = parsed.error;
    errors.push(...issues.flatMap((issue) => issueErrors(issue, tell)));
    const beside = problemsBeside(file.value ?? {}, issues, { env, flags, base, readText });
    errors.push(...beside.map(({ path, message }) => tell(path, message)));
    return { ok: false, errors };
  }
  const document = layers.document as unknown as TypedDocument;
  const resolved = resolveDocument(document, base, readText);
  for (const { path, message } of [...crossCheck(document), ...resolved.problems]) {
    errors.push(tell(path, message));
  }
  errors.push(...resolved.fileErrors);
  if (errors.length > 0) return { ok: false, errors };
  const { config, trees, calendars } = resolved;
  const place = (path: readonly string[]): string => placeOf(path, layers, file, false);
  const read = text === null ? null : name;
  return { ok: true, config, trees, calendars, origins: layers.origins, file: read, place };
}

interface Surroundings {
  readonly env: Environment;
  readonly flags: Flags;
  readonly base: string;
  readonly readText: ReadText;
}

/** What is wrong between fields of the file, those aside that are wrong themselves. */
function problemsBeside(
  document: object,
  issues: readonly z.core.$ZodIssue[],
  around: Surroundings,
  goneBefore: readonly Path[] = [],
): CrossProblem[] {
  const { env, flags, base, readText } = around;
  const { rest, gone: goneNow } = withoutWrong(document, issues);
  const gone = [...goneBefore, ...goneNow];
  // What is called as something that is gone may be called rightly.
  if (gone.some((path) => path.length < 2 || (path.length === 2 && path[0] === 'workspaces'))) {
    return [];
  }
  const { document: merged } = mergeLayers(rest, env, flags);
  const again = documentSchema.safeParse(merged);
  if (!again.success) {
    // What lacks something that is gone goes as a whole; each time there is less.
    const isLess = JSON.stringify(rest) !== JSON.stringify(document);
    return isLess ? problemsBeside(rest, again.error.issues, around, gone) : [];
  }
  const typed = merged as unknown as TypedDocument;
  const problems = [...crossCheck(typed), ...resolveDocument(typed, base, readText).problems];
  return problems.filter(({ path }) => !gone.some((one) => isWithin(one, path)));
}

/** One of two paths leads on from the other. */
const isWithin = (one: Path, other: Path): boolean =>
  one.slice(0, other.length).join('.') === other.slice(0, one.length).join('.');

type Tell = (path: readonly PropertyKey[], message: string, ofKey?: boolean) => string;

function issueErrors(issue: z.core.$ZodIssue, tell: Tell): string[] {
  if (issue.code !== 'unrecognized_keys') return [tell(issue.path, issue.message)];
  return issue.keys.map((key) =>
    tell([...issue.path, key], `unknown key${didYouMean(key, keysAt(issue.path))}`, true),
  );
}

/** The layer a value came from: a place in the file, a variable, or a flag. */
function placeOf(
  path: readonly PropertyKey[],
  { origins }: Layers,
  file: YamlFile,
  ofKey: boolean,
): string {
  const origin = origins.get(path.join('.'));
  if (origin?.kind === 'env') return origin.variable;
  // A flag is called by the last word of its key: --port is http.port.
  if (origin?.kind === 'flag') return `--${String(path.at(-1))}`;
  if (origin?.kind === 'default') return variableOf(path.map(String));
  return `${file.name}:${file.locate(path, ofKey)}`;
}
