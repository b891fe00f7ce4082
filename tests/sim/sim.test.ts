/** The whole topology under faults: pinned seeds, then fresh ones for a while (F36). */
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { expect, it } from 'vitest';
import { BITES, PINNED } from './pinned.ts';
import { runSeed } from './run-seed.ts';
import { Tally } from './tally.ts';

const clock = createSystemClock();
const SECONDS = 60;
/** The same ones everywhere, however fast the machine; `npm run test:sim` looks for new ones. */
const SEEDS_MAX = 200;
const FIRST = Number(process.env['SAPWOOD_SEED'] ?? 1);

it.each(PINNED)('F36 seed $seed: $sentence', async ({ seed }) => {
  expect((await runSeed(seed)).problems).toEqual([]);
});

it.each(BITES)('F36 F37 seed $seed notices $mutant where $sentence', async ({ seed }) => {
  expect((await runSeed(seed)).problems).toEqual([]);
});

it('F36 the same seed gives the same run', async () => {
  const [first, second] = [await runSeed(FIRST), await runSeed(FIRST)];
  expect([...second.tally.counts]).toEqual([...first.tally.counts]);
  expect(second.problems).toEqual(first.problems);
});

it(`I1 I2 I3 I4 I5 I6 I7 F36 every seed of ${SECONDS} s ends well, and faults did strike`, async () => {
  const endMs = clock.monotonic() + SECONDS * 1_000;
  const tally = new Tally();
  let seeds = 0;
  for (; seeds < SEEDS_MAX && clock.monotonic() < endMs; seeds++) {
    const { seed, problems, tally: counts } = await runSeed(FIRST + seeds);
    expect(problems, `rerun: SAPWOOD_SEED=${seed} npm run test:sim`).toEqual([]);
    tally.merge(counts);
  }
  for (const word of [
    'fault crash',
    'fault stall',
    'commit FENCED',
    'alert open',
    'client reset',
    'begun from a snapshot',
  ]) {
    expect([word, tally.of(word) > 0]).toEqual([word, true]);
  }
}, 180_000);
