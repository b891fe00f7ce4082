/** `sapwood get`: the honest value of one series, now or as it was known at an instant. */

import { metricDefinition } from '@sapwood/core/catalogue';
import type { FactFold } from '@sapwood/core/fold';
import type { Frame } from '@sapwood/core/metrics';
import {
  CLOCKS,
  type Clock,
  parseSeriesKey,
  seriesKey,
  WINDOW_CODES,
  type WindowCode,
} from '@sapwood/core/metrics';
import { valuelessOf } from '@sapwood/core/sheets';
import { didYouMean, nearest } from '@sapwood/core/suggest';
import { targetOf } from '@sapwood/core/tree-segments';
import {
  cellOf,
  type HonestValue,
  honestValue,
  type SourceState,
  sourceState,
} from '@sapwood/protocol/honest';
import { UserError } from '../exit.ts';
import { type FoldedWorkspace, foldOf, print, withEngine } from './shared.ts';

export interface GetOptions {
  readonly data: string;
  /** A file that names Kafka and Redis: their log instead of the embedded one. */
  readonly config?: string;
  readonly window: string;
  /** Left out: business where a schedule is declared, else wall. */
  readonly clock?: string;
  readonly at?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

/** Without a frame for this long a screen is blind; a store at rest is as old as its last record. */
const SILENCE_MS = 10_000;

export async function get(key: string, options: GetOptions): Promise<void> {
  const { cell, at } = askedBy(options);
  await withEngine(options, async (partitions, engineClock) => {
    const folded = await foldOf(partitions, engineClock, at, options.workspace);
    print(honestOf(folded, key, cell, seenAt(folded, at)), options.json);
  });
}

/** Which cell of a series; left out, the clock is that of the headline. */
interface AskedCell {
  readonly window: WindowCode;
  readonly clock?: Clock;
}

/** `at` null: now. Throws `UserError` for what there is not. */
export function askedBy(options: Pick<GetOptions, 'window' | 'clock' | 'at'>): {
  readonly cell: AskedCell;
  readonly at: number | null;
} {
  const window = WINDOW_CODES.find((code) => code === options.window);
  if (!window) {
    throw new UserError(`There is no window "${options.window}"; use ${WINDOW_CODES.join(', ')}.`);
  }
  const clock = CLOCKS.find((one) => one === options.clock);
  if (options.clock !== undefined && !clock) {
    throw new UserError(`There is no clock "${options.clock}"; use ${CLOCKS.join(' or ')}.`);
  }
  const at = options.at === undefined ? null : instantOf(options.at);
  return { cell: { window, ...(clock ? { clock } : {}) }, at };
}

/** The sources as a look at `at` (null: now) has them. */
export function seenAt({ fold, off, id, readAt }: FoldedWorkspace, at: number | null): SourceState {
  const frame = { ...frameOf(fold, id), offset: off };
  const frameAgeMs = at === null ? Math.max(0, readAt - frame.asOf) : 0;
  return sourceState({ frame, frameAgeMs }, SILENCE_MS);
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;

function instantOf(text: string): number {
  const at = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UserError(`"${text}" is not an instant; write 2026-06-10T14:05:00Z.`);
}

const TOLD_MAX = 8;
type Dims = Readonly<Record<string, string>>;

/** The nearest one, or those of the same metric: of thousands of rows some. */
function unknownSeries(key: string, known: readonly string[]): string {
  const what = `There is no series "${key}"`;
  const parsed = parseSeriesKey(key);
  if (parsed === null) return `${what}: a key is written as in "csat" or "csat{channel=email}".`;
  const rows = known.flatMap((one) => parseSeriesKey(one) ?? []);
  const own = rows.filter(({ id }) => id === parsed.id);
  if (own.length === 0) {
    const hint = didYouMean(
      parsed.id,
      rows.map(({ id }) => id),
    );
    return `${what}${hint || '; "sapwood metrics" lists what there is.'}`;
  }
  const near = nearRow(parsed.dims, own);
  if (near !== null) return `${what} - did you mean "${near}"?`;
  const keys = own.map(({ id, dims }) => seriesKey(id, dims)).sort();
  const more = keys.length > TOLD_MAX ? ` and ${keys.length - TOLD_MAX} more` : '';
  return `${what}; there are ${keys.slice(0, TOLD_MAX).join(', ')}${more}.`;
}

/** A row by the same dimensions whose values are near: what all keys of a metric share makes none of them nearer. */
function nearRow(
  dims: Dims,
  own: readonly { readonly id: string; readonly dims: Dims }[],
): string | null {
  const valuesIn = (row: Dims): string => Object.values(row).join();
  const namesIn = (row: Dims): string => Object.keys(row).sort().join();
  const alike = own.filter((row) => namesIn(row.dims) === namesIn(dims));
  const near = nearest(
    valuesIn(dims),
    alike.map((row) => valuesIn(row.dims)),
  );
  const found = alike.find((row) => valuesIn(row.dims) === near);
  return found ? seriesKey(found.id, found.dims) : null;
}

const frameOf = (fold: FactFold, workspace: string): Frame =>
  fold.frames().find((f) => f.workspace === workspace)!.frame;

export function honestOf(
  { fold, off, id: workspace }: FoldedWorkspace,
  key: string,
  { window, clock }: AskedCell,
  source: SourceState,
): HonestValue {
  const series = fold.read(`${workspace}/${key}`)?.series;
  const known = [...fold.keys()].map((k) => k.slice(workspace.length + 1));
  if (!series || !known.includes(key)) {
    const missing = valuelessOf(parseSeriesKey(key)?.id ?? '');
    if (missing !== null) throw new UserError(`"${key}" is unknown: ${missing}.`);
    throw new UserError(unknownSeries(key, known));
  }
  const config = [...fold.workspaces()].find((w) => w.id === workspace)?.config;
  const id = series.definition.split('@')[0]!;
  const node = config?.tree.nodes.find((n) => n.id === id);
  const money = metricDefinition(id)?.form === 'MONEY';
  const cell = cellOf(series, window, clock);
  const windows = new Set(series.cells.map((one) => one.window));
  if (!cell && !windows.has(window)) {
    throw new UserError(`"${key}" is not told over ${window}; use ${[...windows].join(', ')}.`);
  }
  if (!cell) throw new UserError('It has no value in open hours: no schedule is declared for it.');
  return honestValue({
    series: { ...series, offset: off },
    cell,
    target: targetOf(node, key),
    audience: node?.audience ?? (money ? 'lead' : 'floor'),
    source,
  });
}
