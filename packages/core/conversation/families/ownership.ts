import type { FirstHuman } from '../chapter.ts';
import { type Change, second, type Track, valueAt } from '../track.ts';
import type { Transition, TransitionKind } from '../transition.ts';
import { NONE } from '../transition.ts';
import { channelOf, dimsAt, type Story } from './story.ts';

/** An agent and a team handoff this close together are one, of the team. */
const PAIR_MS = 5_000;
/** The first replier who takes the conversation this soon after the reply is no handoff. */
const SELF_ASSIGN_S = 60;

/** `assigned`, `unassigned`, `rerouted`, `handed_off{agent,team}` (metrics.md 1.4). */
export function ownership(story: Story): Transition[] {
  const { assignee } = story.timeline;
  const transitions: Transition[] = [];
  for (const change of assignee.changes) {
    const kind = change.from === null ? 'assigned' : change.to === null ? 'unassigned' : null;
    if (!kind) continue;
    const dims = dimsAt(story, { change: change.at });
    transitions.push({ ...moved(story, kind, change), dims });
  }
  return [...transitions, ...transfers(story).map(({ transition }) => transition)];
}

/** A reroute or a handoff, and the changes that it is made of. */
export interface Transfer {
  readonly transition: Transition;
  readonly changes: readonly Change<string | null>[];
  /** Who got it, by agent; null: a team. */
  readonly owner: string | null;
}

export const handoffsOf = (story: Story): Transfer[] =>
  story.firstHuman ? handoffs(story, story.firstHuman) : [];

/** `rerouted` before a person took part, `handed_off` from then on. */
export function transfers(story: Story): Transfer[] {
  const { firstHuman, timeline } = story;
  const rerouted = betweenValues(timeline.team).filter(
    (c) => !firstHuman || !isFrom(c, firstHuman),
  );
  return [...rerouted.map((move) => ofTeam(story, 'rerouted', move)), ...handoffsOf(story)];
}

/** A change from one value to another, and the observed one that it ends with. */
interface Move extends Change<string> {
  readonly seen: Change<string | null>;
}

/** Moves from one value to another; null between, however long, is skipped. */
function betweenValues(track: Track<string | null>): Move[] {
  const moves: Move[] = [];
  let held = track.held ?? track.first ?? null;
  for (const change of track.changes) {
    if (change.to === null) continue;
    if (held !== null && held !== change.to) {
      moves.push({ ...change, from: held, to: change.to, seen: change });
    }
    held = change.to;
  }
  return moves;
}

/** At or after the first human reply. Without messages only what changes after it counts. */
function isFrom(change: Change<string>, human: FirstHuman): boolean {
  return human.isMessage ? second(change.at) >= second(human.at) : change.at > human.at;
}

function handoffs(story: Story, human: FirstHuman): Transfer[] {
  const teams = betweenValues(story.timeline.team).filter((c) => isFrom(c, human));
  const agents = betweenValues(story.timeline.assignee).filter(
    (c) => isFrom(c, human) && !isSelfAssigned(c, human),
  );
  const found: Transfer[] = [];
  for (const agent of agents) {
    const pair = teams.findIndex((team) => Math.abs(team.at - agent.at) <= PAIR_MS);
    if (pair < 0) {
      const transition = moved(story, 'handed_off.agent', agent);
      found.push({ transition, changes: [agent.seen], owner: agent.to });
      continue;
    }
    const team = teams.splice(pair, 1)[0]!;
    const last = team.at <= agent.at ? agent : team;
    const dims = { channel: channelOf(story), team: team.from };
    const transition = { ...moved(story, 'handed_off.team', last), dims };
    found.push({ transition, changes: [agent.seen, team.seen], owner: null });
  }
  return [...found, ...teams.map((team) => ofTeam(story, 'handed_off.team', team))];
}

function isSelfAssigned(change: Change<string>, human: FirstHuman): boolean {
  return (
    human.isMessage &&
    human.authorId === change.to &&
    second(change.at) - second(human.at) <= SELF_ASSIGN_S
  );
}

/** A move of team X to Y stands in the row of X, whatever lay between. */
function ofTeam(story: Story, kind: TransitionKind, move: Move): Transfer {
  const dims = { channel: channelOf(story), team: move.from };
  return { transition: { ...moved(story, kind, move), dims }, changes: [move.seen], owner: null };
}

/** Ownership stands in the row of the one who gave it away. */
function moved(story: Story, kind: TransitionKind, change: Change<string | null>): Transition {
  return {
    kind,
    at: change.at,
    atMin: change.atMin,
    live: change.live,
    dims: teamBefore(story, change),
    ms: null,
  };
}

function teamBefore(story: Story, change: { readonly at: number }): Transition['dims'] {
  const value = valueAt(story.timeline.team, change.at - 1);
  return { channel: channelOf(story), team: value ?? NONE };
}
