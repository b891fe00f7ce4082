/**
 * Compiles `tree.yaml` (metrics.md 6, anomaly.md 11.1), already parsed to plain objects, to the flat
 * tree that the folds, the gateway and the wall read. All errors at once, each with its path.
 */

import { METRIC_IDS, missingOf } from '../metrics/sheets.ts';
import { checkCrosses } from './compile-crosses.ts';
import { compileInfluences, type Influences } from './compile-influence.ts';
import { lensNodes } from './compile-lenses.ts';
import { compileNode, type NodeContext } from './compile-node.ts';
import { raciOf } from './compile-owner.ts';
import { tellView, termsOfViews } from './compile-views.ts';
import { DIMENSIONS } from './dimensions.ts';
import type { KnownMetrics } from './evaluate.ts';
import { type DocumentPath, type Locate, Problems, type TreeError } from './problems.ts';
import { didYouMean } from './suggest.ts';
import type { CompiledTree, TreeNode } from './tree.ts';
import { checkIdentities, inTreeOrder } from './tree-order.ts';

export const TREE_KEYS = ['tree', 'root', 'by', 'default-owner', 'nodes', 'influence'] as const;
const NODES_MAX = 200;

export interface CompileOptions {
  /** `line:column` of a path in the file, for the errors. */
  readonly locate?: Locate;
  /** Reporting currency: a target in another one is an error, unless it is a benchmark. */
  readonly currency?: string | null;
  /** Tiers of accounts that have targets: what is nearly one of them is none. */
  readonly tiers?: readonly string[];
}

export type CompileResult =
  | { readonly tree: CompiledTree }
  | { readonly errors: readonly TreeError[] };

interface Context extends NodeContext {
  readonly metrics: KnownMetrics;
}

/** `knownMetrics` is the catalogue's `metricSheet`: what is not computed yet may be named too. */
export function compileTree(
  document: unknown,
  knownMetrics: KnownMetrics,
  options: CompileOptions = {},
): CompileResult {
  const problems = new Problems(options.locate ?? (() => null));
  const tree = compileDocument(document, problems, knownMetrics, options);
  return tree === null || problems.found.length > 0 ? { errors: problems.found } : { tree };
}

function compileDocument(
  document: unknown,
  problems: Problems,
  metrics: KnownMetrics,
  { currency = null, tiers = [] }: CompileOptions,
): CompiledTree | null {
  const map = problems.map(document, [], TREE_KEYS);
  if (map === null) return null;
  const id = problems.text(map['tree'], ['tree']);
  const root = problems.text(map['root'], ['root']);
  const owner = map['default-owner'];
  const defaultOwner =
    owner === undefined ? {} : (raciOf(owner, ['default-owner'], problems) ?? {});
  const by = treeDimensions(map['by'], problems);
  const isComputed = (metric: string): boolean => missingOf(metric) === null;
  const words = { account_tier: tiers };
  const context: Context = { problems, metrics, currency, words, defaultOwner, by, isComputed };
  const influences = compileInfluences(map['influence'], problems);
  const nodes = compileNodes(map['nodes'] ?? {}, root, influences, context);
  if (nodes.size > NODES_MAX) problems.add(['nodes'], `at most ${NODES_MAX} nodes`);
  if (id === null || root === null || nodes.size > NODES_MAX) return null;
  checkIdentities(nodes, metrics, problems);
  checkBeside(nodes, context);
  const order = inTreeOrder(root, nodes, problems);
  const ordered = order.map((name) => nodes.get(name)!);
  checkCrosses(ordered, (map['nodes'] ?? {}) as Record<string, unknown>, metrics, problems);
  const edges = influences.edges.map(({ path: _path, ...edge }) => edge);
  const compiled = { id, root, nodes: ordered };
  return edges.length === 0 ? compiled : { ...compiled, edges };
}

function treeDimensions(value: unknown, problems: Problems): readonly string[] {
  if (value === undefined) return [];
  return problems.list(value, ['by']).flatMap((item, i) => {
    if (!Array.isArray(item)) return problems.oneOf(item, ['by', i], DIMENSIONS) ?? [];
    problems.add(['by', i], 'rows by several dimensions at once are declared at each node');
    return [];
  });
}

/** Ids that stand only in edges are nodes too: they get the defaults. */
function compileNodes(
  value: unknown,
  root: string | null,
  influences: Influences,
  context: Context,
): Map<string, TreeNode> {
  const declared = context.problems.map(value, ['nodes'], null) ?? {};
  const nodes = new Map<string, TreeNode>();
  const unknown = new Set<string>();
  const queue: { id: string; path: DocumentPath; ofKey: boolean }[] = [];
  if (root !== null) queue.push({ id: root, path: ['root'], ofKey: false });
  for (const id of Object.keys(declared)) queue.push({ id, path: ['nodes', id], ofKey: true });
  for (const { onto, from, path } of influences.edges) {
    queue.push({ id: onto, path: ['influence', onto], ofKey: true });
    queue.push({ id: from, path, ofKey: true });
  }
  // What a view shows is told by what it says.
  const isView = (id: string): boolean => context.metrics(id)?.viewOf !== undefined;
  queue.sort((a, b) => Number(isView(b.id)) - Number(isView(a.id)));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { id, path, ofKey } = next;
    if (nodes.has(id) || unknown.has(id)) continue;
    const metric = context.metrics(id);
    if (metric === null) {
      unknown.add(id);
      tellUnknown(id, path, ofKey, context);
      continue;
    }
    const shown = metric.viewOf?.metrics ?? [];
    const from = influences.edges.filter((edge) => edge.onto === id).map((edge) => edge.from);
    const onto = [...shown, ...from];
    const terms = influences.terms.get(id) ?? {};
    const within = { ...context, ...termsOfViews(id, nodes, context) };
    const node = compileNode(declared[id], metric, onto, terms, within);
    nodes.set(id, node);
    for (const child of node.children) {
      queue.push({ id: child, path: ['nodes', id, 'identity'], ofKey: false });
    }
    for (const child of shown) queue.push({ id: child, path: ['nodes', id], ofKey: true });
    for (const child of lensNodes(node.lenses)) {
      queue.push({ id: child, path: ['nodes', id, 'lenses'], ofKey: true });
    }
  }
  return nodes;
}

function tellUnknown(id: string, path: DocumentPath, ofKey: boolean, { problems }: Context): void {
  const hint = didYouMean(id, METRIC_IDS);
  const help = hint === '' ? '; "sapwood metrics" lists them' : hint;
  problems.add(path, `unknown metric "${id}"${help}`, ofKey);
}

function checkBeside(nodes: ReadonlyMap<string, TreeNode>, context: Context): void {
  for (const { id, beside = [] } of nodes.values()) {
    beside.forEach((other, i) => {
      const path: DocumentPath = ['nodes', id, 'beside', i];
      if (context.metrics(other) === null) tellUnknown(other, path, false, context);
      else if (context.metrics(other)?.viewOf) tellView(other, path, context.problems);
      else if (other === id) context.problems.add(path, 'a metric is not beside itself');
    });
  }
}
