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
  teamId: string;
  roleId: string;
}
export interface SimTeam {
  readonly id: string;
  readonly name: string;
}
export interface SimAccount {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** Custom fields: Pylon itself knows neither. `arr` as its number fields have it, decimal. */
  tier: string | null;
  arr: string | null;
  ownerId: string | null;
}
/** A slug of the tenant's own in one of the five categories. */
export interface SimStatus {
  readonly slug: string;
  readonly label: string;
  readonly category: State;
}
export interface SimMessage {
  readonly id: string;
  readonly at: number;
  readonly author: MessageAuthor;
  /** null for automations. */
  readonly person: SimPerson | null;
  readonly private: boolean;
  /** Left out: the issue's own. */
  readonly channel?: Channel;
}
export interface SimIssue {
  readonly id: string;
  readonly number: number;
  readonly channel: Channel;
  priority: 'urgent' | 'high' | 'medium' | 'low' | null;
  readonly createdAt: number;
  readonly requester: SimPerson;
  readonly account: SimAccount;
  readonly messages: SimMessage[];
  readonly msInState: Map<State, number>;
  teamId: string;
  assigneeId: string | null;
  state: State;
  /** A slug of that category. */
  status: string;
  tags: readonly string[];
  /** Custom fields beside the priority: slug to value. */
  fields: Readonly<Record<string, string>>;
  /** Ids of linked issues in another tracker. */
  external: readonly string[];
  /** Scores of its ratings. */
  csat: readonly number[];
  snoozedUntil: number | null;
  breachAt: number | null;
  /** A container of other issues. */
  isGroup: boolean;
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
  readonly channel?: Channel;
}

/** What a person may set on an issue, or a rule of the tenant. */
export type IssueEdit = Partial<
  Pick<
    SimIssue,
    'priority' | 'tags' | 'fields' | 'external' | 'csat' | 'snoozedUntil' | 'breachAt' | 'isGroup'
  >
>;

export interface Tenant {
  readonly issues: ReadonlyMap<string, SimIssue>;
  byNumber(number: number): SimIssue | null;
  create(at: number, issue: NewIssue): Change;
  message(at: number, issueId: string, message: NewMessage): Change;
  assign(at: number, issueId: string, agentId: string | null): Change;
  move(at: number, issueId: string, teamId: string): Change;
  /** Null where the state is that already. `status`: a slug of the tenant's own for it. */
  setState(at: number, issueId: string, state: State, status?: string): Change | null;
  edit(at: number, issueId: string, edit: IssueEdit): Change;
  /** Takes a message out of its thread. */
  redact(at: number, issueId: string, messageId: string): Change;
  /** For ever and without a trace, as `DELETE /issues/{id}` does; no trigger fires. */
  remove(issueId: string): void;
  /** Forgets the oldest closed issues above the limit, as a tenant's API would still know them. */
  prune(): void;
}

/** What the desk's requests are about, in turn. */
const TOPICS = ['billing', 'login', 'delivery', 'webhooks'] as const;
const topicOf = (number: number): string => TOPICS[number % TOPICS.length]!;
/** One close in so many is rated, in this order. */
const RATED_EVERY = 5;
const SCORES = [5, 4, 5, 2, 5, 3] as const;

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
      const number = nextNumber++;
      const issue: SimIssue = {
        ...made,
        number,
        createdAt: at,
        messages: [
          { id: messageId, at, author: 'customer', person: made.requester, private: false },
        ],
        msInState: new Map(),
        assigneeId: null,
        state: 'new',
        status: 'new',
        tags: [topicOf(number)],
        fields: { topic: topicOf(number) },
        external: [],
        csat: [],
        snoozedUntil: null,
        breachAt: null,
        isGroup: false,
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
    setState(at, issueId, state, status = state) {
      const issue = find(issueId);
      if (issue.state === state && issue.status === status) return null;
      const spent = Math.max(0, at - issue.stateSince);
      issue.msInState.set(issue.state, (issue.msInState.get(issue.state) ?? 0) + spent);
      issue.state = state;
      issue.status = status;
      issue.stateSince = at;
      if (state === 'closed') {
        issue.resolvedAt = at;
        issue.csat = ratingsOf(issue);
      }
      return touch(issue, at, 'issue_status_changed');
    },
    edit(at, issueId, edit) {
      const issue = Object.assign(find(issueId), edit);
      return touch(issue, at, edit.tags ? 'issue_tags_changed' : 'issue_field_changed');
    },
    redact(at, issueId, messageId) {
      const issue = find(issueId);
      const index = issue.messages.findIndex(({ id }) => id === messageId);
      if (index >= 0) issue.messages.splice(index, 1);
      return touch(issue, at, 'issue_changed');
    },
    remove(issueId) {
      numbers.delete(find(issueId).number);
      issues.delete(issueId);
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

function ratingsOf({ number, csat }: SimIssue): readonly number[] {
  if (number % RATED_EVERY !== 0 || csat.length > 0) return csat;
  return [SCORES[Math.floor(number / RATED_EVERY) % SCORES.length]!];
}
