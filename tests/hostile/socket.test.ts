/** Frames that no client sends: the right close code, and nobody else notices (F30). */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  COST_TREE,
  type Harness,
  frame as metricFrame,
  RawClient,
  series,
  startGateway,
  until,
} from '../integration/gateway-harness.ts';
import { closeCodeFor, frame, OPCODE, text } from './frames.ts';
import { below, randomBytes } from './noise.ts';
import { CASES, SEED, STALL_MS_MAX, stallWatch } from './rig.ts';

const VOLUME = 'conversation-volume';
/** How long a socket stays open that is to stay open. */
const PATIENCE_MS = 300;
const CLOSED_MS = 10_000;
let gateway: Harness;
let bystander: RawClient;
let watch: ReturnType<typeof stallWatch>;
let offset = 5;

beforeAll(async () => {
  gateway = await startGateway();
  await gateway.publish.tree(COST_TREE, 1);
  await gateway.publish.pass([series(VOLUME, offset, 1)], metricFrame(offset));
  await until('an idle gateway', () => gateway.gateway.idle());
  bystander = new RawClient(gateway.port);
  await bystander.goLive();
  watch = stallWatch();
});
afterAll(async () => {
  watch.stop();
  bystander.close();
  await gateway.close();
});

/** Somebody who behaves still gets every pass. */
async function othersAreServed(): Promise<void> {
  offset += 1;
  await gateway.publish.pass([series(VOLUME, offset, offset)], metricFrame(offset));
  await until('the pass at the bystander', () => bystander.shown(VOLUME) === offset);
  expect(bystander.closeCode).toBeNull();
  expect(watch.takeMs()).toBeLessThan(STALL_MS_MAX);
}

const { text: TEXT, continuation, ping, close } = OPCODE;
const hello = text({ type: 'hello' });
const subscribe = text({ type: 'subscribe', keys: ['*'] });
const repeat = (one: Buffer, count: number): Buffer[] => Array.from({ length: count }, () => one);
const status = (code: number, reason: string | Uint8Array = ''): Buffer =>
  frame(close, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));

type Case = readonly [name: string, code: number | 'open', frames: readonly Uint8Array[]];
const CASES_BY_HAND: readonly Case[] = [
  ['a frame without a mask', 1002, [frame(TEXT, '{}', { masked: false })]],
  ['a reserved bit', 1002, [frame(TEXT, '{}', { reserved: 4 })]],
  ['an opcode that is not', 1002, [frame(3, '')]],
  ['a control opcode that is not', 1002, [frame(11, '')]],
  ['a ping above 125 bytes', 1002, [frame(ping, Buffer.alloc(126))]],
  ['a ping in fragments', 1002, [frame(ping, '', { fin: false })]],
  ['a continuation of nothing', 1002, [frame(continuation, '{}')]],
  ['a text within a text', 1002, [frame(TEXT, '{', { fin: false }), frame(TEXT, '}')]],
  ['a close of one byte', 1002, [frame(close, 'x')]],
  ['a close code that is not', 1002, [status(1005)]],
  ['a close code below 1000', 1002, [status(999)]],
  ['a close reason that is no UTF-8', 1007, [status(1000, Buffer.from([0xff]))]],
  ['text that is no UTF-8', 1007, [frame(TEXT, Buffer.from([0xc3, 0x28]))]],
  ['an overlong form', 1007, [frame(TEXT, Buffer.from([0xc0, 0xaf]))]],
  ['a surrogate in UTF-8', 1007, [frame(TEXT, Buffer.from([0xed, 0xa0, 0x80]))]],
  ['a message above 16 KiB', 1009, [text('x'.repeat(16 * 1024 + 1))]],
  ['a length of 2^40', 1009, [frame(TEXT, '', { claims: 2n ** 40n })]],
  ['a length of 2^62', 1009, [frame(TEXT, '', { claims: 2n ** 62n })]],
  [
    'fragments that add up to more',
    1009,
    [
      frame(TEXT, '"', { fin: false }),
      ...repeat(frame(continuation, 'x'.repeat(9_000), { fin: false }), 2),
    ],
  ],
  [
    'more fragments than are allowed',
    1008,
    [frame(TEXT, '"', { fin: false }), ...repeat(frame(continuation, 'x', { fin: false }), 40)],
  ],
  ['binary', 4009, [frame(OPCODE.binary, '{}')]],
  ['no JSON', 4009, [text('{')]],
  ['JSON that is no object', 4009, [text('[]')]],
  ['null', 4009, [text('null')]],
  ['deep JSON', 4009, [text('['.repeat(8_000) + ']'.repeat(8_000))]],
  ['a subscribe without keys', 4009, [text({ type: 'subscribe' })]],
  ['keys that are no text', 4009, [text({ type: 'subscribe', keys: [{}, 1] })]],
  ['a type that is no text', 4009, [text({ type: { toString: 'subscribe' } })]],
  ['a hello too late', 4009, [hello, subscribe, hello]],
  [
    '51 subscriptions',
    4009,
    [hello, text({ type: 'subscribe', keys: Array.from({ length: 51 }, (_, i) => `k${i}`) })],
  ],
  [
    'a subscription at a time, too many',
    4009,
    [hello, ...Array.from({ length: 60 }, (_, i) => text({ type: 'subscribe', keys: [`k${i}`] }))],
  ],
  ['messages without end', 4009, repeat(hello, 30)],
  [
    'a cursor of nonsense',
    4009,
    [text({ type: 'hello', resume: { topology: 'x', offset: -1 } }), subscribe],
  ],
  ['a type that nobody knows', 'open', [text({ type: '__proto__' })]],
  [
    '__proto__ beside the type',
    'open',
    [text('{"type":"hello","__proto__":{"audience":"finance"}}'), subscribe],
  ],
  [
    'a cursor from the future',
    'open',
    [text({ type: 'hello', resume: { topology: 1, offset: 2 ** 53 - 1 } }), subscribe],
  ],
  ['a goodbye', 1000, [status(1000, 'bye')]],
];

