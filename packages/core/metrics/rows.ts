/** Which series a transition counts in: the total, and one child per value of each dimension kept. */

import { NONE, tagsOf } from '../conversation/transition.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import type { Dimension } from '../tree/dimensions.ts';
import { CATALOGUE, type MetricDefinition } from './catalogue.ts';
import { modeCell } from './cell-names.ts';
import { impliedBy, scoresOf } from './composites.ts';
import { CrossRows, dimensionsIn, hasCross, isCross } from './crosses.ts';
import type { Composite } from './definition.ts';
import { ALWAYS, type Standing, VALUES_MAX, valuesOf } from './dimensions.ts';
import { PERSON } from './privacy.ts';
import { seriesKey } from './value.ts';

export type RowsOf = (metric: MetricDefinition, standing: Standing) => string[];

/** Dimensions of which rows are kept: the usual ones, and those that the tree declares. */
export function keptDimensions(
  metric: MetricDefinition,
  by: WorkspaceConfig['by'],
): readonly Dimension[] {
  const declared = [...(by?.[metric.id] ?? []), ...impliedBy(metric.id, by)];
  // A score has no rows until some are asked for.
  if (metric.composite && declared.length === 0) return [];
  if (metric.ofPairs) return declared.length > 0 ? metric.dims : [];
  return metric.dims.filter((one) => isUsual(metric, one) || declared.includes(one));
}

/** Crosses of which rows are kept: those that the tree declares, by name. */
export const keptCrosses = (
  metric: MetricDefinition,
  by: WorkspaceConfig['by'],
): readonly string[] =>
  (by?.[metric.id] ?? []).filter((one) => isCross(one) && hasCross(metric, one));

/** It has rows of it with nothing declared. */
const isUsual = ({ classes }: MetricDefinition, dimension: Dimension): boolean =>
  ALWAYS.includes(dimension) || classes === dimension;

/** Everything that money is told by. */
export function moneyDimensions(by: WorkspaceConfig['by']): ReadonlySet<Dimension> {
  const money = CATALOGUE.filter(({ per }) => per !== undefined);
  return new Set(money.flatMap((metric) => keptDimensions(metric, by)));
}

/** Rows that are kept beyond the usual ones, as `metric{dimension`. */
export function declaredRows(by: WorkspaceConfig['by']): ReadonlySet<string> {
  const rows = CATALOGUE.flatMap((metric) => {
    const dimensions = keptDimensions(metric, by).filter((one) => !isUsual(metric, one));
    return [...dimensions, ...keptCrosses(metric, by)].map((one) => `${metric.id}{${one}`);
  });
  return new Set(rows);
}

type Crossing = Required<Pick<Composite, 'each' | 'within'>>;

/** Of what lies on people there is a row of what lies on nobody, whether each of them has one or not. */
export const nobodysRow = ({ id, everyAgent }: MetricDefinition): string | null =>
  everyAgent ? seriesKey(id, { [PERSON]: NONE }) : null;

interface Kept {
  readonly dimensions: readonly Dimension[];
  /** null: it is among the rows by a dimension, or there is none. */
  readonly nobodys: string | null;
  readonly crosses: readonly CrossRows[];
  /** What a score asks for beside them. */
  readonly crossing: Crossing | null;
}

function keptOf(metric: MetricDefinition, by: WorkspaceConfig['by']): Kept {
  const dimensions = keptDimensions(metric, by);
  return {
    dimensions,
    nobodys: dimensions.includes(PERSON) ? null : nobodysRow(metric),
    crosses: keptCrosses(metric, by).map((cross) => crossRowsOf(metric, cross)),
    crossing: crossingOf(metric, by),
  };
}

