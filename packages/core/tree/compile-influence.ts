/**
 * Influence edges, `onto: {from: [sign, target, responsible]}` or `[sign, lag]`: hypotheses, shown apart. Target
 * and responsible are of the node that the edge comes from (metrics.md 6).
 */
import type { DocumentPath, Problems } from './problems.ts';
import { parseQuantity } from './quantity.ts';
import type { InfluenceEdge } from './tree.ts';

export interface Influences {
  readonly edges: readonly (InfluenceEdge & { readonly path: DocumentPath })[];
  /** By the node that an edge comes from. */
  readonly terms: ReadonlyMap<string, EdgeTerms>;
}

/** What an edge says of its node, and where. */
export interface EdgeTerms {
  readonly target?: { readonly text: string; readonly path: DocumentPath };
  readonly owner?: { readonly name: string; readonly path: DocumentPath };
}

/** A lag is a bare duration; a target has an operator, a quantile or two ends. */
const TARGET = /^(p\d+|mean|max|<|>)|\d\s*-\s*\d/;
const ITEMS_MAX = 4;

export function compileInfluences(value: unknown, problems: Problems): Influences {
  const edges: Influences['edges'][number][] = [];
  const terms = new Map<string, EdgeTerms>();
  if (value === undefined || value === null) return { edges, terms };
  for (const [onto, from] of Object.entries(problems.map(value, ['influence'], null) ?? {})) {
    const map = problems.map(from, ['influence', onto], null) ?? {};
    for (const [id, items] of Object.entries(map)) {
      const path: DocumentPath = ['influence', onto, id];
      const { sign, lagMs, ...said } = edgeOf(items, path, problems);
      edges.push({ onto, from: id, sign, ...(lagMs === null ? {} : { lagMs }), path });
      merge(terms, id, said, problems);
    }
  }
  return { edges, terms };
}

interface Edge extends EdgeTerms {
  readonly sign: 1 | -1;
  readonly lagMs: number | null;
}

function edgeOf(value: unknown, path: DocumentPath, problems: Problems): Edge {
  const [first, ...rest] = Array.isArray(value) ? value : [value];
  const sign = problems.oneOf(first, Array.isArray(value) ? [...path, 0] : path, ['pos', 'neg']);
  if (rest.length >= ITEMS_MAX) problems.add(path, `at most ${ITEMS_MAX} items: ${SHAPE}`);
  let edge: Edge = { sign: sign === 'neg' ? -1 : 1, lagMs: null };
  rest.forEach((item: unknown, i) => {
    if (item === null) return;
    const said = itemOf(item, [...path, i + 1], problems);
    if (said === null) return;
    const key = Object.keys(said)[0]!;
    const isTwice = key === 'lagMs' ? edge.lagMs !== null : key in edge;
    if (isTwice) problems.add([...path, i + 1], `stands here twice: ${SHAPE}`);
    edge = { ...edge, ...said };
  });
  return edge;
}

const SHAPE = 'an edge is [pos or neg, target or null, responsible], or [pos or neg, lag]';

function itemOf(item: unknown, path: DocumentPath, problems: Problems): Partial<Edge> | null {
  const text = problems.text(item, path);
  if (text === null) return null;
  if (TARGET.test(text)) return { target: { text, path } };
  if (!/^[\d.]/.test(text)) return { owner: { name: text, path } };
  const lag = parseQuantity(text, 'ms', null);
  if ('value' in lag) return { lagMs: lag.value };
  problems.add(path, `${lag.problem}: ${SHAPE}`);
  return null;
}

function merge(
  terms: Map<string, EdgeTerms>,
  id: string,
  said: EdgeTerms,
  problems: Problems,
): void {
  const known = terms.get(id) ?? {};
  for (const key of ['target', 'owner'] as const) {
    const again = known[key] !== undefined && said[key];
    if (again) problems.add(again.path, `another edge from "${id}" has said that: once is enough`);
  }
  terms.set(id, { ...said, ...known });
}
