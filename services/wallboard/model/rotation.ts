/** Which page shows now (wallboard.md 4, 7). Pure: time comes in, a page goes out. */
export interface PageInfo {
  readonly id: string;
  readonly critical: boolean;
  readonly abnormal: boolean;
}

export interface Turn {
  readonly id: string;
  readonly since: number;
  /** Which page stood first then. */
  readonly first: string;
}

export interface Order<P> {
  readonly pages: readonly P[];
  /** Page 1: never left out. */
  readonly home: P | undefined;
}

interface Boards<P> {
  readonly board: 'floor' | 'lead';
  readonly tiles: readonly P[];
  readonly trees: readonly P[];
  /** Something is wrong that stands on no tile. */
  readonly isUntold: boolean;
}

/** Page 1, then abnormal subtrees, then the others; on the floor these come before what tells nothing of it. */
export function orderOf<P extends PageInfo>({
  board,
  tiles,
  trees,
  isUntold,
}: Boards<P>): Order<P> {
  const wrong = trees.filter(({ abnormal }) => abnormal);
  const calm = trees.filter(({ abnormal }) => !abnormal);
  if (board === 'floor' && tiles.length > 0) {
    const pages = isUntold ? [...wrong, ...tiles, ...calm] : [...tiles, ...wrong, ...calm];
    return { pages, home: tiles[0] };
  }
  const [home] = trees.length > 0 ? trees : tiles;
  const others = [...wrong, ...calm, ...tiles].filter((page) => page !== home);
  return { pages: home ? [home, ...others] : others, home };
}

/** The first page first, at once where another one became it; abnormal pages stay twice as long; critical ones hold the tour. */
export function turnAt<P extends PageInfo>(
  { pages, home }: Order<P>,
  turn: Turn | null,
  now: number,
  rotateMs: number,
): Turn | null {
  const anyCritical = pages.some((page) => page.critical);
  const tour = anyCritical ? pages.filter((page) => page === home || page.critical) : pages;
  const [first] = tour;
  if (!first) return null;
  const at = tour.findIndex((page) => page.id === turn?.id);
  const begun = { id: first.id, since: now, first: first.id };
  if (turn === null || at < 0 || turn.first !== first.id) return begun;
  const dwellMs = tour[at]!.abnormal ? 2 * rotateMs : rotateMs;
  if (now - turn.since < dwellMs) return turn;
  return { ...begun, id: tour[(at + 1) % tour.length]!.id };
}
