/** What differs between two compiled trees, statement by statement. */
import { isCross } from '../metrics/crosses.ts';
import { canonicalJson } from '../num/integer.ts';
import type { KnownMetrics } from './evaluate.ts';
import type { CompiledTree, Segment, TreeNode } from './tree.ts';
import { edgeText, identityText, lensText, raciText, targetText } from './written.ts';

export const STATEMENTS = [
  'root',
  'node',
  'label',
  'identity',
  'edge',
  'lens',
  'rows',
  'target',
  'benchmark',
  'owner',
  'beside',
  'audience',
  'rule',
] as const;
export type StatementKind = (typeof STATEMENTS)[number];

export interface Statement {
  readonly of: StatementKind;
  /** What it is about: a node, a series, an edge `from -> onto`. */
  readonly about: string;
  readonly says: string;
  /** The node without which it would not be there. */
  readonly node: string;
}

export interface TreeChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly of: StatementKind;
  readonly about: string;
  /** Empty where there was nothing. */
  readonly before: string;
  readonly after: string;
}

/**
 * In the order of `STATEMENTS`, then of the files. Of a node that comes or goes only its targets, owners and edges
 * are told beside it: everything else came or went with it.
 */
export function diffTrees(
  before: CompiledTree,
  after: CompiledTree,
  metrics: KnownMetrics,
): readonly TreeChange[] {
  const was = byName(statementsOf(before, metrics));
  const is = byName(statementsOf(after, metrics));
  const nodesBefore = new Set(before.nodes.map(({ id }) => id));
  const nodesAfter = new Set(after.nodes.map(({ id }) => id));
  const stays = (id: string): boolean => nodesBefore.has(id) && nodesAfter.has(id);
  const changes = [...new Set([...was.keys(), ...is.keys()])].flatMap((name): TreeChange[] => {
    const [old, now] = [was.get(name), is.get(name)];
    const { of, about, node } = (now ?? old)!;
    if (old?.says === now?.says || !(stays(node) || TOLD_ALWAYS.has(of))) return [];
    const kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    return [{ kind, of, about, before: old?.says ?? '', after: now?.says ?? '' }];
  });
  return changes.sort((a, b) => STATEMENTS.indexOf(a.of) - STATEMENTS.indexOf(b.of));
}

const TOLD_ALWAYS: ReadonlySet<StatementKind> = new Set([
  'root',
  'node',
  'edge',
  'target',
  'owner',
]);

function byName(statements: readonly Statement[]): Map<string, Statement> {
  return new Map(statements.map((one) => [`${one.of} ${one.about}`, one]));
}

function statementsOf(tree: CompiledTree, metrics: KnownMetrics): Statement[] {
  const edges = (tree.edges ?? []).map((edge): Statement => {
    const { onto, from } = edge;
    return {
      of: 'edge',
      about: `${from} -> ${onto}`,
      says: `influence ${edgeText(edge)}`,
      node: onto,
    };
  });
  const root: Statement = { of: 'root', about: tree.id, says: tree.root, node: tree.root };
  return [root, ...tree.nodes.flatMap((node) => ofNode(node, metrics)), ...edges];
}

function ofNode(node: TreeNode, metrics: KnownMetrics): Statement[] {
  const { id, identity, formula, lenses = [], segments = [], beside = [] } = node;
  const { crosses = [], uncounted = [] } = node;
  const unit = metrics(id)?.unit ?? 'count';
  const one = (of: StatementKind, says: string, about: string = id): Statement => ({
    ...{ of, about, says, node: id },
  });
  const written = identity ? identityText(identity) : formula;
  const named = node.shortLabel === null ? '' : ` (${node.shortLabel})`;
  return [
    one('node', 'yes'),
    one('label', `${node.label}${named}`),
    ...(written === undefined ? [] : [one('identity', written)]),
    ...node.children.map((child) => one('edge', 'identity', `${child} -> ${id}`)),
    ...lenses.map((lens) => one('lens', lensText(lens), `${id} ${lens.name}`)),
    ...[...node.by, ...uncounted].map((by) => one('rows', `by ${by}`, rowsText(id, by))),
    ...crosses.map((by) => one('rows', `by ${by.replaceAll(',', ' x ')}`, rowsText(id, by))),
    ...(node.target ? [one('target', targetText(node.target, unit))] : []),
    ...(node.benchmark ? [one('benchmark', targetText(node.benchmark, unit))] : []),
    one('owner', node.raci ? raciText(node.raci) : node.owner),
    ...segments.flatMap((segment) => ofSegment(segment, id, unit, one)),
    ...beside.map((other) => one('beside', 'yes', `${id}: ${other}`)),
    one('audience', node.audience),
    ...node.alerts.map((rule) => one('rule', canonicalJson(rule), `${id} ${rule.id}`)),
  ];
}

/** `id{channel=,priority=}`. */
const rowsText = (id: string, by: string): string => `${id}{${by.replaceAll(',', '=,')}=}`;

function ofSegment(
  segment: Segment,
  id: string,
  unit: Parameters<typeof targetText>[1],
  one: (of: StatementKind, says: string, about?: string) => Statement,
): Statement[] {
  const { dimension, value, target, benchmark, owner, raci } = segment;
  const about = isCross(dimension) ? `${id}{${value}}` : `${id}{${dimension}=${value}}`;
  return [
    ...(target ? [one('target', targetText(target, unit), about)] : []),
    ...(benchmark ? [one('benchmark', targetText(benchmark, unit), about)] : []),
    ...(owner === undefined ? [] : [one('owner', raci ? raciText(raci) : owner, about)]),
  ];
}
