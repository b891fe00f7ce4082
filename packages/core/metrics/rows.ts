/** Which series a transition counts in: the total and one child per dimension of the metric. */
import type { Dimensions } from '../conversation/transition.ts';
import type { MetricDefinition } from './catalogue.ts';
import { seriesKey } from './value.ts';

type Keys = Readonly<Record<keyof Dimensions, Map<string, string>>>;

/** Series by dimension and value: a key is written once, and is the same string ever after. */
const keysOf = new WeakMap<MetricDefinition, Keys>();
/** Values of a dimension come from outside; past these a key is written anew each time. */
const VALUES_MAX = 10_000;

export function rowsOf(metric: MetricDefinition, dims: Dimensions): string[] {
  let keys = keysOf.get(metric);
  if (!keys) {
    keys = { channel: new Map(), team: new Map() };
    keysOf.set(metric, keys);
  }
  const rows = [metric.id];
  for (const dim of metric.dims) rows.push(rowOf(metric.id, dim, dims[dim], keys[dim]));
  return rows;
}

function rowOf(id: string, dim: string, value: string, keys: Map<string, string>): string {
  const known = keys.get(value);
  if (known !== undefined) return known;
  const row = seriesKey(id, { [dim]: value });
  if (keys.size < VALUES_MAX) keys.set(value, row);
  return row;
}
