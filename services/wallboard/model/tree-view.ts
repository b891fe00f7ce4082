/**
 * Which series each shown node stands for. Abnormal rises: what depth hides and is worse than what
 * is shown takes its ancestor's row.
 */
import type { Alert } from '@sapwood/core/alert';
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { WireTree } from '@sapwood/protocol/tree';
import { STATUSES, type Status, statusOfAlerts } from './card.ts';
import type { TreeItem } from './layout.ts';

export interface Standing {
  /** Key of the series shown in the node's place. */
  readonly key: string;
  readonly alerts: readonly Alert[];
  /** True where a hidden child took the row. */
  readonly risen: boolean;
  readonly status: Status;
}

function rank(alerts: readonly Alert[]): number {
  return STATUSES.indexOf(statusOfAlerts(alerts));
}

/** Ids below `id` in the whole tree, itself first. */
function below(tree: WireTree, id: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(id)) return seen;
  seen.add(id);
  const node = tree.nodes.find((one) => one.id === id);
  for (const child of [...(node?.children ?? []), ...(node?.influences ?? [])]) {
    below(tree, child, seen);
  }
  return seen;
}

function shownIds(item: TreeItem): string[] {
  return [item.id, ...item.children.flatMap(shownIds)];
}

export function standingsOf(
  tree: WireTree,
  root: TreeItem,
  alerts: readonly Alert[],
): ReadonlyMap<string, Standing> {
  const standings = new Map<string, Standing>();
  const visit = (item: TreeItem): void => {
    if (item.nodeId !== null) standings.set(item.id, standingOf(tree, item, alerts));
    for (const child of item.children) visit(child);
  };
  visit(root);
  return standings;
}

function standingOf(tree: WireTree, item: TreeItem, alerts: readonly Alert[]): Standing {
  const own = alerts.filter((alert) => alert.series === item.id);
  const shownBelow = new Set(item.children.flatMap(shownIds));
  const hidden = below(tree, item.id);
  for (const id of shownBelow) for (const one of below(tree, id)) hidden.delete(one);
  const under = alerts.filter(
    (alert) => alert.series !== item.id && hidden.has(parseSeriesKey(alert.series)?.id ?? ''),
  );
  const worst = [...under].sort((a, b) => rank([b]) - rank([a]) || a.since - b.since)[0];
  if (worst && rank([worst]) > rank(own) && item.children.length === 0) {
    const same = under.filter((alert) => alert.series === worst.series);
    return { key: worst.series, alerts: same, risen: true, status: statusOfAlerts(same) };
  }
  const all = [...own, ...under];
  return { key: item.id, alerts: all, risen: false, status: statusOfAlerts(all) };
}

/** Ids on the way from the root to a critical node, both included. */
export function hotIds(
  root: TreeItem,
  standings: ReadonlyMap<string, Standing>,
): ReadonlySet<string> {
  const hot = new Set<string>();
  const visit = (item: TreeItem): boolean => {
    const below = item.children.map(visit).some(Boolean);
    const here = below || standings.get(item.id)?.status === 'critical';
    if (here) hot.add(item.id);
    return here;
  };
  visit(root);
  return hot;
}
