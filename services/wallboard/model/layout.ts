/**
 * Where the cards of a tree stand. Children keep the file's order, never the value's: places are
 * learnt. What does not fit goes to fewer columns or to further pages, never to smaller text.
 */
import type { WireTree } from '@sapwood/protocol/tree';
import { hierarchy, tree as tidyTree } from 'd3-hierarchy';
import type { Geometry } from './geometry.ts';

export interface TreeItem {
  readonly id: string;
  /** null: a title card over several roots. */
  readonly nodeId: string | null;
  readonly influence: boolean;
  readonly children: readonly TreeItem[];
}

export type Role = 'root' | 'middle' | 'leaf';

export interface Box {
  readonly item: TreeItem;
  readonly role: Role;
  readonly parentId: string | null;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Heights in labels. */
const HEIGHT: Readonly<Record<Role, number>> = { root: 7.7, middle: 3.9, leaf: 2.25 };
const TITLE_HEIGHT = 2.4;
const GAP = 0.35;
const GUTTER = 1.15;
export const PADDING = 0.5;
export const HEADER = 1.6;
export const STRIP = 1.75;

/** Shares of the width by number of columns; the later ones give long leaf labels more room. */
export const COLUMN_PLANS: Readonly<Record<number, readonly (readonly number[])[]>> = {
  1: [[1]],
  2: [
    [44, 56],
    [38, 62],
    [33, 67],
  ],
  3: [
    [31.5, 28.5, 40],
    [29, 27, 44],
    [27, 26, 47],
  ],
  4: [
    [26, 24, 24, 26],
    [22, 23, 23, 32],
  ],
};

/** Header, tiles and strip of the desk. */
const DESK_TAKEN_PX = 230;

export const TITLE_ID = ':title';

/** The tree cut at `depthMax` levels. Several roots get a title card above them. */
export function itemsOf(tree: WireTree, depthMax: number): TreeItem | null {
  const nodes = new Map(tree.nodes.map((node) => [node.id, node]));
  const build = (id: string, depth: number, influence: boolean): TreeItem => {
    const node = nodes.get(id);
    const deeper = depth + 1 < depthMax && node !== undefined;
    const children = deeper
      ? [
          ...node.children.map((child) => build(child, depth + 1, false)),
          ...node.influences.map((child) => build(child, depth + 1, true)),
        ]
      : [];
    return { id, nodeId: id, influence, children };
  };
  const [only, ...more] = tree.roots;
  if (only === undefined) return null;
  if (more.length === 0) return build(only, 0, false);
  const children = tree.roots.map((id) => build(id, 1, false));
  return { id: TITLE_ID, nodeId: null, influence: false, children };
}

function heightOf(role: Role, item: TreeItem, labelPx: number): number {
  return (item.nodeId === null ? TITLE_HEIGHT : HEIGHT[role]) * labelPx;
}

function roleOf(depth: number, columns: number): Role {
  if (depth === 0) return 'root';
  return depth === columns - 1 ? 'leaf' : 'middle';
}

/** The room that cards may take, without header and strip. */
export function roomOf(geometry: Geometry): { top: number; height: number } {
  const { labelPx, heightPx } = geometry;
  // The desk scrolls: its tree stands below the tiles and takes what is left, or more.
  if (geometry.mode === 'desk') return { top: 4, height: Math.max(200, heightPx - DESK_TAKEN_PX) };
  const top = (HEADER + PADDING) * labelPx;
  return { top, height: heightPx - top - (STRIP + PADDING) * labelPx };
}

/** Boxes of one page, and how many px they lack; 0 or less fits. */
export function place(
  root: TreeItem,
  plan: readonly number[],
  geometry: Geometry,
): { readonly boxes: readonly Box[]; readonly lackPx: number } {
  const { labelPx, widthPx } = geometry;
  const room = roomOf(geometry);
  const columns = plan.length;
  const total = plan.reduce((sum, share) => sum + share, 0);
  const inner = widthPx - 2 * PADDING * labelPx - (columns - 1) * GUTTER * labelPx;
  const widths = plan.map((share) => (inner * share) / total);
  const lefts = widths.map((_, i) =>
    widths.slice(0, i).reduce((x, w) => x + w + GUTTER * labelPx, PADDING * labelPx),
  );
  const laid = tidyTree<TreeItem>()
    .nodeSize([1, 1])
    .separation((a, b) => {
      const heights = [a, b].map((n) => heightOf(roleOf(n.depth, columns), n.data, labelPx));
      return (heights[0]! + heights[1]!) / 2 + GAP * labelPx;
    })(hierarchy(root, (item) => item.children));
  const nodes = laid.descendants();
  const boxes = nodes.map((n) => ({
    n,
    role: roleOf(n.depth, columns),
    height: heightOf(roleOf(n.depth, columns), n.data, labelPx),
  }));
  const top = Math.min(...boxes.map((b) => b.n.x - b.height / 2));
  const bottom = Math.max(...boxes.map((b) => b.n.x + b.height / 2));
  const lackPx = bottom - top - room.height;
  // Spare room is shared between the rows, within reason, and the rest stays outside.
  const stretch = lackPx >= 0 ? 1 : stretchOf(boxes, room.height);
  const middle = room.top + room.height / 2;
  const low = Math.min(...boxes.map((b) => b.n.x * stretch - b.height / 2));
  const high = Math.max(...boxes.map((b) => b.n.x * stretch + b.height / 2));
  // Centred; what does not fit at all begins at the top.
  const centred = geometry.mode === 'desk' ? room.top : middle - (high - low) / 2;
  const from = Math.max(room.top, centred);
  return {
    lackPx,
    boxes: boxes.map(({ n, role, height }) => ({
      item: n.data,
      role,
      parentId: n.parent?.data.id ?? null,
      left: lefts[n.depth] ?? 0,
      top: from + n.x * stretch - low - height / 2,
      width: widths[n.depth] ?? 0,
      height,
    })),
  };
}

const STRETCH_MAX = 1.6;

function stretchOf(
  boxes: readonly { n: { x: number }; height: number }[],
  heightPx: number,
): number {
  let best = 1;
  for (let s = 1; s <= STRETCH_MAX; s += 0.02) {
    const low = Math.min(...boxes.map((b) => b.n.x * s - b.height / 2));
    const high = Math.max(...boxes.map((b) => b.n.x * s + b.height / 2));
    if (high - low > heightPx) return best;
    best = s;
  }
  return best;
}

/** Splits the root's children over pages so that each fits; at least one child a page. */
export function pagesOf(
  tree: WireTree,
  plan: readonly number[],
  geometry: Geometry,
): readonly TreeItem[] {
  const root = itemsOf(tree, plan.length);
  if (!root) return [];
  const pages: TreeItem[] = [];
  let kept: TreeItem[] = [];
  for (const child of root.children) {
    const tried = { ...root, children: [...kept, child] };
    if (kept.length > 0 && place(tried, plan, geometry).lackPx > 0) {
      pages.push({ ...root, children: kept });
      kept = [];
    }
    kept.push(child);
  }
  pages.push({ ...root, children: kept });
  return pages;
}
