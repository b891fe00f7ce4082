/** Scores as they are read from the rows of their parts (metrics.md 3.4). */
import { NONE } from '../conversation/transition.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import { modeCell } from '../metrics/cell-names.ts';
import type { CompositeMetric } from '../metrics/composites.ts';
import { OTHER } from '../metrics/dimensions.ts';
import { lackOf } from '../metrics/read.ts';
import { ratioIn } from '../metrics/read-shares.ts';
import { readTimes } from '../metrics/read-times.ts';
import {
  type Counted,
  gapsOf,
  healthOf,
  healthTogether,
  indexesOf,
  largestScore,
  type Measured,
  meanScore,
  noScore,
  type Score,
  WINDOWS_BEFORE,
} from '../metrics/scores.ts';
import { share } from '../metrics/shares.ts';
import { parseSeriesKey, seriesKey, type WindowCode } from '../metrics/value.ts';
import type { Dimension } from '../tree/dimensions.ts';
import { neededOf } from './needs.ts';
import type { WorkspaceFold } from './workspace.ts';

/** Since when all is counted that a row tells of: of several what each of them rests on counts too. */
export function sinceOf(workspace: WorkspaceFold, key: string): number {
  const { id, composite } = workspace.metricOf(key)!;
  const since = workspace.countsSince(key);
  return composite ? Math.max(since, workspace.countsSince(`${id}{${composite.each}=`)) : since;
}

/** What a row of a score comes to in a window. */
export function scoreOf(workspace: WorkspaceFold, key: string, code: WindowCode): Score {
  const metric = workspace.metricOf(key) as CompositeMetric;
  const { dims } = parseSeriesKey(key)!;
  const [named] = Object.entries(dims) as [Dimension, string][];
  const asked = { workspace, metric, code };
  const { each, kind } = metric.composite;
  if (named?.[0] === each && named[1] !== OTHER) return SCORERS[kind].one(asked, named[1]);
  return SCORERS[kind].together(asked, named ?? null);
}

interface Asked {
  readonly workspace: WorkspaceFold;
  readonly metric: CompositeMetric;
  readonly code: WindowCode;
}
type Named = readonly [dimension: Dimension, value: string];

interface Scorer {
  readonly one: (asked: Asked, value: string) => Score;
  /** Those that stand in a row of another dimension, in `__other__`, or in all; null. */
  readonly together: (asked: Asked, named: Named | null) => Score;
}

const SCORERS: Readonly<Record<CompositeMetric['composite']['kind'], Scorer>> = {
  health: {
    one: (asked, account) => healthIn(asked, accountRow(account)),
    together: (asked, named) => healthTogether(healthsIn(asked, named)),
  },
  index: {
    one: (asked, agent) => indexes(asked).get(agent) ?? noScore('no_person', 0),
    together: (asked, named) => {
      const scores = indexes(asked);
      const agents = agentsIn(asked, named);
      return meanScore(
        [...scores].flatMap(([agent, score]) => (!agents || agents(agent) ? [score] : [])),
        'few_parts',
      );
    },
  },
  gap: {
    one: (asked, topic) => gaps(asked).get(topic) ?? noScore('few_parts', 0),
    together: (asked, named) => {
      const scores = gaps(asked);
      const told = named
        ? [...hiddenOf(asked)].map((topic) => scores.get(topic)!)
        : scores.values();
      return largestScore([...told]);
    },
  },
};

const valuesOf = ({ workspace, metric }: Asked): Iterable<string> =>
  workspace.shown.values(metric.id, metric.composite.each);
const hiddenOf = ({ workspace, metric }: Asked, by = metric.composite.each): string[] => [
  ...workspace.shown.values(metric.id, by, true),
];

/** The cells of a metric that are one's. */
type CellsOf = (id: string) => readonly string[];

const accountRow =
  (account: string): CellsOf =>
  (id) => [seriesKey(id, { account })];

/** What of an account stands in rows of these tiers. */
const accountIn =
  (account: string, tiers: readonly string[]): CellsOf =>
  (id) =>
    tiers.map((account_tier) => modeCell(seriesKey(id, { account_tier }), account));

function healthsIn(asked: Asked, named: Named | null): Score[] {
  const [dimension, value] = named ?? [];
  const isOfTier = dimension === asked.metric.composite.within;
  const tiers = isOfTier && value === OTHER ? hiddenOf(asked, dimension) : [value!];
  const accounts = named && !isOfTier ? hiddenOf(asked) : [...valuesOf(asked)];
  return accounts.map((account) =>
    healthIn(asked, isOfTier ? accountIn(account, tiers) : accountRow(account)),
  );
}

function healthIn(asked: Asked, cellsOf: CellsOf): Score {
  const { workspace, metric, code } = asked;
  const level = workspace.windows.level(code);
  const opened = cellsOf('conversation-volume');
  const before = daysBefore(asked);
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
function daysBefore({ workspace, metric, code }: Asked): { from: number; to: number } | null {
  const { grid } = workspace.windows.level(code);
  const begin = grid.numberOf(workspace.windows.span(code).from);
  const from = begin - WINDOWS_BEFORE * HEALTH_DAYS;
  const since = sinceOf(workspace, metric.id);
  return grid.startOf(from) >= since ? { from, to: begin - 1 } : null;
}
/** Panes of its one window. */
const HEALTH_DAYS = 28;

const indexes = (asked: Asked): ReadonlyMap<string, Score> =>
  asked.workspace.across.once(`${asked.metric.id} ${asked.code}`, () => {
    const teams = teamOf(asked);
    const { isPerson } = asked.workspace.across.people;
    const people = [...valuesOf(asked)].filter((agent) => isPerson(agent));
    const byTeam = Map.groupBy(people, (agent) => teams.get(agent) ?? NONE);
    return new Map(
      [...byTeam.values()].flatMap((agents) => [
        ...indexesOf(new Map(agents.map((agent) => [agent, agentIn(asked, agent)]))),
      ]),
    );
  });

const teamOf = ({ workspace: { across } }: Asked): ReadonlyMap<string, string> =>
  across.once('teams', () => across.people.teamOf());

/** null: all of them. */
function agentsIn(asked: Asked, named: Named | null): ((agent: string) => boolean) | null {
  if (!named) return null;
  const [dimension, value] = named;
  if (dimension === asked.metric.composite.each) {
    const hidden = new Set(hiddenOf(asked));
    return (agent) => hidden.has(agent);
  }
  const told = new Set(value === OTHER ? hiddenOf(asked, dimension) : [value]);
  const teams = teamOf(asked);
  return (agent) => told.has(teams.get(agent) ?? NONE);
}

function agentIn({ workspace, code }: Asked, assignee: string): Measured {
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

const gaps = (asked: Asked): ReadonlyMap<string, Score> =>
  asked.workspace.across.once(`${asked.metric.id} ${asked.code}`, () =>
    gapsOf(new Map([...valuesOf(asked)].map((topic) => [topic, topicIn(asked, topic)]))),
  );

function topicIn({ workspace, code }: Asked, category: string): Measured {
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
