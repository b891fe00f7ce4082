/**
 * Screens that were paired: revocable, read-only tokens, kept hashed (wallboard.md 11). The code is
 * entered once per browser; few wrong ones are allowed.
 */
import type { Clock, Rng, StateStore } from '@sapwood/runtime/ports';
import { createSecret, hashSecret, sameSecret } from './secrets.ts';

const RECORD = 'gateway/screens';
export const SCREENS_MAX = 200;
export const TRIES_PER_IP_MAX = 5;
export const TRIES_MAX = 50;
const TRIES_WINDOW_MS: number = 10 * 60_000;

export interface Screen {
  readonly id: string;
  readonly createdAt: number;
}
interface StoredScreen extends Screen {
  readonly hash: string;
}

export type PairAnswer =
  | { readonly kind: 'paired'; readonly token: string }
  | { readonly kind: 'wrong_code' | 'too_many_tries' | 'too_many_screens' };

export interface ScreensDeps {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
}

export interface Screens {
  load(): Promise<void>;
  pair(expected: string, code: string, ip: string): Promise<PairAnswer>;
  /** The screen of a token, or null. */
  find(token: string): Screen | null;
  list(): readonly Screen[];
  revoke(id: string): Promise<boolean>;
}

export function createScreens(deps: ScreensDeps): Screens {
  const { store, clock, rng } = deps;
  const byHash = new Map<string, StoredScreen>();
  let failures: { ip: string; at: number }[] = [];

  const save = (): Promise<void> =>
    store.putRecord(RECORD, Buffer.from(JSON.stringify([...byHash.values()]), 'utf8'));

  const mayTry = (ip: string): boolean => {
    const since = clock.monotonic() - TRIES_WINDOW_MS;
    failures = failures.filter((failure) => failure.at > since);
    const mine = failures.filter((failure) => failure.ip === ip).length;
    return mine < TRIES_PER_IP_MAX && failures.length < TRIES_MAX;
  };

  return {
    async load(): Promise<void> {
      const bytes = await store.getRecord(RECORD);
      if (!bytes) return;
      const stored = JSON.parse(Buffer.from(bytes).toString('utf8')) as StoredScreen[];
      for (const screen of stored) byHash.set(screen.hash, screen);
    },
    async pair(expected, code, ip): Promise<PairAnswer> {
      if (!mayTry(ip)) return { kind: 'too_many_tries' };
      const entered = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
      if (!sameSecret(entered, expected)) {
        failures.push({ ip, at: clock.monotonic() });
        return { kind: 'wrong_code' };
      }
      if (byHash.size >= SCREENS_MAX) return { kind: 'too_many_screens' };
      const token = createSecret();
      const hash = hashSecret(token);
      byHash.set(hash, { id: rng.id(), hash, createdAt: clock.now() });
      await save();
      return { kind: 'paired', token };
    },
    find: (token) => byHash.get(hashSecret(token)) ?? null,
    list: () => [...byHash.values()].map(({ id, createdAt }) => ({ id, createdAt })),
    async revoke(id): Promise<boolean> {
      for (const [hash, screen] of byHash) {
        if (screen.id !== id) continue;
        byHash.delete(hash);
        await save();
        return true;
      }
      return false;
    },
  };
}
