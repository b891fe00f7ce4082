/** The configuration of a command, or all of its mistakes as one error. */
import { resolve } from 'node:path';
import { type LoadedConfig, loadConfig } from '@sapwood/service-kit/config';
import { UserError } from './exit.ts';
import { readText } from './read-text.ts';

type Inputs = Parameters<typeof loadConfig>[0];

/** Throws `UserError`. The environment is the process's own, unless another is given. */
export function loadedConfig(inputs: Omit<Inputs, 'env'> & Partial<Inputs>): LoadedConfig {
  const { file, folder, readText: reader } = inputs;
  if (file !== null && !reader) readText(folder === undefined ? file : resolve(folder, file));
  const result = loadConfig({ env: process.env, ...inputs });
  if (!result.ok) throw new UserError(result.errors.join('\n'));
  return result;
}
