/** The first connection: a token in a file, no public address, and the desk is on the wall. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import { createSimulatedRest, type SimulatedRest } from '@sapwood/simulator/rest';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import { afterEach, describe, expect, it } from 'vitest';
import { readTopic, withLog } from '../support/journal.ts';
import { clock, createWorkshop, runCli } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const TOKEN = 'rest-token-of-the-test';
const workshop = createWorkshop();
let rest: SimulatedRest | null = null;
afterEach(async () => {
  await workshop.clean();
  await rest?.server.close();
  rest = null;
});

function configure(folder: string, baseUrl: string, { staff }: SimulatedTenant): string {
  const file = join(folder, 'sapwood.yaml');
  const lines = [
    'workspaces: {acme: {currency: GBP}}',
    `sources:\n  desk:\n    workspace: acme\n    token: ${TOKEN}\n    baseUrl: ${baseUrl}`,
    `    roster: {${staff.bot.id}: bot}`,
    '    categoryField: topic\n    accountFields: {tier: plan}',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

describe('a source with a token and no webhook', () => {
  it('NORM-58 is found by polling, says so in its watermark, and doctor names what is missing', async () => {
    const folder = workshop.folder();
    const data = join(folder, 'data');
    const world = createSimulatedTenant({ seed: 5, startMs: clock.now() });
    while (world.tenant.issues.size < 2) world.behaviour.step(clock.now());
    rest = createSimulatedRest({ world, clock, token: TOKEN, limits: true });
    const baseUrl = await rest.server.listen({ host: '127.0.0.1', port: 0 });
    const config = configure(folder, baseUrl, world);
    const cli = workshop.start(['start', '--config', config, '--data', data, '--port', '0']);
    const url = await cli.url();
    const volume = async (): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${url}/v1/metrics/conversation-volume?window=24h`);
      return (await answer.json()) as Record<string, unknown>;
    };
    await until(
      clock,
      'the first scan',
      async () => Number((await volume())['value']) >= 1,
      30_000,
    );
    while (world.tenant.issues.size < 3) world.behaviour.step(clock.now());
    // Two searches a scan within ten a minute: a change is found after a quarter of one at most.
    await until(clock, 'all are counted', async () => (await volume())['value'] === 3, 45_000);
    expect((await cli.stop()).code).toBe(0);

    const facts = await withLog(data, async (log) =>
      (await readTopic(log, TOPICS.facts.name)).map(({ value }) => factCodec.decode(value!)),
    );
    const beats = facts.filter(({ kind }) => kind === 'source.heartbeat');
    expect(beats.length).toBeGreaterThan(0);
    expect(beats.every(({ body }) => 'basis' in body && body.basis === 'reconciled')).toBe(true);
    expect(facts.some(({ kind, via }) => kind === 'account.observed' && via === 'rest')).toBe(true);

    expect((await runCli(['verify', '--data', data])).code).toBe(0);

    rest.allow('/contacts', false);
    const doctor = await runCli(['doctor', '--config', config]);
    const told = doctor.stdout + doctor.stderr;
    expect(told).toMatch(/the token of desk opens Simulated Desk/);
    expect(told).toMatch(/no custom field "plan" on accounts; it has arr, tier/);
    expect(told).toMatch(/contacts of desk are not readable \(403, permission_denied\)/);
    expect(told).toMatch(/workspace acme: no ranks of teams/);
  }, 120_000);
});
