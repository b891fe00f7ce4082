/** What a run leaves behind for the verdict. */
import type { Rng } from '@sapwood/runtime/ports';
import type { Simulated } from '@sapwood/runtime/simulated';
import type { Accountant } from './accountant.ts';
import type { Letter } from './sender.ts';
import type { Tally } from './tally.ts';
import type { Viewer } from './viewer.ts';

/** A sent letter and what became of it. */
export interface Posted {
  readonly letter: Letter;
  /** 0: nobody answered. */
  status: number;
}

export interface Evidence {
  readonly accountant: Accountant;
  readonly simulated: Simulated;
  readonly posted: readonly Posted[];
  readonly viewers: readonly Viewer[];
  readonly tally: Tally;
  readonly rng: Rng;
  readonly problem: (text: string) => void;
}
