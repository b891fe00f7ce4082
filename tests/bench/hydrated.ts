/**
 * `node tests/bench/hydrated.ts --minutes 5 --rate 1`: hint webhooks, a token, and the simulated REST API
 * at Pylon's published limits. Prints how long a webhook takes until what it told is read, folded and
 * shown, and what is still owed at the end.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rawCodec } from '@sapwood/contracts/codec';
import { factCodec } from '@sapwood/contracts/facts';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createSimulatedRest } from '@sapwood/simulator/rest';
import { createTraffic } from '@sapwood/simulator/traffic';
import { createSimulatedTenant } from '@sapwood/simulator/world';
import { MB, report, startSapwood, watchFrames } from './watch.ts';

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, rate: { type: 'string', default: '1' } },
});
const SECRET = 'a-secret-of-the-bench';
const clock = createSystemClock({});
const world = createSimulatedTenant({ seed: 11, startMs: clock.now() });
const rest = createSimulatedRest({ world, clock, token: 'bench-token', limits: true });
await rest.server.listen({ host: '127.0.0.1', port: 0 });
const { port } = rest.server.server.address() as { port: number };

const data = mkdtempSync(join(tmpdir(), 'sapwood-hydrated-'));
const config = join(data, 'sapwood.yaml');
writeFileSync(
  config,
  `workspaces: {bench: {currency: GBP}}
sources:
  bench:
    workspace: bench
    token: bench-token
    baseUrl: http://127.0.0.1:${port}
    bodies: hints
    hooks: {bench: {schemes: [{kind: pylon-hmac, secrets: [${SECRET}]}]}}
`,
);
const sapwood = await startSapwood(
  ['start', '--config', config, '--data', data, '--port', '0'],
  {},
);
const desk = watchFrames(sapwood.url);
const traffic = createTraffic({
  world,
  clock,
  secret: SECRET,
  template: 'hint',
  eventsPerSecond: Number(options.rate),
  send: async ({ body, headers }) => {
    const answer = await fetch(`${sapwood.url}/hooks/bench`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  },
});
traffic.start();
await sleep(Number(options.minutes) * 60_000);
await traffic.stop();
await sleep(15_000);
const rss = sapwood.memory('VmRSS');
await sapwood.stop();
desk.close();
await rest.server.close();

const db = new DatabaseSync(join(data, 'sapwood.db'), { readOnly: true });
const log = (topic: string): { off: number; value: Uint8Array }[] =>
  db
    .prepare(
      'SELECT off, value FROM log WHERE topic = (SELECT id FROM topic WHERE name = ?) ORDER BY off',
    )
    .all(topic) as { off: number; value: Uint8Array }[];

/** By issue: each read, as the highest raw offset it covers and the fact's own offset. */
const reads = new Map<string, { covers: number; off: number }[]>();
for (const { off, value } of log('facts.v1')) {
  const fact = factCodec.decode(value);
  if (fact.kind !== 'issue.observed' || fact.via !== 'rest' || !fact.readAfter) continue;
  const list = reads.get(fact.entity) ?? [];
  list.push({ covers: fact.readAfter.offset, off });
  reads.set(fact.entity, list);
}
const delays: number[] = [];
let deliveries = 0;
for (const { off, value } of log('raw.pylon.v1')) {
  const { delivery } = rawCodec.decode(value);
  if (!delivery) continue;
  deliveries += 1;
  const { issue_id } = JSON.parse(Buffer.from(delivery.raw).toString()) as { issue_id: string };
  const read = reads.get(issue_id)?.find(({ covers }) => covers >= off);
  const frame = read && desk.frames.find((f) => f.offset > read.off);
  if (frame) delays.push(frame.at - delivery.receivedAt);
}
db.close();
rmSync(data, { recursive: true, force: true });

console.log(`${options.minutes} min of hints at ${options.rate}/s, REST at Pylon's limits`);
console.log(`RSS ${(rss / MB).toFixed(0)} MB; requests ${JSON.stringify([...rest.counts])}`);
report('webhook received to frame at a desk client, through REST', delays);
console.log(`${delays.length} of ${deliveries} deliveries read and shown`);
