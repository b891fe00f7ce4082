/** Looks at the issue, in the order in which they tell of it, each with its instant. */
import type { Observation } from './model.ts';

export interface Look {
  readonly observation: Observation;
  readonly at: number;
}

/** A body's instant is its arrival, but never before what REST has already shown. */
export function orderLooks(observations: readonly Observation[]): Look[] {
  let newest = Number.NEGATIVE_INFINITY;
  return observations.map((observation) => {
    const at =
      observation.via === 'rest' ? observation.updatedAt : Math.max(observation.updatedAt, newest);
    newest = Math.max(newest, at);
    return { observation, at };
  });
}
