/** The mutant that SAPWOOD_MUTANT switches on, and how its text takes the place of the file's. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from './catalogue.ts';
import { type Mutant, mutated, ROOT } from './mutant.ts';

/** Lua is read by the script loader, so a mutated script is put in there. */
const LUA_LOADER = 'packages/runtime/redis/scripts.ts';
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
const LUA_READ = "readFileSync(new URL(`./lua/${file}`, import.meta.url), 'utf8')";

export function chosenMutant(): Mutant | null {
  const id = process.env['SAPWOOD_MUTANT'];
  if (!id) return null;
  const mutant = CATALOGUE.find((one) => one.id === id);
  if (!mutant) throw new Error(`There is no mutant ${id}.`);
  return mutant;
}

/** Tells the runner that the mutant was really loaded by somebody. */
function note(id: string): void {
  const file = process.env['SAPWOOD_MUTANT_NOTE'];
  if (file) appendFileSync(file, `${id}\n`);
}

/** The text that `path` has in this run; null: its own. */
export function replacementFor(mutant: Mutant, path: string, text: string): string | null {
  const isLua = mutant.file.endsWith('.lua');
  if (path !== join(ROOT, isLua ? LUA_LOADER : mutant.file)) return null;
  note(mutant.id);
  if (!isLua) return mutated(mutant);
  const name = mutant.file.split('/').at(-1)!;
  const script = `(file === ${JSON.stringify(name)} ? ${JSON.stringify(mutated(mutant))} : ${LUA_READ})`;
  if (text.split(LUA_READ).length !== 2) throw new Error('The loader of Lua scripts has changed.');
  return text.replace(LUA_READ, () => script);
}
