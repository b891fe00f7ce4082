/** Vite plugin: the chosen mutant instead of the file, for everything that a test imports. */
import type { Plugin } from 'vite';
import { chosenMutant, replacementFor } from './chosen.ts';

/** Nothing where SAPWOOD_MUTANT is not set. */
export function mutantPlugin(): Plugin[] {
  const mutant = chosenMutant();
  if (!mutant) return [];
  return [
    {
      name: 'sapwood-mutant',
      enforce: 'pre',
      transform: (text, id) => replacementFor(mutant, id.split('?')[0]!, text),
    },
  ];
}
