/**
 * Every page is looked at when a store is opened (`quick_check`): at once where that is a matter of a
 * second, else beside the work, which it may take from the disk but not from the event loop.
 */
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { RuntimeError } from '../errors.ts';

/** About a second for a disk that reads 200 MB/s, a third of that from memory. */
const AT_ONCE_BYTES: number = 192 * 1024 * 1024;

export const isCheckedAtOnce = (file: string, limit: number = AT_ONCE_BYTES): boolean =>
  statSync(file).size <= limit;

export const damaged = (file: string, verdict: string): RuntimeError =>
  new RuntimeError(
    'SAPWOOD_STORE_CORRUPT',
    `${file} is damaged (${verdict}); restore a backup of it.`,
  );

export interface BackgroundCheck {
  stop(): Promise<void>;
}

/** `onDamage` is told what a check at start would have thrown. A check that cannot run says nothing. */
export function checkBeside(
  file: string,
  onDamage: (error: RuntimeError) => void,
): BackgroundCheck {
  const worker = new Worker(new URL('./check.worker.ts', import.meta.url), { workerData: file });
  worker.unref();
  let stopped = false;
  worker.once('message', (verdict: string) => {
    if (!stopped && verdict !== 'ok') onDamage(damaged(file, verdict));
  });
  worker.once('error', () => {});
  return {
    stop: async () => {
      stopped = true;
      await worker.terminate();
    },
  };
}
