/** Who owns it: the first owner, and who gave it to whom (metrics.md 1.4). */

import { type Attribute, type Change, second, type Value } from './attribute.ts';
import { atChange, DAY_MS, isAfter, isPublic } from './case.ts';
import type { Case } from './conversation.ts';
import type { Message } from './observed.ts';
import { type Giver, given, giverBefore, ownerOf, type Row } from './rows.ts';
import type { Transition } from './transition.ts';

const PAIR_MS = 5_000;
const SELF_ASSIGN_S = 60;
const PINGPONG_MS = DAY_MS;

/** "No messages": a human owns it, or a team is set while it waits on the team. */
export function firstOwned(found: Case): Change | undefined {
  const { state, team, assignee } = found;
  const marks: Change[] = [];
  for (const { first, changes } of [state, team, assignee]) {
    if (first) {
      const { value, u, index } = first;
      const dated = { at: u, atMin: u, isExact: false, seenAt: u };
      marks.push({ from: null, to: value, ...dated, index });
    }
    marks.push(...changes);
  }
  marks.sort((a, b) => a.at - b.at || a.index - b.index);
  const isOwned = (by: Mark): boolean => {
    const isTeams = seenBy(team, by) !== null && seenBy(state, by) === 'waiting_on_you';
    return isTeams || ownerOf(found, seenBy(assignee, by)) !== null;
  };
  // A look shows it; what is undone in its very instant never was, but the first look counts.
  const isKept = ({ at, index }: Mark): boolean =>
    index === 0 || isOwned({ at, index: Number.POSITIVE_INFINITY });
  return marks.find((mark) => isOwned(mark) && isKept(mark));
}

type Mark = Pick<Change, 'at' | 'index'>;

/** The value at an instant, by its looks up to one; before the first look nothing is owned. */
function seenBy({ first, changes }: Attribute, { at, index }: Mark): Value {
  const isShown = (u: number, look: number): boolean => u < at || (u === at && look <= index);
  let value = first && isShown(first.u, first.index) ? first.value : null;
  for (const change of changes) if (isShown(change.at, change.index)) value = change.to;
  return value;
}

export interface Handover {
  readonly what: 'agent' | 'team';
  readonly from: string;
  readonly to: string;
  readonly change: Change;
}

/** Value to value; nothing between, however long, is skipped. */
export function handovers(
  what: 'agent' | 'team',
  attribute: Attribute,
  owner: (value: Value) => Value,
  held: Value,
): Handover[] {
  const found: Handover[] = [];
  let last = held ?? owner(attribute.first?.value ?? null);
  for (const change of attribute.changes) {
    const to = owner(change.to);
    if (to === null) continue;
    if (last !== null && last !== to) found.push({ what, from: last, to, change });
    last = to;
  }
  return found;
}

/** Who and which team had it last. */
export function lastHeld(found: Case): { lastOwner: Value; lastTeam: Value } {
  const past = found.story.past;
  const last = ({ first, changes }: Attribute, held: Value, owner: (v: Value) => Value): Value =>
    [held, owner(first?.value ?? null), ...changes.map(({ to }) => owner(to))]
      .filter((value) => value !== null)
      .at(-1) ?? null;
  return {
    lastOwner: last(found.assignee, past?.lastOwner ?? null, (value) => ownerOf(found, value)),
    lastTeam: last(found.team, past?.lastTeam ?? null, (value) => value),
  };
}

export interface Moves {
  readonly transitions: readonly Transition[];
  /** Of each change that is a handoff or a reroute, or one of a pair: where that stands. */
  readonly rows: ReadonlyMap<Change, Row>;
  readonly handoffs: readonly Handoff[];
}

export interface Handoff {
  readonly at: number;
  /** Whoever has it now; null: a team, anybody. */
  readonly newOwner: string | null;
}

/** The first human message from the start on. */
export const firstReply = ({ start, story }: Case): Message | undefined =>
  start ? story.messages.find((m) => isPublic(m, 'human') && isAfter(m, start, story)) : undefined;

