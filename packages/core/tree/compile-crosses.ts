/** Rows by several dimensions at once, as a tree file declares them: `by: [channel, [channel, priority]]`. */
import { metricDefinition } from '../metrics/catalogue.ts';
import { crossName, crossRefusal, dimensionsIn, isCross, shownMost } from '../metrics/crosses.ts';
import { SHOWN_MAX } from '../metrics/dimensions.ts';
import type { NamedMetric } from '../metrics/sheet.ts';
import { declaredRows } from './declared-rows.ts';
import { DIMENSIONS, type Dimension } from './dimensions.ts';
import type { KnownMetrics } from './evaluate.ts';
import type { DocumentPath, Problems } from './problems.ts';
import type { TreeNode } from './tree.ts';

const LEAST = 2;
const MOST = 3;
/** Of one node, and of a workspace. */
const ROWS_MAX = 2_000;
const KEYS_MAX = 20_000;

/** In the order of the file. */
export function compileCrosses(
  value: unknown,
  path: DocumentPath,
  metric: NamedMetric,
  problems: Problems,
): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const names = items.flatMap((item, i) => {
    if (!Array.isArray(item)) return [];
    return compileCross(item, [...path, i], metric, problems) ?? [];
  });
  return [...new Set(names)];
}

function compileCross(
  items: readonly unknown[],
  path: DocumentPath,
  metric: NamedMetric,
  problems: Problems,
): string | null {
  const before = problems.found.length;
  const dimensions = items.flatMap(
    (item, i) => problems.oneOf(item, [...path, i], DIMENSIONS) ?? [],
  );
  if (problems.found.length > before) return null;
  const problem = problemOf(dimensions, metric);
  if (problem !== null) problems.add(path, problem);
  return problem === null ? crossName(dimensions) : null;
}

function problemOf(dimensions: readonly Dimension[], { id, dims }: NamedMetric): string | null {
  const distinct = new Set(dimensions).size;
  if (distinct < dimensions.length) return 'the same dimension stands in it twice';
  if (distinct < LEAST || distinct > MOST) {
    return `rows are by one dimension, or by ${LEAST} or ${MOST} at once`;
  }
  const definition = metricDefinition(id);
  if (definition === null) return `"${id}" is not computed yet: its rows could never be filled`;
  const uncounted = dimensions.find((one) => !dims.includes(one));
  if (uncounted !== undefined) return `"${id}" is not counted by ${uncounted}`;
  const refusal = crossRefusal(definition, dimensions);
  return refusal === null ? null : `"${id}" has no rows by several dimensions at once: ${refusal}`;
}

/** So many rows that nobody could read them: of what a node declares, its parts have such rows too. */
export function checkCrosses(
  nodes: readonly TreeNode[],
  written: Readonly<Record<string, unknown>>,
  metrics: KnownMetrics,
  problems: Problems,
): void {
  let taken: readonly TreeNode[] = nodes.map((node) => ({ ...node, by: [], crosses: [] }));
  for (const { id, crosses = [] } of nodes) {
    for (const cross of crosses) {
      const next = taken.map((node) =>
        node.id === id ? { ...node, crosses: [...node.crosses!, cross] } : node,
      );
      const problem = excessOf(next, cross, metrics);
      if (problem === null) taken = next;
      else problems.add(placeOf(id, cross, written[id]), problem);
    }
  }
}

function excessOf(nodes: readonly TreeNode[], cross: string, metrics: KnownMetrics): string | null {
  const rows = Object.entries(declaredRows({ nodes }, metrics)).map(([id, names]) => ({
    id,
    most: names.reduce((sum, one) => sum + rowsOf(one), 0),
  }));
  const full = rows.find(({ most }) => most > ROWS_MAX);
  const widest = dimensionsIn(cross).reduce((a, b) => (SHOWN_MAX[a] < SHOWN_MAX[b] ? b : a));
  const help = `leave it out, or put in place of "${widest}" (${SHOWN_MAX[widest]} values) a dimension of fewer values`;
  const times = dimensionsIn(cross)
    .map((one) => `${one} ${SHOWN_MAX[one]}`)
    .join(' x ');
  const own = `${times} = ${rowsOf(cross)} rows`;
  if (full) {
    return `${own}: "${full.id}" would have ${full.most} by several dimensions, of at most ${ROWS_MAX}; ${help}`;
  }
  const keys = rows.reduce((sum, { most }) => sum + most, 0);
  if (keys <= KEYS_MAX) return null;
  return `${own}: the tree would have ${keys} by several dimensions, of at most ${KEYS_MAX}; ${help}`;
}

const rowsOf = (name: string): number => (isCross(name) ? shownMost(dimensionsIn(name)) : 0);

function placeOf(id: string, cross: string, written: unknown): DocumentPath {
  const { by } = written as { readonly by: readonly unknown[] };
  const index = by.findIndex((item) => Array.isArray(item) && crossName(item) === cross);
  return ['nodes', id, 'by', index];
}
