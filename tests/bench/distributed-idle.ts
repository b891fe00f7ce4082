/** What processes cost that have nothing to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { clock } from '../support/process.ts';
import { cpuMsOf } from './watch.ts';

export interface Watched {
  readonly name: string;
  readonly pid: number;
}

export interface IdleCost {
  readonly name: string;
  /** Of one core. */
  readonly cpuPercent: number;
  /** Voluntary context switches: a thread slept and was woken. */
  readonly wakeupsPerSecond: number;
}

/** Of all threads of a process. */
function wakeups(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
    return sum + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }, 0);
}

export async function measureIdle(all: readonly Watched[], seconds: number): Promise<IdleCost[]> {
  const before = all.map(({ pid }) => ({ cpuMs: cpuMsOf(pid), wakeups: wakeups(pid) }));
  const startMs = clock.monotonic();
  await clock.sleep(seconds * 1_000);
  const tookMs = clock.monotonic() - startMs;
  return all.map(({ name, pid }, i) => ({
    name,
    cpuPercent: ((cpuMsOf(pid) - before[i]!.cpuMs) / tookMs) * 100,
    wakeupsPerSecond: ((wakeups(pid) - before[i]!.wakeups) / tookMs) * 1_000,
  }));
}
