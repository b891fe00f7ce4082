/** What a score is made of: its parts, or the scores of those that it is told of. */
import type { CompositeMetric } from '../metrics/composites.ts';
import type { ExplainedScore, Sum } from '../metrics/explanation.ts';
import { isGap, type Score, type ScorePart, sumOfParts } from '../metrics/scores.ts';
import type { Cell } from '../metrics/value.ts';
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
  const { kind } = metric.composite;
  const excluded = new Map<string, number>();
  const scores: ExplainedScore[] = [];
  // By name: a page goes on after a restart where it ended before.
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { value, reason, n }] of sorted) {
    if (value === null) bump(excluded, reason!, 1);
    else scores.push({ name, value, unit: 'milli', weight: 1, from: { n } });
  }
  const values = scores.map(({ value }) => value);
  const value =
    values.length === 0 ? null : kind === 'gap' ? Math.max(...values) : sumOfParts('index', scores);
  return { scores, total: { value, num: null, den: null, n: values.length }, excluded, notes: [] };
}