/** Of one configuration. A key is written once, and is the same string ever after. */
export function rowsUnder(by: WorkspaceConfig['by']): RowsOf {
  const kept = new Map<MetricDefinition, Kept>();
  return (metric, standing) => {
    let own = kept.get(metric);
    if (!own) {
      own = keptOf(metric, by);
      kept.set(metric, own);
    }
    const { dimensions, nobodys, crosses, crossing } = own;
    if (metric.ofPairs) return dimensions.length > 0 ? pairOf(metric, standing) : [];
    const rows = [metric.id];
    for (const dimension of dimensions) {
      const keys = keysOf(metric, dimension);
      for (const value of valuesOf(standing, dimension)) {
        if (value === NONE && metric.composite?.each === dimension) continue;
        // No tag was never new.
        if (metric.novel && value === NONE) continue;
        rows.push(rowOf(metric.id, dimension, value, keys));
      }
    }
    if (nobodys && standing.dims.assignee === NONE) rows.push(nobodys);
    for (const cross of crosses) rows.push(...cross.of(standing));
    if (crossing) rows.push(...crossedIn(metric, crossing, standing));
    if (metric.modal) return [...rows, ...modesOf(metric, standing)];
    if (metric.novel) return [...rows, ...setOf(metric, standing)];
    return metric.perAccount ? [...rows, ...accountsIn(metric, rows, standing)] : rows;
  };
}

/** The score that tells of each value by what stands in its rows of another dimension too; null: none does. */
function crossingOf({ id }: MetricDefinition, by: WorkspaceConfig['by']): Crossing | null {
  for (const { id: score, composite } of scoresOf(id)) {
    const { each, within } = composite;
    if (within !== undefined && by?.[score]?.includes(within)) return { each, within };
  }
  return null;
}

/** Cells beside the rows: what of one stands in the row of the other. */
const crossedIn = (
  { id }: MetricDefinition,
  { each, within }: Crossing,
  standing: Standing,
): string[] =>
  valuesOf(standing, within).flatMap((value) => {
    const row = seriesKey(id, { [within]: value });
    return valuesOf(standing, each).flatMap((one) => (one === NONE ? [] : [modeCell(row, one)]));
  });

/** Cells beside the rows: each tag of its topic. */
const modesOf = ({ id }: MetricDefinition, { dims: { category, tags } }: Standing): string[] =>
  tagsOf(tags).map((tag) => modeCell(id, category, tag));

/** All of its tags together: what carries several new ones counts once. */
const setOf = ({ id }: MetricDefinition, { dims: { tags } }: Standing): string[] =>
  tags === '' ? [] : [modeCell(id, ...tagsOf(tags))];

/** An agent on a topic: no row adds up to anything. */
const pairOf = ({ id }: MetricDefinition, { dims }: Standing): string[] => {
  const { assignee, category } = dims;
  return assignee === NONE || category === NONE ? [] : [modeCell(id, assignee, category)];
};

/** Its account, in each row but those of accounts. */
function accountsIn(
  { id }: MetricDefinition,
  rows: readonly string[],
  { dims: { account } }: Standing,
): string[] {
  if (account === NONE) return [];
  // Of several dimensions it is the first.
  const own = `${id}{account=`;
  return rows.filter((row) => !row.startsWith(own)).map((row) => modeCell(row, account));
}

const crossesByMetric = new WeakMap<MetricDefinition, Map<string, CrossRows>>();

function crossRowsOf(metric: MetricDefinition, cross: string): CrossRows {
  const crosses = crossesByMetric.get(metric) ?? new Map<string, CrossRows>();
  crossesByMetric.set(metric, crosses);
  const rows = crosses.get(cross) ?? new CrossRows(metric.id, dimensionsIn(cross));
  crosses.set(cross, rows);
  return rows;
}

type Keys = Map<string, string>;
const keysByMetric = new WeakMap<MetricDefinition, Map<Dimension, Keys>>();

function keysOf(metric: MetricDefinition, dimension: Dimension): Keys {
  let byDimension = keysByMetric.get(metric);
  if (!byDimension) {
    byDimension = new Map();
    keysByMetric.set(metric, byDimension);
  }
  let keys = byDimension.get(dimension);
  if (!keys) {
    keys = new Map();
    byDimension.set(dimension, keys);
  }
  return keys;
}

/** Values come from outside; past so many a key is written anew each time. */
function rowOf(id: string, dimension: Dimension, value: string, keys: Keys): string {
  const known = keys.get(value);
  if (known !== undefined) return known;
  const row = seriesKey(id, { [dimension]: value });
  if (keys.size < VALUES_MAX) keys.set(value, row);
  return row;
}
