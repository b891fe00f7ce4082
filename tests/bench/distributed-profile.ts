/** What a CPU profile says in a few lines: self time by function and by package, idle time left out. */
import { readFileSync } from 'node:fs';

interface Node {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

interface CpuProfile {
  readonly nodes: readonly Node[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly name: string;
  /** Of the time that was not idle. */
  readonly percent: number;
}

export interface Summary {
  readonly busyMs: number;
  readonly functions: readonly Share[];
  readonly packages: readonly Share[];
}

const WAITING: ReadonlySet<string> = new Set(['(idle)', '(root)']);

/** `kafkajs`, `packages/core`, `services/gateway`, `node:internal` … */
function packageOf(url: string, functionName: string): string {
  const module = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (module) return module[1]!;
  const own = /\/((?:packages|services)\/[^/]+)\//.exec(url);
  if (own) return own[1]!;
  if (url.startsWith('node:')) return 'node';
  return url === '' ? functionName : url;
}

function placeOf({ functionName, url, lineNumber }: Node['callFrame']): string {
  if (url === '') return functionName;
  const file = url.split('/').slice(-2).join('/');
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}

function shares(times: ReadonlyMap<string, number>, total: number, most: number): Share[] {
  return [...times]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([name, time]) => ({ name, percent: (time / total) * 100 }));
}

/** Between two instants of `process.hrtime`, µs: profile and caller read the same monotonic clock. */
export function summarise(file: string, fromUs: number, toUs: number, most = 3): Summary {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let at = profile.startTime;
  let busy = 0;
  profile.samples.forEach((id, i) => {
    // A delta lies before its sample: the time since belongs to the sample before it.
    const tookUs = profile.timeDeltas[i + 1] ?? 0;
    at += profile.timeDeltas[i]!;
    const frame = frames.get(id)!;
    if (at < fromUs || at > toUs || WAITING.has(frame.functionName)) return;
    busy += tookUs;
    const place = placeOf(frame);
    const owner = packageOf(frame.url, frame.functionName);
    functions.set(place, (functions.get(place) ?? 0) + tookUs);
    packages.set(owner, (packages.get(owner) ?? 0) + tookUs);
  });
  return {
    busyMs: busy / 1_000,
    functions: shares(functions, busy, most),
    packages: shares(packages, busy, most),
  };
}

export const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);
