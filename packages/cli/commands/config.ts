/** `sapwood config check` and `config print`. */
import { printConfig } from '@sapwood/service-kit/config';
import { loadedConfig } from '../loaded.ts';

export function check(file: string): void {
  loadedConfig({ file });
  console.error(`${file}: no mistakes found.`);
}

export function show(options: { readonly config?: string }): void {
  const result = loadedConfig({ file: options.config ?? null });
  process.stdout.write(`${printConfig(result)}\n`);
}
