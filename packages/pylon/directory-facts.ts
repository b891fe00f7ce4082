/** Accounts, contacts, users, teams and statuses as facts, `via: rest` (metrics.md 1.1). */
import type { DraftFact, FactBodies } from '@sapwood/core/facts';
import { type FactContext, userKind } from './facts.ts';
import type { RestAccount, RestContact, RestStatus, RestTeam, RestUser } from './rest-objects.ts';
import { customValue, textOrNull } from './rest-values.ts';

/** Slugs of custom fields of accounts, declared: Pylon has none of these (metrics.md 9). */
export interface AccountFields {
  readonly tier: string | null;
  readonly arr: string | null;
  readonly parent: string | null;
}
export const NO_ACCOUNT_FIELDS: AccountFields = { tier: null, arr: null, parent: null };

export interface DirectoryContext
  extends Pick<FactContext, 'workspace' | 'statuses' | 'roster' | 'pseudonym'> {
  readonly accountFields: AccountFields;
  /** By team id; a higher one is further up. */
}

export type DirectoryKind = Extract<
  keyof FactBodies,
  'account.observed' | 'contact.observed' | 'user.observed' | 'team.observed' | 'status.observed'
>;
export type DirectoryDraft = Extract<DraftFact, { readonly kind: DirectoryKind }>;

/** `observedAt`: when the read began, epoch ms. */
function draft<K extends DirectoryKind>(
  kind: K,
  entity: string,
  body: FactBodies[K],
  context: DirectoryContext,
  observedAt: number,
): DirectoryDraft {
  return {
    ...{ workspace: context.workspace, kind, entity, at: null, observedAt, body },
    ...{ origin: 'reconcile', via: 'rest', srcs: [], readAfter: null, group: null },
  } as DirectoryDraft;
}

const MICRO = 1_000_000;
const DECIMAL = /^(-?)(\d{1,9})(?:\.(\d{1,6})\d*)?$/;

/** A number field's value, a decimal string, in micro-units; null where it is none. */
export function microOf(text: string | null): number | null {
  const [, minus, whole, fraction = ''] = DECIMAL.exec(text ?? '') ?? [];
  if (whole === undefined) return null;
  const micro = Number(whole) * MICRO + Number(fraction.padEnd(6, '0'));
  return minus === '-' ? 0 - micro : micro;
}

export function accountFact(
  account: RestAccount,
  context: DirectoryContext,
  observedAt: number,
): DirectoryDraft {
  const { tier, arr, parent } = context.accountFields;
  const body = {
    tier: customValue(account.custom_fields, tier),
    type: textOrNull(account.type),
    ownerId: textOrNull(account.owner?.id),
    parentId: customValue(account.custom_fields, parent),
    arrMicro: microOf(customValue(account.custom_fields, arr)),
  };
  return draft('account.observed', account.id, body, context, observedAt);
}

export function contactFact(
  contact: RestContact,
  context: DirectoryContext,
  observedAt: number,
): DirectoryDraft {
  const body = { accountId: textOrNull(contact.account?.id) };
  return draft('contact.observed', context.pseudonym(contact.id), body, context, observedAt);
}

/** Who is not declared a bot or an automation is a person (metrics.md 1.2). */
export function userFact(
  user: RestUser,
  context: DirectoryContext,
  observedAt: number,
): DirectoryDraft {
  const kind = userKind(user.id, context.roster);
  const body = {
    userKind: kind === 'bot' || kind === 'automation' ? kind : 'human',
    status: textOrNull(user.status),
    role: textOrNull(user.role_id),
  } as const;
  return draft('user.observed', user.id, body, context, observedAt);
}

export function teamFact(
  team: RestTeam,
  context: DirectoryContext,
  observedAt: number,
): DirectoryDraft {
  const ids = (team.users ?? []).map(({ id }) => textOrNull(id)).filter((id) => id !== null);
  // Pylon ranks no teams: a workspace declares that.
  const body = { members: [...new Set(ids)].sort(), rank: null };
  return draft('team.observed', team.id, body, context, observedAt);
}

/** The category is the context's: what was declared is stronger than what REST lists. */
export function statusFact(
  { slug }: RestStatus,
  context: DirectoryContext,
  observedAt: number,
): DirectoryDraft {
  const body = { category: context.statuses.get(slug) ?? 'unknown' };
  return draft('status.observed', slug, body, context, observedAt);
}
