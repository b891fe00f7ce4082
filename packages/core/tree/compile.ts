/**
 * Compiles `tree.yaml` (metrics.md 6, anomaly.md 11.1), already parsed to plain objects, to the flat
 * tree that the folds, the gateway and the wall read. All errors at once, each with its path.
 */

import { CATALOGUE, type MetricDefinition } from '../metrics/catalogue.ts';
import { parseIdentity } from './compile-identity.ts';
import { compileRules } from './compile-rules.ts';
import { DIMENSIONS, type Dimension } from './dimensions.ts';
import { childrenOf, type KnownMetrics } from './evaluate.ts';
import { type DocumentPath, type Locate, Problems, type TreeError } from './problems.ts';
import { parseQuantity } from './quantity.ts';
import { didYouMean } from './suggest.ts';
import { AUDIENCES, type CompiledTree, type Identity, type TreeNode } from './tree.ts';

const TREE_KEYS = ['tree', 'root', 'default-owner', 'nodes', 'influence'] as const;
const NODE_KEYS = [
  'label',
  'shortLabel',
  'identity',
  'by',
  'target',
  'audience',
  'owner',
  'alerts',
] as const;
const RACI_KEYS = ['R', 'A', 'C', 'I'] as const;
const NODES_MAX = 200;
const DEPTH_MAX = 12;
const LABEL_CHARS_MAX = 60;
/** For "did you mean" only: `knownMetrics` decides what is known. */
const METRIC_IDS: readonly string[] = CATALOGUE.map((metric) => metric.id);

export interface CompileOptions {
  /** `line:column` of a path in the file, for the errors. */
  readonly locate?: Locate;
  /** Reporting currency: money in another one is an error. */
  readonly currency?: string;
}

export type CompileResult =
  | { readonly tree: CompiledTree }
  | { readonly errors: readonly TreeError[] };

interface Context {
  readonly problems: Problems;
  readonly metrics: KnownMetrics;
  readonly currency: string | null;
  readonly defaultOwner: string | null;
}

type Influences = ReadonlyMap<string, readonly string[]>;

/** `knownMetrics` is the catalogue's `metricDefinition`. */
export function compileTree(
  document: unknown,
  knownMetrics: KnownMetrics,
  options: CompileOptions = {},
): CompileResult {
  const problems = new Problems(options.locate ?? (() => null));
  const tree = compileDocument(document, problems, knownMetrics, options.currency ?? null);
  return tree === null || problems.found.length > 0 ? { errors: problems.found } : { tree };
}

function compileDocument(
  document: unknown,
  problems: Problems,
  metrics: KnownMetrics,
  currency: string | null,
): CompiledTree | null {
  const map = problems.map(document, [], TREE_KEYS);
  if (map === null) return null;
  const id = problems.text(map['tree'], ['tree']);
  const root = problems.text(map['root'], ['root']);
  const defaultOwner =
    map['default-owner'] === undefined
      ? null
      : ownerOf(map['default-owner'], ['default-owner'], problems);
  const context: Context = { problems, metrics, currency, defaultOwner };
  const influences = compileInfluences(map['influence'], context);
  const nodes = compileNodes(map['nodes'] ?? {}, root, influences, context);
  if (id === null || root === null || nodes.size > NODES_MAX) {
    if (nodes.size > NODES_MAX) problems.add(['nodes'], `at most ${NODES_MAX} nodes`);
    return null;
  }
  checkIdentities(nodes, context);
  const order = inTreeOrder(root, nodes, problems);
  return { id, root, nodes: order.map((name) => nodes.get(name)!) };
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
  const queue: { id: string; path: DocumentPath }[] = [];
  if (root !== null) queue.push({ id: root, path: ['root'] });
  for (const id of Object.keys(declared)) queue.push({ id, path: ['nodes', id] });
  for (const [onto, from] of influences) {
    queue.push({ id: onto, path: ['influence', onto] });
    for (const id of from) queue.push({ id, path: ['influence', onto, id] });
  }
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { id, path } = next;
    if (nodes.has(id)) continue;
    const metric = context.metrics(id);
    if (metric === null) {
      context.problems.add(path, `unknown metric "${id}"${didYouMean(id, METRIC_IDS)}`);
      continue;
    }
    const node = compileNode(declared[id] ?? {}, metric, influences.get(id) ?? [], context);
    nodes.set(id, node);
    for (const child of node.children) {
      queue.push({ id: child, path: ['nodes', id, 'identity'] });
    }
  }
  return nodes;
}

