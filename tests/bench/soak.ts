/**
 * `npm run test:soak -- --minutes 10 --rate 50`: the real process under its own simulator, watched
 * from outside. Prints memory, the delay from a webhook sent to the frame that holds it, and what a
 * conversation costs in state.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { factCodec } from '@sapwood/contracts/facts';
import { signBody } from '@sapwood/pylon/signature';
import { renderTemplate, templateFor } from '@sapwood/pylon/templates';
import { MB, report, startSapwood, watchFrames } from './watch.ts';

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

const data = mkdtempSync(join(tmpdir(), 'sapwood-soak-'));
const sapwood = await startSapwood(['start', '--data', data, '--port', '0'], {
  SAPWOOD_SIMULATOR_EVENTS_PER_SECOND: options.rate,
});

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

const base = sapwood.url;
const secret = readFileSync(join(data, 'by-hand.secret'), 'utf8').trim();
const desk = watchFrames(base);
await desk.live();

const probes: Probe[] = [];
const memory: { readonly minute: number; readonly rss: number }[] = [];
const startedAt = Date.now();
const cpuAtStart = sapwood.cpuMs();
let sampledAt = 0;
for (let index = 0; Date.now() - startedAt < MINUTES * 60_000; index++) {
  probes.push(await probe(base, secret, index));
  if (Date.now() - sampledAt >= SAMPLE_MS) {
    sampledAt = Date.now();
    memory.push({ minute: (sampledAt - startedAt) / 60_000, rss: sapwood.memory('VmRSS') });
  }
  await sleep(PROBE_MS);
}
const cpu = (sapwood.cpuMs() - cpuAtStart) / (Date.now() - startedAt);
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
  const frame = off === undefined ? undefined : desk.frames.find((f) => f.offset > off);
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
  `RSS: after 1 min ${(at(1) / MB).toFixed(0)} MB, 5 min ${(at(5) / MB).toFixed(0)} MB, end ${(memory.at(-1)!.rss / MB).toFixed(0)} MB, peak ${(Math.max(...memory.map((m) => m.rss)) / MB).toFixed(0)} MB (VmHWM ${(sapwood.memory('VmHWM') / MB).toFixed(0)} MB)`,
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

await sapwood.stop();
if (!options.keep) rmSync(data, { recursive: true, force: true });
else console.log(data);
