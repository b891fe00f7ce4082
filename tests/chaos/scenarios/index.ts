/** Every scenario, in the order of the table of faults. */
import type { Scenario } from '../scenario.ts';
import { scenario as clockSteps } from './clock-steps.ts';
import { scenario as drains } from './drains.ts';
import { scenario as failPoints } from './fail-points.ts';
import { scenario as fullDisk } from './full-disk.ts';
import { scenario as kills } from './kills.ts';
import { scenario as long } from './long.ts';
import { scenario as nights } from './night.ts';
import { scenario as oldFile } from './old-file.ts';
import { scenario as powerLoss } from './power-loss.ts';
import { scenario as restPoints } from './rest-points.ts';
import { scenario as stops } from './stops.ts';

export const SCENARIOS: readonly Scenario[] = [
  kills,
  failPoints,
  restPoints,
  stops,
  drains,
  fullDisk,
  powerLoss,
  oldFile,
  clockSteps,
  nights,
];
/** Run only when named: they take hours. */
export const BY_HAND: readonly Scenario[] = [long];
