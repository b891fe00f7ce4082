/**
 * A source with a token, started from a configuration file, against a tenant whose REST API refuses
 * for a while: hints wait, nothing is lost, and in the end the log says what REST says.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import { createSimulatedRest, type SimulatedRest } from '@sapwood/simulator/rest';
import type { Change } from '@sapwood/simulator/tenant';
import { renderChange, signWebhook } from '@sapwood/simulator/webhooks';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import { afterEach, describe, expect, it } from 'vitest';
import { rawFates, readTopic, withLog } from '../support/journal.ts';
import { clock, createWorkshop } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const TOKEN = 'rest-token-of-the-test';
const SECRET = 'hook-secret-of-the-test';
const ISSUES = 3;
const STEPS = 18;
/** Answers of 429 in the beginning. */
const LIMITED = 2;
/** Reads are paced as Pylon allows: a message read takes seconds once it was refused. */
const READ_MS = 60_000;
const LOOK_MS = 200;

const workshop = createWorkshop();
let rest: SimulatedRest | null = null;
afterEach(async () => {
  await workshop.clean();
  await rest?.server.close();
  rest = null;
});

function configure(folder: string, baseUrl: string): string {
  const file = join(folder, 'sapwood.yaml');
  const lines = [
    'workspaces:\n  acme:\n    currency: GBP\n    zone: Europe/London',
    `sources:\n  desk:\n    workspace: acme\n    bodies: hints\n    token: ${TOKEN}`,
    `    baseUrl: ${baseUrl}`,
    '    hooks:\n      desk:\n        schemes:\n          - kind: pylon-hmac',
    `            secrets: [${SECRET}]`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** What happens at the desk next, dated now. */
function happen(world: SimulatedTenant): readonly Change[] {
  for (;;) {
    const changes = world.behaviour.step(clock.now());
    if (changes.length > 0) return changes;
  }
}

async function hint(url: string, world: SimulatedTenant, change: Change): Promise<void> {
  const issue = world.tenant.issues.get(change.issueId)!;
  const { body, headers } = signWebhook(renderChange(change, issue, 'hint'), SECRET);
  const answer = await fetch(`${url}/hooks/desk`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  expect(answer.status).toBe(200);
}

const factsOf = (data: string): Promise<Fact[]> =>
  withLog(data, async (log) =>
    (await readTopic(log, TOPICS.facts.name)).map(({ value }) => factCodec.decode(value!)),
  );

/** The messages, and the newest status of each issue, as the facts have them. */
function seenIn(facts: readonly Fact[]): object {
  const messages = new Set<string>();
  const statuses = new Map<string, string | null | undefined>();
  for (const fact of facts) {
    if (fact.kind === 'message.observed') messages.add(fact.body.messageId);
    if (fact.kind === 'issue.observed') statuses.set(fact.entity, fact.body.stateSlug);
  }
  return { messages: [...messages].sort(), statuses: Object.fromEntries([...statuses].sort()) };
}

function truthOf({ tenant }: SimulatedTenant): object {
  const issues = [...tenant.issues.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    messages: issues.flatMap((issue) => issue.messages.map(({ id }) => id)).sort(),
    statuses: Object.fromEntries(issues.map(({ id, state }) => [id, state])),
  };
}

describe('a source with a token, embedded', () => {
  it('I1 I7 hints while REST answers 429 and 500: nothing lost, nothing claimed, equal to REST at the end', async () => {
    const folder = workshop.folder();
    const data = join(folder, 'data');
    const world = createSimulatedTenant({ seed: 11, startMs: clock.now() });
    // Its webhook is lost: only the search can find it.
    const [lost] = happen(world);
    rest = createSimulatedRest({ world, clock, token: TOKEN, limits: true });
    const baseUrl = await rest.server.listen({ host: '127.0.0.1', port: 0 });
    rest.fail(429, LIMITED);
    const config = configure(folder, baseUrl);
    const args = ['start', '--config', config, '--data', data, '--port', '0'];
    const cli = workshop.start(args);
    const url = await cli.url();
    const asked = (): number => [...rest!.counts.values()].reduce((sum, n) => sum + n, 0);
    await until(clock, 'REST has answered 429', () => asked() >= LIMITED, READ_MS);
    rest.fail(500, 4);
    for (let step = 0; step < STEPS; step++) {
      for (const change of happen(world)) {
        if (world.tenant.issues.size > ISSUES && change.kind === 'issue_new') {
          // Enough conversations for the pace that reads are allowed.
          world.tenant.setState(clock.now(), change.issueId, 'closed');
        }
        await hint(url, world, change);
      }
    }
    const volume = async (): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${url}/v1/metrics/conversation-volume?window=24h`);
      return (await answer.json()) as Record<string, unknown>;
    };
    const early = await volume();
    expect(early['state']).not.toBe('live');
    const equal = async (): Promise<boolean> => {
      await clock.sleep(LOOK_MS);
      return JSON.stringify(seenIn(await factsOf(data))) === JSON.stringify(truthOf(world));
    };
    await until(clock, 'the facts say what REST says', equal, READ_MS);
    const all = world.tenant.issues.size;
    await until(clock, 'all are counted', async () => (await volume())['value'] === all, 10_000);
    const { code, stderr } = await cli.stop();
    expect(code).toBe(0);
    for (const status of [429, 500]) expect(stderr).toContain(`"status":${status}`);
    for (const secret of [TOKEN, SECRET]) expect(stderr).not.toContain(secret);
    const facts = await factsOf(data);
    expect(facts.some(({ entity }) => entity === lost!.issueId)).toBe(true);
    expect(facts.filter(({ kind, via }) => kind === 'message.observed' && via !== 'rest')).toEqual(
      [],
    );
    await withLog(data, async (log) => {
      const fates = await rawFates(log);
      expect(fates.filter(({ ended }) => !ended)).toEqual([]);
    });
  }, 120_000);
});
