/** Poison on the raw topics themselves, then good records: each is named, nothing waits, nothing is lost (T11). */
import { createHash } from 'node:crypto';
import { quarantinedCodec, rawCodec } from '@sapwood/contracts/codec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clock, fates, type HostileRig, hostileRig } from './rig.ts';

let rig: HostileRig;
beforeAll(async () => {
  rig = await hostileRig();
});
afterAll(() => rig.close());

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
interface Change {
  readonly dest?: string;
  readonly workspace?: string;
  readonly sha256?: Uint8Array;
}
const record = (body: object | string, change: Change = {}): Buffer => {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const named = { v: 1, dest: 'd1', workspace: 'acme', headers: {} } as const;
  const delivery = { ...named, receivedAt: clock.now(), sha256: sha256(raw), raw, ...change };
  return rawCodec.encode({ delivery, heartbeat: null });
};
const sealed = (bytes: Buffer): Buffer => {
  const body = bytes.subarray(0, bytes.length - 8);
  return Buffer.concat([body, sha256(body).subarray(0, 8)]);
};
const bent = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
};
const issue = (id: string) => ({ event_type: 'issue_new', issue_id: id, issue_status: 'new' });
const GOOD = record(issue('good'));
const long = '2020-01-01T00:00:00Z';
const alien = {
  workspace: 'a',
  topic: 't',
  partition: 0,
  offset: 0,
  reason: 'r',
  detail: '',
  at: 0,
};
const unknownId = Buffer.from(GOOD);
unknownId.writeInt32BE(4_711, 1);
const COST = {
  ...{ costId: 'pay', category: 'salaries', currency: 'GBP', amountMicro: 1 },
  ...{ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
};

const POISON: readonly (readonly [reason: string, value: Uint8Array | null])[] = [
  ['tombstone', null],
  ['bad_magic', Buffer.alloc(0)],
  ['bad_magic', Buffer.from('{"issue_id":"I1"}')],
  ['too_large', Buffer.alloc(600_000)],
  ['unknown_schema', sealed(unknownId)],
  ['wrong_subject', quarantinedCodec.encode(alien)],
  ['bad_hash', bent(GOOD, 30)],
  ['undecodable', sealed(GOOD.subarray(0, 60))],
  ['not_one_record', rawCodec.encode({ delivery: null, heartbeat: null })],
  ['body_hash_differs', record(issue('x'), { sha256: Buffer.alloc(32) })],
  ['unknown_destination', record(issue('x'), { dest: 'nobody' })],
  ['unknown_destination', record(issue('x'), { dest: '__proto__' })],
  ['foreign_workspace', record(issue('x'), { workspace: 'beta' })],
  ['foreign_workspace', record(issue('x'), { dest: 'd2' })],
  ['unparseable_body', record('not json')],
  ['not_an_object', record('[]')],
  ['no_issue_id', record({})],
  ['no_issue_id', record({ issue_number: 7 })],
  ['too_deep', record('['.repeat(100))],
  ['too_many_tokens', record(`{"a":[${'0,'.repeat(30_000)}0]}`)],
  ['forbidden_key', record('{"__proto__":{"issue_id":"I1"}}')],
  ['not_about_an_issue', record({ event_type: 'account_changed', account_id: 'A', id: 'A' })],
  [
    'stale_body',
    record({
      ...issue('x'),
      event_type: 'issue_message_new',
      message_id: 'M',
      message_sent_at: long,
    }),
  ],
];
const COST_POISON: typeof POISON = [
  ['cost_invalid', record('not json', { dest: 'c1' })],
  ['cost_invalid', record([{ ...COST, amountMicro: 0.5 }], { dest: 'c1' })],
  ['cost_conflict', record([{ ...COST, amountMicro: 2 }], { dest: 'c1' })],
  ['body_hash_differs', record([COST], { dest: 'c1', sha256: Buffer.alloc(32) })],
];

/** Poison between good records, one append each. */
async function feed(
  topic: string,
  poison: typeof POISON,
  good: (i: number) => Buffer,
): Promise<void> {
  for (const [i, [, value]] of poison.entries()) {
    for (const one of [good(i), value])
      await rig.sim.log.append(topic, 0, [{ key: 'k', value: one }]);
  }
  await rig.sim.log.append(topic, 0, [{ key: 'k', value: good(poison.length) }]);
}

describe('poison on the raw topics', () => {
  it('F23 HOST-50 each reason is named at its place, and every good record counts', async () => {
    await feed('raw.pylon.v1', POISON, (i) => record(issue(`G${i}`)));
    const found = await fates(rig);
    expect(POISON.map((_, i) => found.get(2 * i + 1))).toEqual(POISON.map(([reason]) => reason));
    const good = (await rig.facts()).filter(({ entity }) => /^G\d+$/.test(entity));
    expect(good.map(({ entity }) => entity)).toEqual(
      Array.from({ length: POISON.length + 1 }, (_, i) => `G${i}`),
    );
    expect(rig.unexpected).toEqual([]);
  });

  it('F23 HOST-51 the same on the cost feed', async () => {
    const before = (await rig.quarantined()).length;
    await feed('raw.cost.v1', COST_POISON, (i) =>
      record([i === 0 ? COST : { ...COST, costId: `G${i}` }], { dest: 'c1' }),
    );
    await rig.settled();
    const reasons = (await rig.quarantined()).slice(before).map(({ reason }) => reason);
    expect(reasons).toEqual(COST_POISON.map(([reason]) => reason));
    const costs = (await rig.facts()).filter(({ kind }) => kind === 'cost.entry');
    expect(costs.map(({ entity }) => entity)).toEqual(['pay', 'G1', 'G2', 'G3', 'G4']);
  });

  it('F23 HOST-52 a thousand poisoned records in a row do not stop it', async () => {
    const before = (await rig.quarantined()).length;
    const poison = Array.from({ length: 1_000 }, (_, i) => ({
      key: 'k',
      value: POISON[i % POISON.length]![1],
    }));
    await rig.sim.log.append('raw.pylon.v1', 0, poison);
    await rig.sim.log.append('raw.pylon.v1', 0, [{ key: 'k', value: record(issue('last')) }]);
    await rig.settled();
    expect((await rig.quarantined()).length - before).toBe(1_000);
    expect((await rig.facts()).at(-1)!.entity).toBe('last');
  });
});
