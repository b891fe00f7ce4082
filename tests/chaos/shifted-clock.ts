/** A clock for the process under test that can be set from outside; see `preload/clock.ts`. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site, StartOptions } from './site.ts';

export const CLOCK_ENV = 'CHAOS_CLOCK_FILE';

export interface ShiftedClock {
  readonly options: StartOptions;
  /** From now on the process's clock is off by so much. */
  set(offMs: number): void;
}

export function shiftedClock(site: Site): ShiftedClock {
  const file = join(site.data, '..', 'clock-off-ms');
  const set = (offMs: number): void => {
    writeFileSync(`${file}.new`, String(offMs));
    renameSync(`${file}.new`, file);
  };
  set(0);
  return { options: { preload: ['clock'], env: { [CLOCK_ENV]: file } }, set };
}
