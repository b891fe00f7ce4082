/** Why a file is no YAML, in words for whoever wrote it: where it begins, and what to write instead. */
import {
  type Document,
  isAlias,
  isCollection,
  isScalar,
  type Node,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml';

export interface Fault {
  readonly offset: number;
  readonly words: string;
}

type PlaceOf = (offset: number) => string;
type Words = (text: string, error: YAMLError) => string | null;

/** In YAML these begin something else than text. */
const QUOTED = (char: string): string =>
  `text that begins with ${char} has to stand in quotes, as in "${char}…"`;

const BY_CODE: Readonly<Partial<Record<YAMLError['code'], Words>>> = {
  TAB_AS_INDENT: () => 'a tab indents this line: write spaces',
  BAD_SCALAR_START: (text, { pos }) => QUOTED(text[pos[0]]!),
  BAD_ALIAS: (text, { pos }) => QUOTED(text[pos[0]]!),
  BAD_DQ_ESCAPE: () =>
    'a backslash between double quotes begins a sign that there is none of: write \\\\, or single quotes',
  BAD_INDENT: (_, { message }) => {
    const [, end] = / end with a ([\]}])/.exec(message) ?? [];
    if (end === undefined) return 'this line begins in another column than those beside it';
    return `what was opened above has no closing "${end}": add it, or indent this line`;
  },
  BLOCK_AS_IMPLICIT_KEY: () =>
    'a second ": " in one line: put the text in quotes, or begin a line for the inner key and indent it',
  BLOCK_IN_FLOW: () => 'between { } and [ ] a comma parts what stands there: one is missing',
  KEY_OVER_1024_CHARS: () => 'a key has at most 1,024 characters',
  MULTILINE_IMPLICIT_KEY: (text, { pos }) =>
    text[pos[0]] === '-'
      ? 'a list item stands where a key should: write "key: value", or indent it below its key'
      : 'there is no ": " here: a key is written as in "key: value", with a space',
  MULTIPLE_DOCS: () => '"---" begins another document, and only one is read: remove it',
  NON_STRING_KEY: () => 'a key is text: put it in quotes if it begins with { or [',
  RESOURCE_EXHAUSTION: () => 'it is nested too deeply',
  MISSING_CHAR: (_, { message }) =>
    message.startsWith('Missing , or :') ? 'a comma or a ": " is missing before this' : null,
  UNEXPECTED_TOKEN: (text, { message, pos }) => {
    if (/Unexpected ,/.test(message)) return 'there is nothing before this comma: remove it';
    if (/seq-ind/.test(message)) return 'a list item begins a line of its own';
    if (/(map|seq)-end/.test(message)) return `nothing is open that "${text[pos[0]]}" could close`;
    if (/scalar at node end/.test(message))
      return 'more text than its quotes hold: quote all of it';
    return null;
  },
};
const OTHERWISE =
  'cannot be read as YAML from here on: is something before it not closed, or not quoted?';

/** A star alone means "any other" to us, and to YAML something that was named before. */
const STAR = /(?:^|[{,\s])(\*)\s*:/;

/** One for each line: what follows in it is of the same making. */
export function faultsOf(document: Document, text: string, placeOf: PlaceOf): readonly Fault[] {
  const byLine = new Map<string, Fault>();
  for (const error of document.errors) {
    const fault = faultOf(error, document, text, placeOf);
    const [line = ''] = placeOf(fault.offset).split(':');
    // What nobody can say more of comes of what was told before it.
    const isNews = fault.words !== OTHERWISE || byLine.size === 0;
    if (isNews && !byLine.has(line)) byLine.set(line, fault);
  }
  return [...byLine.values()];
}

function faultOf(error: YAMLError, document: Document, text: string, placeOf: PlaceOf): Fault {
  const offset = error.pos[0];
  if (error.code === 'DUPLICATE_KEY') return { offset, words: twice(offset, document, placeOf) };
  const [, quote] = /^Missing closing (["'])/.exec(error.message) ?? [];
  if (quote !== undefined) {
    const words = `the text that begins here has no closing ${quote}`;
    return { offset: lastQuoted(document) ?? offset, words };
  }
  // Seen behind the sign that begins it.
  const [, header] = /extra characters: ([>|])/.exec(error.message) ?? [];
  if (header !== undefined) return { offset: offset - 1, words: QUOTED(header) };
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const star = STAR.exec(text.slice(start).split('\n', 1)[0]!);
  if (star) {
    const at = start + star.index + star[0].indexOf('*');
    return { offset: at, words: 'a key that is a star has to stand in quotes: "*"' };
  }
  return { offset, words: BY_CODE[error.code]?.(text, error) ?? OTHERWISE };
}

/** An open quote runs to the end of the file: there the parser sees it. */
function lastQuoted(document: Document): number | null {
  let found: number | null = null;
  visit(document, {
    Scalar: (_, { type, range }: Scalar) => {
      if (type?.startsWith('QUOTE') && range) found = range[0];
    },
  });
  return found;
}

function twice(offset: number, document: Document, placeOf: PlaceOf): string {
  let words = 'this key stands here twice: keep one of them';
  visit(document, {
    Map: (_, { items }) => {
      const keys = items.map(({ key }) => key as Node);
      const own = keys.find(({ range }) => range?.[0] === offset);
      if (!isScalar(own)) return;
      const first = keys.find((key) => isScalar(key) && key.value === own.value)!;
      words = `"${own.value}" stands here twice, first at ${placeOf(first.range![0])}: keep one of them`;
    },
  });
  return words;
}

/** What only shows once values are made: a name that stands for nothing, or for too much. */
export function aliasFault(document: Document): Fault {
  const anchors = new Set<string>();
  let unknown: Fault | null = null;
  visit(document, (_, node) => {
    if (isAlias(node)) {
      const known = anchors.has(node.source);
      const words = `nothing is called "&${node.source}": ${QUOTED('*')}`;
      if (!known) unknown ??= { offset: node.range?.[0] ?? 0, words };
    } else if ((isCollection(node) || isScalar(node)) && node.anchor) anchors.add(node.anchor);
  });
  return unknown ?? { offset: 0, words: 'names with * stand for too much: write it out' };
}
