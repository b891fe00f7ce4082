/** Corrections by the real command line into a running process, across a restart. */
import { signBody } from '@sapwood/pylon/signature';
import { afterEach, expect, it } from 'vitest';
import { type LetterFields, letterFrom } from '../support/desk.ts';
import { clock, createWorkshop, keptSecret, runCli } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const workshop = createWorkshop();
afterEach(() => workshop.clean());

const MINUTE_MS = 60_000;

it('CORR-10 a correction moves published values, says what it moved, and outlives a restart', async () => {
  const data = workshop.folder();
  const started = workshop.start(['start', '--manual', '--data', data, '--port', '0']);
  let url = await started.url();
  const secret = keptSecret(data, 'by-hand.secret');
  const write = async (fields: LetterFields): Promise<void> => {
    const body = Buffer.from(letterFrom(fields));
    const headers = {
      ...{ 'content-type': 'application/json', 'x-pylon-signature': signBody(secret, body) },
    };
    const answer = await fetch(`${url}/hooks/by-hand`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
  };
  const correct = (...args: readonly string[]) =>
    runCli(['correct', ...args, '--data', data, '--url', `${url}/v1/corrections`]);
  const shown = async (id: string): Promise<number | null> => {
    const answer = await fetch(`${url}/v1/metrics/${id}?window=60m`);
    return ((await answer.json()) as { value: number | null }).value;
  };
  const becomes = (id: string, value: number): Promise<void> =>
    until(clock, `${id} is ${value}`, async () => (await shown(id)) === value);

  const now = clock.now();
  for (const issue of ['issue-1', 'issue-2']) {
    const one = { issue, createdAt: now - 5 * MINUTE_MS } as const;
    const asked = { sentAt: now - 5 * MINUTE_MS, author: 'customer' } as const;
    await write({ ...one, ...asked, kind: 'issue_new', message: `${issue}-asked` });
    const kind = 'issue_message_new';
    await write({
      ...{ ...one, kind, author: 'team', assignee: 'agent-1', status: 'closed' },
      ...{ sentAt: now - MINUTE_MS, message: `${issue}-said` },
    });
  }
  await becomes('contacts-resolved', 2);
  await becomes('conversation-volume', 2);

  const nobody = await correct('closed-by', 'issue-9', 'bulk', '--reason', 'a clean-up');
  expect(nobody).toMatchObject({ code: 2, stdout: '' });
  expect(nobody.stderr).toBe(
    'There is no conversation "issue-9" in by-hand. Nothing is corrected.\n',
  );
  const nothing = await correct('closed-by', 'issue-1', 'nobody', '--reason', '');
  expect(nothing.stderr).toMatch(/^closedBy: .*\nreason: .*\nNothing is corrected\.\n$/);
  const bulk = ['closed-by', 'issue-1', 'bulk', '--reason', 'a clean-up', '--by', 'ops'] as const;
  const dry = await correct(...bulk, '--dry-run');
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.stdout).toMatch(/^retract resolved \S+ issue-1 .*channel=/m);
  expect(dry.stderr).toMatch(/The correction would be [0-9a-f]{32}\.\n$/);
  expect(await shown('contacts-resolved')).toBe(2);

  const done = await correct(...bulk);
  expect(done).toMatchObject({ code: 0, stdout: dry.stdout });
  const id = /The correction is ([0-9a-f]{32})\.\n$/.exec(done.stderr)![1]!;
  await becomes('contacts-resolved', 1);
  expect(await correct(...bulk)).toMatchObject({ code: 2 });
  await correct('merge', 'issue-1', '--into', 'issue-2', '--reason', 'the same');
  await becomes('conversation-volume', 1);
  const circle = await correct('merge', 'issue-2', '--into', 'issue-1', '--reason', 'the same');
  expect(circle.stderr).toContain('a circle. Nothing is corrected.\n');

  await started.stop();
  const again = workshop.start(['start', '--manual', '--data', data, '--port', '0']);
  url = await again.url();
  await becomes('contacts-resolved', 1);
  expect(await shown('conversation-volume')).toBe(1);
  const listed = (await runCli(['correct', 'list', '--data', data])).stdout;
  expect(listed).toMatch(new RegExp(`^${id} \\S+ closed_by issue-1 bulk \\(in force; ops: a`, 'm'));
  await correct('supersede', id, '--reason', 'a slip');
  await until(clock, 'it is taken back', async () =>
    (await runCli(['correct', 'list', '--data', data])).stdout.includes('(superseded; ops: a'),
  );
  await again.stop();
  expect(await runCli(['verify', '--data', data])).toMatchObject({ code: 0 });
}, 120_000);
