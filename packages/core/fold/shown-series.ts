/** The series of a workspace that ever had a value, and those to be read anew. */
import type { WorkspaceConfig } from '../directory/config.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { parentsOf } from './parents.ts';

export interface ShownSeriesDeps {
  readonly config: () => WorkspaceConfig | null;
  /** There is a row more to be stored. */
  readonly rowAdded: () => void;
}

export class ShownSeries {
  /** Rows that ever had a value: what is published, and what a claim marks dirty. */
  readonly rows: Set<string> = new Set();
  readonly #deps: ShownSeriesDeps;
  readonly #dirty: Set<string> = new Set();

  constructor(deps: ShownSeriesDeps) {
    this.#deps = deps;
  }

  /** A row has a value. */
  see(row: string): void {
    if (this.rows.has(row)) return;
    this.rows.add(row);
    this.#deps.rowAdded();
    this.touch(row);
  }

  /** Marks a series and every parent that is computed from it. */
  touch(row: string): void {
    if (this.#dirty.has(row)) return;
    this.#dirty.add(row);
    for (const parent of parentsOf(this.#deps.config()).get(row) ?? []) this.touch(parent);
  }

  touchMoney(): void {
    for (const metric of CATALOGUE) if (metric.form === 'MONEY') this.touch(metric.id);
  }

  touchAll(): void {
    for (const key of this.keys()) this.#dirty.add(key);
  }

  /** Only with a new configuration: a tree that is told anew sends every screen a whole snapshot. */
  touchTree(): void {
    this.#dirty.add('tree');
  }

  /** Anything that money is told per was counted. */
  hasDivisor(): boolean {
    return CATALOGUE.some(({ per }) => typeof per === 'string' && this.rows.has(per));
  }

  *keys(): Generator<string> {
    const totals = CATALOGUE.map((metric) => metric.id);
    yield* new Set([...totals, ...this.rows]);
  }

  take(): string[] {
    const keys = [...this.#dirty];
    this.#dirty.clear();
    return keys;
  }
}
