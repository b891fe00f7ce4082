/**
 * What the accountant sends: mostly new conversations, answers, hand-overs and closings of earlier
 * ones, costs and their revisions, garbage, and some of it said twice. One seed, one sequence.
 */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { letterFrom } from '../support/desk.ts';
import { clock } from '../support/process.ts';

export interface Letter {
  readonly to: 'hook' | 'cost';
  /** Of the issue that it opens or touches; '' for costs and garbage. */
  readonly issue: string;
  readonly body: string;
}

interface Case {
  readonly issue: string;
  readonly createdAt: number;
  readonly channel: string;
  team: string;
  assignee: string;
  status: string;
}

const CHANNELS = ['email', 'chat', 'slack'] as const;
const TEAMS = ['team-front', 'team-back'] as const;
const AGENTS = ['agent-1', 'agent-2', 'agent-3'] as const;
/** Answers go to recent conversations, so that some wait long and others do not. */
const RECENT = 400;
const HOUR_MS = 3_600_000;
const COST_IDS = 20;

export function createDesk(seed: number): () => Letter {
  const rng = createSeededRng(seed);
  const cases: Case[] = [];
  const revisions = new Map<string, number>();
  let last: Letter | null = null;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(rng.next() * from.length)]!;

  const cost = (): Letter => {
    const costId = `cost-${Math.floor(rng.next() * COST_IDS)}`;
    const revision = (revisions.get(costId) ?? 0) + 1;
    revisions.set(costId, revision);
    const from = Math.floor(clock.now() / HOUR_MS) * HOUR_MS - HOUR_MS;
    const entry = {
      costId,
      revision,
      category: 'tooling',
      amountMicro: 1_000_000 + Math.floor(rng.next() * 9_000_000),
      currency: 'GBP',
      from: new Date(from).toISOString(),
      to: new Date(from + 24 * HOUR_MS).toISOString(),
    };
    return { to: 'cost', issue: '', body: JSON.stringify([entry]) };
  };
  const opened = (): Letter => {
    const one: Case = {
      issue: rng.id(),
      createdAt: clock.now(),
      channel: pick(CHANNELS),
      team: pick(TEAMS),
      assignee: '',
      status: 'new',
    };
    cases.push(one);
    if (cases.length > RECENT) cases.shift();
    return letterOf(one, 'issue_new', 'customer');
  };
  const letterOf = (
    one: Case,
    kind: 'issue_new' | 'issue_message_new',
    author: 'customer' | 'team',
  ): Letter => ({
    to: 'hook',
    issue: one.issue,
    body: letterFrom({ ...one, kind, author, message: rng.id() }),
  });
  const answered = (one: Case): Letter => {
    if (one.assignee === '' || rng.next() < 0.2) one.assignee = pick(AGENTS);
    if (rng.next() < 0.1) one.team = pick(TEAMS);
    one.status = rng.next() < 0.3 ? 'closed' : 'waiting_on_customer';
    return letterOf(one, 'issue_message_new', 'team');
  };
  const asked = (one: Case): Letter => {
    one.status = 'waiting_on_you';
    return letterOf(one, 'issue_message_new', 'customer');
  };
  return () => {
    const dice = rng.next();
    if (dice < 0.08 && last) return last;
    if (dice < 0.11) return { to: 'hook', issue: '', body: `garbage ${rng.id()}` };
    if (dice < 0.15) last = cost();
    else if (dice < 0.5 && cases.length > 0) last = answered(pick(cases));
    else if (dice < 0.58 && cases.length > 0) last = asked(pick(cases));
    else last = opened();
    return last;
  };
}
