/** One simulated tenant: people, issues and how they behave, all from a seed. */
import type { Label } from '@sapwood/contracts/label';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { type Behaviour, createBehaviour } from './behaviour.ts';
import { type Chance, createChance } from './chance.ts';
import { createRhythm, type Rhythm } from './rhythm.ts';
import { createStaff, type Staff, staffLabels } from './staff.ts';
import { createTenant, type Tenant } from './tenant.ts';

export interface WorldOptions {
  readonly seed: number;
  /** When the desk opens, epoch ms: before now, to have a past. */
  readonly startMs: number;
  /** IANA zone of its day and week. Default Europe/London. */
  readonly zone?: string;
  /** Conversations an hour at the busiest hour. */
  readonly peakPerHour?: number;
}

export interface SimulatedTenant {
  readonly tenant: Tenant;
  readonly staff: Staff;
  readonly behaviour: Behaviour;
  readonly rhythm: Rhythm;
  /** For what is not part of the model: delays of deliveries. */
  readonly chance: Chance;
  /** Names of teams, people and accounts. */
  labels(workspace: string): readonly Label[];
}

export const PEAK_PER_HOUR = 180;

export function createSimulatedTenant(options: WorldOptions): SimulatedTenant {
  const chance = createChance(createSeededRng(options.seed));
  const rhythm = createRhythm(options.zone ?? 'Europe/London');
  const staff = createStaff(chance);
  const tenant = createTenant();
  const behaviour = createBehaviour({
    tenant,
    staff,
    chance,
    rhythm,
    startMs: options.startMs,
    peakPerHour: options.peakPerHour ?? PEAK_PER_HOUR,
  });
  return {
    tenant,
    staff,
    behaviour,
    rhythm,
    // Its own sequence: how a delivery travels must not change what happens next.
    chance: createChance(createSeededRng(options.seed ^ 0x5eed)),
    labels: (workspace) => staffLabels(staff, workspace),
  };
}
