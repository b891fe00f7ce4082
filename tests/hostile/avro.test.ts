/** Records that were cut, bent or made to hurt: `DecodeError`, at once, and never a wrong value (F23, F33). */
import { createHash } from 'node:crypto';
import { DecodeError } from '@sapwood/contracts/codec';
import { latestSchema } from '@sapwood/contracts/schemas';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { describe, expect, it } from 'vitest';
import { bombs, type Schema } from './bombs.ts';
import { GOLDEN, type Golden } from './golden.ts';
import { below, randomBytes } from './noise.ts';
import { CASES, SEED, STALL_MS_MAX } from './rig.ts';

const HASH_BYTES = 8;
const HEADER_BYTES = 5;
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The same bytes with the hash that belongs to them: from somebody who may write. */
function sealed(bytes: Uint8Array): Buffer {
  const body = Buffer.from(bytes.subarray(0, bytes.length - HASH_BYTES));
  return Buffer.concat([body, sha256(body).subarray(0, HASH_BYTES)]);
}

/** `refused`, or the value; anything but a DecodeError fails the test. */
function decoded({ codec }: Golden, bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return 'refused';
  }
}
const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/** Digests of golden bytes: the newest version of each schema as it was when it was published. */
const DIGESTS: Readonly<Record<string, string>> = {
  'raw delivery': '685acffa453b132b',
  'raw heartbeat': 'ac4895e76a96699e',
  'fact issue.observed': 'f7726fed94b438c7',
  'fact issue.hinted': '6028760d8008b3f3',
  'fact issue.gone': '1dc8b40967e9682f',
  'fact message.observed': '74fa9132252fc7ff',
  'fact thread.observed': 'fcb36a5e87b0b3a2',
  'fact user.observed': '03afb0da16413131',
  'fact cost.entry': '25d54141a679974e',
  'fact config.applied': 'af4de0b3b34257c0',
  'fact source.heartbeat': '8ffda9a9457c4e26',
  'fact tick': '1407994aa1248edb',
  'fact account.observed': '37f370a2c3741970',
  'fact contact.observed': '8c0128ef4fb889c4',
  'fact team.observed': 'f49dce6c62bc855e',
  'fact status.observed': 'ab4c78a15ac94300',
  'fact close.evidence': '7270b192e056bebf',
  'fact correction.retract': '3f56e0e7d91bdd9f',
  'fact correction.merge': '0fbe7cc744871251',
  'fact correction.closed_by': 'db0a523825cd754c',
  'fact correction.author_kind': 'ebcd09c4e91dee56',
  'fact correction.supersede': '975a8cff262a874a',
  'sample run': '748f9ca92453ad58',
  'sample config': 'ee6e6ad43a789b90',
  'metric series': 'b01a91921c381b33',
  'metric frame': 'a2688e76d68b86eb',
  'event event': 'a8e4dbfa965fc754',
  'alert alert': '5c9066ae74a08bdb',
  'label label': '16ea08830c28831f',
  'quarantined quarantined': '832907e8202a0cbe',
};

describe('records', () => {
  it.each(GOLDEN)(
    'F33 HOST-30 $subject $name: same bytes as ever, and back to the same record',
    (one) => {
      const { subject, name, codec, record } = one;
      const bytes = codec.encode(record);
      expect(codec.decode(bytes)).toEqual(record);
      expect(sha256(bytes).toString('hex').slice(0, 16)).toBe(DIGESTS[`${subject} ${name}`]);
    },
  );

  it.each(GOLDEN)('F23 HOST-31 $subject $name: each flipped bit is refused', (one) => {
    const bytes = one.codec.encode(one.record);
    const taken: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bad = Buffer.from(bytes);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      if (decoded(one, bad) !== 'refused') taken.push(bit);
    }
    expect(taken).toEqual([]);
  });

  it.each(GOLDEN)(
    'F23 HOST-32 $subject $name: cut anywhere it is refused, even with a right hash',
    (one) => {
      const bytes = one.codec.encode(one.record);
      for (let length = 0; length < bytes.length; length++) {
        expect([length, decoded(one, bytes.subarray(0, length))]).toEqual([length, 'refused']);
        if (length < HEADER_BYTES + HASH_BYTES) continue;
        expect([length, decoded(one, sealed(bytes.subarray(0, length)))]).toEqual([
          length,
          'refused',
        ]);
      }
    },
  );

  it.each(GOLDEN)(
    'F23 HOST-33 $subject $name: bent under a right hash it is refused or a record',
    (one) => {
      const rng = createSeededRng(SEED);
      const bytes = one.codec.encode(one.record);
      const startMs = threadMs();
      for (let n = 0; n < CASES; n++) {
        const bad = Buffer.from(bytes);
        for (let k = 1 + below(rng, 3); k > 0; k--) {
          bad[HEADER_BYTES + below(rng, bad.length - HEADER_BYTES)] = below(rng, 256);
        }
        const value = decoded(one, sealed(bad));
        // What it says may be false, but it is a record of this schema: it can be written again.
        if (value !== 'refused') expect(() => one.codec.encode(value)).not.toThrow();
      }
      expect((threadMs() - startMs) / CASES).toBeLessThan(5);
    },
  );

  it('F23 HOST-34 counts of blocks that promise what is not there are refused at once', () => {
    const found = new Set<string>();
    for (const one of GOLDEN) {
      const bytes = one.codec.encode(one.record);
      const schema = latestSchema(one.subject).document as unknown as Schema;
      for (const { place, body } of bombs(schema)) {
        const bomb = sealed(
          Buffer.concat([bytes.subarray(0, HEADER_BYTES), body, Buffer.alloc(HASH_BYTES)]),
        );
        const before = process.memoryUsage();
        const startMs = threadMs();
        expect([place, decoded(one, bomb)]).toEqual([place, 'refused']);
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        expect([place, threadMs() - startMs < STALL_MS_MAX]).toEqual([place, true]);
        const grown = heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers;
        expect([place, grown < 8_000_000]).toEqual([place, true]);
        found.add(`${one.subject}.${place}`);
      }
    }
    // Every array and map of every schema that can be reached.
    expect(found.size).toBeGreaterThan(12);
  });

  it('F23 HOST-35 the record of another topic is never read as this one’s', () => {
    for (const writer of GOLDEN) {
      const bytes = writer.codec.encode(writer.record);
      for (const reader of GOLDEN) {
        if (reader.subject === writer.subject) continue;
        expect(() => reader.codec.decode(bytes)).toThrow(/^wrong_subject/);
      }
      for (const id of [-1, 0, 99, 2 ** 31 - 1]) {
        const unknown = Buffer.from(bytes);
        unknown.writeInt32BE(id, 1);
        expect(() => writer.codec.decode(sealed(unknown))).toThrow(/^unknown_schema/);
      }
    }
  });

  it('F23 HOST-36 random bytes, and records above the limit', () => {
    const rng = createSeededRng(SEED);
    for (let n = 0; n < CASES; n++) {
      const one = GOLDEN[below(rng, GOLDEN.length)]!;
      const noise = randomBytes(rng, 20 + below(rng, 200));
      const header = one.codec.encode(one.record).subarray(0, HEADER_BYTES);
      expect(decoded(one, noise)).toBe('refused');
      decoded(one, sealed(Buffer.concat([header, noise])));
    }
    const large = Buffer.alloc(600_000);
    for (const one of GOLDEN) expect(() => one.codec.decode(large)).toThrow(/^too_large/);
  });
});
