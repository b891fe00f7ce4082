/** Kinds of faults, and the word that one of them struck. */
import type { Rng } from '../ports.ts';

export const FAULT_KINDS = [
  'crash',
  'stall',
  'doubled append',
  'lost append answer',
  'lost append',
  'late append',
  'short read',
  'lost commit answer',
  'lost commit',
  'late commit',
  'store rolled back',
  'store wiped',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Told once for each fault that really struck. */
export type Struck = (kind: FaultKind) => void;

/** Asks the rng only where the fault is on, so that a fault that is off changes no sequence. */
export const chance = (rng: Rng, probability: number | undefined): boolean =>
  probability !== undefined && probability > 0 && rng.next() < probability;
