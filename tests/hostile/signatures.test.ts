/** The signature check against HMAC written out from its definition, and against bent tags (F24, T3). */
import { createHash } from 'node:crypto';
import { createDecoyVerifier, createVerifier, signBody } from '@sapwood/pylon/signature';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { describe, expect, it } from 'vitest';
import { below, randomBytes } from './noise.ts';
import { CASES, clock, SEED } from './rig.ts';

const BLOCK_BYTES = 64;
const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 2104, from the text: H(K xor opad, H(K xor ipad, text)). */
function hmac(key: Uint8Array, text: Uint8Array): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  (key.length > BLOCK_BYTES ? sha256(key) : Buffer.from(key)).copy(block);
  const inner = sha256(
    block.map((byte) => byte ^ 0x36),
    text,
  );
  return sha256(
    block.map((byte) => byte ^ 0x5c),
    inner,
  );
}

/** Tags that a careless comparison takes: cut, padded, one bit off, a half right. */
function bent(tag: Buffer): string[] {
  const flipped = Array.from({ length: 256 }, (_, bit) => {
    const copy = Buffer.from(tag);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  });
  const halves = [Buffer.from(tag).fill(0, 0, 16), Buffer.from(tag).fill(0, 16)];
  const cut = [0, 1, 4, 8, 16, 31].map((length) => tag.subarray(0, length));
  const padded = [Buffer.concat([tag, Buffer.alloc(1)]), Buffer.concat([Buffer.alloc(1), tag])];
  const plain = [Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.from(tag).reverse()];
  return [...flipped, ...halves, ...cut, ...padded, ...plain].map((bytes) => bytes.toString('hex'));
}
const headers = (value: string): string[] => ['Host', 'x', 'X-Pylon-Signature', value];

describe('signatures', () => {
  it('HOST-20 the tag is HMAC-SHA256 for keys and bodies of any length', () => {
    const rng = createSeededRng(SEED);
    for (let length = 0; length <= 200; length++) {
      const key = randomBytes(rng, length).toString('latin1');
      const body = randomBytes(rng, below(rng, 300));
      const tag = hmac(Buffer.from(key, 'utf8'), body).toString('hex');
      expect(signBody(key, body)).toBe(tag);
      if (length === 0) continue;
      const verify = createVerifier([{ kind: 'pylon-hmac', secrets: ['another', key] }]);
      expect(verify(headers(tag), body)).toEqual({ ok: true });
    }
  });

  it('F24 HOST-21 every bent tag is refused, and never with an exception', () => {
    const rng = createSeededRng(SEED);
    const verify = createVerifier([{ kind: 'pylon-hmac', secrets: ['a', 'b'] }]);
    for (let n = 0; n < CASES / 100; n++) {
      const body = randomBytes(rng, below(rng, 400));
      const tag = hmac(Buffer.from('b'), body);
      expect(verify(headers(tag.toString('hex')), body)).toEqual({ ok: true });
      const taken = bent(tag).filter((value) => verify(headers(value), body).ok);
      expect(taken).toEqual([]);
    }
  });

  it('HOST-22 how long a refusal takes does not say how much was right', () => {
    // Welch's t of two kinds of wrong tags, taken in turns; a noisy machine gets more tries.
    const body = Buffer.from('{"issue_id":"I1"}');
    const tag = Buffer.from(signBody('secret', body), 'hex');
    const first = Buffer.from(tag);
    first[0]! ^= 1;
    const last = Buffer.from(tag);
    last[31]! ^= 1;
    const verify = createVerifier([{ kind: 'pylon-hmac', secrets: ['secret'] }]);
    const decoy = createDecoyVerifier('nobody');
    const tries = Array.from({ length: 5 }, () => [
      Math.abs(welch(verify, headers(first.toString('hex')), headers(last.toString('hex')), body)),
      Math.abs(welch(decoy, headers(first.toString('hex')), headers(last.toString('hex')), body)),
    ]);
    expect(Math.min(...tries.map(([t]) => t!))).toBeLessThan(4.5);
    expect(Math.min(...tries.map(([, t]) => t!))).toBeLessThan(4.5);
  });
});

const SAMPLES = CASES * 5;

function welch(
  verify: ReturnType<typeof createVerifier>,
  a: readonly string[],
  b: readonly string[],
  body: Uint8Array,
): number {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < SAMPLES; i++) {
    for (const side of i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const startMs = clock.monotonic();
      verify(side === 0 ? a : b, body);
      times[side].push(clock.monotonic() - startMs);
    }
  }
  const [x, y] = times.map(moments) as [Moments, Moments];
  return (x.mean - y.mean) / Math.sqrt(x.variance / x.n + y.variance / y.n);
}

interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** Without the slowest tenth: what the machine did meanwhile. */
function moments(all: readonly number[]): Moments {
  const kept = [...all].sort((a, b) => a - b).slice(0, Math.floor(all.length * 0.9));
  const n = kept.length;
  const mean = kept.reduce((sum, t) => sum + t, 0) / n;
  return { n, mean, variance: kept.reduce((sum, t) => sum + (t - mean) ** 2, 0) / (n - 1) };
}
