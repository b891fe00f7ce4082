/**
 * Rows by two or three dimensions at once, where a tree declares them (metrics.md 4). Such a cross is named by its
 * dimensions in their order: `channel,priority`.
 */
import type { Dimension } from '../tree/dimensions.ts';
import type { MetricDefinition } from './definition.ts';
import { SHOWN_MAX, type Standing, VALUES_MAX, valuesOf } from './dimensions.ts';
import { PERSON } from './privacy.ts';
import { seriesKey } from './value.ts';

export const crossName = (dimensions: readonly string[]): string =>
  [...dimensions].sort().join(',');

export const isCross = (name: string): boolean => name.includes(',');

export const dimensionsIn = (name: string): readonly Dimension[] => name.split(',') as Dimension[];

/** Shown at most: each value of one with each of the others. */
export const shownMost = (dimensions: readonly Dimension[]): number =>
  dimensions.reduce((rows, one) => rows * SHOWN_MAX[one], 1);

/** Why it has no rows by these at once; null: it may have them. */
export function crossRefusal(
  { form, per, of, modal, gauge, composite, ofPairs, privateBelow }: MetricDefinition,
  dimensions: readonly Dimension[],
): string | null {
  if (per !== undefined || of !== undefined) return 'cost is shared out by one dimension at a time';
  if (form === 'DIST') return 'it is told by its classes alone';
  if (modal) return 'it is told of all topics together';
  if (composite) return 'a score is told of one thing at a time';
  if (ofPairs) return 'it is told of agents on topics alone';
  if (typeof gauge === 'object' && 'spread' in gauge) return 'it is told of teams alone';
  const isOfPeople = privateBelow !== undefined && dimensions.includes(PERSON);
  return isOfPeople ? 'so few customers speak of a person there that none could be told' : null;
}

/** It can be told by all of these at once. */
export function hasCross(metric: MetricDefinition | null, cross: string): boolean {
  const dimensions = dimensionsIn(cross);
  const isCounted = metric !== null && dimensions.every((one) => metric.dims.includes(one));
  return isCounted && crossRefusal(metric, dimensions) === null;
}

interface Branch {
  readonly branches: Map<string, Branch>;
  row: string | null;
}

/** The rows of one metric by one cross. A key is written once, and is the same string ever after. */
export class CrossRows {
  readonly #id: string;
  readonly #dimensions: readonly Dimension[];
  readonly #root: Branch = { branches: new Map(), row: null };
  #known = 0;

  constructor(id: string, dimensions: readonly Dimension[]) {
    this.#id = id;
    this.#dimensions = dimensions;
  }

  /** One; where it has several tags, one with each. */
  of(standing: Standing): string[] {
    const rows: string[] = [];
    this.#visit(this.#root, standing, {}, rows, 0);
    return rows;
  }

  #visit(
    branch: Branch,
    standing: Standing,
    values: Readonly<Record<string, string>>,
    rows: string[],
    depth: number,
  ): void {
    const dimension = this.#dimensions[depth];
    if (dimension === undefined) {
      branch.row ??= seriesKey(this.#id, values);
      rows.push(branch.row);
      return;
    }
    for (const value of valuesOf(standing, dimension)) {
      const next = this.#branchOf(branch, value);
      this.#visit(next, standing, { ...values, [dimension]: value }, rows, depth + 1);
    }
  }

  /** Values come from outside; past so many a key is written anew each time. */
  #branchOf({ branches }: Branch, value: string): Branch {
    const known = branches.get(value);
    if (known) return known;
    const fresh = { branches: new Map(), row: null };
    if (this.#known < VALUES_MAX) {
      branches.set(value, fresh);
      this.#known += 1;
    }
    return fresh;
  }
}
