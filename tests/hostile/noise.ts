/** Bytes that nobody meant. */
import type { Rng } from '@sapwood/runtime/ports';

export const below = (rng: Rng, n: number): number => Math.floor(rng.next() * n);

export const randomBytes = (rng: Rng, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => below(rng, 256)));

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  'null',
  '1e999',
  '\0',
  '"issue_id"',
];

/** A good body with a few places changed: bits, bytes cut out, doubled, or JSON's own signs put in. */
function damaged(rng: Rng, good: Buffer): Buffer {
  let bytes = Buffer.from(good);
  for (let n = 1 + below(rng, 4); n > 0; n--) {
    const at = below(rng, bytes.length);
    const to = Math.min(bytes.length, at + below(rng, 12));
    const [head, cut, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    const token = Buffer.from(TOKENS[below(rng, TOKENS.length)]!);
    const kind = below(rng, 4);
    if (kind === 0) bytes[at]! ^= 1 << below(rng, 8);
    else if (kind === 1) bytes = Buffer.concat([head, tail]);
    else if (kind === 2) bytes = Buffer.concat([head, cut, cut, tail]);
    else bytes = Buffer.concat([head, token, tail]);
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

/** Every third is random, the others are a good one, damaged. */
export const noise = (rng: Rng, good: Buffer): Buffer =>
  below(rng, 3) === 0 ? randomBytes(rng, below(rng, 300)) : damaged(rng, good);
