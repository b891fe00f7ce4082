/**
 * Who stands in a row now: what is open, and who is owed a reply. Both are known by row without a
 * look at the conversations, of which thousands may be open: only those on the page are woken.
 */
import type { WorkspaceFold } from './workspace.ts';

export interface Standing {
  readonly id: string;
  readonly since: number;
}

export interface StandingOpen extends Standing {
  readonly account: string;
  readonly state: string;
}

export function findOpen({ open }: WorkspaceFold, row: string): StandingOpen[] {
  return [...open.within(row)].map(([id, { createdAt, account, state }]) => ({
    ...{ id, since: createdAt, account, state },
  }));
}

export function findWaiting({ waits }: WorkspaceFold, row: string): Standing[] {
  return [...waits.within(row)].map(([id, since]) => ({ id, since }));
}
