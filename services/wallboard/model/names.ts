/** Names for keys: a person never meets an id where a name belongs (design D15). */
import { metricDefinition } from '@sapwood/core/catalogue';
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { WireTree } from '@sapwood/protocol/tree';

export interface Names {
  readonly tree: WireTree | null;
  readonly labels: ReadonlyMap<string, string>;
}

/** Values that are none, and those that are not told apart. */
const NONE = '__none__';
const OTHER = '__other__';

/** A slug as a word: "live-chat" is "Live chat". */
export function capitalised(slug: string): string {
  const text = slug.replace(/[_-]+/g, ' ');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function dimensionName(names: Names, dim: string, value: string): string {
  if (value === NONE) return `No ${dim.replace(/_/g, ' ')}`;
  if (value === OTHER) return 'Others';
  if (dim !== 'team') return capitalised(value);
  return names.labels.get(`team/${value}`) ?? (value === '' ? 'No team' : 'A team');
}

export function metricName(names: Names, id: string): string {
  const node = names.tree?.nodes.find((one) => one.id === id);
  return node?.label ?? metricDefinition(id)?.label ?? capitalised(id);
}

/** What tells a series from its parent: the dimension's value; the metric where it has none. */
export function ownName(names: Names, key: string): string {
  const parsed = parseSeriesKey(key);
  if (!parsed) return key;
  const dims = Object.entries(parsed.dims);
  if (dims.length === 0) return metricName(names, parsed.id);
  // What is not told apart is so in all of them.
  const told = dims.every(([, value]) => value === OTHER) ? dims.slice(0, 1) : dims;
  return told.map(([dim, value]) => dimensionName(names, dim, value)).join(', ');
}

/** "Volume › Email". */
export function fullName(names: Names, key: string): string {
  const parsed = parseSeriesKey(key);
  if (!parsed || Object.keys(parsed.dims).length === 0) return ownName(names, key);
  return `${metricName(names, parsed.id)} › ${ownName(names, key)}`;
}
