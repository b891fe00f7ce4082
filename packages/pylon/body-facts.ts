/** The claims of a webhook body as facts, `via: body` (pylon.md 3.6). */
import type {
  AuthorKind,
  DraftFact,
  IssueObserved,
  MessageObserved,
  Source,
} from '@sapwood/core/facts';
import { DAY_MS } from '@sapwood/core/time';
import type { Hint } from './body.ts';
import { claimsSomething } from './claims.ts';
import { categoryOf, channelOf, type FactContext, grouped, priorityOf, userKind } from './facts.ts';
import { MESSAGE_KINDS } from './kinds.ts';

/** Older than this, a body re-tells the past and changes nothing (pylon.md 3.6). */
export const STALE_BODY_MS: number = DAY_MS;

export interface BodyArrival {
  readonly receivedAt: number;
  readonly src: Source;
  /** When the issue was made, if its first body was `issue_new`; null: not known from bodies. */
  readonly createdAt: number | null;
}

const LITERAL_AUTHORS: Readonly<Record<string, AuthorKind>> = {
  customer: 'customer',
  team: 'human',
  bot: 'bot',
  automation: 'automation',
};

function bodyAuthor(
  hint: Hint,
  context: FactContext,
): Pick<MessageObserved, 'author' | 'authorId'> {
  const { authorId, author: literal } = hint.claims.message;
  const { requesterId } = hint.claims.issue;
  if (authorId !== undefined && authorId === requesterId) {
    return { author: 'customer', authorId: context.pseudonym(authorId) };
  }
  const known = authorId === undefined ? null : userKind(authorId, context.roster);
  if (known) return { author: known, authorId: authorId! };
  const said =
    literal !== undefined && Object.hasOwn(LITERAL_AUTHORS, literal)
      ? LITERAL_AUTHORS[literal]!
      : 'author_unknown';
  if (said === 'customer') {
    const contact = authorId ?? requesterId;
    return { author: said, authorId: contact === undefined ? null : context.pseudonym(contact) };
  }
  // An author of unknown kind may be a contact: the id is hashed rather than published.
  if (said === 'author_unknown' && authorId !== undefined) {
    return { author: said, authorId: context.pseudonym(authorId) };
  }
  return { author: said, authorId: authorId ?? null };
}

function claimedIssue(hint: Hint, arrival: BodyArrival, context: FactContext): IssueObserved {
  const { issue } = hint.claims;
  const custom = issue.customFields ?? {};
  const priority = custom[context.priorityField];
  const topic = context.categoryField === null ? undefined : custom[context.categoryField];
  const seen: Record<string, unknown> = {
    number: issue.number,
    stateCategory: issue.status === undefined ? undefined : categoryOf(issue.status, context),
    stateSlug: issue.status,
    type: issue.type,
    isGroup: issue.isGroup,
    channel: issue.source === undefined ? undefined : channelOf(issue.source),
    accountId: issue.accountId,
    requesterId: issue.requesterId === undefined ? undefined : context.pseudonym(issue.requesterId),
    assigneeId: issue.assigneeId,
    teamId: issue.teamId,
    tags: issue.tags,
    priority: priority === undefined ? undefined : priorityOf(priority),
    category: topic,
    createdAt: issue.createdAt ?? arrival.createdAt ?? undefined,
    updatedAt: arrival.receivedAt,
    latestMessageAt: issue.latestMessageAt,
    snoozedUntil: issue.snoozedUntil,
    resolutionAt: issue.resolutionAt,
  };
  return Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined));
}

function bodyEnvelope(hint: Hint, arrival: BodyArrival, context: FactContext) {
  return {
    workspace: context.workspace,
    entity: hint.issueId!,
    at: null,
    observedAt: arrival.receivedAt,
    origin: 'webhook',
    via: 'body',
    srcs: [arrival.src],
    readAfter: null,
    group: null,
  } as const;
}

function claimedMessage(hint: Hint, arrival: BodyArrival, context: FactContext): DraftFact | null {
  const { message, issue } = hint.claims;
  if (context.messages === 'none' || hint.messageId === null) return null;
  if (!MESSAGE_KINDS.has(hint.hint) || Object.keys(message).length === 0) return null;
  return {
    ...bodyEnvelope(hint, arrival, context),
    kind: 'message.observed',
    at: message.sentAt ?? arrival.receivedAt,
    body: {
      messageId: hint.messageId,
      ...bodyAuthor(hint, context),
      private: message.private ?? false,
      channel: issue.source === undefined ? null : channelOf(issue.source),
    },
  };
}

/** Something happened that only a read can tell: moves no metric (pylon.md 3.6). */
export function hintedFact(hint: Hint, arrival: BodyArrival, context: FactContext): DraftFact {
  return {
    ...bodyEnvelope(hint, arrival, context),
    kind: 'issue.hinted',
    body: { hint: hint.hint },
  };
}

/** True for a body that re-tells the past: captured and replayed, or delayed by more than a day. */
export function isStale(hint: Hint, receivedAt: number): boolean {
  const sentAt = hint.claims.message.sentAt;
  return sentAt !== undefined && sentAt < receivedAt - STALE_BODY_MS;
}

/**
 * The facts that a body claims, `via: body`, as one group; `issue.hinted` if it claims nothing.
 * `hint.issueId` must not be null.
 */
export function bodyFacts(
  hint: Hint,
  arrival: BodyArrival,
  context: FactContext,
): readonly DraftFact[] {
  if (!claimsSomething(hint.claims)) return [hintedFact(hint, arrival, context)];
  const drafts: DraftFact[] = [
    {
      ...bodyEnvelope(hint, arrival, context),
      kind: 'issue.observed',
      body: claimedIssue(hint, arrival, context),
    },
  ];
  const message = claimedMessage(hint, arrival, context);
  if (message) drafts.push(message);
  return grouped(drafts);
}
