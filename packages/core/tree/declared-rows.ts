/** Which rows a tree asks for, beyond those that every metric has (metrics.md 4, `by:`). */

import { metricDefinition } from '../metrics/catalogue.ts';
import { hasCross, isCross } from '../metrics/crosses.ts';
import { ALWAYS } from '../metrics/dimensions.ts';
import type { Dimension } from './dimensions.ts';
import type { KnownMetrics } from './evaluate.ts';
import type { CompiledTree } from './tree.ts';

/** By one dimension, and by several at once: `channel,priority`. */
export type DeclaredRows = Readonly<Record<string, readonly string[]>>;

/**
 * By metric. What a node is told by, the children of its identity are told by too, and what money is told
 * per: a parent's row is made of theirs.
 */
export function declaredRows(
  { nodes }: Pick<CompiledTree, 'nodes'>,
  metrics: KnownMetrics,
): DeclaredRows {
  const declared = new Map<string, Set<string>>();
  const children = new Map(nodes.map((node) => [node.id, node.children]));
  const declare = (id: string, by: readonly string[]): void => {
    const known = declared.get(id) ?? new Set();
    declared.set(id, known);
    const fresh = by.filter((one) => !known.has(one));
    if (fresh.length === 0) return;
    for (const one of fresh) known.add(one);
    for (const child of [...(children.get(id) ?? []), ...divisorsOf(id)]) declare(child, fresh);
  };
  for (const { id, by, crosses = [] } of nodes) declare(id, [...by, ...crosses, ...comparedIn(id)]);
  const rows: Record<string, readonly string[]> = {};
  for (const id of [...declared.keys()].sort()) {
    const own = [...declared.get(id)!].filter((one) => isOffered(id, one, metrics)).sort();
    if (own.length > 0) rows[id] = own;
  }
  return rows;
}

function divisorsOf(id: string): readonly string[] {
  const { per, of } = metricDefinition(id) ?? {};
  return [per, of].filter((one) => typeof one === 'string');
}

/** What is told of pairs, or of values compared with each other, is told of them wherever it stands. */
function comparedIn(id: string): readonly Dimension[] {
  const { ofPairs, composite, needsSwitch, dims } = metricDefinition(id) ?? {};
  if (ofPairs) return dims!;
  // What is hidden unless somebody switches it on is asked for by its rows.
  return composite && !needsSwitch ? [composite.each] : [];
}

function isOffered(id: string, one: string, metrics: KnownMetrics): boolean {
  if (isCross(one)) return hasCross(metricDefinition(id), one);
  const dimension = one as Dimension;
  return !ALWAYS.includes(dimension) && metrics(id)?.dims.includes(dimension) === true;
}
