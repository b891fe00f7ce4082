import { expect, it } from 'vitest';
import { playHeavyTraffic } from './heavy-traffic.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const TRIALS = 10_000;

it('F22 I3 M3 doubled, disordered, late and mixed facts give the numbers of the batch', () => {
  const { facts, copies, cells, differences } = playHeavyTraffic(TRIALS, SEED);
  expect(differences.slice(0, 3), `SAPWOOD_SEED=${SEED}`).toEqual([]);
  expect(facts).toBeGreaterThanOrEqual(TRIALS);
  expect(copies).toBeGreaterThan(TRIALS / 2);
  expect(cells).toBeGreaterThan(1_000);
}, 120_000);
