import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factCodec } from '@sapwood/contracts/facts';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import type { ExplainedValue } from '@sapwood/protocol/explained';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { config, heartbeat, issue, message, tick } from '../../../tests/support/facts.ts';
import { type ExplainOptions, explain } from './explain.ts';
import { explainedLines } from './explain-lines.ts';
import { get } from './get.ts';
import { STORE_FILE } from './shared.ts';

const at = (time: string): number => Date.parse(`2026-06-10T${time}:00Z`);
let data: string;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'sapwood-explain-'));
  const engine = createSqlite({ file: join(data, STORE_FILE), clock: createSystemClock() });
  const seen = {
    number: 41,
    createdAt: at('09:00'),
    channel: 'email',
    stateCategory: 'new',
  } as const;
  const facts = [
    config(at('08:00'), {
      messages: 'read',
      currency: 'GBP',
      sources: ['pylon'],
      tree: DEFAULT_TREE,
    }),
    message('one', at('09:00'), 'customer', { authorId: 'jo', channel: 'email' }),
    issue('one', at('09:01'), seen),
    message('one', at('09:20'), 'human', { authorId: 'ada' }),
    message('two', at('10:00'), 'customer', { authorId: 'jo', channel: 'email' }),
    message('two', at('10:05'), 'human', { authorId: 'ada' }),
    heartbeat('pylon', at('10:10')),
    tick(at('10:20')),
    tick(at('11:00')),
  ];
  const records = facts.map((fact) => ({ key: fact.entity, value: factCodec.encode(fact) }));
  await engine.log.append('facts.v1', 0, records);
  await engine.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(data, { recursive: true, force: true });
});

async function written(command: () => Promise<void>): Promise<string> {
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  await command();
  const text = out.mock.calls.map(([part]) => part).join('');
  out.mockRestore();
  return text;
}
const explained = (key: string, more: Partial<ExplainOptions> = {}): Promise<string> =>
  written(() => explain(key, { data, window: '24h', limit: '100', ...more }));

it('EXPLAIN-30 explain tells a value and its parts: the value that get tells, now and at an instant', async () => {
  const states: unknown[] = [];
  for (const more of [{ at: '2026-06-10T10:20:00Z' }, { at: '2026-06-10T09:59:00Z' }, {}]) {
    const options = { data, window: '24h', json: true, ...more };
    const value = JSON.parse(await written(() => get('first-response-time', options)));
    const found = JSON.parse(await explained('first-response-time', { ...more, json: true }));
    const { n, state, version, asOf, watermark } = value;
    expect(found).toMatchObject({ value: value.value, state, version, asOf, watermark });
    expect(found.published.n).toBe(n);
    expect(found.sums).toBe(true);
    expect(found.parts).toHaveLength(n);
    states.push([state, value.value, found.published.value]);
  }
  // A source that is silent makes the value unknown; what it is made of is told all the same.
  expect(states).toEqual([
    ['stale', 300_483, 300_483],
    ['unknown', null, 1_200_000],
    ['unknown', null, 300_483],
  ]);
});

it('EXPLAIN-31 for a person it is a table, and the line that asks for the rest', async () => {
  const text = await explained('first-response-time', { at: '2026-06-10T09:59:00Z' });
  expect(text.split('\n')).toEqual([
    'first-response-time, 24h, wall: no value, unknown (source_never_spoke, window_filling)',
    '2026-06-09T09:59:00.000Z to 2026-06-10T09:59:00.000Z: 1200000 ms, num 1200000, den 1, n 1',
    'The parts add up to that.',
    '1 in 1 conversations; 1 contacts, 0 accounts known.',
    '',
    'WHAT               WHICH  ID   AT                        AMOUNT      ROW OR SPAN',
    'first_reply_human  #41    one  2026-06-10T09:20:00.000Z  1200000 ms  first-response-time, ran from 2026-06-10T09:00:00.000Z',
    '',
  ]);
  const page = await explained('first-response-time', { limit: '1' });
  expect(page).toContain('  two  ');
  expect(page).not.toContain('  one  ');
  const after = /--after '(.*)'/.exec(page)![1]!;
  expect(await explained('first-response-time', { limit: '1', after })).toContain('  one  ');
  const none = await explained('total-support-cost');
  expect(none).toContain('There is no value, and so there are no parts.');
  expect(none).toContain('There is nothing in it.');
  expect(none).not.toContain('add up');
});

it('EXPLAIN-31 what is withheld of a person is one sentence, without a number', () => {
  const withheld = {
    ...{ key: 'csat{assignee=ada}', clock: 'wall', value: null, unit: 'ppm', state: 'unknown' },
    ...{
      window: { code: '24h', from: 0, to: 60_000 },
      reasons: ['privacy'],
      parts: [],
      next: null,
    },
  } as unknown as ExplainedValue;
  expect(explainedLines(withheld)).toEqual([
    'csat{assignee=ada}, 24h, wall: no value, unknown (privacy)',
    '1970-01-01T00:00:00.000Z to 1970-01-01T00:01:00.000Z: withheld, too few customers said it.',
  ]);
});

it('EXPLAIN-32 what cannot be explained is said in one sentence', async () => {
  const refused = async (key: string, more: Partial<ExplainOptions> = {}): Promise<string> =>
    explained(key, more).then(
      () => '',
      (error: Error) => error.message,
    );
  expect(await refused('first-respons-time')).toBe(
    'There is no series "first-respons-time" - did you mean "first-response-time"?',
  );
  expect(await refused('conversation-volume{channel=fax}')).toMatch(
    /^There is no series "conversation-volume{channel=fax}"; there are conversation-volume, conversation-volume{/,
  );
  expect(await refused('backlog', { limit: '1001' })).toMatch(/^--limit is 1 to 1000, /);
  expect(await refused('backlog', { after: 'there' })).toMatch(/^--limit is .* --after what /);
  expect(await refused('backlog', { window: '2h' })).toMatch(/^There is no window "2h"; use /);
  expect(await refused('first-response-time', { window: '28d' })).toMatch(/more than 7 days/);
  const business = { clock: 'business' };
  expect(await refused('first-response-time', business)).toMatch(/no schedule is declared/);
});
