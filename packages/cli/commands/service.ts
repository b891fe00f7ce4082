/** `sapwood service NAME`: one service of the distributed engine, as a process of its own. */
import { loadConfig } from '@sapwood/service-kit/config';
import { runService } from '../distributed/run-service.ts';
import { UserError } from '../exit.ts';

export interface ServiceOptions {
  readonly config?: string;
  readonly data?: string;
  readonly port?: number;
}

export async function service(name: string, options: ServiceOptions): Promise<void> {
  const loaded = loadConfig({
    file: options.config ?? null,
    env: process.env,
    flags: {
      ...(options.port === undefined ? {} : { 'http.port': options.port }),
      ...(options.data === undefined ? {} : { data: options.data }),
      ...(options.port === 0 ? { 'metrics.port': 0 } : {}),
    },
  });
  if (!loaded.ok) throw new UserError(loaded.errors.join('\n'));
  await runService(name, loaded);
}
