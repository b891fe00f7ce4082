/**
 * What one viewer may see, decided here and nowhere else (design D16). Deny by default: an id that
 * neither the tree nor the catalogue knows is shown to nobody.
 */
import type { Alert } from '@sapwood/core/alert';
import { childrenOf } from '@sapwood/core/evaluate';
import type { Series } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import { metricSheet, valuelessOf } from '@sapwood/core/sheets';
import type { Audience, TreeNode } from '@sapwood/core/tree';
import { maySee, visibleTree, type WireNode, type WireTree } from '@sapwood/protocol/tree';
import type { WorkspaceView } from './view.ts';

/** Money is for leads whatever a tree says; null: nobody. */
export function audienceOf(view: WorkspaceView, id: string): Audience | null {
  const node = nodeOf(view, id);
  const sheet = metricSheet(id);
  if (!node && !sheet) return null;
  const declared = node?.audience ?? 'floor';
  return sheet?.form === 'MONEY' && declared === 'floor' ? 'lead' : declared;
}

export function nodeOf(view: WorkspaceView, id: string): TreeNode | null {
  return view.tree?.nodes.find((node) => node.id === id) ?? null;
}

export function seesKey(view: WorkspaceView, viewer: Audience, key: string): boolean {
  const needed = audienceOf(view, parseSeriesKey(key)?.id ?? '');
  return needed !== null && maySee(viewer, needed);
}

/** The series without the shares of children that the viewer may not see; null: all of it. */
export function seriesFor(view: WorkspaceView, viewer: Audience, series: Series): Series | null {
  if (!seesKey(view, viewer, series.key)) return null;
  const hides = series.cells.some((cell) =>
    cell.shares.some((share) => !seesKey(view, viewer, share.child)),
  );
  if (!hides) return series;
  const cells = series.cells.map((cell) => ({
    ...cell,
    shares: cell.shares.filter((share) => seesKey(view, viewer, share.child)),
  }));
  return { ...series, cells };
}

export function alertFor(view: WorkspaceView, viewer: Audience, alert: Alert): Alert | null {
  if (!maySee(viewer, alert.audience) || !seesKey(view, viewer, alert.series)) return null;
  return {
    ...alert,
    path: alert.path.filter((id) => seesKey(view, viewer, id)),
    drivers: alert.drivers.filter((driver) => seesKey(view, viewer, driver.key)),
  };
}

export function treeFor(view: WorkspaceView, viewer: Audience): WireTree | null {
  if (!view.tree) return null;
  const nodes = view.tree.nodes.map((node) => ({
    ...node,
    audience: audienceOf(view, node.id) ?? node.audience,
  }));
  const tree = visibleTree({ ...view.tree, nodes }, view.treeVersion, viewer);
  return { ...tree, nodes: tree.nodes.map((node) => annotated(view, viewer, node)) };
}

/** What the catalogue knows of a node, and what of it depends on who looks. */
function annotated(view: WorkspaceView, viewer: Audience, node: WireNode): WireNode {
  const missing = valuelessOf(node.id);
  const { prose, viewOf } = metricSheet(node.id) ?? {};
  const { beside: named = [], lenses: views = [] } = nodeOf(view, node.id) ?? {};
  const sees = (id: string): boolean => seesKey(view, viewer, id);
  const beside = named.filter(sees);
  const lenses = views.filter(
    (lens) => !('identity' in lens) || childrenOf(lens.identity).every(sees),
  );
  return {
    ...node,
    ...(missing === null ? {} : { missing, prose: prose! }),
    ...(viewOf ? { viewBy: viewOf.by } : {}),
    ...(beside.length === 0 ? {} : { beside }),
    ...(lenses.length === 0 ? {} : { lenses }),
  };
}