function compileNode(
  value: unknown,
  metric: MetricDefinition,
  influences: readonly string[],
  context: Context,
): TreeNode {
  const { problems } = context;
  const path: DocumentPath = ['nodes', metric.id];
  const map = problems.map(value ?? {}, path, NODE_KEYS) ?? {};
  const label = (key: string): string | null => labelOf(map[key], [...path, key], problems);
  const identity = identityOf(map['identity'], [...path, 'identity'], problems);
  const audience =
    map['audience'] === undefined
      ? defaultAudience(metric)
      : (problems.oneOf(map['audience'], [...path, 'audience'], AUDIENCES) ?? 'lead');
  return {
    id: metric.id,
    label: label('label') ?? metric.label,
    shortLabel: label('shortLabel'),
    identity,
    by: dimensionsOf(map['by'], [...path, 'by'], metric, problems),
    children: childrenOf(identity),
    influences,
    target: targetOf(map['target'], [...path, 'target'], metric, context),
    audience,
    owner: nodeOwner(map['owner'], [...path, 'owner'], context),
    alerts: compileRules(map['alerts'], [...path, 'alerts'], { ...context, metric }),
  };
}

/** Money is not for the floor (design D16), unless the file says so. */
function defaultAudience(metric: MetricDefinition): TreeNode['audience'] {
  return metric.form === 'MONEY' ? 'lead' : 'floor';
}

function labelOf(value: unknown, path: DocumentPath, problems: Problems): string | null {
  if (value === undefined) return null;
  const text = problems.text(value, path);
  if (text !== null && text.length > LABEL_CHARS_MAX) {
    problems.add(path, `at most ${LABEL_CHARS_MAX} characters`);
  }
  return text;
}

function identityOf(value: unknown, path: DocumentPath, problems: Problems): Identity | null {
  if (value === undefined) return null;
  const text = problems.text(value, path);
  if (text === null) return null;
  const parsed = parseIdentity(text);
  if ('identity' in parsed) return parsed.identity;
  problems.add(path, parsed.problem);
  return null;
}

function dimensionsOf(
  value: unknown,
  path: DocumentPath,
  metric: MetricDefinition,
  problems: Problems,
): readonly Dimension[] {
  if (value === undefined) return [];
  const dimensions: Dimension[] = [];
  problems.list(value, path).forEach((item, i) => {
    const dimension = problems.oneOf(item, [...path, i], DIMENSIONS);
    if (dimension === null || dimensions.includes(dimension)) return;
    if (metric.dims.includes(dimension)) dimensions.push(dimension);
    else problems.add([...path, i], `"${metric.id}" is not counted by ${dimension}`);
  });
  return dimensions;
}

/** `<=8 GBP`, `<= 4 h`, `>=90 % def`; the trailing word says where the number is from. */
function targetOf(
  value: unknown,
  path: DocumentPath,
  metric: MetricDefinition,
  { problems, currency }: Context,
): TreeNode['target'] {
  if (value === undefined || value === null) return null;
  if (typeof value === 'object') {
    problems.add(path, 'a target per segment is not supported: give one for the node');
    return null;
  }
  const match = /^(p\d+\s*)?(<=|>=|<|>)\s*(.*?)\s*(?:\b(?:ref|def))?$/.exec(String(value).trim());
  if (!match) {
    problems.add(path, 'a target begins with <=, >=, < or >');
    return null;
  }
  if (match[1] !== undefined) {
    problems.add(path, 'a target applies to the value of the metric, not to another quantile');
    return null;
  }
  const parsed = parseQuantity(match[3], metric.unit, currency);
  if ('value' in parsed) return { op: match[2] as '<=', value: parsed.value };
  problems.add(path, parsed.problem);
  return null;
}

