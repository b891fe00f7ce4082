/** `sapwood service NAME`: one service of the distributed engine, as a process of its own. */
import { runService } from '../distributed/run-service.ts';
import { loadedConfig } from '../loaded.ts';

export interface ServiceOptions {
  readonly config?: string;
  readonly data?: string;
  readonly port?: number;
}

export async function service(name: string, options: ServiceOptions): Promise<void> {
  const loaded = loadedConfig({
    file: options.config ?? null,
    flags: {
      ...(options.port === undefined ? {} : { 'http.port': options.port }),
      ...(options.data === undefined ? {} : { data: options.data }),
      ...(options.port === 0 ? { 'metrics.port': 0 } : {}),
    },
  });
  await runService(name, loaded);
}
