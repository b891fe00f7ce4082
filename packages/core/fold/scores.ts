/** Scores as they are read from the rows of their parts (metrics.md 3.4). */
import { NONE } from '../conversation/transition.ts';
import type { CompositeMetric } from '../metrics/composites.ts';
import { OTHER } from '../metrics/dimensions.ts';
import {
  gapsOf,
  healthTogether,
  indexesOf,
  largestScore,
  meanScore,
  noScore,
  type Score,
} from '../metrics/scores.ts';
import { parseSeriesKey, seriesKey, type WindowCode } from '../metrics/value.ts';
import type { Dimension } from '../tree/dimensions.ts';
import {
  type Asked,
  accountRow,
  accountsIn,
  agentIn,
  healthIn,
  sinceOf,
  topicIn,
} from './score-inputs.ts';
import type { WorkspaceFold } from './workspace.ts';

/** A row of a score: of one, or of those that stand in it. */
export interface Scored {
  readonly score: Score;
  /** By their rows; null: it is of one. */
  readonly members: ReadonlyMap<string, Score> | null;
}

/** What a row of a score comes to in a window. */
export const scoreOf = (workspace: WorkspaceFold, key: string, code: WindowCode): Score =>
  scoredIn(workspace, key, code).score;

export function scoredIn(workspace: WorkspaceFold, key: string, code: WindowCode): Scored {
  const metric = workspace.metricOf(key) as CompositeMetric;
  const [named = null] = Object.entries(parseSeriesKey(key)!.dims) as [Dimension, string][];
  const asked = { workspace, metric, code };
  const { each, kind } = metric.composite;
  const { one, among, together } = SCORERS[kind];
  if (named?.[0] === each && named[1] !== OTHER) {
    return { score: one(asked, named[1]), members: null };
  }
  const members = among(asked, named);
  return { score: together([...members.values()]), members };
}

/** Of whom nothing was ever told, and of a bot, whatever was. */
const UNKNOWN = noScore('low_n', 0);

type Named = readonly [dimension: Dimension, value: string];

interface Scorer {
  readonly one: (asked: Asked, value: string) => Score;
  /** Those that stand in a row of another dimension, in `__other__`, or, null, in all; by their own rows. */
  readonly among: (asked: Asked, named: Named | null) => ReadonlyMap<string, Score>;
  readonly together: (scores: readonly Score[]) => Score;
}

const SCORERS: Readonly<Record<CompositeMetric['composite']['kind'], Scorer>> = {
  health: {
    one: (asked, account) => accountScore(asked, seriesKey(asked.metric.id, { account })),
    among: healthsIn,
    together: healthTogether,
  },
  index: {
    one: (asked, agent) => indexes(asked).get(agent) ?? UNKNOWN,
    among: (asked, named) => only(asked, indexes(asked), agentsIn(asked, named)),
    together: (scores) => meanScore(scores, 'few_parts'),
  },
  gap: {
    one: (asked, topic) => gaps(asked).get(topic) ?? UNKNOWN,
    among: (asked, named) => only(asked, gaps(asked), named && isHidden(asked)),
    together: largestScore,
  },
};

type Is = (value: string) => boolean;

/** null: all of them. */
function only(
  { metric: { id, composite } }: Asked,
  scores: ReadonlyMap<string, Score>,
  is: Is | null,
): ReadonlyMap<string, Score> {
  const told = is ? [...scores].filter(([value]) => is(value)) : [...scores];
  return new Map(told.map(([value, one]) => [seriesKey(id, { [composite.each]: value }), one]));
}

const valuesOf = (rows: ReadonlySet<string>): string[] =>
  [...rows].map((row) => Object.values(parseSeriesKey(row)!.dims)[0]!);
const rowsOf = ({ workspace, metric }: Asked): ReadonlySet<string> =>
  workspace.shown.rowsBy(metric.id, metric.composite.each);
const hiddenOf = ({ workspace, metric }: Asked, by = metric.composite.each): ReadonlySet<string> =>
  workspace.shown.rowsBy(metric.id, by, true);

function isHidden(asked: Asked): Is {
  const hidden = new Set(valuesOf(hiddenOf(asked)));
  return (value) => hidden.has(value);
}

/** There may be thousands of accounts: their rows are not read, but taken as they are written. */
function healthsIn(asked: Asked, named: Named | null): ReadonlyMap<string, Score> {
  const [dimension, value] = named ?? [];
  if (dimension !== undefined && dimension === asked.metric.composite.within) {
    const tiers = value === OTHER ? valuesOf(hiddenOf(asked, dimension)) : [value!];
    const cellsOf = accountsIn(tiers);
    // What stands in a tier is kept from when that was asked for.
    const { workspace, metric } = asked;
    const since = sinceOf(workspace, seriesKey(metric.id, { [dimension]: value! }));
    return scoresOf(rowsOf(asked), (row) => healthIn(asked, cellsOf(row), since));
  }
  return scoresOf(named ? hiddenOf(asked) : rowsOf(asked), (row) => accountScore(asked, row));
}

function scoresOf(rows: ReadonlySet<string>, scoreOfRow: (row: string) => Score) {
  const scores = new Map<string, Score>();
  for (const row of rows) scores.set(row, scoreOfRow(row));
  return scores;
}

function accountScore(asked: Asked, row: string): Score {
  const { knownScores } = asked.workspace.shown;
  const { workspace, metric } = asked;
  const score =
    knownScores.get(row) ?? healthIn(asked, accountRow(row), sinceOf(workspace, metric.id));
  knownScores.set(row, score);
  return score;
}

const indexes = (asked: Asked): ReadonlyMap<string, Score> =>
  asked.workspace.across.once(`${asked.metric.id} ${asked.code}`, () => {
    const teams = teamOf(asked);
    const { isPerson } = asked.workspace.across.people;
    const people = valuesOf(rowsOf(asked)).filter((agent) => isPerson(agent));
    const byTeam = Map.groupBy(people, (agent) => teams.get(agent) ?? NONE);
    return new Map(
      [...byTeam.values()].flatMap((agents) => [
        ...indexesOf(new Map(agents.map((agent) => [agent, agentIn(asked, agent)]))),
      ]),
    );
  });

const teamOf = ({ workspace: { across } }: Asked): ReadonlyMap<string, string> =>
  across.once('teams', () => across.people.teamOf());

function agentsIn(asked: Asked, named: Named | null): Is | null {
  if (!named) return null;
  const [dimension, value] = named;
  if (dimension === asked.metric.composite.each) return isHidden(asked);
  const told = new Set(value === OTHER ? valuesOf(hiddenOf(asked, dimension)) : [value]);
  const teams = teamOf(asked);
  return (agent) => told.has(teams.get(agent) ?? NONE);
}

const gaps = (asked: Asked): ReadonlyMap<string, Score> =>
  asked.workspace.across.once(`${asked.metric.id} ${asked.code}`, () =>
    gapsOf(new Map(valuesOf(rowsOf(asked)).map((topic) => [topic, topicIn(asked, topic)]))),
  );
