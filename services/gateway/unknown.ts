/** What a tree or the catalogue names and nothing computes: known, and unknown, with what is missing. */

import { parseSeriesKey } from '@sapwood/core/metrics';
import { metricSheet, valuelessOf } from '@sapwood/core/sheets';
import type { Audience } from '@sapwood/core/tree';
import { audienceOf, nodeOf, seesKey } from './audience.ts';
import type { WorkspaceView } from './view.ts';

export interface UnknownValue {
  readonly key: string;
  readonly definition: string;
  readonly value: null;
  readonly unit: string;
  readonly state: 'unknown';
  readonly reasons: readonly ['not_computed' | 'view'];
  /** In words: what is missing, or of which metrics it is a view. */
  readonly missing: string;
  readonly audience: Audience;
}

/** null: the viewer may not see it, nobody knows it, or it is computed. */
export function unknownValue(
  view: WorkspaceView,
  viewer: Audience,
  key: string,
): UnknownValue | null {
  const parsed = parseSeriesKey(key);
  const sheet = parsed && metricSheet(parsed.id);
  if (!parsed || !sheet || !seesKey(view, viewer, key)) return null;
  const missing = valuelessOf(parsed.id) ?? uncountedRow(view, parsed);
  if (missing === null) return null;
  return {
    key,
    definition: `${sheet.id}@${sheet.version}`,
    value: null,
    unit: sheet.unit,
    state: 'unknown',
    reasons: [sheet.viewOf ? 'view' : 'not_computed'],
    missing,
    audience: audienceOf(view, sheet.id)!,
  };
}

function uncountedRow(
  view: WorkspaceView,
  { id, dims }: { readonly id: string; readonly dims: Readonly<Record<string, string>> },
): string | null {
  const uncounted = nodeOf(view, id)?.uncounted ?? [];
  const dimension = Object.keys(dims).find((one) => uncounted.includes(one));
  return dimension === undefined ? null : `not counted by ${dimension} yet`;
}
