/** On which topics an agent is faster than the team (metrics.md 3.1, 12, `agent-specialisation`). */
import { seriesKey } from '@sapwood/core/metrics';
import { mulDivRound } from '@sapwood/core/num';
import { cell, type Entry, type Measured, type OracleCell } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { NONE } from './rows.ts';
import { scored, scoreSeries, sumOf } from './scores.ts';
import type { Window } from './windows.ts';

const METRIC = 'agent-specialisation';
const FLOOR = 10;
/** So many of the team's mean are added to an agent's own. */
const DRAWN_BY = 20;
const PPM = 1_000_000;

/** A resolution: whose, on what, and how long it took. */
interface Resolved {
  readonly agent: string;
  readonly topic: string;
  readonly ms: number;
}

export function specialisationSeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  { by, teamOf }: Pick<Known, 'by' | 'teamOf'>,
): OracleSeries[] {
  const all = scored(METRIC, recent, T, windows, by);
  const sides = all.sides.map(({ window, entries }) => ({
    window,
    resolved: resolvedIn(entries),
  }));
  const pairs = new Map(
    sides.flatMap(({ resolved }) => resolved).map((one) => [`${one.agent}\n${one.topic}`, one]),
  );
  const cells = [...pairs.values()].map(
    ({ agent, topic }): OracleSeries => ({
      key: seriesKey(METRIC, { assignee: agent, category: topic }),
      waiting: null,
      cells: sides.map(({ window, resolved }): OracleCell => {
        const onTopic = resolved.filter((one) => one.topic === topic);
        const own = onTopic.filter((one) => one.agent === agent);
        const team = teamOf(agent);
        const mates = onTopic.filter((one) => team === null || teamOf(one.agent) === team);
        return cell(T, window, measure(own, mates), { value: null, n: 0 });
      }),
    }),
  );
  return [...scoreSeries(all, () => PER_TOPIC), ...cells];
}

/** Of several topics, or agents, together it says nothing. */
const PER_TOPIC: Measured = { value: null, n: 0, reason: 'per_topic' };

/** Bots have nothing. */
const resolvedIn = (entries: readonly Entry[]): Resolved[] =>
  entries.flatMap(({ kind, row, lasted }) => {
    const [agent, topic] = [row.assignee[0]!, row.category[0]!];
    if (kind !== 'resolved' || lasted === null || agent === NONE || topic === NONE) return [];
    return [{ agent, topic, ms: lasted.wallMs }];
  });

/**
 * With x the mean of n own ones and m that of all the team's: est = (n x + 20 m) / (n + 20), and of m that is
 * (m - est) / m = (n m - n x) / (m (n + 20)).
 */
function measure(own: readonly Resolved[], mates: readonly Resolved[]): Measured {
  const n = own.length;
  const [ownMs, teamMs] = [own, mates].map((those) => sumOf(those.map(({ ms }) => ms)));
  if (n < FLOOR) return { value: null, n, reason: 'low_n' };
  if (teamMs === 0) return { value: null, n };
  const lessMs = n * teamMs! - ownMs! * mates.length;
  return { value: mulDivRound(lessMs, PPM, teamMs! * (n + DRAWN_BY)), n };
}
