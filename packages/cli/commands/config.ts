/** `sapwood config check` and `config print`. */
import { printConfig } from '@sapwood/service-kit/config';
import { loadedConfig } from '../loaded.ts';
import { wantsIn } from '../tree/wants.ts';

/** What is wrong is told at once; what is right and leaves something unknown, beside it. */
export function check(file: string): void {
  const { config, trees, place } = loadedConfig({ file });
  console.error(`${file}: no mistakes found.`);
  for (const [id, tree] of trees) {
    for (const { words, at } of wantsIn(id, config, tree)) {
      const path = at === 'workspaces' ? [at, id] : [at];
      console.log(`${place(path)} note: ${words} (${path.join('.')})`);
    }
  }
}

export function show(options: { readonly config?: string }): void {
  const result = loadedConfig({ file: options.config ?? null });
  process.stdout.write(`${printConfig(result)}\n`);
}
