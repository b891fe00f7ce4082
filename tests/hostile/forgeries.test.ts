/** Requests that are not from Pylon, or not whole: nothing of them is kept, read or told (F24, I9). */
import { createHash } from 'node:crypto';
import { createFactFold } from '@sapwood/core/fold';
import { signBody } from '@sapwood/pylon/signature';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Rng } from '@sapwood/runtime/ports';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PYLON_SECRET } from '../support/pylon.ts';
import { below, randomBytes } from './noise.ts';
import { CASES, COST_KEY, type HostileRig, hostileRig, SEED, STALL_MS_MAX } from './rig.ts';

let rig: HostileRig;
beforeAll(async () => {
  rig = await hostileRig();
});
beforeEach(() => rig.stallMs());
afterAll(() => rig.close());

const BODY =
  '{"event_type":"issue_new","issue_id":"I1","issue_status":"new","message_id":"M1","message_author":"customer"}';
const RIGHT = signBody(PYLON_SECRET, Buffer.from(BODY));
const HOST = 'host: localhost';
const LENGTH = `content-length: ${BODY.length}`;
const SIGNED = `x-pylon-signature: ${RIGHT}`;
const TO_BOTH = 'POST /hooks/both HTTP/1.1';

const request = (lines: readonly string[], start = 'POST /hooks/d1 HTTP/1.1'): string =>
  `${[start, ...lines].join('\r\n')}\r\n\r\n`;
const signature = (value: string): string => request([HOST, `x-pylon-signature: ${value}`, LENGTH]);

/** Status, head, body; what is 200 must be kept once, everything else not at all. */
type Case = readonly [name: string, status: number, head: string, body?: string];

const FORGED: readonly Case[] = [
  ['no signature', 401, request([HOST, LENGTH])],
  ['an empty signature', 401, signature('')],
  ['the signature twice', 401, request([HOST, SIGNED, SIGNED, LENGTH])],
  [
    'a right and a wrong one',
    401,
    request([HOST, SIGNED, `X-Pylon-Signature: ${'0'.repeat(64)}`, LENGTH]),
  ],
  ['two joined by a comma', 401, signature(`${RIGHT}, ${RIGHT}`)],
  ['a prefix', 401, signature(`sha256=${RIGHT}`)],
  ['quotes', 401, signature(`"${RIGHT}"`)],
  ['63 digits', 401, signature(RIGHT.slice(1))],
  ['65 digits', 401, signature(`${RIGHT}0`)],
  ['128 digits', 401, signature(RIGHT + RIGHT)],
  ['no hex', 401, signature('g'.repeat(64))],
  ['base64', 401, signature(Buffer.from(RIGHT, 'hex').toString('base64'))],
  ['full-width digits', 401, signature('０'.repeat(64))],
  ['one digit changed', 401, signature(RIGHT.replace(/.$/, (c) => (c === '0' ? '1' : '0')))],
  ['zeros', 401, signature('0'.repeat(64))],
  ['the hash without a key', 401, signature(createHash('sha256').update(BODY).digest('hex'))],
  ['the secret as the value', 401, signature(PYLON_SECRET)],
  [
    'the secret of another destination',
    401,
    signature(signBody('the_secret_of_another', Buffer.from(BODY))),
  ],
  ['a signature of another body', 401, signature(signBody(PYLON_SECRET, Buffer.from('{}')))],
  ['another body under it', 401, signature(RIGHT), BODY.replace('I1', 'I2')],
  [
    'a line more in the body',
    401,
    request([HOST, SIGNED, `content-length: ${BODY.length + 1}`]),
    `${BODY}\n`,
  ],
  ['a shorter length', 400, request([HOST, SIGNED, 'content-length: 9'])],
  ['the right one elsewhere', 401, request([HOST, SIGNED, LENGTH], 'POST /hooks/d2 HTTP/1.1')],
  ['a destination that is not', 401, request([HOST, SIGNED, LENGTH], 'POST /hooks/d3 HTTP/1.1')],
  [
    '__proto__ for a destination',
    401,
    request([HOST, SIGNED, LENGTH], 'POST /hooks/__proto__ HTTP/1.1'),
  ],
  ['one scheme of two', 401, request([HOST, SIGNED, LENGTH], TO_BOTH)],
  ['the token alone', 401, request([HOST, 'authorization: Bearer t', LENGTH], TO_BOTH)],
  [
    'the token twice',
    401,
    request([HOST, SIGNED, 'authorization: Bearer t', 'authorization: Bearer t', LENGTH], TO_BOTH),
  ],
  [
    'the token in another case',
    401,
    request([HOST, SIGNED, 'authorization: bearer t', LENGTH], TO_BOTH),
  ],
  ['two hosts', 400, request([HOST, HOST, SIGNED, LENGTH])],
  ['no host', 400, request([SIGNED, LENGTH])],
  ['two lengths', 400, request([HOST, SIGNED, LENGTH, 'content-length: 5'])],
  ['the same length twice', 400, request([HOST, SIGNED, LENGTH, LENGTH])],
  ['a length and chunks', 400, request([HOST, SIGNED, LENGTH, 'transfer-encoding: chunked'])],
  ['a coding that is not', 400, request([HOST, SIGNED, 'transfer-encoding: xchunked'])],
  ['a space before the colon', 400, request([HOST, `x-pylon-signature : ${RIGHT}`, LENGTH])],
  ['a folded header', 400, request([HOST, 'x-a: 1', ' 2', SIGNED, LENGTH])],
  ['a bare line feed', 400, `POST /hooks/d1 HTTP/1.1\n${HOST}\n${SIGNED}\n${LENGTH}\n\n`],
  ['a negative length', 400, request([HOST, SIGNED, 'content-length: -1'])],
  ['a length in words', 400, request([HOST, SIGNED, 'content-length: ten'])],
  ['headers without end', 431, request([HOST, SIGNED, `x-a: ${'a'.repeat(20_000)}`, LENGTH])],
  ['a path that climbs', 404, request([HOST, SIGNED, LENGTH], 'POST /hooks/../hooks/d1 HTTP/1.1')],
  ['a slash more', 404, request([HOST, SIGNED, LENGTH], 'POST /hooks/d1/ HTTP/1.1')],
  ['GET', 404, request([HOST, SIGNED], 'GET /hooks/d1 HTTP/1.1'), ''],
  ['another protocol', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ''],
  ['as it should be', 200, request([HOST, SIGNED, LENGTH])],
  ['upper-case digits', 200, signature(RIGHT.toUpperCase())],
  ['a header name in another case', 200, request([HOST, `X-PYLON-SIGNATURE: ${RIGHT}`, LENGTH])],
  ['spaces around the value', 200, request([HOST, `x-pylon-signature:   ${RIGHT}  `, LENGTH])],
  ['an escaped path', 200, request([HOST, SIGNED, LENGTH], 'POST /hooks/%64%31 HTTP/1.1')],
  ['no content type that is one', 200, request([HOST, SIGNED, 'content-type: ;;;', LENGTH])],
];

