/** Which scores are read from which rows, and what of those has to be kept for them. */
import type { WorkspaceConfig } from '../directory/config.ts';
import type { Dimension } from '../tree/dimensions.ts';
import { CATALOGUE } from './catalogue.ts';
import type { Composite, MetricDefinition } from './definition.ts';

export interface CompositeMetric extends MetricDefinition {
  readonly composite: Composite;
}

export const COMPOSITE_METRICS: readonly CompositeMetric[] = CATALOGUE.filter(
  (metric): metric is CompositeMetric => metric.composite !== undefined,
);

const BY_PART: ReadonlyMap<string, readonly CompositeMetric[]> = partsOf();

function partsOf(): Map<string, CompositeMetric[]> {
  const found = new Map<string, CompositeMetric[]>();
  for (const metric of COMPOSITE_METRICS) {
    for (const id of [metric.id, ...metric.composite.of]) {
      found.set(id, [...(found.get(id) ?? []), metric]);
    }
  }
  return found;
}

/** The scores that a metric is part of, each of itself too. */
export const scoresOf = (id: string): readonly CompositeMetric[] => BY_PART.get(id) ?? [];

/** Rows that are kept for scores by these: what each of them is read from, whatever they are told by. */
export function impliedBy(id: string, by: WorkspaceConfig['by']): readonly Dimension[] {
  return scoresOf(id).flatMap(({ id: score, composite: { each, within } }) => {
    const told = by?.[score] ?? [];
    if (told.length === 0) return [];
    return within !== undefined && told.includes(within) ? [each, within] : [each];
  });
}
