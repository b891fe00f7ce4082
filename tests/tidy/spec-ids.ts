/** Rules of the SPEC.md files against the ids that test titles quote. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';

export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export interface Title {
  readonly path: string;
  /** Placeholders of a template stand as `…`. */
  readonly title: string;
}

export interface Mismatch {
  /** Quoted by a test, told by no rule. */
  readonly withoutRule: readonly string[];
  /** Told by a rule, quoted by no test. */
  readonly withoutTest: readonly string[];
  readonly toldTwice: readonly string[];
  readonly withoutId: readonly string[];
}

const IGNORED = /(^|\/)(node_modules|dist|fixtures)(\/|$)/;
const RULE = /^- \*\*([A-Z][A-Z0-9]*-\d+)\*\* \S/gm;
const QUOTED = /^((?:(?:[A-Z][A-Z0-9]*-\d+|[IMFTB]\d+) )+)\S/;
/** Invariants, metamorphic relations, faults, threats, mutants: kept outside the SPEC files. */
const OUTSIDE = /^[IMFTB]\d+$/;

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object' && typeof (value as Node).type === 'string';

export function readFiles(root: string, pattern: string): TextFile[] {
  return globSync(pattern, { cwd: root, exclude: (name) => IGNORED.test(name) })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Titles of `it(…)`, `test(…)` and their variants, read from the syntax tree. */
export function titlesOf({ path, text }: TextFile): Title[] {
  const titles: Title[] = [];
  const walk = (node: Node): void => {
    const title = node.type === 'CallExpression' ? titleOf(node) : null;
    if (title !== null) titles.push({ path, title });
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child);
    }
  };
  walk(parseAst(text, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }) as unknown as Node);
  return titles;
}

function titleOf(call: Node): string | null {
  const name = rootName(call['callee'] as Node);
  if (name !== 'it' && name !== 'test') return null;
  const [first] = call['arguments'] as Node[];
  if (first?.type === 'Literal' && typeof first['value'] === 'string') return first['value'];
  if (first?.type !== 'TemplateLiteral') return null;
  const parts = first['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
  return parts.map((part) => part.value.cooked).join('…');
}

/** `it` of `it`, `it.each(…)`, `it.skipIf(…)`. */
function rootName(node: Node): string | null {
  if (node.type === 'Identifier') return String(node['name']);
  const inner = node['object'] ?? node['callee'];
  return isNode(inner) ? rootName(inner) : null;
}

export function compareIds(specs: readonly TextFile[], titles: readonly Title[]): Mismatch {
  const rules = specs.flatMap(({ text }) => [...text.matchAll(RULE)].map((match) => match[1]!));
  const known = new Set(rules);
  const quoted = new Set<string>();
  const withoutId: string[] = [];
  for (const { path, title } of titles) {
    const ids = QUOTED.exec(title)?.[1]?.trim().split(' ') ?? [];
    if (ids.length === 0) withoutId.push(`${path}: ${title}`);
    for (const id of ids) if (!OUTSIDE.test(id)) quoted.add(id);
  }
  return {
    withoutRule: [...quoted].filter((id) => !known.has(id)),
    withoutTest: [...known].filter((id) => !quoted.has(id)),
    toldTwice: [...known].filter((id) => rules.indexOf(id) !== rules.lastIndexOf(id)),
    withoutId,
  };
}
