/** Draws from one seeded sequence: a run is its seed, its start and its scenario. */
import type { Rng } from '@sapwood/runtime/ports';

export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  yes(probability: number): boolean;
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** One of the keys, by its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** Log-normal around a median: most soon, a few very late. Integer ms. */
  delayMs(medianMs: number, sigma: number): number;
  /** Time to the next of independent arrivals, ms. */
  gapMs(perHour: number): number;
  /** In the shape of a UUID. */
  uuid(): string;
}

export function createChance(rng: Rng): Chance {
  const next = (): number => rng.next();
  return {
    next,
    yes: (probability) => next() < probability,
    between: (low, high) => low + next() * (high - low),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
      const entries = Object.entries(weights) as [K, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      return entries.at(-1)![0];
    },
    delayMs(medianMs, sigma) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.max(1, Math.round(medianMs * Math.exp(sigma * normal)));
    },
    gapMs: (perHour) => (-Math.log(1 - next()) * 3_600_000) / perHour,
    uuid() {
      const hex = rng.id();
      const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
      return [...parts, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
    },
  };
}