describe('websocket frames', () => {
  it.each(CASES_BY_HAND)('F30 HOST-40 %s is answered %s', async (...one) => {
    const [, code, frames] = one as unknown as Case;
    const waitMs = code === 'open' ? PATIENCE_MS : CLOSED_MS;
    expect(await closeCodeFor(gateway.port, frames, waitMs)).toBe(code);
    await othersAreServed();
  });

  it('F30 HOST-41 ten thousand pings, and as many pongs that nobody asked for', async () => {
    for (const opcode of [ping, OPCODE.pong]) {
      const flood = Buffer.concat(repeat(frame(opcode, 'x'.repeat(100)), 10_000));
      expect(await closeCodeFor(gateway.port, [hello, flood], PATIENCE_MS)).toBe('open');
      await othersAreServed();
    }
  });

  it('F30 HOST-42 noise instead of frames ends in a protocol’s code, or in nothing', async () => {
    const rng = createSeededRng(SEED);
    const kinds = [0, 1, 2, 3, 7, 8, 9, 10, 15];
    const made = (): Buffer => {
      if (below(rng, 3) === 0) return randomBytes(rng, below(rng, 60));
      const options = {
        ...{ fin: below(rng, 4) > 0, masked: below(rng, 6) > 0 },
        reserved: below(rng, 5) === 0 ? below(rng, 8) : 0,
      };
      return frame(kinds[below(rng, kinds.length)]!, randomBytes(rng, below(rng, 140)), options);
    };
    const codes = new Set<number | 'open'>();
    for (let left = CASES / 4; left > 0; left -= 10) {
      const batch = Array.from({ length: 10 }, () => {
        const frames = Array.from({ length: 1 + below(rng, 6) }, made);
        return closeCodeFor(gateway.port, frames, 100);
      });
      for (const code of await Promise.all(batch)) codes.add(code);
    }
    // What a close frame of the noise said is echoed; 1011, a fault of ours, is never among them.
    const told = [...codes].filter((code) => code !== 'open' && code !== 0 && code < 3_000);
    expect(
      told.filter((code) => ![1000, 1001, 1002, 1003, 1007, 1008, 1009].includes(Number(code))),
    ).toEqual([]);
    await othersAreServed();
  });
});