/** Who answers for a node: its responsible, else its accountable one. */
function ownerOf(value: unknown, path: DocumentPath, problems: Problems): string | null {
  if (typeof value === 'string') return problems.text(value, path);
  const map = problems.map(value, path, RACI_KEYS);
  if (map === null) return null;
  const named = RACI_KEYS.filter((role) => map[role] !== undefined).map((role) =>
    problems.text(map[role], [...path, role]),
  );
  if (named.length === 0) problems.add(path, 'name at least one of R, A, C, I');
  return named[0] ?? null;
}

function nodeOwner(value: unknown, path: DocumentPath, context: Context): string {
  if (value !== undefined) return ownerOf(value, path, context.problems) ?? '';
  if (context.defaultOwner === null) {
    context.problems.add(path, 'needs an "owner" here or a "default-owner" in the tree');
  }
  return context.defaultOwner ?? '';
}

/** `onto: {from: [sign, …]}`: hypotheses, shown apart. */
function compileInfluences(value: unknown, context: Context): Influences {
  const { problems } = context;
  const influences = new Map<string, readonly string[]>();
  if (value === undefined || value === null) return influences;
  for (const [onto, edges] of Object.entries(problems.map(value, ['influence'], null) ?? {})) {
    const map = problems.map(edges, ['influence', onto], null) ?? {};
    for (const [from, edge] of Object.entries(map)) {
      const path: DocumentPath = ['influence', onto, from];
      problems.oneOf(Array.isArray(edge) ? edge[0] : edge, path, ['pos', 'neg']);
    }
    influences.set(onto, Object.keys(map));
  }
  return influences;
}

/** The units of an identity's two sides must agree. */
function checkIdentities(nodes: ReadonlyMap<string, TreeNode>, context: Context): void {
  for (const node of nodes.values()) {
    const { identity } = node;
    if (identity === null || !node.children.every((child) => nodes.has(child))) continue;
    const unit = context.metrics(node.id)!.unit;
    const units = node.children.map((child) => context.metrics(child)!.unit);
    if (!unitsAgree(identity.op, unit, units)) {
      context.problems.add(
        ['nodes', node.id, 'identity'],
        `the units do not agree: ${unit} is not made of ${units.join(', ')}`,
      );
    }
  }
}

function unitsAgree(op: Identity['op'], unit: string, units: readonly string[]): boolean {
  if (op === 'sum') return units.every((other) => other === unit);
  if (op === 'ratio') {
    return unit === 'ppm' ? units[0] === units[1] : units[0] === unit && units[1] === 'count';
  }
  const others = units.filter((other) => other !== 'count');
  return others.length === 0 ? unit === 'count' : others.length === 1 && others[0] === unit;
}

/** Depth first from the root, then what stands alone, in file order. Refuses cycles and depth. */
function inTreeOrder(
  root: string,
  nodes: ReadonlyMap<string, TreeNode>,
  problems: Problems,
): string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    if (trail.includes(id)) {
      const cycle = [...trail.slice(trail.indexOf(id)), id].join(' -> ');
      problems.add(['nodes', id], `a cycle: ${cycle}`);
      return;
    }
    const node = nodes.get(id);
    if (node === undefined || done.has(id)) return;
    if (trail.length >= DEPTH_MAX) {
      problems.add(['nodes', id], `deeper than ${DEPTH_MAX} levels`);
      return;
    }
    done.add(id);
    order.push(id);
    for (const next of [...node.children, ...node.influences]) visit(next, [...trail, id]);
  };
  for (const id of [root, ...nodes.keys()]) visit(id, []);
  return order;
}
