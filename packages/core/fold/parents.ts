/** Series that stand on others: parents in the tree, and money per another metric. */
import type { WorkspaceConfig } from '../directory/config.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';

const parentsCache = new WeakMap<WorkspaceConfig, ReadonlyMap<string, readonly string[]>>();

/** By series: what has to be read anew with it. */
export function parentsOf(config: WorkspaceConfig | null): ReadonlyMap<string, readonly string[]> {
  const known = config && parentsCache.get(config);
  if (known) return known;
  const parents = new Map<string, string[]>();
  const add = (child: string, parent: string): void => {
    parents.set(child, [...(parents.get(child) ?? []), parent]);
  };
  for (const { id, per, of } of CATALOGUE) {
    if (per) add(per, id);
    if (of) add(of, id);
  }
  for (const node of config?.tree.nodes ?? []) {
    for (const child of node.children) add(child, node.id);
  }
  if (config) parentsCache.set(config, parents);
  return parents;
}
