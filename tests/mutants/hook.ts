/** `node --import` hook: the chosen mutant in child processes, which no bundler transforms. */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chosenMutant, replacementFor } from './chosen.ts';

const mutant = chosenMutant();
if (mutant) {
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!url.startsWith('file:') || !loaded.source) return loaded;
      const text = Buffer.from(loaded.source as Uint8Array).toString();
      const source = replacementFor(mutant, fileURLToPath(url), text);
      return source === null ? loaded : { ...loaded, source };
    },
  });
}
