/** Where a conversation went from one owner to another (metrics.md 1.4, `rerouted`, `handed_off`). */
import { DAY_MS, second } from '../time/instant.ts';
import type { FirstHuman, Past } from './chapter.ts';
import type { Timeline } from './timeline.ts';
import type { Change, Track } from './track.ts';

/** An agent and a team handoff this close together are one, of the team. */
const PAIR_MS = 5_000;
/** The first replier who takes the conversation this soon after the reply is no handoff. */
const SELF_ASSIGN_S = 60;

export interface Transfer {
  readonly kind: 'rerouted' | 'handed_off.agent' | 'handed_off.team';
  readonly at: number;
  readonly atMin: number | null;
  readonly live: boolean;
  /** The observed changes that it is made of. */
  readonly changes: readonly Change<string | null>[];
  /** Who had it, where that is what changed: whatever lay between. */
  readonly from: { readonly assignee?: string; readonly team?: string };
  /** Who got it, by agent; null: a team. */
  readonly owner: string | null;
  /** Whoever got it left it within a day, to somebody else. */
  readonly isPingpong: boolean;
}

/** `rerouted` before a person took part, `handed_off` from then on. */
export function transfersOf(timeline: Timeline, human: FirstHuman | null): Transfer[] {
  const rerouted = betweenValues(timeline.team).filter((c) => !human || !isFrom(c, human));
  const handoffs = human ? handedOff(timeline, human) : [];
  return [...rerouted.map((move) => ofTeam('rerouted', move)), ...handoffs];
}

/** Of all its chapters. */
export const handoffsOf = ({ transfers, past }: Passed): number =>
  (past?.handoffs ?? 0) + transfers.filter(isHandoff).length;
interface Passed {
  readonly transfers: readonly Transfer[];
  readonly past: Past | null;
}

export const isHandoff = ({ kind }: Transfer): boolean => kind !== 'rerouted';

/** A move from one value to another, and the observed one that it ends with. */
export interface Move extends Omit<Change<string>, 'observed'> {
  readonly seen: Change<string | null>;
  /** When it went on to another value; null: it did not. */
  leftAt: number | null;
}

/** Moves from one value to another; null between, however long, is skipped. */
export function betweenValues(track: Track<string | null>): Move[] {
  const moves: Move[] = [];
  let held = track.held ?? track.first ?? null;
  for (const change of track.changes) {
    if (change.to === null) continue;
    if (held !== null && held !== change.to) {
      const before = moves.at(-1);
      if (before) before.leftAt = change.at;
      const seen = change.observed ?? change;
      moves.push({ ...change, from: held, to: change.to, seen, leftAt: null });
    }
    held = change.to;
  }
  return moves;
}

/** At or after the first human reply. Without messages only what changes after it counts. */
function isFrom(change: Change<string>, human: FirstHuman): boolean {
  return human.isMessage ? second(change.at) >= second(human.at) : change.at > human.at;
}

function handedOff(timeline: Timeline, human: FirstHuman): Transfer[] {
  const teams = betweenValues(timeline.team).filter((c) => isFrom(c, human));
  const agents = betweenValues(timeline.assignee).filter(
    (c) => isFrom(c, human) && !isSelfAssigned(c, human),
  );
  const found: Transfer[] = [];
  for (const agent of agents) {
    const pair = teams.findIndex((team) => Math.abs(team.at - agent.at) <= PAIR_MS);
    if (pair < 0) found.push(ofAgent(agent));
    else found.push(ofBoth(agent, teams.splice(pair, 1)[0]!));
  }
  return [...found, ...teams.map((team) => ofTeam('handed_off.team', team))];
}

function isSelfAssigned(change: Change<string>, human: FirstHuman): boolean {
  return (
    human.isMessage &&
    human.authorId === change.to &&
    second(change.at) - second(human.at) <= SELF_ASSIGN_S
  );
}

const when = ({ at, atMin, live }: Move): Pick<Transfer, 'at' | 'atMin' | 'live'> => ({
  at,
  atMin,
  live,
});

const leaves = ({ leftAt }: Move, at: number): boolean => leftAt !== null && leftAt - at <= DAY_MS;

const ofTeam = (kind: 'rerouted' | 'handed_off.team', move: Move): Transfer => ({
  kind,
  ...when(move),
  changes: [move.seen],
  from: { team: move.from },
  owner: null,
  isPingpong: leaves(move, move.at),
});

const ofAgent = (move: Move): Transfer => ({
  kind: 'handed_off.agent',
  ...when(move),
  changes: [move.seen],
  from: { assignee: move.from },
  owner: move.to,
  isPingpong: leaves(move, move.at),
});

/** One handoff, of the team, from before the first of the two, at the last. */
const ofBoth = (agent: Move, team: Move): Transfer => ({
  kind: 'handed_off.team',
  ...when(team.at <= agent.at ? agent : team),
  changes: [agent.seen, team.seen],
  from: { assignee: agent.from, team: team.from },
  owner: null,
  isPingpong: leaves(team, Math.max(agent.at, team.at)),
});
