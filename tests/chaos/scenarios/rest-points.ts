/** F5 with a token: killed around each read of the REST API and what is written of it. */
import { join } from 'node:path';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createSimulatedRest, type SimulatedRest } from '@sapwood/simulator/rest';
import { renderChange, signWebhook } from '@sapwood/simulator/webhooks';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import { rawFates, readTopic, withLog } from '../../support/journal.ts';
import { clock, type RunningCli, runCli } from '../../support/process.ts';
import { until } from '../../support/pylon.ts';
import { REST_POINTS } from '../points.ts';
import type { Options, Outcome, Scenario } from '../scenario.ts';
import { openSite, SECRET, type Site } from '../site.ts';
import { dieAt, hitsIn, rarest } from './fail-points.ts';

const TOKEN = 'rest-token-of-the-accountant';
const SIZES = { test: 1, ci: 3 } as const;
/** Between two hints; reads are paced by the minute, so few conversations are enough. */
const HINT_MS = 400;
const ISSUES = 4;
const SETTLE_MS = 90_000;

/** Sends a hint of whatever happens at the desk, again and again until it is acknowledged. */
function startDesk(world: SimulatedTenant, url: string): { stop(): Promise<void> } {
  let running = true;
  const post = async (body: Buffer, headers: Record<string, string>): Promise<boolean> => {
    const init = { method: 'POST', headers, body: new Uint8Array(body) };
    return (await fetch(`${url}/hooks/desk`, init).catch(() => null))?.status === 200;
  };
  const run = async (): Promise<void> => {
    while (running) {
      for (const change of world.behaviour.step(clock.now())) {
        if (world.tenant.issues.size > ISSUES && change.kind === 'issue_new') {
          world.tenant.setState(clock.now(), change.issueId, 'closed');
        }
        const issue = world.tenant.issues.get(change.issueId)!;
        const { body, headers } = signWebhook(renderChange(change, issue, 'hint'), SECRET);
        while (!(await post(body, { ...headers }))) await clock.sleep(HINT_MS);
      }
      await clock.sleep(HINT_MS);
    }
  };
  const done = run();
  return {
    stop: async () => {
      running = false;
      await done;
    },
  };
}

/** Ids of all messages: as the facts have them, and as the desk does. */
async function missing(data: string, { tenant }: SimulatedTenant): Promise<string[]> {
  const facts = await withLog(data, async (log) =>
    (await readTopic(log, TOPICS.facts.name)).map(({ value }) => factCodec.decode(value!)),
  );
  const seen = new Set(
    facts.flatMap((fact) => (fact.kind === 'message.observed' ? [fact.body.messageId] : [])),
  );
  return [...tenant.issues.values()]
    .flatMap(({ messages }) => messages.map(({ id }) => id))
    .filter((id) => !seen.has(id));
}

async function settle(site: Site, world: SimulatedTenant, cli: RunningCli): Promise<string[]> {
  await cli.url();
  const equal = async (): Promise<boolean> => {
    await clock.sleep(HINT_MS);
    return (await missing(site.data, world)).length === 0;
  };
  const problems: string[] = [];
  await until(clock, 'the facts have every message', equal, SETTLE_MS).catch(async () => {
    problems.push(`messages that never came: ${(await missing(site.data, world)).slice(0, 5)}`);
  });
  const ended = async (): Promise<boolean> =>
    withLog(site.data, async (log) => (await rawFates(log)).every((one) => one.ended));
  await until(clock, 'each hint has a fate', ended, SETTLE_MS).catch(() => {
    problems.push('hints without a fate');
  });
  const { code, stderr } = await cli.stop();
  if (code !== 0) problems.push(`the last stop ended with ${code}: ${stderr.slice(-500)}`);
  const verified = await runCli(['verify', '--data', site.data, '--json']);
  if (verified.code !== 0) problems.push(`verify: ${verified.stderr.trim()}`);
  return problems;
}

async function round(
  seed: number,
  rounds: number,
): Promise<{ problems: string[]; hits: ReadonlyMap<string, number> }> {
  const world = createSimulatedTenant({ seed, startMs: clock.now() });
  const rest: SimulatedRest = createSimulatedRest({ world, clock, token: TOKEN });
  const baseUrl = await rest.server.listen({ host: '127.0.0.1', port: 0 });
  const site = await openSite({ rest: { baseUrl, token: TOKEN } });
  const file = join(site.data, '..', 'hits');
  const desk = startDesk(world, site.url);
  const rng = createSeededRng(seed);
  const problems: string[] = [];
  try {
    for (const point of Array.from({ length: rounds }, () => REST_POINTS).flat()) {
      const start = (env: Readonly<Record<string, string>>): RunningCli =>
        site.start({ preload: ['failpoints'], env });
      const problem = await dieAt(start, file, point, rng.next());
      if (problem) problems.push(problem);
    }
    const { cli } = await site.ready();
    await desk.stop();
    problems.push(...(await settle(site, world, cli)));
    return { problems, hits: hitsIn(file) };
  } finally {
    await site.clean();
    await rest.server.close();
  }
}

export async function restPoints(options: Options): Promise<Outcome> {
  const { problems, hits } = await round(options.seed, options.trials ?? SIZES[options.size]);
  const trials = [...hits.values()].reduce((sum, n) => sum + n, 0);
  return { trials, problems, figures: { points: rarest(REST_POINTS, hits) } };
}

export const scenario: Scenario = {
  ids: ['F5b'],
  about: 'SIGKILL around the reads of REST',
  run: restPoints,
};
