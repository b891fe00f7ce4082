/** How much agents get done beside their team (metrics.md 3.4, `agent-productivity-index`). */
import { mulDivRound } from '@sapwood/core/num';
import { type Entry, escalationRate, type Measured, positiveRate, timed } from './cells.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { withheldAmong } from './privacy.ts';
import { NONE } from './rows.ts';
import { type Happened, meanOf, onlyIn, scored, scoreSeries, twiceMiddle } from './scores.ts';
import type { Window } from './windows.ts';

const METRIC = 'agent-productivity-index';
/** Of an agent who handled fewer it says too little. */
const FLOOR = 20;
const PARTS_LEAST = 3;
/** In thousandths; the median of the team is half of it. */
const MOST = 100_000;
const resolution = timed(['resolved']);
const reply = timed(['first_reply_human']);

/** What an agent did in a window; null: nobody knows, or may know. */
interface Agent {
  readonly name: string;
  readonly n: number;
  readonly did: readonly { readonly x: number | null; readonly isLess: boolean }[];
}

export function productivitySeries(
  recent: readonly Entry[],
  T: number,
  windows: readonly Window[],
  {
    by,
    declared,
    teams,
    teamOf,
    isNobody,
  }: Pick<Known, 'by' | 'declared' | 'teams' | 'teamOf' | 'isNobody'>,
): OracleSeries[] {
  const all = scored(METRIC, recent, T, windows, by);
  if (!declared.isAgentIndexOn) {
    const off = { value: null, n: 0, reason: 'not_switched_on' };
    return scoreSeries({ ...all, places: all.places.slice(0, 1) }, () => off);
  }
  const isAgent = (name: string): boolean => name !== NONE && !isNobody(name);
  const known = new Map(
    all.sides.map((side) => [side, indexesIn(agentsIn(side, isAgent), teamOf)] as const),
  );
  const others = teams.filter(
    (team) => !all.places.some((place) => place?.dimension === 'team' && place.values[0] === team),
  );
  const places = [
    ...all.places.filter((place) => place?.dimension !== 'assignee' || isAgent(place.values[0]!)),
    ...(all.places.length > 0 ? others : []).map(
      (value) => ({ dimension: 'team', values: [value] }) as const,
    ),
  ];
  return scoreSeries({ ...all, places }, (side, place) => {
    const indexes = known.get(side)!;
    if (place?.dimension === 'assignee') return indexes.get(place.values[0]!) ?? NOTHING_DONE;
    const told = [...indexes].flatMap(([name, { value }]) =>
      value === null || (place && teamOf(name) !== place.values[0]) ? [] : [value],
    );
    return meanOf(told, 'few_parts');
  });
}

const NOTHING_DONE: Measured = { value: null, n: 0, reason: 'low_n' };

function agentsIn(side: Happened, isAgent: (name: string) => boolean): Agent[] {
  const { entries, stands } = side;
  const told = withheldAmong(entries.filter(({ kind }) => kind === 'rated'));
  const names = new Set([...entries, ...stands].map(({ row }) => row.assignee[0]!));
  return [...names].filter(isAgent).map((name) => {
    const own = onlyIn(side, { dimension: 'assignee', values: [name] });
    const n = own.entries.filter(({ kind }) => kind === 'handled').length;
    const csat = told.isWithheld(name) ? null : positiveRate(own.entries).value;
    const did = [
      { x: n, isLess: false },
      { x: resolution.wall(own.entries, true).p50 ?? null, isLess: true },
      { x: reply.wall(own.entries, true).p50 ?? null, isLess: true },
      { x: csat, isLess: false },
      { x: escalationRate(own.stands).value, isLess: true },
    ];
    return { name, n, did };
  });
}

/** By agent: each beside those of the same team, or of none, who handled enough. */
function indexesIn(
  agents: readonly Agent[],
  teamOf: Known['teamOf'],
): ReadonlyMap<string, Measured> {
  const measured = agents.map(({ name, n, did }): [string, Measured] => {
    if (n < FLOOR) return [name, { value: null, n, reason: 'low_n' }];
    const mates = agents.filter((one) => one.n >= FLOOR && teamOf(one.name) === teamOf(name));
    const parts = did.flatMap(({ x, isLess }, i) => {
      const twiceMedian = twiceMiddle(mates.flatMap((mate) => mate.did[i]!.x ?? []));
      return x === null || !twiceMedian ? [] : [partOf(x, twiceMedian, isLess)];
    });
    const { value } = meanOf(parts, 'few_parts');
    if (parts.length < PARTS_LEAST) return [name, { value: null, n, reason: 'few_parts' }];
    return [name, { value, n }];
  });
  return new Map(measured);
}

/** In thousandths of a hundred: 50 x over m, or 50 m over x where less is better. */
function partOf(x: number, twiceMedian: number, isLess: boolean): number {
  if (!isLess) return Math.min(MOST, mulDivRound(x, MOST, twiceMedian));
  return x === 0 ? MOST : Math.min(MOST, mulDivRound(twiceMedian, MOST / 4, x));
}
