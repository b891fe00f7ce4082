/** `node start-once.ts DATA NOW`: starts on the store, waits for the first right value, tells how long. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { startEmbedded } from './embedded.ts';
import { MB } from './watch.ts';

const [data, now] = process.argv.slice(2);
if (!data || !now) throw new Error('usage: start-once.ts DATA NOW');
const PASS_MS = 250;
const PASSES_MAX = 40;
/** On a busy machine the only honest measure. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const peak = (): string => `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`;

const clock = createVirtualClock(Number(now));
const turns = monitorEventLoopDelay({ resolution: 1 });
turns.enable();
const beforeMs = performance.now();
const cpuBeforeMs = cpuMs();
const system = await startEmbedded({ data, clock, durability: 'NORMAL' });
const openedMs = performance.now();
const ask = () => system.server.inject('/v1/metrics/conversation-volume?window=24h');
// What was published before is served at once, as of when it was true.
const answeredAtOnce = (await ask()).statusCode === 200;
const askedMs = performance.now();
// Until the fold stands at the head, the pass is published and the gateway has read it.
await system.passTo(clock.now() + PASS_MS);
const foldedMs = performance.now();
let answer = await ask();
for (let i = 0; answer.statusCode !== 200 && i < PASSES_MAX; i++) {
  await system.passTo(clock.now() + PASS_MS);
  answer = await ask();
}
const rightMs = performance.now();
const cpuRightMs = cpuMs() - cpuBeforeMs;
turns.disable();
const rss = process.memoryUsage.rss();
await system.stop();
const after = (ms: number): string => `${(ms - beforeMs).toFixed(0)} ms`;
console.log(
  [
    `opened ${after(openedMs)}`,
    answeredAtOnce ? `the value of before the stop ${after(askedMs)}` : 'no value yet',
    `folded ${after(foldedMs)}`,
    `right value ${after(rightMs)} (${answer.statusCode})`,
    `longest turn ${(turns.max / 1e6).toFixed(0)} ms`,
    `CPU ${cpuRightMs.toFixed(0)} ms, RSS ${(rss / MB).toFixed(0)} MB, peak ${peak()}`,
  ].join(', '),
);
