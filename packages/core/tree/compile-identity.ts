/** Identity expressions of the tree file: `a / b`, `a - b - c`, `a + b`, `a * b`, `sum by category`. */
import type { NamedMetric } from '../metrics/sheet.ts';
import { didYouMean } from './suggest.ts';
import type { Identity } from './tree.ts';

/** `formula`: in the metric's own parts, so that no node decomposes it. */
export type ParsedIdentity =
  | { readonly identity: Identity }
  | { readonly formula: string }
  | { readonly problem: string };

const NAME = /^[a-z][a-z0-9-]*$/;
const TERM = /[a-z][a-z0-9-]*(?:\([a-z][a-z0-9-]*\))?/g;
/** The categories of a cost are not nodes: the metric itself is their sum. */
const SUM_BY_CATEGORY = /^sum\s+by\s+category$/;
const MEAN_OF_PARTS = /^mean\s+of\s+(.+?)(?:\s+parts)?$/;

/** Operators stand between spaces, so that `a-b` is a name and `a - b` a difference. */
export function parseIdentity(input: string, { id, parts = {} }: NamedMetric): ParsedIdentity {
  const isPart = (term: string): boolean => Object.hasOwn(parts, term);
  const text = input.trim();
  if (SUM_BY_CATEGORY.test(text)) return { formula: text };
  const mean = MEAN_OF_PARTS.exec(text);
  const terms = (mean?.[1] ?? text).match(TERM) ?? [];
  if (mean === null && !terms.some(isPart)) return identityOf(text.split(/\s+/));
  const unknown = terms.find((term) => !isPart(term) && (mean !== null || !NAME.test(term)));
  if (unknown !== undefined) {
    const named = Object.keys(parts);
    if (named.length === 0) return { problem: `"${id}" is no mean of parts` };
    const hint = didYouMean(unknown, named);
    return { problem: `"${unknown}" is no part of "${id}": ${named.join(', ')}${hint}` };
  }
  // Parts that no metric holds stay inside the metric's own formula.
  if (terms.some((term) => isPart(term) && parts[term] === null)) return { formula: text };
  return withHolders(text.split(/\s+/), parts);
}

/** Parts as the metric that holds them: several in one metric stand together, and with one sign. */
function withHolders(
  words: readonly string[],
  parts: Readonly<Record<string, string | null>>,
): ParsedIdentity {
  const kept: string[] = [];
  for (const [i, word] of words.entries()) {
    if (i % 2 === 1) continue;
    const holder = Object.hasOwn(parts, word) ? parts[word]! : word;
    const together = Object.keys(parts).filter((one) => parts[one] === holder);
    const signs = together.map((one) => words[words.indexOf(one) - 1]);
    if (holder !== word && new Set(signs).size > 1) {
      return { problem: `${together.join(' and ')} are counted as one: name all, with one sign` };
    }
    if (kept.includes(holder) && holder !== word) continue;
    kept.push(...(i === 0 ? [] : [words[i - 1]!]), holder);
  }
  return identityOf(kept);
}

function identityOf(words: readonly string[]): ParsedIdentity {
  const names = words.filter((_, i) => i % 2 === 0);
  const operators = new Set(words.filter((_, i) => i % 2 === 1));
  if (words.length < 3 || words.length % 2 === 0 || !names.every((name) => NAME.test(name))) {
    return { problem: 'expected metrics joined by " / ", " - ", " + " or " * "' };
  }
  if (new Set(names).size < names.length) return { problem: 'a metric stands here twice' };
  if ([...operators].every((op) => op === '+' || op === '-')) return { identity: sumOf(words) };
  if (operators.size === 1 && operators.has('*')) {
    return { identity: { op: 'product', factors: names } };
  }
  if (operators.size === 1 && operators.has('/') && names.length === 2) {
    return { identity: { op: 'ratio', num: names[0]!, den: names[1]! } };
  }
  return { problem: 'one node, one operator: name the inner part as a node of its own' };
}

function sumOf(words: readonly string[]): Identity {
  const parts: { node: string; sign: 1 | -1 }[] = [];
  for (let i = 0; i < words.length; i += 2) {
    parts.push({ node: words[i]!, sign: words[i - 1] === '-' ? -1 : 1 });
  }
  return { op: 'sum', parts };
}