/** Reroutes before the first reply, handoffs from it on. */
export function moves(found: Case): Moves {
  const { story, hasMessages } = found;
  const { past } = story;
  const owned = past?.owned ?? (hasMessages ? undefined : firstOwned(found));
  const reply = past?.reply ?? firstReply(found);
  const isHandoff = ({ change }: Handover): boolean => {
    if (!hasMessages) return owned !== undefined && change.at > owned.at;
    return reply !== undefined && second(change.at) >= second(reply.at);
  };
  const isSelf = ({ to, change }: Handover): boolean =>
    reply?.authorId === to && second(change.at) - second(reply.at) <= SELF_ASSIGN_S;
  const teams = handovers('team', found.team, (value) => value, past?.lastTeam ?? null);
  const owner = (value: Value): Value => ownerOf(found, value);
  const owners = handovers('agent', found.assignee, owner, past?.lastOwner ?? null);
  const agents = owners.filter((agent) => isHandoff(agent) && !isSelf(agent));
  const rows = new Map<Change, Row>();
  const transitions: Transition[] = [];
  const handoffs: Handoff[] = [];
  for (const { change, from } of teams.filter((team) => !isHandoff(team))) {
    const giver = { ...giverBefore(found, change.at), team: from };
    const moved = givenAway(found, 'rerouted', change, giver);
    rows.set(change, moved.row);
    transitions.push(moved);
  }
  // Of one instant the team's change is the first, whichever look shows it.
  for (const [first, mate] of paired([...teams.filter(isHandoff), ...agents])) {
    const team = first.what === 'team' ? first : mate;
    const agent = first.what === 'agent' ? first : mate;
    const before = giverBefore(found, first.change.at);
    const giver = { assignee: agent?.from ?? before.assignee, team: team?.from ?? before.team };
    const kind = team ? 'handed_off.team' : 'handed_off.agent';
    const { change } = mate ?? first;
    const isPingpong = team ? isLeft(team, teams, change.at) : isLeft(first, owners, change.at);
    const moved = { ...givenAway(found, kind, change, giver), isPingpong };
    for (const one of [first, mate]) if (one) rows.set(one.change, moved.row);
    transitions.push(moved);
    handoffs.push({ at: change.at, newOwner: team ? null : first.to });
  }
  return { transitions, rows, handoffs };
}

/** Whoever was given it at an instant gave it away within 24 h of that. */
function isLeft(handoff: Handover, all: readonly Handover[], at: number): boolean {
  const next = all[all.indexOf(handoff) + 1];
  return next !== undefined && next.change.at - at <= PINGPONG_MS;
}

/** It stands in the row of those who gave it away. */
export function givenAway(found: Case, kind: string, change: Change, giver: Giver): Transition {
  const transition = atChange(found, kind, change);
  return { ...transition, row: given(transition.row, giver) };
}

/** An agent and a team within 5 s are one handoff, paired from the oldest. */
function paired(handoffs: readonly Handover[]): [first: Handover, mate: Handover | undefined][] {
  const left = [...handoffs].sort((a, b) => a.change.at - b.change.at);
  const pairs: [Handover, Handover | undefined][] = [];
  for (let first = left.shift(); first; first = left.shift()) {
    const { what, change } = first;
    const i = left.findIndex((o) => o.what !== what && o.change.at - change.at <= PAIR_MS);
    pairs.push([first, i < 0 ? undefined : left.splice(i, 1)[0]]);
  }
  return pairs;
}

/** `assigned`, `unassigned`, `rerouted`, `handed_off`. */
export function ownership(found: Case): Transition[] {
  const owners: Transition[] = [];
  for (const change of found.assignee.changes) {
    const from = ownerOf(found, change.from);
    const to = ownerOf(found, change.to);
    const kind =
      from === null && to !== null ? 'assigned' : from !== null && to === null ? 'unassigned' : '';
    if (kind) owners.push(atChange(found, kind, change));
  }
  return [...owners, ...moves(found).transitions];
}
