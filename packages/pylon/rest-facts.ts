/** One read of an issue and its thread as facts, `via: rest` (metrics.md 1.1 and 1.2). */
import { createHash } from 'node:crypto';
import type {
  BreachAt,
  DraftFact,
  IssueObserved,
  MessageObserved,
  Origin,
  RawPosition,
  Source,
  VendorSeconds,
} from '@sapwood/core/facts';
import { MINUTE_MS } from '@sapwood/core/time';
import { categoryOf, channelOf, type FactContext, grouped, priorityOf, userKind } from './facts.ts';
import type { RestIssue, RestMessage } from './rest-objects.ts';
import { customValue, filledFields, instantOrNull, textOrNull } from './rest-values.ts';

/** A longer thread is cut there, oldest first. */
export const MESSAGES_PER_READ_MAX = 2_000;

export interface RestArrival {
  /** When the read began, epoch ms. */
  readonly observedAt: number;
  readonly origin: Origin;
  /** The deliveries that this read answers; empty in a reconciliation. */
  readonly srcs: readonly Source[];
  /** Highest raw position consumed before the read began. */
  readonly readAfter: RawPosition;
}

/** null where Pylon says nothing of it, as long as none is running. */
function breachAt(issue: RestIssue): BreachAt | null {
  const first = instantOrNull(issue.first_response_breach_time);
  const resolution = instantOrNull(issue.resolution_breach_time);
  return first === null && resolution === null ? null : { first, next: null, resolution };
}

function vendorSeconds(issue: RestIssue): VendorSeconds | null {
  const seconds = {
    firstResponse: issue.first_response_seconds ?? null,
    businessFirstResponse: issue.business_hours_first_response_seconds ?? null,
    resolution: issue.resolution_seconds ?? null,
    businessResolution: issue.business_hours_resolution_seconds ?? null,
  };
  return Object.values(seconds).every((value) => value === null) ? null : seconds;
}

const presentOf = <T>(values: readonly (T | null | undefined)[] | null | undefined): T[] =>
  (values ?? []).filter((value) => value !== null && value !== undefined && value !== '') as T[];

/**
 * What a read saw of an issue: every field, null where Pylon has none. Whether an AI resolved it no
 * documented answer says, so it is not observed.
 */
export function observedIssue(issue: RestIssue, context: FactContext): IssueObserved {
  const slug = textOrNull(issue.state);
  const requester = textOrNull(issue.requester?.id);
  const priority = customValue(issue.custom_fields, context.priorityField);
  return {
    number: issue.number ?? null,
    stateCategory: slug === null ? null : categoryOf(slug, context),
    stateSlug: slug,
    type: textOrNull(issue.type)?.toLowerCase() ?? null,
    isGroup: issue.is_issue_group ?? null,
    channel: issue.source ? channelOf(issue.source) : null,
    accountId: textOrNull(issue.account?.id),
    requesterId: requester === null ? null : context.pseudonym(requester),
    assigneeId: textOrNull(issue.assignee?.id),
    teamId: textOrNull(issue.team?.id),
    tags: issue.tags ?? null,
    priority: priority === null ? null : priorityOf(priority),
    category: customValue(issue.custom_fields, context.categoryField),
    createdAt: instantOrNull(issue.created_at),
    updatedAt: instantOrNull(issue.updated_at),
    latestMessageAt: instantOrNull(issue.latest_message_time),
    snoozedUntil: instantOrNull(issue.snoozed_until_time),
    resolutionAt: instantOrNull(issue.resolution_time),
    fieldsFilled: filledFields(issue.custom_fields),
    external: presentOf(issue.external_issues?.map((one) => one.external_id)).sort(),
    csat: presentOf(issue.csat_responses?.map(({ score }) => score)),
    breachAt: breachAt(issue),
    vendorSeconds: vendorSeconds(issue),
  };
}

const domainOf = (email: string | null | undefined): string =>
  email?.slice(email.lastIndexOf('@') + 1).toLowerCase() ?? '';

/** metrics.md 1.2: contact, roster, any other user is a person, nobody is an automation. */
function restAuthor(
  message: RestMessage,
  context: FactContext,
): Pick<MessageObserved, 'author' | 'authorId'> {
  const contact = message.author?.contact;
  if (contact?.id) {
    const internal = context.roster.internalDomains.has(domainOf(contact.email));
    return { author: internal ? 'human' : 'customer', authorId: context.pseudonym(contact.id) };
  }
  const user = textOrNull(message.author?.user?.id);
  if (user !== null) return { author: userKind(user, context.roster) ?? 'human', authorId: user };
  return { author: 'author_unknown', authorId: null };
}

/** SHA-256 over the sorted ids, hex: equal threads have equal hashes. */
export function threadHash(messageIds: readonly string[]): string {
  return createHash('sha256')
    .update([...messageIds].sort().join('\n'), 'utf8')
    .digest('hex');
}

/**
 * The facts of one read, `via: rest`, as one group: the issue, then its messages and the thread they
 * make. `messages` null: the thread was not read, so message claims of bodies still stand.
 * `vanished`: ids of an earlier read that this one lacks.
 */
export function restFacts(
  issue: RestIssue,
  messages: readonly RestMessage[] | null,
  vanished: readonly string[],
  arrival: RestArrival,
  context: FactContext,
): readonly DraftFact[] {
  const envelope = {
    workspace: context.workspace,
    entity: issue.id,
    at: null,
    ...arrival,
    via: 'rest',
    group: null,
  } as const;
  const drafts: DraftFact[] = [
    { ...envelope, kind: 'issue.observed', body: observedIssue(issue, context) },
  ];
  if (messages === null || context.messages === 'none') return drafts;
  for (const message of messages) {
    drafts.push({
      ...envelope,
      kind: 'message.observed',
      at: instantOrNull(message.timestamp),
      body: {
        messageId: message.id,
        ...restAuthor(message, context),
        private: message.is_private ?? false,
        channel: message.source ? channelOf(message.source) : null,
      },
    });
  }
  const ids = messages.map((message) => message.id);
  drafts.push({
    ...envelope,
    kind: 'thread.observed',
    body: { count: ids.length, idsHash: threadHash(ids), vanished },
  });
  return grouped(drafts);
}

/** Two reads at least this far apart must say "not found" before an issue is gone. */
export const GONE_AFTER_MS: number = MINUTE_MS;

export function goneFact(issueId: string, arrival: RestArrival, context: FactContext): DraftFact {
  return {
    workspace: context.workspace,
    entity: issueId,
    at: null,
    ...arrival,
    via: 'rest',
    group: null,
    kind: 'issue.gone',
    body: {},
  };
}
