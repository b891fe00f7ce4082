/** Every mutant of reliability.md 1.12 whose code exists, and why the others have none. */
import { CORE_MUTANTS } from './core.ts';
import type { Mutant } from './mutant.ts';
import { RUNTIME_MUTANTS } from './runtime.ts';
import { SERVICE_MUTANTS } from './services.ts';
import { CONTROLS, STORE_MUTANTS } from './stores.ts';

const number = ({ id }: Mutant): number => Number(/\d+/.exec(id)![0]);

export const CATALOGUE: readonly Mutant[] = [
  ...[...STORE_MUTANTS, ...RUNTIME_MUTANTS, ...CORE_MUTANTS, ...SERVICE_MUTANTS].sort(
    (a, b) => number(a) - number(b),
  ),
  ...CONTROLS,
];

export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  B8: 'retired',
  B18: 'retired',
};
