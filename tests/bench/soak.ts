/**
 * `npm run test:soak -- --minutes 10 --rate 50`: the real process under its own simulator, watched
 * from outside. Prints memory, the delay from a webhook sent to the frame that holds it, and what a
 * conversation costs in state.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connect } from '@sapwood/client';
import { factCodec } from '@sapwood/contracts/facts';
import { signBody } from '@sapwood/pylon/signature';
import { renderTemplate, templateFor } from '@sapwood/pylon/templates';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '50' },
    keep: { type: 'boolean', default: false },
  },
});
const MINUTES = Number(options.minutes);
const PROBE_MS = 500;
const SAMPLE_MS = 5_000;
const MB = 1024 * 1024;

const data = mkdtempSync(join(tmpdir(), 'sapwood-soak-'));
const cli = fileURLToPath(new URL('../../packages/cli/bin.mjs', import.meta.url));
const child = spawn(process.execPath, [cli, 'start', '--data', data, '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    SAPWOOD_SIMULATOR_EVENTS_PER_SECOND: options.rate,
    SAPWOOD_LOG_LEVEL: 'warn',
  },
});
let out = '';
child.stdout.on('data', (chunk: Buffer) => {
  out += chunk.toString();
});

async function url(): Promise<string> {
  for (;;) {
    const found = /https?:\/\/[^\s/]+/.exec(out)?.[0];
    if (found) return found;
    if (child.exitCode !== null) throw new Error('the process ended before it was live');
    await sleep(50);
  }
}

const status = (name: string): number =>
  Number(
    new RegExp(`${name}:\\s+(\\d+) kB`).exec(
      readFileSync(`/proc/${child.pid}/status`, 'utf8'),
    )?.[1],
  ) * 1024;

/** CPU time of the process so far, ms. */
function cpuMs(): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Probe {
  readonly issueId: string;
  readonly sentAt: number;
  ackMs: number;
}

async function probe(base: string, secret: string, index: number): Promise<Probe> {
  const now = new Date().toISOString();
  const issueId = `probe-${index}`;
  const text = renderTemplate(templateFor('full', 'issue_message_new', 'customer'), {
    'issue.id': issueId,
    'issue.number': String(900_000 + index),
    'issue.state': 'new',
    'issue.created_at': now,
    'issue.source': 'email',
    'issue.last_message.id': `probe-message-${index}`,
    'issue.last_message.sent_at': now,
    'issue.last_message.is_private': 'false',
  });
  const body = Buffer.from(text);
  const sentAt = Date.now();
  const answer = await fetch(`${base}/hooks/simulated`, {
    method: 'POST',
    headers: { 'x-pylon-signature': signBody(secret, body) },
    body: new Uint8Array(body),
  });
  await answer.arrayBuffer();
  return { issueId, sentAt, ackMs: Date.now() - sentAt };
}

const percentile = (sorted: readonly number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;

function report(name: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const [p50, p99] = [percentile(sorted, 50), percentile(sorted, 99)];
  console.log(`${name}: n ${sorted.length}, p50 ${p50} ms, p99 ${p99} ms, max ${sorted.at(-1)} ms`);
}

const base = await url();
const secret = readFileSync(join(data, 'by-hand.secret'), 'utf8').trim();
const frames: { readonly offset: number; readonly at: number }[] = [];
const desk = connect({ url: `${base.replace('http', 'ws')}/v1/ws`, kind: 'desk' });
desk.onUpdate(() => {
  const offset = desk.state.frame?.offset;
  if (offset !== undefined && offset !== frames.at(-1)?.offset)
    frames.push({ offset, at: Date.now() });
});

const probes: Probe[] = [];
const memory: { readonly minute: number; readonly rss: number }[] = [];
const startedAt = Date.now();
const cpuAtStart = cpuMs();
let sampledAt = 0;
for (let index = 0; Date.now() - startedAt < MINUTES * 60_000; index++) {
  probes.push(await probe(base, secret, index));
  if (Date.now() - sampledAt >= SAMPLE_MS) {
    sampledAt = Date.now();
    memory.push({ minute: (sampledAt - startedAt) / 60_000, rss: status('VmRSS') });
  }
  await sleep(PROBE_MS);
}
const cpu = (cpuMs() - cpuAtStart) / (Date.now() - startedAt);
await sleep(3_000);
desk.close();

const db = new DatabaseSync(join(data, 'sapwood.db'), { readOnly: true });
const rows = db
  .prepare(
    "SELECT off, value FROM log WHERE topic = (SELECT id FROM topic WHERE name = 'facts.v1') AND key LIKE 'probe-%' ORDER BY off",
  )
  .all() as { off: number; value: Uint8Array }[];
const lastFact = new Map<string, number>();
for (const { off, value } of rows) lastFact.set(factCodec.decode(value).entity, off);
const delays = probes.flatMap(({ issueId, sentAt }) => {
  const off = lastFact.get(issueId);
  const frame = off === undefined ? undefined : frames.find((f) => f.offset > off);
  return frame ? [frame.at - sentAt] : [];
});
const count = (sql: string): number => Number((db.prepare(sql).get() as { c: number }).c);
const conversations = count("SELECT count(*) c FROM state WHERE space = 'conv'");
const bytes = count("SELECT sum(length(bytes)) c FROM state WHERE space = 'conv'");
const raw = count(
  "SELECT high c FROM part WHERE topic = (SELECT id FROM topic WHERE name = 'raw.pylon.v1')",
);
db.close();

const at = (minute: number): number =>
  memory.findLast((m) => m.minute <= minute)?.rss ?? memory[0]!.rss;
console.log(
  `${MINUTES} min at ${options.rate}/s: ${raw} webhooks and heartbeats, CPU ${(cpu * 100).toFixed(0)} % of a core`,
);
console.log(
  `RSS: after 1 min ${(at(1) / MB).toFixed(0)} MB, 5 min ${(at(5) / MB).toFixed(0)} MB, end ${(memory.at(-1)!.rss / MB).toFixed(0)} MB, peak ${(Math.max(...memory.map((m) => m.rss)) / MB).toFixed(0)} MB (VmHWM ${(status('VmHWM') / MB).toFixed(0)} MB)`,
);
console.log(
  `state: ${conversations} conversations, ${Math.round(bytes / conversations)} B each stored`,
);
report(
  'webhook sent to acknowledged',
  probes.map((p) => p.ackMs),
);
report('webhook sent to frame at a desk client', delays);
console.log(`${delays.length} of ${probes.length} probes seen in a frame`);

child.kill('SIGTERM');
await new Promise((resolve) => child.once('exit', resolve));
if (!options.keep) rmSync(data, { recursive: true, force: true });
else console.log(data);