/** A request that lacks nothing but the truth: some part of it was made up. */
function forged(rng: Rng): readonly [head: string, body: Buffer] {
  const kind = below(rng, 5);
  const body = kind === 0 ? randomBytes(rng, 1 + below(rng, 200)) : Buffer.from(BODY);
  if (kind === 1) body[below(rng, body.length)]! ^= 1 << below(rng, 8);
  const digest = Buffer.from(RIGHT, 'hex');
  if (kind === 2) digest[below(rng, 32)]! ^= 1 << below(rng, 8);
  let value = digest.toString('hex');
  if (kind === 3) value = randomBytes(rng, 32).toString('hex');
  if (kind === 4) value = randomBytes(rng, below(rng, 60)).toString('base64');
  return [request([HOST, `x-pylon-signature: ${value}`, `content-length: ${body.length}`]), body];
}

describe('forged requests', () => {
  it.each(FORGED)('F24 I9 HOST-13 %s is answered %i', async (...one) => {
    const [, status, head, body = BODY] = one as unknown as Case;
    const before = await rig.sim.log.bounds('raw.pylon.v1', 0);
    expect(await rig.wire(head, body)).toBe(status);
    const after = await rig.sim.log.bounds('raw.pylon.v1', 0);
    expect(after.high - before.high).toBe(status === 200 ? 1 : 0);
  });

  it('F24 I9 HOST-14 made-up requests change nothing and stall nobody', async () => {
    await rig.settled();
    const before = await rig.print();
    const rng = createSeededRng(SEED);
    const statuses = new Set<number>();
    for (let left = CASES; left > 0; left -= 50) {
      const batch = Array.from({ length: 50 }, () => rig.wire(...forged(rng)));
      for (const status of await Promise.all(batch)) statuses.add(status);
    }
    expect([...statuses]).toEqual([401]);
    await rig.settled();
    expect(await rig.print()).toBe(before);
    expect(rig.stallMs()).toBeLessThan(STALL_MS_MAX);
  });

  it('F24 I9 HOST-15 nobody without a key reaches the parser of the cost feed', async () => {
    const before = await rig.print();
    const deep = Buffer.from('['.repeat(200_000));
    const keys = ['', 'Bearer', 'Bearer ', `Bearer ${COST_KEY}x`, `Basic ${COST_KEY}`, COST_KEY];
    const json = { 'content-type': 'application/json' };
    for (const path of ['/v1/costs', '/v1/corrections']) {
      for (const authorization of keys) {
        const { status } = await rig.post(path, deep, { ...json, authorization });
        expect([path, authorization, status]).toEqual([path, authorization, 401]);
      }
      expect((await rig.post(path, deep, json)).status).toBe(401);
    }
    expect(await rig.print()).toBe(before);
    expect(rig.stallMs()).toBeLessThan(STALL_MS_MAX);
  });
});

/** What the log says, as numbers: every series of the fold over all facts so far. */
async function numbers(): Promise<unknown> {
  await rig.settled();
  const hash = (text: string): string =>
    createHash('sha256').update(text).digest('hex').slice(0, 32);
  const fold = createFactFold({ topology: 1, hash });
  for (const [i, fact] of (await rig.facts()).entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
  }
  const { totals } = fold.totals('acme')!;
  return { totals, keys: [...fold.keys()].sort() };
}

describe('a captured delivery', () => {
  it('F24 HOST-16 sent again and again it is answered 200, kept each time, and moves no number', async () => {
    await rig.wire(request([HOST, SIGNED, LENGTH]), BODY);
    const before = await numbers();
    const { high } = await rig.sim.log.bounds('raw.pylon.v1', 0);
    for (let i = 0; i < 50; i++) {
      expect(await rig.wire(request([HOST, SIGNED, LENGTH]), BODY)).toBe(200);
    }
    expect((await rig.sim.log.bounds('raw.pylon.v1', 0)).high - high).toBe(50);
    expect(await numbers()).toEqual(before);
  });
});
