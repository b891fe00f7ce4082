/** A YAML file that knows where each of its values stands. */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
import { aliasFault, type Fault, faultsOf } from './yaml-words.ts';

const OPTIONS = { prettyErrors: false, stringKeys: true } as const;
const ALIASES_MAX = 50;

/** Larger files are something else. */
export const FILE_CHARS_MAX = 1_000_000;

export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** Syntax errors, each `file:line:column message`. */
  readonly errors: readonly string[];
  /** `line:column` of the value at `path`; of its key, if `ofKey`; of the nearest parent if absent. */
  locate(path: readonly PropertyKey[], ofKey?: boolean): string;
}

export function parseYamlFile(name: string, text: string): YamlFile {
  if (text.length > FILE_CHARS_MAX) return tooLarge(name);
  const lines = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  return fileOf(name, document, text, lines);
}

/** Several documents in one file, parted by `---`; empty ones are left out. */
export function parseYamlStream(name: string, text: string): readonly YamlFile[] {
  if (text.length > FILE_CHARS_MAX) return [tooLarge(name)];
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { ...OPTIONS, lineCounter: lines });
  const documents: readonly Document[] = 'empty' in parsed ? [] : parsed;
  return documents
    .filter(({ contents, errors }) => contents !== null || errors.length > 0)
    .map((document) => fileOf(name, document, text, lines));
}

function tooLarge(name: string): YamlFile {
  const errors = [`${name}:1:1 the file has more than ${FILE_CHARS_MAX} characters`];
  return { name, value: {}, errors, locate: () => '1:1' };
}

function fileOf(name: string, document: Document, text: string, lines: LineCounter): YamlFile {
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const read = valueIn(document);
  const faults = 'value' in read ? [] : (read.faults ?? faultsOf(document, text, placeOf));
  const errors = faults.map(({ offset, words }) => `${name}:${placeOf(offset)} ${words}`);
  const locate = (path: readonly PropertyKey[], ofKey = false): string =>
    placeOf(offsetOf(document.contents as Node | null, path, ofKey));
  return { name, value: 'value' in read ? (read.value ?? {}) : {}, errors, locate };
}

/** faults null: those of its syntax. */
function valueIn(
  document: Document,
): { readonly value: unknown } | { readonly faults: readonly Fault[] | null } {
  if (document.errors.length > 0) return { faults: null };
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES_MAX }) };
  } catch {
    return { faults: [aliasFault(document)] };
  }
}

/** Follows the path as far as it goes. */
function offsetOf(root: Node | null, path: readonly PropertyKey[], ofKey: boolean): number {
  let node: Node | null = root;
  let offset = root?.range?.[0] ?? 0;
  for (const [depth, segment] of path.entries()) {
    const step = into(node, segment);
    if (step === null) return offset;
    const isLast = depth === path.length - 1;
    offset = (isLast && ofKey ? step.key : step.value) ?? step.key ?? offset;
    node = step.node;
  }
  return offset;
}

interface Step {
  readonly node: Node | null;
  readonly key: number | undefined;
  readonly value: number | undefined;
}

function into(node: Node | null, segment: PropertyKey): Step | null {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isScalar(item.key) && String(item.key.value) === segment,
    );
    if (!pair) return null;
    const value = pair.value as Node | null;
    const key = (pair.key as Node).range?.[0];
    // A nested block begins a line later: its key is the better place.
    return { node: value, key, value: isScalar(value) || isSeq(value) ? value.range?.[0] : key };
  }
  if (isSeq(node)) {
    const value = node.items[Number(segment)] as Node | undefined;
    return value ? { node: value, key: value.range?.[0], value: value.range?.[0] } : null;
  }
  return null;
}
