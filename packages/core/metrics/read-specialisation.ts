/** By how much less time than the team an agent takes on a topic (metrics.md 3.1, 12). */
import { bigDivRound } from '../num/integer.ts';
import type { PaneStore } from '../panes/pane-store.ts';
import type { MetricDefinition } from './definition.ts';
import type { Cell, WindowCode } from './value.ts';
import type { WindowsState } from './windows-state.ts';

/** Where an agent is counted on a topic, and where all of the team are, the agent too. */
export interface PairCells {
  readonly own: string;
  readonly team: readonly string[];
}

type Read = Pick<Cell, 'value' | 'n' | 'reasons'>;

/** So many of the mean of the team are added to an agent's own. */
const DRAWN_BY = 20n;
const PPM = 1_000_000n;

/** `cells`: null where it is told of no pair. */
export function readSpecialisation(
  { id, floor }: MetricDefinition,
  code: WindowCode,
  windows: WindowsState,
  cells: PairCells | null,
): Read {
  if (!cells) return { value: null, n: 0, reasons: ['per_topic'] };
  const store = windows.level(code).modes.get(id)!;
  const own = sumOf(store, [cells.own], code);
  const team = sumOf(store, cells.team, code);
  if (own.n < floor) return { value: null, n: Number(own.n), reasons: ['low_n'] };
  if (team.sum === 0n) return { value: null, n: Number(own.n), reasons: ['no_time'] };
  // With x = own.sum / n and m = team.sum / team.n: (m - est) / m = n (m - x) / (m (n + 20)).
  const less = own.n * team.sum - own.sum * team.n;
  const value = bigDivRound(less * PPM, team.sum * (own.n + DRAWN_BY));
  return { value, n: Number(own.n), reasons: [] };
}

function sumOf(store: PaneStore, cells: readonly string[], code: WindowCode) {
  let [n, sum] = [0n, 0n];
  for (const cell of cells) {
    const { now } = store.read(cell, code);
    n += BigInt(now.n);
    sum += BigInt(now.sum);
  }
  return { n, sum };
}
