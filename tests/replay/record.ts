/**
 * `npx node tests/replay/record.ts` writes down anew what is expected of each recorded log, where the
 * code of a fold was raised. `--new NAME --seed N --desk read|none|simulated|directory|corrected` records one more log.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import type { Fact } from '@sapwood/core/facts';
import { historyFacts } from '@sapwood/simulator/history';
import { createSimulatedTenant } from '@sapwood/simulator/world';
import fc from 'fast-check';
import { config, heartbeat, tick, WORKSPACE } from '../support/facts.ts';
import { factsOfDesk } from '../support/independent/any-desk.ts';
import { correctedStories } from '../support/independent/any-desk-corrections.ts';
import { deskSteps } from '../support/independent/any-desk-steps.ts';
import {
  binPath,
  expectedPath,
  foldRecords,
  readExpected,
  readRecords,
  recordedNames,
  verdictOn,
  writeRecords,
} from './recording.ts';

const { values: options } = parseArgs({
  options: {
    new: { type: 'string' },
    seed: { type: 'string', default: '1' },
    desk: { type: 'string', default: 'read' },
  },
});
const SAMPLES = 20;
const EXTRA_EVERY = 15;
const LINE_DEPTH = 4;
const HOUR_MS = 3_600_000;
const SIMULATED_MS: number = 5 * HOUR_MS;
const SOURCE = 'pylon';

const configAt = (at: number, messages: string, notPeople: readonly string[]): Fact =>
  config(at, { messages, currency: 'GBP', sources: [SOURCE], notPeople, tree: DEFAULT_TREE });

/** What the arbitrary desk has none of: heartbeats, hints that nobody read yet, a real tree. */
function withTheRest(facts: readonly Fact[], messages: string): Fact[] {
  return facts.flatMap((fact, i): Fact[] => {
    const at = fact.recordedAt;
    if (fact.kind === 'config.applied') return [configAt(at, messages, [])];
    if (i % EXTRA_EVERY !== 0 || fact.group !== null) return [fact];
    if (i % (4 * EXTRA_EVERY) === 0) return [fact, configAt(at, messages, ['ben'])];
    const src = { topic: 'raw.pylon.v1', partition: 0, epoch: 1, offset: 10_000 + i };
    const base = { ...heartbeat(SOURCE, at), entity: 'I2', at: null, srcs: [src] };
    const hint = { ...base, kind: 'issue.hinted', via: 'body', body: { hint: 'issue_changed' } };
    return [fact, heartbeat(SOURCE, at), hint as unknown as Fact];
  });
}

function anyDesk(seed: number, messages: 'read' | 'none'): Fact[] {
  const steps = fc.sample(deskSteps, { seed, numRuns: SAMPLES }).flat();
  return withTheRest(factsOfDesk(steps, { messages, source: 'email' }), messages);
}

/** The model's own time has fractions while the outage lasts. */
const inWholeMs = (fact: Fact): Fact =>
  JSON.parse(JSON.stringify(fact), (_key, value) =>
    typeof value === 'number' ? Math.floor(value) : value,
  ) as Fact;

const DIRECTORY = [
  [
    'account.observed',
    'A',
    { tier: 'gold', type: null, ownerId: 'ada', parentId: null, arrMicro: 5_000_000 },
  ],
  [
    'account.observed',
    'A',
    { tier: 'silver', type: null, ownerId: 'ada', parentId: null, arrMicro: null },
  ],
  ['contact.observed', 'C', { accountId: 'A' }],
  ['team.observed', 'T', { members: ['ada', 'ben'], rank: 1 }],
  ['team.observed', 'T', { members: ['ada'], rank: 2 }],
  ['user.observed', 'ada', { userKind: 'human', status: 'active', role: 'lead' }],
  ['status.observed', 'qa', { category: 'on_hold' }],
] as const;

const DIRECTORY_FACTS_MAX = 150;
const DIRECTORY_EVERY = 10;

