/** The pages of a wall, and whose turn it is. */
import { useRef } from 'preact/hooks';
import type { Geometry } from './model/geometry.ts';
import { pagesOf, type TreeItem } from './model/layout.ts';
import { memoLast } from './model/memo.ts';
import type { Params } from './model/params.ts';
import { orderOf, type PageInfo, type Turn, turnAt } from './model/rotation.ts';
import { standsOn, type TileSpec, tilesOf } from './model/tiles.ts';
import { standingsOf } from './model/tree-view.ts';
import type { Choice } from './model/windows.ts';
import type { Store } from './store.ts';
import { tileFor } from './view/tiles-page.tsx';

const lastPages = memoLast(pagesOf);

type Page = PageInfo &
  (
    | { readonly kind: 'tiles'; readonly tiles: readonly TileSpec[] }
    | { readonly kind: 'tree'; readonly root: TreeItem }
  );

interface PagesInput {
  readonly store: Store;
  readonly params: Params;
  readonly geometry: Geometry;
  /** Columns of the tree. */
  readonly plan: readonly number[];
  readonly board: 'floor' | 'lead';
  readonly windowOf: (key: string) => Choice;
}

export const tilesFor = (store: Store): readonly TileSpec[] =>
  tilesOf((key) => store.series(key).value);

function tilePages(
  store: Store,
  geometry: Geometry,
  windowOf: (key: string) => Choice,
): readonly Page[] {
  const size = geometry.tileColumns * geometry.tileRows;
  const all = tilesFor(store);
  const pages: Page[] = [];
  for (let i = 0; i < all.length; i += size) {
    const tiles = all.slice(i, i + size);
    const statuses = tiles.map((spec) => tileFor(store, spec, windowOf).card.status);
    pages.push({
      kind: 'tiles',
      id: `tiles-${i}`,
      tiles,
      critical: statuses.includes('critical'),
      abnormal: statuses.some((one) => one === 'critical' || one === 'warning'),
    });
  }
  return pages;
}

function treePages(store: Store, geometry: Geometry, plan: readonly number[]): readonly Page[] {
  const { tree } = store.names.value;
  if (!tree || tree.roots.length === 0) return [];
  return lastPages(tree, plan, geometry).map((root, i) => {
    const statuses = [...standingsOf(tree, root, store.alerts.value).values()].map((s) => s.status);
    return {
      kind: 'tree',
      id: `tree-${i}`,
      root,
      critical: statuses.includes('critical'),
      abnormal: statuses.some((one) => one === 'critical' || one === 'warning'),
    };
  });
}

/** Something fires that no tile tells of. */
function isUntold(store: Store): boolean {
  const tiles = tilesFor(store);
  return store.alerts.value.some(
    (alert) => alert.status === 'firing' && !tiles.some((spec) => standsOn(spec, alert)),
  );
}

/** The page of now: the pinned one, or the one whose turn it is. */
export function usePage(input: PagesInput): Page | undefined {
  const { store, params, geometry, board } = input;
  const turn = useRef<Turn | null>(null);
  const order = orderOf({
    board,
    tiles: tilePages(store, geometry, input.windowOf),
    trees: treePages(store, geometry, input.plan),
    isUntold: isUntold(store),
  });
  const { pages } = order;
  const pinned = params.pin && pages.find((page) => page.id.startsWith(params.pin!));
  if (pinned) return pinned;
  // A takeover stops the tour: its time does not count.
  if (store.takeover.value.alertId === null) {
    turn.current = turnAt(order, turn.current, store.clock.value, params.rotateMs);
  }
  return pages.find((page) => page.id === turn.current?.id) ?? pages[0];
}
