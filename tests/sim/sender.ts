/** A desk with two workspaces, and what its triggers send: doubled, late, in any order, mixed. */
import type { HintKind } from '@sapwood/pylon/kinds';
import { signBody } from '@sapwood/pylon/signature';
import { type MessageAuthor, renderTemplate, templateFor } from '@sapwood/pylon/templates';
import type { Rng } from '@sapwood/runtime/ports';
import { pick, whole } from './dice.ts';

export const WORKSPACES = ['acme', 'bolt'] as const;
export type WorkspaceName = (typeof WORKSPACES)[number];
const SECRETS: Readonly<Record<WorkspaceName, string>> = {
  acme: 'acme_secret_of_tests',
  bolt: 'bolt_secret_of_tests',
};
export const costKeyOf = (workspace: string): string => `${workspace}_cost_key_of_tests`;
export const secretOf = (workspace: WorkspaceName): string => SECRETS[workspace];

/** What a delivery is expected to meet at ingest. */
type Kind = 'hook' | 'forged' | 'costs' | 'bad costs';

export interface Letter {
  readonly kind: Kind;
  readonly workspace: WorkspaceName;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Issue it is about, where a body says one that counts. */
  readonly issue: string | null;
}

interface Issue {
  readonly id: string;
  readonly number: number;
  readonly createdAt: number;
  readonly channel: string;
  state: string;
  assignee: string;
  team: string;
  message: string;
  sentAt: number;
  isPrivate: boolean;
}

const CHANNELS = ['email', 'slack', 'chat_widget'] as const;
const TEAMS = ['tier1', 'tier2'] as const;
const AGENTS = ['ada', 'ben', 'cleo', ''] as const;
const STATES = ['new', 'waiting_on_you', 'waiting_on_customer', 'on_hold', 'closed'] as const;
const GARBAGE = [
  '{"event_type": "issue_new", "issue_id": ',
  '[1, 2, 3]',
  '{"event_type": "nothing we know", "issue_id": "x"}',
  '{"event_type": "account_changed", "issue_id": "a-1"}',
  '',
] as const;
const ISSUES_MAX = 9;
const HOUR_MS = 3_600_000;

const seconds = (at: number): string => new Date(Math.floor(at / 1_000) * 1_000).toISOString();

/** One desk; its changes follow each other, what becomes of their letters is the caller's. */
export class Desk {
  readonly #workspace: WorkspaceName;
  readonly #rng: Rng;
  readonly #issues: Issue[] = [];
  #messages = 0;
  #costs = 0;

  constructor(workspace: WorkspaceName, rng: Rng) {
    this.#workspace = workspace;
    this.#rng = rng;
  }

  /** Something happens at `at`; the letter that a trigger sends of it. */
  change(at: number): Letter {
    const rng = this.#rng;
    const dice = rng.next();
    if (dice < 0.05) return this.#garbage();
    if (dice < 0.08) return { ...this.#garbage(), kind: 'forged', headers: this.#forgedHeaders() };
    if (dice < 0.16) return this.#cost(at);
    const issue = pick(rng, this.#issues);
    if (!issue || (this.#issues.length < ISSUES_MAX && rng.next() < 0.35)) return this.#open(at);
    return this.#touch(issue, at);
  }

  #open(at: number): Letter {
    const rng = this.#rng;
    const n = this.#issues.length + 1;
    const issue: Issue = {
      id: `${this.#workspace}-issue-${n}`,
      number: 1_000 + n,
      // Some were there long before their first letter.
      createdAt: rng.next() < 0.1 ? at - whole(rng, 40 * 24) * HOUR_MS : at,
      channel: pick(rng, CHANNELS)!,
      state: 'new',
      assignee: '',
      team: pick(rng, TEAMS)!,
      message: '',
      sentAt: at,
      isPrivate: false,
    };
    this.#issues.push(issue);
    this.#say(issue, at);
    return this.#letter(issue, 'issue_new', 'customer');
  }

  #say(issue: Issue, at: number): void {
    this.#messages += 1;
    issue.message = `${this.#workspace}-message-${this.#messages}`;
    // Clocks of senders are not ours.
    issue.sentAt = this.#rng.next() < 0.1 ? at + whole(this.#rng, 400_000) - 200_000 : at;
  }

  #touch(issue: Issue, at: number): Letter {
    const rng = this.#rng;
    const dice = rng.next();
    if (dice < 0.5) {
      const author = pick(rng, [
        'customer',
        'customer',
        'team',
        'team',
        'bot',
        'automation',
      ] as const)!;
      issue.isPrivate = author === 'team' && rng.next() < 0.15;
      this.#say(issue, at);
      if (author === 'team' && issue.assignee === '') issue.assignee = pick(rng, AGENTS)!;
      return this.#letter(issue, 'issue_message_new', author);
    }
    if (dice < 0.7) {
      issue.state = pick(rng, STATES)!;
      return this.#letter(issue, 'issue_status_changed');
    }
    if (dice < 0.85) {
      issue.assignee = pick(rng, AGENTS)!;
      return this.#letter(issue, 'issue_assigned');
    }
    issue.team = pick(rng, TEAMS)!;
    return this.#letter(issue, 'issue_team_changed');
  }

  #letter(issue: Issue, kind: HintKind, author?: MessageAuthor): Letter {
    const text = renderTemplate(templateFor('full', kind, author), {
      'issue.id': issue.id,
      'issue.number': String(issue.number),
      'issue.state': issue.state,
      'issue.created_at': seconds(issue.createdAt),
      'issue.assignee.id': issue.assignee,
      'issue.team.id': issue.team,
      'issue.account.id': 'account-1',
      'issue.requester.id': `contact-${issue.number}`,
      'issue.source': issue.channel,
      'issue.last_message.id': issue.message,
      'issue.last_message.sent_at': seconds(issue.sentAt),
      'issue.last_message.is_private': String(issue.isPrivate),
    });
    return this.#hook(Buffer.from(text), issue.id);
  }

  #hook(body: Buffer, issue: string | null): Letter {
    const workspace = this.#workspace;
    return {
      kind: 'hook',
      workspace,
      url: `/hooks/${workspace}-hook`,
      headers: { 'x-pylon-signature': signBody(secretOf(workspace), body) },
      body,
      issue,
    };
  }

  #garbage(): Letter {
    return this.#hook(Buffer.from(pick(this.#rng, GARBAGE)!), null);
  }

  #forgedHeaders(): Record<string, string> {
    return { 'x-pylon-signature': signBody('another_secret', Buffer.from('other bytes')) };
  }

  #cost(at: number): Letter {
    const rng = this.#rng;
    const isBad = rng.next() < 0.15;
    this.#costs += 1;
    const entry = {
      costId: `cost-${whole(rng, 3)}`,
      // A revision that came before, with another amount, is a conflict and quarantined.
      revision: rng.next() < 0.2 ? 1 : this.#costs,
      category: pick(rng, ['salaries', 'tooling'])!,
      amountMicro: isBad ? 'much' : whole(rng, 9_000_000) * 1_000,
      currency: 'GBP',
      from: at - whole(rng, 20) * HOUR_MS,
      to: at + whole(rng, 20) * HOUR_MS,
    };
    return {
      kind: isBad ? 'bad costs' : 'costs',
      workspace: this.#workspace,
      url: '/v1/costs',
      headers: {
        authorization: `Bearer ${costKeyOf(this.#workspace)}`,
        'content-type': 'application/json',
      },
      body: Buffer.from(JSON.stringify([entry])),
      issue: null,
    };
  }
}
