/** A series as it is published: cells of every window, who waits, and the children's shares. */
import type { MetricDefinition } from '../metrics/catalogue.ts';
import { OVERLAPPING } from '../metrics/dimensions.ts';
import type { Row } from '../metrics/money.ts';
import { PERSON } from '../metrics/privacy.ts';
import { readCells } from '../metrics/read.ts';
import { moneyCounts } from '../metrics/read-money.ts';
import type { ReadContext } from '../metrics/reading.ts';
import { type Cell, type MetricRecord, parseSeriesKey, type Series } from '../metrics/value.ts';
import { canonicalJson } from '../num/integer.ts';
import { childShares } from '../tree/attribute.ts';
import type { Dimension } from '../tree/dimensions.ts';
import type { TreeNode } from '../tree/tree.ts';
import { hasUsual } from './counts.ts';
import { neededOf } from './needs.ts';
import { sinceOf } from './score-inputs.ts';
import { scoreOf } from './scores.ts';
import type { WorkspaceFold } from './workspace.ts';

/** A claim tells the tree anew, and it is the same one for months. */
const documents: WeakMap<object, string> = new WeakMap();
function documentOf(tree: object): string {
  const known = documents.get(tree);
  if (known !== undefined) return known;
  const document = canonicalJson(tree);
  documents.set(tree, document);
  return document;
}

export function readTree(workspace: WorkspaceFold, topology: number): MetricRecord | null {
  if (!workspace.config) return null;
  const document = documentOf(workspace.config.tree);
  const tree = { workspace: workspace.id, topology, offset: 0, document };
  return { series: null, frame: null, tree };
}

/** null if the key names no metric. The runner fills in the pass's offset. */
export function readSeries(
  workspace: WorkspaceFold,
  key: string,
  topology: number,
): MetricRecord | null {
  const metric = workspace.metricOf(key);
  if (!metric) return null;
  const context = contextOf(workspace, key);
  const node = workspace.config?.tree.nodes.find((n) => n.id === key) ?? null;
  const read = readCells(metric, key, context, workspace.shown.reasonOf(key));
  const cells = node?.identity
    ? read.map((cell) => ({ ...cell, shares: sharesOf(node, cell, context, workspace) }))
    : read;
  const series = {
    workspace: workspace.id,
    topology,
    key,
    definition: `${metric.id}@${metric.version}`,
    form: metric.form,
    unit: metric.unit,
    better: metric.better,
    grade: metric.grade,
    additive: metric.additive && addsUp(metric, key),
    offset: 0,
    waiting: metric.waiting && !context.noMessages ? workspace.waits.read(key) : null,
    top: topOf(workspace, metric, key, cells),
    firstDueAt: metric.gauge === 'sla_running' ? workspace.dues.read(key).oldestSince : null,
    cells,
  };
  return { series, frame: null, tree: null };
}

/** Not where one may stand in several, or is withheld. */
const addsUp = ({ privateBelow }: MetricDefinition, key: string): boolean =>
  Object.keys(parseSeriesKey(key)!.dims).every(
    (one) => !OVERLAPPING.has(one) && !(privateBelow !== undefined && one === PERSON),
  );

/** null: it is told of no metric but one, nor where that is unknown. */
function topOf(
  { waits }: WorkspaceFold,
  { gauge }: MetricDefinition,
  key: string,
  [now]: readonly Cell[],
): Series['top'] {
  return gauge === 'longest_wait' && now!.state !== 'unknown' ? waits.longest(key, TOP) : null;
}
const TOP = 5;

export function contextOf(workspace: WorkspaceFold, key: string): ReadContext {
  const { config } = workspace;
  return {
    ...neededOf(workspace),
    T: workspace.T,
    since: sinceOf(workspace, key),
    windows: workspace.windows,
    money: workspace.money,
    costPlan: config?.costPlan ?? [],
    unread: workspace.unread,
    provisionalStarts: workspace.provisional.size > 0,
    hasHours: workspace.hasHours,
    censored: (from, clock) => workspace.censored(key, from, clock),
    usual: hasUsual(workspace.metricOf(key)!, key)
      ? (code) => workspace.usual(key, code)
      : () => null,
    peak: () => workspace.peaks.read(workspace.metricOf(key)!, key),
    loads: (team) => workspace.loads(team),
    waitsIn: (row) => workspace.waits.read(row),
    gaugeIn: (row) => workspace.gauges.read(row),
    withheld: (code) => workspace.across.withheld.read(key, code),
    score: (code) => scoreOf(workspace, key, code),
    pair: () => workspace.shown.pairs.cellsOf(key),
    row: rowOf(workspace, key),
  };
}

/** null: the total, or a row by several dimensions. */
export function rowOf({ shown }: WorkspaceFold, key: string): Row | null {
  const { id, dims } = parseSeriesKey(key)!;
  const [named, ...more] = Object.entries(dims);
  if (!named || more.length > 0) return null;
  const dimension = named[0] as Dimension;
  return { dimension, value: named[1], shown: () => shown.valuesShown(id, dimension) };
}

/**
 * How the children share the change since the window before: exact, they sum to it (anomaly.md
 * 12.1). Under MONEY the children are taken over the same span as the money (metrics.md 5.2).
 */
function sharesOf(
  node: TreeNode,
  cell: Cell,
  context: ReadContext,
  workspace: WorkspaceFold,
): Cell['shares'] {
  // Where nothing is known to compare with there is no change to share.
  if (cell.vsPrev === null) return [];
  const money = workspace.metricOf(node.id)?.form === 'MONEY';
  const result = childShares(node.identity!, (child) => {
    const metric = workspace.metricOf(child);
    return metric && childStates(metric, cell, context, money);
  });
  if (!result) return [];
  return result.shares.map(({ leaf, share }) => ({ child: leaf, share }));
}

function childStates(
  metric: MetricDefinition,
  cell: Cell,
  context: ReadContext,
  money: boolean,
): { before: number; after: number } | null {
  const code = cell.window;
  if (metric.form === 'COUNT') {
    if (money) {
      const { now, before } = moneyCounts(metric.id, code, context.windows);
      return { before, after: now };
    }
    const { now, before } = context.windows.level(code).panes.read(metric.id, code);
    return { before: before.sum, after: now.sum };
  }
  if (metric.form !== 'MONEY' || metric.per) return null;
  const { now, before } = context.money.in(code);
  return before.total.entries === 0 ? null : { before: before.total.micro, after: now.total.micro };
}
