/** What a source file imports and which globals it touches, read from its syntax tree. */
import { posix } from 'node:path';
import { parseAst } from 'vite';

export interface Import {
  readonly specifier: string;
  /** Erased at run time. */
  readonly typeOnly: boolean;
  /** `export … from`. */
  readonly reExport: boolean;
  /** Path in the repository if the specifier is relative, else null. */
  readonly target: string | null;
}

export interface Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** Globals used as values, members of some with them: `Date.now`, `Math.pow`, `process.env`. */
  readonly globals: ReadonlySet<string>;
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object' && typeof (value as Node).type === 'string';

export function readSource(path: string, text: string): Source {
  const lang = path.endsWith('.tsx') ? 'tsx' : 'ts';
  const program = parseAst(text, { lang }) as unknown as Node;
  const imports: Import[] = [];
  const globals = new Set<string>();
  walk(program, (node) => {
    const found = importOf(node);
    if (found) imports.push({ ...found, target: targetOf(path, found.specifier) });
    for (const name of globalsOf(node)) globals.add(name);
  });
  return { path, imports, globals };
}

function targetOf(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
}

function importOf(node: Node): Omit<Import, 'target'> | null {
  switch (node.type) {
    case 'ImportDeclaration':
      return toImport(node, isErased(node, 'importKind'), false);
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return toImport(node, isErased(node, 'exportKind'), true);
    case 'ImportExpression':
      return toImport(node, false, false);
    case 'TSImportType':
      return toImport(node, true, false);
    default:
      return null;
  }
}

/** `import type`, or every name in it is one. */
function isErased(node: Node, kind: string): boolean {
  if (node[kind] === 'type') return true;
  const names = (node['specifiers'] ?? []) as Node[];
  return names.length > 0 && names.every((name) => name[kind] === 'type');
}

function toImport(node: Node, typeOnly: boolean, reExport: boolean): Omit<Import, 'target'> | null {
  const source = (node['source'] ?? node['argument']) as Node | null | undefined;
  const literal = isNode(source) && source.type === 'TSLiteralType' ? source['literal'] : source;
  const value = isNode(literal) ? literal['value'] : null;
  return typeof value === 'string' ? { specifier: value, typeOnly, reExport } : null;
}

/** Names that reach outside a pure function, or whose result depends on the engine. */
const WATCHED = new Set([
  'Date',
  'Math',
  'process',
  'performance',
  'crypto',
  'fetch',
  'globalThis',
  'console',
  'Intl',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]);

function globalsOf(node: Node): string[] {
  if (node.type === 'MemberExpression') {
    const { object, property, computed } = node as Node & { object: Node; property: Node };
    if (object.type !== 'Identifier' || !WATCHED.has(String(object['name']))) return [];
    const member = computed ? property['value'] : property['name'];
    return [`${object['name']}.${String(member)}`];
  }
  if (node.type === 'BinaryExpression' && node['operator'] === '**') return ['**'];
  if (node.type !== 'Identifier' || !WATCHED.has(String(node['name']))) return [];
  return [String(node['name'])];
}

/** Keys and member names are not references; neither is anything inside a type. */
function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  const isPlainKey = node['computed'] !== true;
  for (const [field, value] of Object.entries(node)) {
    const isName =
      isPlainKey &&
      ((field === 'property' && node.type === 'MemberExpression') ||
        (field === 'key' && 'value' in node && node['shorthand'] !== true));
    // `Date` of `Date.now` was told with its member.
    if (isName || (field === 'object' && globalsOf(node).length > 0)) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, isTypeOnly(child) ? (n) => visitTypes(n, visit) : visit);
    }
  }
}

const ERASED_KEEPING_VALUES = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
]);
const isTypeOnly = (node: Node): boolean =>
  node.type.startsWith('TS') && !ERASED_KEEPING_VALUES.has(node.type);

/** Inside a type only imports count. */
function visitTypes(node: Node, visit: (node: Node) => void): void {
  if (node.type === 'TSImportType') visit(node);
}
