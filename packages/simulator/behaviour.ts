/**
 * Who writes when: customers arrive, agents answer, hand over, take notes and close, customers come
 * back. A discrete-event model over the tenant; one step is one happening.
 */
import { createAgenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import type { Rhythm } from './rhythm.ts';
import type { Staff } from './staff.ts';
import type { Change, Channel, SimAgent, SimIssue, Tenant } from './tenant.ts';

export const SCENARIOS = ['calm', 'email-outage', 'cost-leak'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface BehaviourDeps {
  readonly tenant: Tenant;
  readonly staff: Staff;
  readonly chance: Chance;
  readonly rhythm: Rhythm;
  readonly startMs: number;
  /** Conversations an hour at the busiest hour. */
  readonly peakPerHour: number;
}

export interface Behaviour {
  nextAt(): number;
  /**
   * Does the next happening. `stampMs` dates its changes instead of the model's own time: a load
   * test paces steps by a rate and lets the model's time run as it likes.
   */
  step(stampMs?: number): readonly Change[];
  /** From that instant of the model on. */
  setScenario(scenario: Scenario, fromMs: number): void;
  scenario(): Scenario;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const ARRIVALS: Readonly<Record<Channel, number>> = {
  email: 0.4,
  chat_widget: 0.3,
  slack: 0.2,
  phone: 0.1,
};
/** Median from a customer's message to the answer. */
const ANSWER_MS: Readonly<Record<Channel, number>> = {
  email: 5 * MINUTE_MS,
  chat_widget: 45 * SECOND_MS,
  slack: 150 * SECOND_MS,
  phone: 12 * SECOND_MS,
};
const ANSWER_SIGMA = 0.6;
const ROUTE_MS = 15 * SECOND_MS;
const OUTAGE_EMAIL_FACTOR = 2;
/** When e-mail breaks, everybody writes about it: so many an hour at first, then more than usual. */
const STORM_PER_HOUR = 2_400;
const STORM_MS: number = 90 * SECOND_MS;
const OUTAGE_ASK_AGAIN_MS = 30 * SECOND_MS;
const ROUNDS_MAX = 4;
const P = {
  bot: 0.12,
  reroute: 0.08,
  handoff: 0.14,
  note: 0.2,
  customerAgain: 0.5,
  reopen: 0.06,
} as const;

type Happening = (at: number, stamp: number) => readonly Change[];

export function createBehaviour(deps: BehaviourDeps): Behaviour {
  const { tenant, staff, chance, rhythm } = deps;
  const agenda = createAgenda<Happening>();
  let scenario: Scenario = 'calm';
  let scenarioFrom = Number.POSITIVE_INFINITY;

  const outage = (at: number): boolean => scenario === 'email-outage' && at >= scenarioFrom;
  const weights = (at: number): Readonly<Record<Channel, number>> =>
    outage(at) ? { ...ARRIVALS, email: ARRIVALS.email * OUTAGE_EMAIL_FACTOR } : ARRIVALS;
  const sum = (parts: Readonly<Record<string, number>>): number =>
    Object.values(parts).reduce((a, b) => a + b, 0);
  const find = (issueId: string): SimIssue | undefined => tenant.issues.get(issueId);
  const agentOf = (teamId: string): SimAgent =>
    chance.pick(staff.agents.filter((agent) => agent.teamId === teamId));
  const changes = (...list: (Change | null)[]): Change[] => list.filter((one) => one !== null);

  /** Thinning: draws at the highest rate there is and keeps as many as the hour deserves. */
  function planArrival(from: number): void {
    const most = deps.peakPerHour * (1 + ARRIVALS.email * (OUTAGE_EMAIL_FACTOR - 1));
    let at = from;
    do at += chance.gapMs(most);
    while (!chance.yes((deps.peakPerHour * sum(weights(at)) * rhythm(at)) / most));
    agenda.add(Math.ceil(at), arrive);
  }

  function arrive(at: number, stamp: number): readonly Change[] {
    planArrival(at);
    return open(chance.weighted(weights(at)), at, stamp);
  }

  /** The first minutes of an outage: the same question from many. */
  function storm(at: number, stamp: number): readonly Change[] {
    if (!outage(at)) return [];
    if (at < scenarioFrom + STORM_MS) agenda.add(at + chance.gapMs(STORM_PER_HOUR), storm);
    return open('email', at, stamp);
  }

  function open(channel: Channel, at: number, stamp: number): readonly Change[] {
    const account = chance.pick(staff.accounts);
    const id = chance.uuid();
    const change = tenant.create(stamp, {
      id,
      messageId: chance.uuid(),
      channel,
      priority: chance.weighted({ urgent: 0.05, high: 0.2, medium: 0.5, low: 0.25 }),
      requester: chance.pick(staff.contacts.get(account.id)!),
      account,
      teamId: chance.yes(0.7) ? staff.teams[0]!.id : chance.pick(staff.teams).id,
    });
    tenant.prune();
    const routedAt = at + chance.delayMs(channel === 'phone' ? SECOND_MS : ROUTE_MS, 0.5);
    agenda.add(routedAt, (t, s) => route(id, t, s));
    if (channel === 'chat_widget' && chance.yes(P.bot)) {
      agenda.add(at + chance.delayMs(3 * SECOND_MS, 0.3), (_t, s) => botReply(id, s));
    }
    planAnswer(id, at, 1);
    return [change];
  }

  function route(id: string, at: number, stamp: number): readonly Change[] {
    const issue = find(id);
    if (!issue || issue.assigneeId !== null) return [];
    if (chance.yes(P.reroute)) {
      agenda.add(at + chance.delayMs(40 * SECOND_MS, 0.4), (_t, s) => reroute(id, s));
    }
    return [tenant.assign(stamp, id, agentOf(issue.teamId).id)];
  }

  /** To another team before anybody answered: a misrouting, not a handoff. */
  function reroute(id: string, stamp: number): readonly Change[] {
    const issue = find(id);
    if (!issue || issue.firstResponseAt !== null) return [];
    return toOtherTeam(issue, stamp);
  }

  function toOtherTeam(issue: SimIssue, stamp: number): readonly Change[] {
    const team = chance.pick(staff.teams.filter(({ id }) => id !== issue.teamId));
    return [
      tenant.move(stamp, issue.id, team.id),
      tenant.assign(stamp, issue.id, agentOf(team.id).id),
    ];
  }

  function botReply(id: string, stamp: number): readonly Change[] {
    if (!find(id)) return [];
    return [tenant.message(stamp, id, { id: chance.uuid(), author: 'bot', person: staff.bot })];
  }

  function planAnswer(id: string, from: number, round: number): void {
    const issue = find(id)!;
    // Fewer people at quiet hours: the same question waits longer.
    const slowness = 0.7 + 0.5 * (1 - rhythm(from));
    const delayMs = chance.delayMs(ANSWER_MS[issue.channel] * slowness, ANSWER_SIGMA);
    agenda.add(from + delayMs, (t, s) => answer(id, round, t, s));
  }

  function answer(id: string, round: number, at: number, stamp: number): readonly Change[] {
    const issue = find(id);
    if (!issue || issue.state === 'closed') return [];
    if (issue.channel === 'email' && outage(at)) {
      const later = at + chance.delayMs(OUTAGE_ASK_AGAIN_MS, 0.2);
      agenda.add(later, (t, s) => answer(id, round, t, s));
      return [];
    }
    const agentId = issue.assigneeId ?? agentOf(issue.teamId).id;
    const agent = staff.agents.find((one) => one.id === agentId)!;
    const assigned = issue.assigneeId === null ? tenant.assign(stamp, id, agentId) : null;
    const reply = tenant.message(stamp, id, { id: chance.uuid(), author: 'team', person: agent });
    planNext(id, round, at);
    return changes(assigned, reply, tenant.setState(stamp, id, 'waiting_on_customer'));
  }

  function planNext(id: string, round: number, at: number): void {
    if (chance.yes(P.note)) {
      agenda.add(at + chance.delayMs(30 * SECOND_MS, 0.5), (_t, s) => note(id, s));
    }
    if (round < ROUNDS_MAX && chance.yes(P.handoff)) {
      agenda.add(at + chance.delayMs(90 * SECOND_MS, 0.5), (t, s) => handOff(id, round, t, s));
    } else if (round < ROUNDS_MAX && chance.yes(P.customerAgain)) {
      agenda.add(at + chance.delayMs(4 * MINUTE_MS, 0.7), (t, s) => writeAgain(id, round, t, s));
    } else {
      agenda.add(at + chance.delayMs(5 * MINUTE_MS, 0.8), (t, s) => close(id, t, s));
    }
  }

  function note(id: string, stamp: number): readonly Change[] {
    const issue = find(id);
    const person = staff.agents.find((one) => one.id === issue?.assigneeId) ?? null;
    if (!issue || !person) return [];
    return [
      tenant.message(stamp, id, { id: chance.uuid(), author: 'team', person, private: true }),
    ];
  }

  function handOff(id: string, round: number, at: number, stamp: number): readonly Change[] {
    const issue = find(id);
    if (!issue || issue.state === 'closed') return [];
    const moved = toOtherTeam(issue, stamp);
    const state = tenant.setState(stamp, id, 'waiting_on_you');
    planAnswer(id, at, round + 1);
    return changes(...moved, state);
  }

  function writeAgain(id: string, round: number, at: number, stamp: number): readonly Change[] {
    const issue = find(id);
    if (!issue) return [];
    const message = { id: chance.uuid(), author: 'customer', person: issue.requester } as const;
    const written = tenant.message(stamp, id, message);
    const state = tenant.setState(stamp, id, 'waiting_on_you');
    planAnswer(id, at, round + 1);
    return changes(written, state);
  }

  function close(id: string, at: number, stamp: number): readonly Change[] {
    if (!find(id)) return [];
    if (chance.yes(P.reopen)) {
      // The message comes to a closed issue and reopens it.
      const back = at + chance.delayMs(25 * MINUTE_MS, 0.6);
      agenda.add(back, (t, s) => writeAgain(id, ROUNDS_MAX - 1, t, s));
    }
    return changes(tenant.setState(stamp, id, 'closed'));
  }

  planArrival(deps.startMs);
  return {
    nextAt: () => agenda.nextAt()!,
    step(stampMs) {
      const { at, item } = agenda.take()!;
      return item(at, stampMs ?? at);
    },
    setScenario(next, fromMs) {
      scenario = next;
      scenarioFrom = fromMs;
      if (next === 'email-outage') agenda.add(fromMs, storm);
    },
    scenario: () => scenario,
  };
}
