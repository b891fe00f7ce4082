/** `sapwood get`: the honest value of one series, now or as it was known at an instant. */

import { metricDefinition } from '@sapwood/core/catalogue';
import type { FactFold } from '@sapwood/core/fold';
import type { Frame } from '@sapwood/core/metrics';
import { CLOCKS, type Clock, WINDOW_CODES, type WindowCode } from '@sapwood/core/metrics';
import { cellOf, type HonestValue, honestValue, sourceState } from '@sapwood/protocol/honest';
import { UserError } from '../exit.ts';
import { foldOf, print, withEngine } from './shared.ts';

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
  const window = WINDOW_CODES.find((code) => code === options.window);
  if (!window) {
    throw new UserError(`There is no window "${options.window}"; use ${WINDOW_CODES.join(', ')}.`);
  }
  const clock = CLOCKS.find((one) => one === options.clock);
  if (options.clock !== undefined && !clock) {
    throw new UserError(`There is no clock "${options.clock}"; use ${CLOCKS.join(' or ')}.`);
  }
  const at = options.at === undefined ? null : instantOf(options.at);
  await withEngine(options, async (partitions, engineClock) => {
    const { fold, off, id } = await foldOf(partitions, engineClock, at, options.workspace);
    const frame = { ...frameOf(fold, id), offset: off };
    const ageMs = at === null ? Math.max(0, engineClock.now() - frame.asOf) : 0;
    print(
      honestOf(fold, id, key, { window, ...(clock ? { clock } : {}) }, { frame, ageMs, off }),
      options.json,
    );
  });
}

function instantOf(text: string): number {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new UserError(`"${text}" is not an instant; write 2026-06-10T14:05:00Z.`);
}

const frameOf = (fold: FactFold, workspace: string): Frame =>
  fold.frames().find((f) => f.workspace === workspace)!.frame;

function honestOf(
  fold: FactFold,
  workspace: string,
  key: string,
  { window, clock }: { readonly window: WindowCode; readonly clock?: Clock },
  seen: { readonly frame: Frame; readonly ageMs: number; readonly off: number },
): HonestValue {
  const series = fold.read(`${workspace}/${key}`)?.series;
  const known = [...fold.keys()].map((k) => k.slice(workspace.length + 1));
  if (!series || !known.includes(key)) {
    const rows = known.filter((k) => k !== 'tree').sort();
    throw new UserError(`There is no series "${key}"; there are ${rows.join(', ')}.`);
  }
  const config = [...fold.workspaces()].find((w) => w.id === workspace)?.config;
  const node = config?.tree.nodes.find((n) => n.id === key);
  const money = metricDefinition(series.definition.split('@')[0]!)?.form === 'MONEY';
  const cell = cellOf(series, window, clock);
  const windows = new Set(series.cells.map((one) => one.window));
  if (!cell && !windows.has(window)) {
    throw new UserError(`"${key}" is not told over ${window}; use ${[...windows].join(', ')}.`);
  }
  if (!cell) throw new UserError('It has no value in open hours: no schedule is declared for it.');
  return honestValue({
    series: { ...series, offset: seen.off },
    cell,
    target: node?.target ?? null,
    audience: node?.audience ?? (money ? 'lead' : 'floor'),
    source: sourceState({ frame: seen.frame, frameAgeMs: seen.ageMs }, SILENCE_MS),
  });
}
