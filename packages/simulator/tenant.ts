/** A support desk as Pylon would hold it: a plain model with operations, no clock and no chance. */
import type { HintKind } from '@sapwood/pylon/kinds';
import type { MessageAuthor } from '@sapwood/pylon/templates';

export type Channel = 'email' | 'chat_widget' | 'slack' | 'phone';
export const STATES = [
  'new',
  'waiting_on_you',
  'waiting_on_customer',
  'on_hold',
  'closed',
] as const;
export type State = (typeof STATES)[number];

export interface SimPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}
export interface SimAgent extends SimPerson {
  readonly teamId: string;
}
export interface SimTeam {
  readonly id: string;
  readonly name: string;
}
export interface SimAccount {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}
export interface SimMessage {
  readonly id: string;
  readonly at: number;
  readonly author: MessageAuthor;
  /** null for automations. */
  readonly person: SimPerson | null;
  readonly private: boolean;
}
export interface SimIssue {
  readonly id: string;
  readonly number: number;
  readonly channel: Channel;
  readonly priority: 'urgent' | 'high' | 'medium' | 'low';
  readonly createdAt: number;
  readonly requester: SimPerson;
  readonly account: SimAccount;
  readonly messages: SimMessage[];
  readonly msInState: Map<State, number>;
  teamId: string;
  assigneeId: string | null;
  state: State;
  stateSince: number;
  updatedAt: number;
  firstResponseAt: number | null;
  resolvedAt: number | null;
}

/** What a trigger would fire on. */
export interface Change {
  readonly at: number;
  readonly kind: HintKind;
  readonly issueId: string;
  /** Who wrote the message, for kinds that are about one. */
  readonly author: MessageAuthor | null;
}

export interface NewIssue {
  readonly id: string;
  readonly messageId: string;
  readonly channel: Channel;
  readonly priority: SimIssue['priority'];
  readonly requester: SimPerson;
  readonly account: SimAccount;
  readonly teamId: string;
}
export interface NewMessage {
  readonly id: string;
  readonly author: MessageAuthor;
  readonly person: SimPerson | null;
  readonly private?: boolean;
}

export interface Tenant {
  readonly issues: ReadonlyMap<string, SimIssue>;
  byNumber(number: number): SimIssue | null;
  create(at: number, issue: NewIssue): Change;
  message(at: number, issueId: string, message: NewMessage): Change;
  assign(at: number, issueId: string, agentId: string | null): Change;
  move(at: number, issueId: string, teamId: string): Change;
  /** Null where the state is that already. */
  setState(at: number, issueId: string, state: State): Change | null;
  /** Forgets the oldest closed issues above the limit, as a tenant's API would still know them. */
  prune(): void;
}

/** An unattended demo must not grow for ever. */
const ISSUES_MAX = 20_000;
const FIRST_NUMBER = 1_001;

export function createTenant(): Tenant {
  const issues = new Map<string, SimIssue>();
  const numbers = new Map<number, string>();
  let nextNumber = FIRST_NUMBER;

  function find(issueId: string): SimIssue {
    const issue = issues.get(issueId);
    if (!issue) throw new RangeError(`no issue ${issueId}`);
    return issue;
  }
  function touch(
    issue: SimIssue,
    at: number,
    kind: HintKind,
    author: MessageAuthor | null = null,
  ): Change {
    issue.updatedAt = Math.max(issue.updatedAt, at);
    return { at, kind, issueId: issue.id, author };
  }
  return {
    issues,
    byNumber: (number) => issues.get(numbers.get(number) ?? '') ?? null,
    create(at, { messageId, ...made }) {
      const issue: SimIssue = {
        ...made,
        number: nextNumber++,
        createdAt: at,
        messages: [
          { id: messageId, at, author: 'customer', person: made.requester, private: false },
        ],
        msInState: new Map(),
        assigneeId: null,
        state: 'new',
        stateSince: at,
        updatedAt: at,
        firstResponseAt: null,
        resolvedAt: null,
      };
      issues.set(issue.id, issue);
      numbers.set(issue.number, issue.id);
      return touch(issue, at, 'issue_new', 'customer');
    },
    message(at, issueId, message) {
      const issue = find(issueId);
      issue.messages.push({ private: false, ...message, at });
      if (message.author === 'team' && !message.private) issue.firstResponseAt ??= at;
      return touch(issue, at, 'issue_message_new', message.author);
    },
    assign(at, issueId, agentId) {
      const issue = find(issueId);
      issue.assigneeId = agentId;
      return touch(issue, at, 'issue_assigned');
    },
    move(at, issueId, teamId) {
      const issue = find(issueId);
      issue.teamId = teamId;
      return touch(issue, at, 'issue_team_changed');
    },
    setState(at, issueId, state) {
      const issue = find(issueId);
      if (issue.state === state) return null;
      const spent = Math.max(0, at - issue.stateSince);
      issue.msInState.set(issue.state, (issue.msInState.get(issue.state) ?? 0) + spent);
      issue.state = state;
      issue.stateSince = at;
      if (state === 'closed') issue.resolvedAt = at;
      return touch(issue, at, 'issue_status_changed');
    },
    prune() {
      for (const issue of issues.values()) {
        if (issues.size <= ISSUES_MAX) return;
        if (issue.state !== 'closed') continue;
        issues.delete(issue.id);
        numbers.delete(issue.number);
      }
    },
  };
}
