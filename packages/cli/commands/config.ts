/** `sapwood config check` and `config print`. */
import { loadConfig, printConfig } from '@sapwood/service-kit/config';
import { UserError } from '../exit.ts';

export function check(file: string): void {
  const result = loadConfig({ file, env: process.env });
  if (!result.ok) throw new UserError(result.errors.join('\n'));
  console.error(`${file}: no mistakes found.`);
}

export function show(options: { readonly config?: string }): void {
  const result = loadConfig({ file: options.config ?? null, env: process.env });
  if (!result.ok) throw new UserError(result.errors.join('\n'));
  process.stdout.write(`${printConfig(result)}\n`);
}
