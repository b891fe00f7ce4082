/** How many columns the tree gets: as many as leave every label readable. */
import { metricDefinition } from '@sapwood/core/catalogue';
import type { Geometry } from '../model/geometry.ts';
import { type Box, COLUMN_PLANS, pagesOf, place, type Role, TITLE_ID } from '../model/layout.ts';
import { metricName, type Names } from '../model/names.ts';
import { type Fit, fitCard } from './card.tsx';

export function depthOf(names: Names): number {
  const nodes = new Map(names.tree?.nodes.map((node) => [node.id, node]));
  const depth = (id: string): number => {
    const node = nodes.get(id);
    if (!node) return 1;
    return 1 + Math.max(0, ...[...node.children, ...node.influences].map(depth));
  };
  const roots = names.tree?.roots ?? [];
  return Math.max(1, ...roots.map(depth)) + (roots.length > 1 ? 1 : 0);
}

function fitOf(names: Names, box: Box, geometry: Geometry, currency: string): Fit {
  const node = names.tree?.nodes.find((one) => one.id === box.item.id);
  return fitCard({
    card: { unit: metricDefinition(box.item.id)?.unit ?? 'count' },
    box,
    label: metricName(names, box.item.id),
    shortLabel: node?.shortLabel ?? null,
    labelPx: geometry.labelPx,
    currency,
  });
}

/** The size of the values in each column: what suits all of its cards. */
export function columnSizes(
  names: Names,
  boxes: readonly Box[],
  geometry: Geometry,
  currency: string,
): Readonly<Record<Role, number>> {
  const sizes = { root: 1e6, middle: 1e6, leaf: 1e6 };
  for (const box of boxes) {
    if (box.item.id === TITLE_ID) continue;
    const { valuePx } = fitOf(names, box, geometry, currency);
    sizes[box.role] = Math.min(sizes[box.role], valuePx);
  }
  return sizes;
}

function labelsFit(
  names: Names,
  plan: readonly number[],
  geometry: Geometry,
  currency: string,
): boolean {
  return pagesOf(names.tree!, plan, geometry).every((root) => {
    const { boxes, lackPx } = place(root, plan, geometry);
    if (lackPx > 0 && geometry.mode === 'wall') return false;
    return boxes.every(
      (box) => box.item.id === TITLE_ID || fitOf(names, box, geometry, currency).fits,
    );
  });
}

/** Widths of the columns, as shares; their number is how deep the tree is shown. */
export function planFor(names: Names, geometry: Geometry, currency: string): readonly number[] {
  const one = COLUMN_PLANS[1]![0]!;
  if (!names.tree) return one;
  const most = Math.min(geometry.treeColumns, depthOf(names));
  for (let columns = most; columns > 1; columns -= 1) {
    const fits = COLUMN_PLANS[columns]!.find((plan) => labelsFit(names, plan, geometry, currency));
    if (fits) return fits;
  }
  return one;
}
