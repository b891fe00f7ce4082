/** What befalls the machine from outside: kills, pauses, stores that lose their memory, clocks that jump. */
import type { Rng } from '@sapwood/runtime/ports';
import { pick, whole } from './dice.ts';
import type { Machine, SimProcess } from './machine.ts';
import { CONFIGS } from './plan.ts';
import type { Doors } from './programs.ts';
import type { Tally } from './tally.ts';

/** What mischief can get at. */
export interface Stage {
  readonly rng: Rng;
  readonly machine: Machine;
  readonly doors: Doors;
  readonly tally: Tally;
  /** Starts an aggregator beside the one that is there. */
  readonly secondOwner: () => void;
}

type Mischief = (stage: Stage, victim: SimProcess) => void;

/** Wall clocks stay within this of each other, or the next start would rightly refuse. */
const WALL_MS = 25_000;

const kill: Mischief = ({ rng, tally }, victim) => {
  tally.add('fault kill');
  victim.kill(whole(rng, 4_000));
};
const pause: Mischief = ({ rng, tally }, victim) => {
  tally.add('fault pause');
  victim.pause(whole(rng, pick(rng, [3_000, 30_000])!));
};
const restart: Mischief = ({ tally }, victim) => {
  tally.add('fault restart');
  victim.restart();
};
const rollBack: Mischief = ({ rng, machine }) => {
  const putBack = machine.simulated.snapshotStore();
  machine.clock.after(whole(rng, 15_000), () => {
    if (!machine.isCalm()) putBack();
  });
};
const wipe: Mischief = ({ machine }) => machine.simulated.wipeStore();
const stepWall: Mischief = ({ rng, machine, tally }) => {
  tally.add('fault clock step');
  const offMs = machine.now() - machine.clock.now();
  machine.stepWall(whole(rng, 2 * WALL_MS) - WALL_MS - offMs);
};
const addOwner: Mischief = ({ secondOwner }) => secondOwner();
const configure: Mischief = ({ rng, machine, doors, tally }) => {
  tally.add('fault configuration');
  doors.config = pick(rng, CONFIGS)!;
  const applying = ['normalizer', 'system'];
  machine.processes.find(({ name }) => applying.includes(name))!.restart();
};

const ALL: readonly Mischief[] = [
  ...[kill, kill, pause, restart],
  ...[rollBack, wipe, stepWall, addOwner, configure],
];

export function mischief(stage: Stage): void {
  const victim = pick(stage.rng, stage.machine.processes)!;
  pick(stage.rng, ALL)!(stage, victim);
}
