/** What Pylon refused and is not to be asked for now (pylon.md 5.5). */
import type { Endpoint } from './budget.ts';

/** A refused token is tried again so often, a refused endpoint more rarely: rights change by hand. */
export const PROBE_EVERY_MS = 300_000;
export const ENDPOINT_REST_MS = 3_600_000;
/** Of single objects one may be out of reach and the others not: so many refusals in a row tell. */
const OF_ONE_OBJECT: ReadonlySet<Endpoint> = new Set(['issue', 'messages', 'account']);
const OBJECTS_REFUSED = 3;
/** How long a call that was let through may take before another is. */
const LET_THROUGH_MS = 10_000;

/** 400, 401, 403: asking again will not help. `code`: in Pylon's words, if it said any. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
  readonly code?: string;
}

export interface Gate {
  /** The refusal that still holds; null: ask. One caller is let through when its time is over. */
  shut(endpoint: Endpoint, nowMs: number): Refused | null;
  refused(endpoint: Endpoint, refusal: Refused, nowMs: number): void;
  opened(endpoint: Endpoint): void;
}

export function createGate(): Gate {
  /** Of the token as a whole, and of single endpoints. */
  const shut = new Map<Endpoint | 'token', { refusal: Refused; untilMs: number }>();
  const inARow = new Map<Endpoint, number>();

  function mayBeOne(endpoint: Endpoint): boolean {
    const count = (inARow.get(endpoint) ?? 0) + 1;
    inARow.set(endpoint, count);
    return OF_ONE_OBJECT.has(endpoint) && count < OBJECTS_REFUSED;
  }
  return {
    shut(endpoint, nowMs) {
      for (const name of ['token', endpoint] as const) {
        const found = shut.get(name);
        if (found && nowMs < found.untilMs) return found.refusal;
        // Whoever comes next waits for what this one learns.
        if (found) found.untilMs = nowMs + LET_THROUGH_MS;
      }
      return null;
    },
    refused(endpoint, refusal, nowMs) {
      if (refusal.status === 401) shut.set('token', { refusal, untilMs: nowMs + PROBE_EVERY_MS });
      if (refusal.status !== 403 || mayBeOne(endpoint)) return;
      shut.set(endpoint, { refusal, untilMs: nowMs + ENDPOINT_REST_MS });
    },
    opened(endpoint) {
      shut.delete('token');
      shut.delete(endpoint);
      inARow.delete(endpoint);
    },
  };
}
