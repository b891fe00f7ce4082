/**
 * What conversations are to one another (design D7): of each the little that others have to know, whatever
 * else of it is forgotten, and what they say of it.
 */
import { second } from '../time/instant.ts';
import { returnMs } from './returning.ts';
import { NONE, type Transition } from './transition.ts';

/** Who opened a conversation, beside what its transitions tell of that. */
export interface Asked {
  /** null: nobody knows. */
  readonly contact: string | null;
  /** S is a message, or the making of the issue. */
  readonly isMessage: boolean;
  /** The close that an AI claims, while it is not forgotten; null: none. */
  readonly claimedAt: number | null;
}

/** An instant among others: within a second a message comes before what a look dates. */
export interface Dated {
  readonly at: number;
  readonly isMessage: boolean;
}

export interface Opening extends Dated {
  readonly live: boolean;
}

/** What a customer came with, and how it ended. */
export interface Matter {
  /** The contact, else the account; null: nobody knows. */
  readonly customer: string | null;
  readonly account: string | null;
  readonly topic: string | null;
  readonly opened: Opening;
  /** How long a customer who comes back has the same matter. */
  readonly returnMs: number;
  readonly resolvedAt: number | null;
  /** The first close, and the one that an AI claims. */
  readonly closedAt: number | null;
  readonly claimedAt: number | null;
}

/** What others say of a conversation. */
export interface Joined {
  /** It opened soon after the same customer had another one resolved, on its topic; on any. */
  readonly repeated: boolean;
  readonly repeatedAny: boolean;
  /** Several accounts had written about its topic in the weeks before. */
  readonly recurred: boolean;
  /** The first such return, on its topic, after its first close, and after the one that an AI claims. */
  readonly afterClose: Opening | null;
  readonly afterClaim: Opening | null;
}

/** Nobody says anything. */
export const ALONE: Joined = {
  ...{ repeated: false, repeatedAny: false, recurred: false },
  ...{ afterClose: null, afterClaim: null },
};

const known = (value: string): string | null => (value === NONE ? null : value);

export function customerOf({ contact }: Pick<Asked, 'contact'>, account: string): string | null {
  if (contact !== null) return `contact ${contact}`;
  return account === NONE ? null : `account ${account}`;
}

/** null: no customer opened it, or it is out of every number. */
export function matterOf({
  asked,
  transitions,
}: {
  readonly asked: Asked | null;
  readonly transitions: readonly Transition[];
}): Matter | null {
  const opened = transitions.find(({ kind }) => kind === 'cohort.opened');
  if (!asked || !opened) return null;
  const { at, live, dims } = opened;
  const { isMessage, claimedAt } = asked;
  return {
    customer: customerOf(asked, dims.account),
    account: known(dims.account),
    topic: known(dims.category),
    opened: { at, isMessage, live },
    returnMs: returnMs(dims.channel),
    resolvedAt: transitions.find(({ kind }) => kind === 'resolved')?.at ?? null,
    closedAt: transitions.find(isFirstClose)?.at ?? null,
    claimedAt,
  };
}

/** The one of which is told whether anything of it came back. */
export const isFirstClose = ({ kind, amounts }: Transition): boolean =>
  kind === 'cohort.closed' && amounts?.noReturn !== undefined;

export const inOrder = (a: Dated, b: Dated): number =>
  second(a.at) - second(b.at) || Number(b.isMessage) - Number(a.isMessage) || a.at - b.at;

/** `to` comes at most so long after `from`: by whole seconds where either is a message. */
export function isWithin(from: Dated, to: Dated, ms: number): boolean {
  if (!from.isMessage && !to.isMessage) return to.at - from.at <= ms;
  return (second(to.at) - second(from.at)) * 1_000 <= ms;
}
