/**
 * One budget per endpoint and organization (pylon.md 5.1). Pylon's limits are shared with all other
 * integrations of the customer, so we start at half of the smallest published numbers and only rise
 * to half of what the answers show to be left.
 */
export const ENDPOINTS = [
  'issue',
  'messages',
  'search',
  'statuses',
  'users',
  'teams',
  'accounts',
  'account',
  'contacts',
  'custom_fields',
  'me',
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** Calls a minute that an integration may make at first, and the most it ever takes. */
export const START_PER_MINUTE: Readonly<Record<Endpoint, number>> = {
  issue: 30,
  messages: 10,
  search: 10,
  statuses: 5,
  users: 30,
  teams: 30,
  accounts: 30,
  account: 30,
  contacts: 30,
  custom_fields: 30,
  me: 5,
};
export const CEILING_PER_MINUTE: Readonly<Record<Endpoint, number>> = {
  issue: 150,
  messages: 60,
  search: 60,
  statuses: 5,
  users: 150,
  teams: 150,
  accounts: 150,
  account: 150,
  contacts: 150,
  custom_fields: 150,
  me: 5,
};

const MINUTE_MS = 60_000;

export interface Budget {
  /** Takes one call; else how long to wait for the next, ms. */
  take(nowMs: number): 0 | number;
  /** `X-Rate-Limit-Remaining` of an answer. */
  remaining(count: number): void;
  /** Told to wait: no call before then, and a lower share after it. */
  pause(untilMs: number): void;
  perMinute(): number;
}

export function createBudget(endpoint: Endpoint, share: number): Budget {
  let perMinute = START_PER_MINUTE[endpoint];
  const capacity = (): number => Math.max(1, Math.floor(perMinute / 2));
  let tokens = capacity();
  let filledAt: number | null = null;
  let pausedUntil = 0;
  /** When the calls of the last minute were made, oldest first: no minute has more than its share. */
  const calls: number[] = [];

  /** How long until one more call fits into the last minute, ms. */
  function crowdedMs(nowMs: number): number {
    while (calls.length > 0 && nowMs - calls[0]! >= MINUTE_MS) calls.shift();
    return calls.length < perMinute ? 0 : calls[calls.length - perMinute]! + MINUTE_MS - nowMs;
  }
  function refill(nowMs: number): void {
    const elapsed = Math.max(0, nowMs - (filledAt ?? nowMs));
    tokens = Math.min(capacity(), tokens + (elapsed * perMinute) / MINUTE_MS);
    filledAt = nowMs;
  }
  return {
    take(nowMs) {
      refill(nowMs);
      if (nowMs < pausedUntil) return pausedUntil - nowMs;
      // A hair under one is one: the sum of many refills is not exact.
      if (tokens < 1 - 1e-9) return Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute);
      const waitMs = crowdedMs(nowMs);
      if (waitMs > 0) return Math.ceil(waitMs);
      tokens = Math.max(0, tokens - 1);
      calls.push(nowMs);
      return 0;
    },
    remaining(count) {
      const shown = Math.floor(count * share);
      perMinute = Math.min(CEILING_PER_MINUTE[endpoint], Math.max(perMinute, shown));
    },
    pause(untilMs) {
      pausedUntil = Math.max(pausedUntil, untilMs);
      perMinute = Math.max(1, Math.floor(perMinute / 2));
      tokens = Math.min(tokens, 1);
    },
    perMinute: () => perMinute,
  };
}

/** For a replay against the simulator: time there is virtual and nobody else shares the limit. */
export function createNoBudget(): Budget {
  return { take: () => 0, remaining: () => {}, pause: () => {}, perMinute: () => 1_000_000 };
}
