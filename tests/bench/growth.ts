/**
 * `npm run bench:growth -- --days 90 --per-day 1000`: many virtual days through the real path, idle
 * nights included, as fast as it goes. Prints what grows: rows and bytes of each topic and of the
 * state, memory, the longest pause of the event loop, and how long a start takes at the end.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { hourlyCosts } from '@sapwood/simulator/costs';
import type { SimIssue } from '@sapwood/simulator/tenant';
import { renderChange, signWebhook } from '@sapwood/simulator/webhooks';
import { createSimulatedTenant } from '@sapwood/simulator/world';
import { NODE_FLAGS } from '../../packages/cli/node-flags.ts';
import { COST_KEY, type Embedded, SECRET, startEmbedded, WORKSPACE } from './embedded.ts';
import { type StoreSizes, storeSizes } from './store-sizes.ts';
import { MB } from './watch.ts';

const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '90' },
    'per-day': { type: 'string', default: '1000' },
    /** Days between two lines, and between two restarts. */
    every: { type: 'string', default: '10' },
    /** How far time moves at once by day; the log ticks once in each step. */
    step: { type: 'string', default: '120' },
    keep: { type: 'boolean', default: false },
  },
});
const DAYS = Number(options.days);
const PER_DAY = Number(options['per-day']);
const EVERY = Number(options.every);
const STEP_MS = Number(options.step) * 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 2);
/** Nobody writes from 22 to 6: the log ticks alone. */
const isNight = (at: number): boolean => {
  const hour = new Date(at).getUTCHours();
  return hour < 6 || hour >= 22;
};
/** Found by running: webhooks of one conversation, and mean share of the busiest hour. */
const HOOKS_PER_CONVERSATION = 10.7;
const BUSY_HOURS = 14.2;

const data = mkdtempSync(join(tmpdir(), 'sapwood-growth-'));
const clock = createVirtualClock(START_MS);
const world = createSimulatedTenant({
  seed: 7,
  startMs: START_MS,
  peakPerHour: PER_DAY / HOOKS_PER_CONVERSATION / BUSY_HOURS,
});
const notices: string[] = [];
const open = (): Promise<Embedded> =>
  startEmbedded({
    data,
    clock,
    durability: 'NORMAL',
    tell: (event) => {
      if (event.type === 'Notice') notices.push(event.text);
    },
  });

let system = await open();
let posted = 0;
let refused = 0;

async function post(url: string, headers: Record<string, string>, payload: Buffer): Promise<void> {
  const { statusCode } = await system.server.inject({ method: 'POST', url, headers, payload });
  if (statusCode >= 300) refused += 1;
}

/** Everything that happened until now, dated now if it was put off over night. */
async function deliver(now: number): Promise<void> {
  const posts: Promise<void>[] = [];
  while (world.behaviour.nextAt() <= now) {
    const late = world.behaviour.nextAt() < now - STEP_MS;
    for (const change of world.behaviour.step(late ? now : undefined)) {
      const issue = world.tenant.issues.get(change.issueId);
      if (!issue) continue;
      const { body, headers } = signWebhook(renderChange(change, issue), SECRET);
      posted += 1;
      posts.push(post(`/hooks/${WORKSPACE}`, headers, body));
    }
  }
  await Promise.all(posts);
}

async function feedCosts(hour: number): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${COST_KEY}` };
  const entries = hourlyCosts(hour, world.rhythm, false);
  await post('/v1/costs', headers, Buffer.from(JSON.stringify(entries)));
}

/** What the simulated desk itself would keep is not Sapwood's. */
function forgetClosed(now: number): void {
  const issues = world.tenant.issues as Map<string, SimIssue>;
  for (const [id, issue] of issues) {
    if (issue.state === 'closed' && issue.updatedAt < now - 3 * DAY_MS) issues.delete(id);
  }
}

async function liveDay(from: number): Promise<void> {
  const to = from + DAY_MS;
  for (let now = from; now < to; ) {
    now = Math.min(to, now + (isNight(now) ? STEP_MS * 5 : STEP_MS));
    await system.passTo(now);
    if (now % HOUR_MS < STEP_MS) await feedCosts(Math.floor(now / HOUR_MS) * HOUR_MS);
    if (!isNight(now)) await deliver(now);
    await system.passTo(now);
  }
  forgetClosed(to);
}

/** A process of its own opens the store: its time and its memory are those of a start. */
function measureStart(): string {
  const child = fileURLToPath(new URL('./start-once.ts', import.meta.url));
  const args = [...NODE_FLAGS, child, data, String(clock.now())];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
}

function line(name: string, { rows, bytes }: { rows: number; bytes: number }): string {
  return `  ${name.padEnd(34)} ${String(rows).padStart(9)} rows ${(bytes / MB).toFixed(2).padStart(9)} MB ${String(Math.round(bytes / rows)).padStart(8)} B each`;
}

function tell(day: number, sizes: StoreSizes, pauseMs: number): void {
  const mb = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`;
  console.log(
    `day ${day}: ${posted} webhooks (${refused} refused), RSS ${mb(process.memoryUsage.rss())}, longest pause ${pauseMs.toFixed(0)} ms, ${(performance.now() / 1_000).toFixed(0)} s`,
  );
  console.log(
    `  file ${mb(sizes.fileBytes)}, of it free ${mb(sizes.freeBytes)}, WAL ${mb(sizes.walBytes)}`,
  );
  for (const [name, size] of sizes.parts) console.log(line(name, size));
}

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
for (let day = 1; day <= DAYS; day++) {
  await liveDay(START_MS + (day - 1) * DAY_MS);
  if (day % EVERY !== 0 && day !== DAYS) continue;
  const pauseMs = delay.max / 1e6;
  await system.stop();
  tell(day, storeSizes(data), pauseMs);
  console.log(`  start: ${measureStart()}`);
  for (const text of new Set(notices.splice(0).slice(-3))) console.log(`  said: ${text}`);
  system = await open();
  await system.passTo(clock.now());
  delay.reset();
}
await system.stop();
if (options.keep) console.log(data);
else rmSync(data, { recursive: true, force: true });