/** A desk whose directory was read, and changed between its facts. */
function readDesk(seed: number): Fact[] {
  const facts = anyDesk(seed, 'read').slice(0, DIRECTORY_FACTS_MAX);
  const waiting = [...DIRECTORY];
  let since = 0;
  return facts.flatMap((fact): Fact[] => {
    since += 1;
    const isWhole = fact.group === null || fact.group.i === fact.group.n - 1;
    if (since < DIRECTORY_EVERY || !isWhole || waiting.length === 0) return [fact];
    since = 0;
    const [kind, entity, body] = waiting.shift()!;
    const base = { ...heartbeat(SOURCE, fact.recordedAt), at: null, via: 'rest' } as const;
    return [fact, { ...base, origin: 'reconcile', kind, entity, body } as unknown as Fact];
  });
}

/** Some hours of the simulated desk, an outage in them. */
function simulatedDesk(seed: number): Fact[] {
  const startMs = Date.parse('2026-06-10T08:00:00Z');
  const untilMs = startMs + SIMULATED_MS;
  const world = createSimulatedTenant({ seed, startMs, peakPerHour: 8 });
  world.behaviour.setScenario('email-outage', startMs + SIMULATED_MS - HOUR_MS);
  const desk = { workspace: WORKSPACE, source: SOURCE, workspaceKey: 'recorded', startMs, untilMs };
  const facts: Fact[] = [configAt(startMs, 'read', [])];
  for (const { at, facts: drafts } of historyFacts(world, desk)) {
    for (const draft of drafts) facts.push(inWholeMs({ ...draft, v: 1, recordedAt: at } as Fact));
  }
  return [...facts, tick(untilMs), tick(untilMs + HOUR_MS)];
}

const CORRECTED_STORIES = 4;

/** A desk of which people say what was otherwise. */
function correctedDesk(seed: number): Fact[] {
  const steps = fc.sample(correctedStories, { seed, numRuns: CORRECTED_STORIES }).flat();
  return factsOfDesk(steps, { messages: 'read', source: 'email' });
}

const DESKS: Readonly<Record<string, (seed: number) => Fact[]>> = {
  read: (seed) => anyDesk(seed, 'read'),
  none: (seed) => anyDesk(seed, 'none'),
  simulated: simulatedDesk,
  directory: readDesk,
  corrected: correctedDesk,
};

function newLog(seed: number): Uint8Array[] {
  const facts = DESKS[options.desk]!(seed);
  let stamp = 0;
  return facts.map((fact) => {
    stamp = Math.max(stamp, fact.recordedAt);
    return factCodec.encode({ ...fact, recordedAt: stamp, factId: factIdOf(fact) });
  });
}

/** A line for each series and each part of the state: what changed is read in a diff. */
function textOf(value: unknown, depth = 0): string {
  const isBranch = typeof value === 'object' && value !== null && depth < LINE_DEPTH;
  if (!isBranch) return JSON.stringify(value);
  const lines = Array.isArray(value)
    ? value.map((item) => textOf(item, depth + 1))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}: ${textOf(item, depth + 1)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${close}`;
}

function expectAnew(name: string): void {
  const is = foldRecords(readRecords(name));
  if (existsSync(expectedPath(name))) {
    const was = readExpected(name);
    const sameCodes = was.code === is.code && was.detectCode === is.detectCode;
    const verdict = verdictOn(name, was, is);
    if (verdict && sameCodes) throw new Error(verdict);
    if (!verdict) return;
  }
  writeFileSync(expectedPath(name), `${textOf(is)}\n`);
  console.log(`${name}: ${is.facts} facts under ${is.code} and ${is.detectCode}`);
}

if (options.new !== undefined) {
  // 'wx': a recorded log is never written again.
  writeFileSync(binPath(options.new), writeRecords(newLog(Number(options.seed))), { flag: 'wx' });
}
for (const name of recordedNames()) expectAnew(name);
