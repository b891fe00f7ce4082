/** What scores are worked out from, as the rows of their parts have it (metrics.md 3.4). */
import { metricDefinition } from '../metrics/catalogue.ts';
import { cellOf, partsOf } from '../metrics/cell-names.ts';
import type { CompositeMetric } from '../metrics/composites.ts';
import { lackOf } from '../metrics/lacks.ts';
import { ratioIn } from '../metrics/read-shares.ts';
import { readTimes } from '../metrics/read-times.ts';
import {
  type Counted,
  healthOf,
  type Measured,
  type Score,
  WINDOWS_BEFORE,
} from '../metrics/scores.ts';
import { share } from '../metrics/shares.ts';
import { seriesKey, type WindowCode } from '../metrics/value.ts';
import { neededOf } from './needs.ts';
import type { WorkspaceFold } from './workspace.ts';

export interface Asked {
  readonly workspace: WorkspaceFold;
  readonly metric: CompositeMetric;
  readonly code: WindowCode;
}

/** Since when all is counted that a row tells of: of several what each of them rests on counts too. */
export function sinceOf(workspace: WorkspaceFold, key: string): number {
  const { id, composite } = workspace.metricOf(key)!;
  const since = workspace.countsSince(key);
  return composite ? Math.max(since, workspace.countsSince(`${id}{${composite.each}=`)) : since;
}

/** The cells of a metric that are one's. */
type CellsOf = (id: string) => readonly string[];

/** Those of the account that a row is of. */
export function accountRow(row: string): CellsOf {
  const [, values] = partsOf(row);
  return (id) => [`${id}${values}`];
}

/** What of the account that a row is of stands in rows of these tiers. */
export function accountsIn(tiers: readonly string[]): (row: string) => CellsOf {
  const known = new Map<string, readonly string[]>();
  const tierRows = (id: string): readonly string[] => {
    const rows = known.get(id) ?? tiers.map((account_tier) => seriesKey(id, { account_tier }));
    known.set(id, rows);
    return rows;
  };
  return (row) => (id) => tierRows(id).map((tierRow) => cellOf(tierRow, row));
}

/** `since`: all that stands in these cells is counted from then on. */
export function healthIn(asked: Asked, cellsOf: CellsOf, since: number): Score {
  const { workspace, metric, code } = asked;
  const level = workspace.windows.level(code);
  const opened = cellsOf('conversation-volume');
  const before = workspace.across.once(`${metric.id} before ${since}`, () =>
    daysBefore(asked, since),
  );
  const count = (cells: readonly string[], of: (cell: string) => number): number =>
    cells.reduce((sum, cell) => sum + of(cell), 0);
  const escalated = cellsOf('escalation-rate').map((cell) => level.distinct.read(cell, code));
  const solved = cellsOf(metric.id).map((cell) => level.panes.read(cell, code).now);
  return healthOf(
    {
      opened: count(opened, (cell) => level.panes.read(cell, code).now.n),
      openedBefore:
        before && count(opened, (cell) => level.panes.countIn(cell, before.from, before.to)),
      inTarget: countedIn(solved.map(({ sum, n }) => ({ num: sum, den: n }))),
      escalated: countedIn(escalated),
    },
    workspace.config?.healthWeights,
  );
}

const countedIn = (all: readonly Counted[]): Counted => ({
  num: all.reduce((sum, { num }) => sum + num, 0),
  den: all.reduce((sum, { den }) => sum + den, 0),
});

/** The panes of the three windows before this one; null: not all of them were seen. */
function daysBefore(
  { workspace, code }: Asked,
  since: number,
): { from: number; to: number } | null {
  const { grid } = workspace.windows.level(code);
  const begin = grid.numberOf(workspace.windows.span(code).from);
  const from = begin - WINDOWS_BEFORE * HEALTH_DAYS;
  return grid.startOf(from) >= since ? { from, to: begin - 1 } : null;
}
/** Panes of its one window. */
const HEALTH_DAYS = 28;

export function agentIn({ workspace, code }: Asked, assignee: string): Measured {
  const read = readerIn(workspace, code, { assignee });
  const { panes } = workspace.windows.level(code);
  const n = panes.read(seriesKey('contacts-handled', { assignee }), code).now.sum;
  return {
    n,
    parts: {
      handled: n,
      resolution: read.median('average-resolution-time'),
      first_response: read.median('first-response-time'),
      csat: read.share('csat'),
      escalation: read.share('escalation-rate'),
    },
  };
}

export function topicIn({ workspace, code }: Asked, category: string): Measured {
  const read = readerIn(workspace, code, { category });
  const { distinct } = workspace.windows.level(code);
  const csat = read.share('csat');
  return {
    n: distinct.read(seriesKey('escalation-rate', { category }), code).den,
    parts: {
      escalation: read.share('escalation-rate'),
      resolution: read.median('average-resolution-time'),
      csat: csat === null ? null : -csat,
    },
  };
}

/** What other metrics tell of the row of these values; null: nothing. */
function readerIn(workspace: WorkspaceFold, code: WindowCode, dims: Record<string, string>) {
  const level = workspace.windows.level(code);
  const needed = workspace.across.once('needs', () => neededOf(workspace));
  const known = <V>(id: string, read: (row: string) => V): V | null => {
    const row = seriesKey(id, dims);
    const isLacking = lackOf(metricDefinition(id)!, needed) !== null;
    return isLacking || workspace.across.withheld.read(row, code).now ? null : read(row);
  };
  return {
    median: (id: string): number | null =>
      known(id, (row) => readTimes(metricDefinition(id)!, level, row, code).p50),
    share: (id: string): number | null =>
      known(id, (row) => {
        const { num, den } = ratioIn(metricDefinition(id)!, level, row, code);
        return share(num, den);
      }),
  };
}
