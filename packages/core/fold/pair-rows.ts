/**
 * Rows of an agent on a topic. They add up to nothing, so that the others have no row together: one is told once it
 * rests on enough, and of too many those of the largest n, looked at each whole hour (metrics.md 4).
 */
import type { WorkspaceConfig } from '../directory/config.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { modeCell, partsOfMode } from '../metrics/cell-names.ts';
import { PAIRS_MAX, VALUES_MAX } from '../metrics/dimensions.ts';
import type { Absence } from '../metrics/lacks.ts';
import type { PairCells } from '../metrics/read-specialisation.ts';
import { keptDimensions } from '../metrics/rows.ts';
import { parseSeriesKey, seriesKey } from '../metrics/value.ts';
import type { WindowsState } from '../metrics/windows-state.ts';

const METRIC = CATALOGUE.find(({ ofPairs }) => ofPairs)!;
const LONGEST = METRIC.windows.at(-1)!;
const BEGIN = `${METRIC.id}{`;
export const isPair = (row: string): boolean => row.startsWith(BEGIN);

export interface PairRowsDeps {
  readonly config: () => WorkspaceConfig | null;
  readonly windows: () => WindowsState;
  readonly teamOf: () => ReadonlyMap<string, string>;
  /** Known rows of all metrics: these are among them. */
  readonly rows: Set<string>;
  readonly rowChanged: (row: string) => void;
  readonly touch: (row: string) => void;
}

export class PairRows {
  readonly #deps: PairRowsDeps;
  readonly #hidden: Set<string> = new Set();
  /** Known rows by topic; and agents by topic, whether they have a row or not. */
  readonly #rows: Map<string, Set<string>> = new Map();
  readonly #agents: Map<string, Set<string>> = new Map();
  #known = 0;
  /** null: to be looked up anew. */
  #teams: ReadonlyMap<string, string> | null = null;

  constructor(deps: PairRowsDeps) {
    this.#deps = deps;
  }

  /** Something counts in a cell, or no longer does. */
  counted(cell: string): void {
    const [agent, topic] = partsOfMode(cell) as [string, string];
    into(this.#agents, topic, agent);
    const row = seriesKey(METRIC.id, { assignee: agent, category: topic });
    const isNew = !this.#deps.rows.has(row) && this.#n(cell) >= METRIC.floor;
    if (isNew && this.#known < VALUES_MAX) {
      this.restore(row, this.#known - this.#hidden.size >= PAIRS_MAX);
      this.#deps.rowChanged(row);
    }
    this.moved(cell);
  }

  /** Its windows moved: what a team takes on a topic is another. */
  moved(cell: string): void {
    for (const row of this.#rows.get(partsOfMode(cell)[1]!) ?? []) this.#touch(row);
  }

  /** Who belongs to which team may be another. */
  touchAll(): void {
    this.#teams = null;
    for (const rows of this.#rows.values()) for (const row of rows) this.#touch(row);
  }

  #touch(row: string): void {
    if (!this.#hidden.has(row)) this.#deps.touch(row);
  }

  restore(row: string, hidden: boolean): void {
    const { category } = parseSeriesKey(row)!.dims;
    this.#deps.rows.add(row);
    into(this.#rows, category!, row);
    this.#known += 1;
    if (hidden) this.#hidden.add(row);
  }

  get isCapped(): boolean {
    return this.#hidden.size > 0;
  }

  isHidden(row: string): boolean {
    return this.#hidden.has(row);
  }

  reasonOf(row: string): Absence {
    if (keptDimensions(METRIC, this.#deps.config()?.by).length === 0) return 'not_declared';
    return this.#hidden.has(row) ? 'not_shown' : null;
  }

  /** Shows the rows of the largest n, of equals the smaller keys. */
  rank(): void {
    if (!this.isCapped) return;
    const ranked = [...this.#rows.values()]
      .flatMap((rows) => [...rows].map((row) => ({ row, n: this.#n(ownCell(row)) })))
      .sort((a, b) => b.n - a.n || (a.row < b.row ? -1 : 1));
    for (const [place, { row }] of ranked.entries()) {
      const hidden = place >= PAIRS_MAX;
      if (hidden === this.#hidden.has(row)) continue;
      if (hidden) this.#hidden.add(row);
      else this.#hidden.delete(row);
      this.#deps.rowChanged(row);
      this.#deps.touch(row);
    }
  }

  #n(cell: string): number {
    return this.#deps.windows().level(LONGEST).modes.get(METRIC.id)!.read(cell, LONGEST).now.n;
  }

  /** null: it is no such row. */
  cellsOf(row: string): PairCells | null {
    if (!isPair(row)) return null;
    const { assignee: agent, category: topic } = parseSeriesKey(row)!.dims;
    this.#teams ??= this.#deps.teamOf();
    const teams = this.#teams;
    const team = teams.get(agent!);
    const others = [...(this.#agents.get(topic!) ?? [])];
    const mates = team === undefined ? others : others.filter((one) => teams.get(one) === team);
    return { own: ownCell(row), team: mates.map((one) => modeCell(METRIC.id, one, topic!)) };
  }
}

function ownCell(row: string): string {
  const { assignee, category } = parseSeriesKey(row)!.dims;
  return modeCell(METRIC.id, assignee!, category!);
}

function into(sets: Map<string, Set<string>>, key: string, value: string): void {
  const known = sets.get(key);
  if (known) known.add(value);
  else sets.set(key, new Set([value]));
}
