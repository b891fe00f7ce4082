/** The rows of scores: which there are, and when they are told anew. */
import { NONE } from '../conversation/transition.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import { partsOf } from '../metrics/cell-names.ts';
import { COMPOSITE_METRICS, type CompositeMetric, scoresOf } from '../metrics/composites.ts';
import { OTHER } from '../metrics/dimensions.ts';
import { keptDimensions } from '../metrics/rows.ts';
import type { Score } from '../metrics/scores.ts';
import { parseSeriesKey, seriesKey } from '../metrics/value.ts';
import type { Dimension } from '../tree/dimensions.ts';
import type { ToldRows } from './told-rows.ts';

export class ScoreRows {
  readonly #shown: ToldRows;
  /** By what each is told; a score that nobody asks for is not among them. */
  #told: ReadonlyMap<string, readonly Dimension[]> = new Map();
  /** Scores of single rows that nothing has touched since they were worked out: there may be thousands. */
  readonly known: Map<string, Score> = new Map();
  /** Of these all was marked, and nothing was taken since. */
  readonly #marked: Set<string> = new Set();

  constructor(shown: ToldRows) {
    this.#shown = shown;
  }

  configured(by: WorkspaceConfig['by']): void {
    const told = COMPOSITE_METRICS.map(
      (metric) => [metric.id, keptDimensions(metric, by)] as const,
    );
    this.#told = new Map(told.filter(([, dimensions]) => dimensions.length > 0));
    if (this.#told.size > 0) for (const row of [...this.#shown.rows]) this.see(row);
  }

  /** Nothing is told of it, for want of rows that it could be read from. */
  isUntold(id: string): boolean {
    return scoresOf(id).some((metric) => metric.id === id) && !this.#told.has(id);
  }

  /** A row that a score is read from: it has one of the same value. */
  see(row: string): void {
    const [id, values] = partsOf(row);
    if (values === '' || this.#told.size === 0) return;
    for (const metric of scoresOf(id)) {
      if (metric.id === id) continue;
      const [[dimension, value], ...more] = Object.entries(parseSeriesKey(row)!.dims) as [
        [Dimension, string],
        ...[string, string][],
      ];
      // A score is told of one thing at a time.
      if (more.length > 0) continue;
      if (!this.#told.get(metric.id)?.includes(dimension) || value === OTHER) continue;
      // What belongs to nobody is nobody's score.
      if (value === NONE && dimension === metric.composite.each) continue;
      this.#shown.placesOf(`${metric.id}${values}`);
    }
  }

  /** Who belongs to one is scored in it, whatever was counted in its name. */
  seeTeams(teams: Iterable<string>): void {
    for (const [id, dimensions] of this.#told) {
      if (!dimensions.includes('team')) continue;
      for (const team of teams) this.#shown.placesOf(seriesKey(id, { team }));
    }
  }

  /** A row was marked: so is what is scored by it, shown or not. */
  touched(row: string): void {
    if (this.#told.size === 0) return;
    const [id, values] = partsOf(row);
    if (values === '') return;
    for (const metric of scoresOf(id)) {
      if (!this.#told.has(metric.id)) continue;
      if (metric.composite.kind !== 'health') this.#touchAll(metric);
      else this.#touchOne(metric, id, values);
    }
  }

  /** An account is scored by itself. */
  #touchOne(metric: CompositeMetric, id: string, values: string): void {
    const row = `${metric.id}${values}`;
    this.known.delete(row);
    this.#shown.touch(metric.id);
    if (id === metric.id || !this.#shown.rows.has(row)) return;
    for (const place of this.#shown.placesOf(row)) this.#shown.touch(place);
  }

  touchAll(): void {
    this.known.clear();
    for (const metric of COMPOSITE_METRICS) if (this.#told.has(metric.id)) this.#touchAll(metric);
  }

  /** Each is measured by all the others. */
  #touchAll({ id }: CompositeMetric): void {
    if (this.#marked.has(id)) return;
    this.#marked.add(id);
    this.#shown.touch(id);
    for (const dimension of this.#told.get(id)!) {
      for (const row of this.#shown.rowsShown(id, dimension)) this.#shown.touch(row);
    }
  }

  taken(): void {
    this.#marked.clear();
  }
}
