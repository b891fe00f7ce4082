/**
 * `npm run bench:customers -- --conversations 3000`: what a fact costs where one customer wrote it all, an inbox of
 * a monitor, against as many customers as conversations. What is counted of conversations must be the same.
 */
import { strict as assert } from 'node:assert';
import { parseArgs } from 'node:util';
import type { Fact } from '@sapwood/core/facts';
import type { FactFold } from '@sapwood/core/fold';
import { config, issue, message } from '../support/facts.ts';
import { newFold } from '../support/folded.ts';

const { values: options } = parseArgs({
  options: { conversations: { type: 'string', default: '3000' } },
});
const CONVERSATIONS = Number(options.conversations);
/** Lines of output: how much more the last ones cost than the first. */
const PARTS = 4;
const START_MS = Date.UTC(2026, 5, 10, 8);
const EVERY_MS = 20_000;
const TOPICS = ['login', 'billing', 'export'];
const CONFIG = { messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] }, by: {} };

/** Asked, answered and closed within seconds. */
function factsOf(i: number, customers: number): Fact[] {
  const [id, at] = [`c${i}`, START_MS + i * EVERY_MS];
  const who = { requesterId: `p${i % customers}`, accountId: `a${i % customers}` };
  const asked = {
    stateCategory: 'waiting_on_you',
    createdAt: at,
    category: TOPICS[i % 3]!,
  } as const;
  return [
    message(id, at, 'customer', { channel: 'email' }),
    issue(id, at, { ...who, ...asked }),
    message(id, at + 5_000, 'human', { authorId: 'ada' }),
    issue(id, at + 6_000, { stateCategory: 'closed', resolutionAt: at + 6_000 }),
  ];
}

function run(customers: number): { readonly fold: FactFold; readonly msEach: readonly number[] } {
  const fold = newFold();
  let offset = 0;
  const feed = (fact: Fact): void => {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset++);
    fold.touched();
  };
  feed(config(START_MS, CONFIG));
  const part = CONVERSATIONS / PARTS;
  const msEach = Array.from({ length: PARTS }, (_, n) => {
    const before = process.cpuUsage();
    const first = offset;
    for (let i = n * part; i < (n + 1) * part; i++)
      for (const fact of factsOf(i, customers)) feed(fact);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / (offset - first);
  });
  return { fold, msEach };
}

const many = run(CONVERSATIONS);
const one = run(1);
const opened = ({ fold }: typeof one): unknown => fold.totals('acme')!.totals.transitions['opened'];
assert.equal(opened(one), opened(many));
const told = ({ msEach }: typeof one): string => msEach.map((ms) => ms.toFixed(2)).join('  ');
console.log(`CPU ms a fact, in ${PARTS} parts of ${CONVERSATIONS} conversations`);
console.log(`  as many customers  ${told(many)}`);
console.log(`  one customer       ${told(one)}`);
console.log(`  ratio of the last  ${(one.msEach.at(-1)! / many.msEach.at(-1)!).toFixed(2)}`);
