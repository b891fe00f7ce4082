/** The parent's handle on a process of many screens. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./crowd.child.ts', import.meta.url));

export interface CrowdOptions {
  /** `ws://host:port/v1/ws`. */
  readonly url: string;
  readonly screens: number;
}

export interface CrowdReport {
  /** Screens that are live now. */
  readonly live: number;
  /** Different sets of versions among them, once `compare` was called; 1: all show the same. */
  readonly pictures: number;
  /** From losing the gateway until live again, of each screen each time. */
  readonly awayMs: readonly number[];
  readonly wentBack: number;
}

export interface Crowd {
  report(): CrowdReport;
  compare(): void;
  end(): void;
}

export function startCrowd(options: CrowdOptions): Crowd {
  const child = fork(CHILD, [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let newest: CrowdReport = { live: 0, pictures: 0, awayMs: [], wentBack: 0 };
  child.on('message', (report: CrowdReport) => {
    newest = report;
  });
  return {
    report: () => newest,
    compare: () => void child.send('compare'),
    end: () => void child.kill('SIGKILL'),
  };
}
