/** Small throws of a seeded rng. */
import type { Rng } from '@sapwood/runtime/ports';

export const pick = <T>(rng: Rng, list: readonly T[]): T | undefined =>
  list[Math.floor(rng.next() * list.length)];
/** 0 to max - 1. */
export const whole = (rng: Rng, max: number): number => Math.floor(rng.next() * max);
/** Sometimes `value`, else 0. */
export const sometimes = (rng: Rng, probability: number, value: number): number =>
  rng.next() < probability ? value : 0;
