/**
 * `npm run bench:explain -- --per-hour 30 --every 1`: a simulated week, and how long the explanation of
 * each published cell, or of every nth, takes at its end. Each must add up to the value that it explains.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { weekFold } from '../../packages/cli/docs/week.ts';

const { values: options } = parseArgs({
  options: {
    /** Conversations begun in the busiest hour. */
    'per-hour': { type: 'string', default: '30' },
    every: { type: 'string', default: '1' },
    /** What is at most waited for, ms. */
    limit: { type: 'string', default: '200' },
  },
});
const PAGE = 100;

const fold = weekFold(Number(options['per-hour']));
const asked = [...fold.keys()].flatMap((full) => {
  const [workspace] = full.split('/', 1);
  const series = fold.read(full)?.series;
  return (series?.cells ?? []).map(({ window, clock }) => ({
    workspace: workspace!,
    question: { key: series!.key, window, clock, after: null, limit: PAGE },
  }));
});

const took: { readonly ms: number; readonly cpuMs: number; readonly of: string }[] = [];
let wrong = 0;
for (let i = 0; i < asked.length; i += Number(options.every)) {
  const { workspace, question } = asked[i]!;
  const before = performance.now();
  const cpuBefore = process.threadCpuUsage();
  const explanation = fold.explain(workspace, question);
  const ms = performance.now() - before;
  const { user, system } = process.threadCpuUsage(cpuBefore);
  if (!explanation) continue;
  const { key, window, clock } = question;
  took.push({ ms, cpuMs: (user + system) / 1_000, of: `${key} ${window} ${clock}` });
  if (explanation.sums) continue;
  wrong += 1;
  console.error(`${key} ${window} ${clock}: the parts do not add up`);
}
took.sort((a, b) => a.ms - b.ms);
const at = (share: number): string => took[Math.ceil(took.length * share) - 1]!.ms.toFixed(1);
const slow = took.filter(({ ms }) => ms > Number(options.limit));
console.log(
  `${took.length} of ${asked.length} cells explained, ${wrong} do not add up; p50 ${at(0.5)} ms, p90 ${at(0.9)}, p99 ${at(0.99)}, max ${at(1)}; over ${options.limit} ms: ${slow.length}`,
);
for (const { ms, cpuMs, of } of took.slice(-5).reverse()) {
  console.log(`  ${ms.toFixed(1)} ms (${cpuMs.toFixed(1)} of our own CPU time) ${of}`);
}
if (wrong > 0) process.exitCode = 1;
