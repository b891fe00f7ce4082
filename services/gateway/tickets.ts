/** Single-use tickets for one connection (reliability.md 5). They live in this process alone. */
import type { Clock } from '@sapwood/runtime/ports';
import type { Principal } from './access.ts';
import { createSecret, hashSecret } from './secrets.ts';

export const TICKET_MS = 30_000;
export const TICKETS_MAX = 10_000;

export interface Tickets {
  /** null: too many are open. */
  issue(principal: Principal): { readonly ticket: string; readonly expiresAt: number } | null;
  /** Spends a ticket; null if it is unknown, spent or too old. */
  redeem(ticket: string): Principal | null;
}

export function createTickets(clock: Clock): Tickets {
  const open = new Map<string, { principal: Principal; until: number }>();
  const expire = (): void => {
    const now = clock.monotonic();
    for (const [hash, entry] of open) {
      if (entry.until > now) return;
      open.delete(hash);
    }
  };
  return {
    issue(principal) {
      expire();
      if (open.size >= TICKETS_MAX) return null;
      const ticket = createSecret();
      open.set(hashSecret(ticket), { principal, until: clock.monotonic() + TICKET_MS });
      return { ticket, expiresAt: clock.now() + TICKET_MS };
    },
    redeem(ticket) {
      expire();
      const hash = hashSecret(ticket);
      const entry = open.get(hash);
      open.delete(hash);
      return entry?.principal ?? null;
    },
  };
}
