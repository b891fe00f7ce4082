/**
 * `npm run bench:restart -- --conversations 200000`: a store with so many open conversations. Prints
 * how fast it is folded from offset 0, how long a start takes until the first right value, and what
 * a conversation costs on disk and in memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DraftFact } from '@sapwood/core/facts';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { NODE_FLAGS } from '../../packages/cli/node-flags.ts';
import { type Moment, seedFacts } from '../../packages/cli/seed.ts';
import { WORKSPACE } from './embedded.ts';
import { storeSizes } from './store-sizes.ts';
import { MB } from './watch.ts';

const { values: options } = parseArgs({
  options: {
    conversations: { type: 'string', default: '200000' },
    keep: { type: 'boolean', default: false },
  },
});
const COUNT = Number(options.conversations);
const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 5, 10, 12);
const SPAN_MS: number = 7 * DAY_MS;
const TEAMS = ['team-front', 'team-back', 'team-billing'];
const CHANNELS = ['email', 'chat_widget', 'slack', 'phone'];

function opened(i: number, at: number): readonly DraftFact[] {
  const entity = `issue-${i}`;
  const src = { topic: 'raw.pylon.v1', partition: 0, epoch: 0, offset: i };
  const envelope = (n: 0 | 1) =>
    ({
      workspace: WORKSPACE,
      entity,
      observedAt: at,
      origin: 'webhook',
      via: 'body',
      srcs: [src],
      readAfter: null,
      group: { i: n, n: 2 },
    }) as const;
  const seen = {
    number: i,
    stateCategory: 'new',
    stateSlug: 'new',
    channel: CHANNELS[i % CHANNELS.length]!,
    accountId: `account-${i % 500}`,
    requesterId: `contact-${i % 5_000}`,
    teamId: TEAMS[i % TEAMS.length]!,
    createdAt: at,
  } as const;
  const message = {
    messageId: `message-${i}`,
    author: 'customer',
    authorId: null,
    private: false,
    channel: null,
  } as const;
  return [
    { ...envelope(0), kind: 'issue.observed', at: null, body: seen },
    { ...envelope(1), kind: 'message.observed', at, body: message },
  ];
}

function* history(): Generator<Moment> {
  for (let i = 0; i < COUNT; i++) {
    const at = END_MS - SPAN_MS + Math.floor((SPAN_MS * i) / COUNT);
    yield { at, facts: opened(i, at) };
  }
}

const data = mkdtempSync(join(tmpdir(), 'sapwood-restart-'));
const clock = createVirtualClock(END_MS);
const engine = createSqlite({ file: join(data, 'sapwood.db'), clock, durability: 'RELAXED' });
const facts = await seedFacts(engine.log, 0, history(), clock);
await engine.close();

const CHILD = fileURLToPath(new URL('./start-once.ts', import.meta.url));
/** CPU seconds until the first right value: on a busy machine the only honest measure. */
function startOnce(): number {
  const args = [...NODE_FLAGS, CHILD, data, String(END_MS)];
  const told = execFileSync(process.execPath, args, { encoding: 'utf8' });
  process.stdout.write(`  ${told}`);
  return Number(/CPU (\d+) ms/.exec(told)![1]) / 1_000;
}

console.log(`${COUNT} open conversations, ${facts} facts`);
console.log('folded from offset 0:');
const seconds = startOnce();
console.log(
  `  ${Math.round(facts / seconds)} facts per CPU second, the start of everything else included`,
);
console.log('started again:');
startOnce();
const { parts, fileBytes } = storeSizes(data);
for (const [name, { rows, bytes }] of parts) {
  if (bytes > MB) console.log(`  ${name}: ${rows} rows, ${Math.round(bytes / rows)} B each`);
}
console.log(`  file ${(fileBytes / MB).toFixed(0)} MB`);
if (options.keep) console.log(data);
else rmSync(data, { recursive: true, force: true });
