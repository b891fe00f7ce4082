/**
 * The scenarios at the size of `npm test`. `npm run test:chaos -- --ci` has all of them, F19 and F21
 * as well, and larger.
 */
import { describe, it } from 'vitest';
import { holds } from './holds.ts';
import { scenario as drains } from './scenarios/drains.ts';
import { scenario as failPoints } from './scenarios/fail-points.ts';
import { scenario as fullDisk } from './scenarios/full-disk.ts';
import { scenario as kills } from './scenarios/kills.ts';
import { scenario as nights } from './scenarios/night.ts';
import { scenario as restPoints } from './scenarios/rest-points.ts';
import { scenario as stops } from './scenarios/stops.ts';

const LIMIT_MS = 600_000;

describe('faults on the embedded process, judged by an accountant outside it', () => {
  it(
    'F1 F2 F3 F4 I1 I2 I3 I4 I6 I7 kill -9 at random instants loses and doubles nothing',
    ({ skip }) => holds(kills, skip),
    LIMIT_MS,
  );
  it(
    'F5 I1 I2 I3 SIGKILL at each fail-point loses and doubles nothing',
    ({ skip }) => holds(failPoints, skip),
    LIMIT_MS,
  );
  it(
    'F5 I1 I7 SIGKILL around the reads of REST loses nothing',
    ({ skip }) => holds(restPoints, skip),
    LIMIT_MS,
  );
  it(
    'F6 I2 I3 a process that stood still goes on, and nobody takes its place',
    ({ skip }) => holds(stops, skip),
    LIMIT_MS,
  );
  it(
    'F7 SIGTERM under load refuses nobody it has let in',
    ({ skip }) => holds(drains, skip),
    LIMIT_MS,
  );
  it(
    'F18 a full disk is 503, damages nothing, and is over once there is room',
    ({ skip }) => holds(fullDisk, skip),
    LIMIT_MS,
  );
  it(
    'F38 what lay pending over night counts on its own day',
    ({ skip }) => holds(nights, skip),
    LIMIT_MS,
  );
});
