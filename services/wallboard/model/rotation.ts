/** Which page shows now (wallboard.md 7). Pure: time comes in, a page goes out. */
export interface PageInfo {
  readonly id: string;
  readonly critical: boolean;
  readonly abnormal: boolean;
}

export interface Turn {
  readonly id: string;
  readonly since: number;
}

/** First page first; abnormal pages stay twice as long; critical ones hold the tour. */
export function turnAt(
  pages: readonly PageInfo[],
  turn: Turn | null,
  now: number,
  rotateMs: number,
): Turn | null {
  const first = pages[0];
  if (!first) return null;
  const anyCritical = pages.some((page) => page.critical);
  const tour = anyCritical ? pages.filter((page) => page === first || page.critical) : pages;
  const at = tour.findIndex((page) => page.id === turn?.id);
  if (turn === null || at < 0) return { id: first.id, since: now };
  const dwellMs = tour[at]!.abnormal ? 2 * rotateMs : rotateMs;
  if (now - turn.since < dwellMs) return turn;
  return { id: tour[(at + 1) % tour.length]!.id, since: now };
}
