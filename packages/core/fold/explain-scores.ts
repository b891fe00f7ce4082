/** What a score is made of: its parts, or the scores of those that it is told of. */
import type { CompositeMetric } from '../metrics/composites.ts';
import type { ExplainedScore, Sum } from '../metrics/explanation.ts';
import { isGap, type Score, type ScorePart, sumOfParts } from '../metrics/scores.ts';
import { type Cell, seriesKey } from '../metrics/value.ts';
import { bump } from '../panes/cell.ts';
import { scoredIn } from './scores.ts';
import type { WorkspaceFold } from './workspace.ts';

export interface FoundScores {
  readonly scores: readonly ExplainedScore[];
  readonly total: Sum;
  /** Of those without a score, why. */
  readonly excluded: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
}

export function findScores(
  workspace: WorkspaceFold,
  { metric, key, cell }: { metric: CompositeMetric; key: string; cell: Cell },
): FoundScores {
  const { kind } = metric.composite;
  const { score, members } = scoredIn(workspace, key, cell.window);
  if (members) return ofMembers(metric, members);
  const { parts, n } = score;
  const unit = kind === 'health' ? 'ppm' : 'milli';
  const value = score.value === null ? null : sumOfParts(kind, parts);
  return {
    scores: parts.map((part: ScorePart) => ({ ...part, unit })),
    total: { value, num: null, den: null, n },
    excluded: new Map(),
    notes: kind === 'gap' && isGap(score) ? ['gap'] : [],
  };
}

function ofMembers(metric: CompositeMetric, members: ReadonlyMap<string, Score>): FoundScores {
  const { each, kind } = metric.composite;
  const excluded = new Map<string, number>();
  const scores: ExplainedScore[] = [];
  for (const [one, { value, reason, n }] of members) {
    if (value === null) bump(excluded, reason!, 1);
    else {
      const name = seriesKey(metric.id, { [each]: one });
      scores.push({ name, value, unit: 'milli', weight: 1, from: { n } });
    }
  }
  const values = scores.map(({ value }) => value);
  const value =
    values.length === 0 ? null : kind === 'gap' ? Math.max(...values) : sumOfParts('index', scores);
  return { scores, total: { value, num: null, den: null, n: values.length }, excluded, notes: [] };
}
