/** Identity expressions of the tree file: `a / b`, `a - b - c`, `a + b`, `a * b`, `sum by category`. */
import type { Identity } from './tree.ts';

export type ParsedIdentity = { readonly identity: Identity | null } | { readonly problem: string };

const NAME = /^[a-z][a-z0-9-]*$/;
/** The categories of a cost are not nodes: the metric itself is their sum. */
const SUM_BY_CATEGORY = /^sum\s+by\s+category$/;

/** Operators stand between spaces, so that `a-b` is a name and `a - b` a difference. */
export function parseIdentity(text: string): ParsedIdentity {
  if (SUM_BY_CATEGORY.test(text.trim())) return { identity: null };
  const words = text.trim().split(/\s+/);
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
