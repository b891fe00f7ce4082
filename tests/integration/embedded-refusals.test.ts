/** What the embedded process says no to, in one sentence each, and what it must not lose by it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { quarantinedCodec } from '@sapwood/contracts/codec';
import { TOPICS } from '@sapwood/contracts/topics';
import { signBody } from '@sapwood/pylon/signature';
import { afterEach, describe, expect, it } from 'vitest';
import { letterFrom } from '../support/desk.ts';
import { rawFates, readTopic, withLog } from '../support/journal.ts';
import { clock, createWorkshop, type Ending, keptSecret, runCli } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const workshop = createWorkshop();
afterEach(() => workshop.clean());

const manual = (data: string, port = 0): string[] => [
  ...['start', '--manual', '--data', data, '--port', String(port)],
];

/** One sentence for a person: no stack, no second line. */
function expectSentence(ending: Ending, sentence: RegExp): void {
  expect(ending.stderr).toMatch(sentence);
  expect(ending.stderr.trim().split('\n')).toHaveLength(1);
  expect(ending.stdout).toBe('');
  expect(ending.code).toBe(2);
}

async function post(url: string, body: string, signature: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-pylon-signature': signature };
  const answer = await fetch(url, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

describe('webhooks', () => {
  it('I9 a wrong signature is 401 and leaves nothing; what is signed but not JSON is kept and quarantined', async () => {
    const data = workshop.folder();
    const cli = workshop.start(manual(data));
    const hook = `${await cli.url()}/hooks/by-hand`;
    const secret = keptSecret(data, 'by-hand.secret');
    const body = letterFrom({ kind: 'issue_new', author: 'customer', issue: 'i-1' });
    expect(await post(hook, body, signBody('another secret', Buffer.from(body)))).toBe(401);
    expect(await post(hook, body, '')).toBe(401);
    const unknown = `${hook}-unknown`;
    expect(await post(unknown, body, signBody(secret, Buffer.from(body)))).toBe(401);
    const garbage = 'this is not JSON';
    expect(await post(hook, garbage, signBody(secret, Buffer.from(garbage)))).toBe(200);
    const quarantined = (): Promise<number> =>
      withLog(data, async (log) => (await readTopic(log, TOPICS.dlqRaw.name)).length);
    await until(clock, 'the garbage is quarantined', async () => (await quarantined()) === 1);
    expect((await cli.stop()).code).toBe(0);
    await withLog(data, async (log) => {
      const fates = await rawFates(log);
      expect(fates.map(({ ended }) => ended)).toEqual([true]);
      const [record] = await readTopic(log, TOPICS.dlqRaw.name);
      expect(quarantinedCodec.decode(record!.value!).reason).toBe('unparseable_body');
    });
    const counted = await runCli(['counts', '--data', data, '--json']);
    expect(JSON.parse(counted.stdout).transitions).toEqual({});
  });
});

describe('configuration', () => {
  it('CLI-1 all mistakes at once, each with file, line and column, and no stack', async () => {
    const folder = workshop.folder();
    const file = join(folder, 'sapwood.yaml');
    const text =
      'http:\n  prot: 80\nworkspaces:\n  acme:\n    currency: 12\nsimulator:\n  seed: -1\n';
    writeFileSync(file, text);
    const args = ['start', '--config', file, '--data', join(folder, 'data'), '--port', '0'];
    for (const ending of [await runCli(args), await runCli(['config', 'check', file])]) {
      expect(ending.code).toBe(2);
      const lines = ending.stderr.trim().split('\n').sort();
      expect(lines.map((line) => line.replace(/^.*sapwood\.yaml:(\S+ \S+).*$/, '$1'))).toEqual([
        '2:3 http.prot:',
        '5:15 workspaces.acme.currency:',
        '7:9 simulator.seed:',
      ]);
      expect(lines[0]).toContain('did you mean "port"?');
    }
  });

  it('CLI-2 print shows where values come from and hides secrets', async () => {
    const folder = workshop.folder();
    const file = join(folder, 'sapwood.yaml');
    const hidden = ['a-token-to-hide', 'a-hook-secret-to-hide', 'a-cost-key-to-hide'];
    const lines = [
      'workspaces:\n  acme:\n    currency: GBP\n    zone: Europe/London',
      'sources:\n  desk:\n    workspace: acme\n    token: a-token-to-hide',
      '    hooks:\n      desk:\n        schemes:\n          - kind: pylon-hmac',
      '            secrets: [a-hook-secret-to-hide]',
      'costs:\n  keys:\n    feed:\n      workspace: acme\n      key: a-cost-key-to-hide',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const env = { SAPWOOD_LOG_LEVEL: 'warn' };
    const ending = await runCli(['config', 'print', '--config', file], { env });
    expect(ending.stderr).toBe('');
    expect(ending.code).toBe(0);
    expect(ending.stdout).toContain('log.level = "warn"  # SAPWOOD_LOG_LEVEL');
    expect(ending.stdout).toMatch(/^sources\.desk\.token = "\(hidden\)"/m);
    for (const secret of hidden) expect(ending.stdout).not.toContain(secret);
  });

  it('CLI-3 an option, a command, a scenario or a speed that does not exist is usage', async () => {
    const wrong = [
      ['start', '--bogus'],
      ['bogus'],
      ['demo', '--scenario', 'nope', '--port', '0'],
      ['demo', '--speed', 'fast', '--port', '0'],
      ['start', '--port', 'abc'],
    ];
    for (const args of wrong) {
      const ending = await runCli(args);
      expect(ending.code, args.join(' ')).toBe(2);
      expect(ending.stderr).not.toMatch(/^\s+at /m);
    }
  });
});

describe('the data folder and the port', () => {
  it('CLI-4 a second process on the same data is refused, and the first is not disturbed', async () => {
    const data = workshop.folder();
    const first = workshop.start(manual(data));
    const url = await first.url();
    expectSentence(await runCli(manual(data)), /^Another Sapwood process is already writing /);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const taken = Number(new URL(url).port);
    expectSentence(await runCli(manual(workshop.folder(), taken)), /^Port \d+ is taken: /);
    expect((await first.stop()).code).toBe(0);
  });

  it('CLI-5 what cannot be used as a store is said in one sentence', async () => {
    const folder = workshop.folder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expectSentence(await runCli(manual(file)), /cannot be used as the data folder/);
    const emptied = join(folder, 'emptied');
    mkdirSync(emptied);
    writeFileSync(join(emptied, 'by-hand.secret'), '');
    expectSentence(await runCli(manual(emptied)), /by-hand\.secret has no secret in it/);
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'sapwood.db'), 'not a database, but long enough to look at twice');
    expectSentence(
      await runCli(manual(foreign)),
      /sapwood\.db cannot be opened as a Sapwood store/,
    );
    expectSentence(await runCli(['counts', '--data', folder]), /there is no store here/);
  });

  it('I11 a store of another fold code is rebuilt at the start, says so, and shows the same numbers', async () => {
    const data = workshop.folder();
    const first = workshop.start(manual(data));
    const hook = `${await first.url()}/hooks/by-hand`;
    const secret = keptSecret(data, 'by-hand.secret');
    for (let i = 0; i < 20; i++) {
      const body = letterFrom({ kind: 'issue_new', author: 'customer', issue: `i-${i}` });
      expect(await post(hook, body, signBody(secret, Buffer.from(body)))).toBe(200);
    }
    await first.stop();
    const before = await runCli(['counts', '--data', data, '--json']);
    expect(JSON.parse(before.stdout)).toMatchObject({ transitions: { opened: 20 } });
    const db = new DatabaseSync(join(data, 'sapwood.db'));
    expect(db.prepare("UPDATE scope SET code = 'other'").run().changes).toBe(2);
    db.close();
    const second = workshop.start(manual(data));
    const metric = `${await second.url()}/v1/metrics/conversation-volume?window=60m`;
    const volume = async (): Promise<unknown> =>
      ((await (await fetch(metric)).json()) as { value?: number }).value;
    await until(clock, 'the numbers are back', async () => (await volume()) === 20, 10_000);
    const { code, stderr } = await second.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(/rebuilding the state/);
    expect((await runCli(['verify', '--data', data, '--json'])).code).toBe(0);
  });
});
