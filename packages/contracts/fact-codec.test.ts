import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Fact } from '@sapwood/core/facts';
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import { DecodeError, recordHash } from './codec.ts';
import { factCodec, factIdOf } from './fact-codec.ts';
import { SCHEMAS } from './schemas.ts';

const draft = {
  workspace: 'acme',
  kind: 'issue.observed',
  entity: 'I1',
  at: null,
  observedAt: 1_781_000_000_000,
  origin: 'webhook',
  via: 'body',
  srcs: [{ topic: 'raw.pylon.v1', partition: 0, epoch: 0, offset: 7 }],
  readAfter: null,
  group: { i: 0, n: 2 },
  body: { number: 4211, stateCategory: 'new', stateSlug: 'new', assigneeId: null, tags: ['a'] },
} as const;
const fact: Fact = {
  ...draft,
  v: 1,
  factId: factIdOf(draft),
  recordedAt: 1_781_000_000_500,
};

describe('fact codec', () => {
  it('CODEC-1 absent is not observed, null is observed empty', () => {
    expect(factCodec.decode(factCodec.encode(fact))).toEqual(fact);
    expect('teamId' in factCodec.decode(factCodec.encode(fact)).body).toBe(false);
  });
  it('CODEC-2 a flipped bit anywhere is refused', () => {
    const bytes = factCodec.encode(fact);
    for (let i = 0; i < bytes.length; i++) {
      const bad = Buffer.from(bytes);
      bad[i] = bad[i]! ^ 1;
      expect(() => factCodec.decode(bad)).toThrow(DecodeError);
    }
    expect(recordHash(bytes)).toBe(bytes.subarray(-8).toString('hex'));
  });
  it('CODEC-3 the same content has the same fact id, whatever its stamps', () => {
    expect(factIdOf({ ...draft, observedAt: 5, group: null })).toBe(fact.factId);
    expect(factIdOf({ ...draft, body: { ...draft.body, teamId: null } })).not.toBe(fact.factId);
  });
  it('CODEC-4 facts of version 1 are read as they were written, with nothing invented', () => {
    const file = new URL('./schemas/fact/1.examples.json', import.meta.url);
    const examples = Object.entries(
      JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>,
    );
    expect(examples).toHaveLength(10);
    for (const [kind, hex] of examples) {
      const old = factCodec.decode(Buffer.from(hex, 'hex'));
      expect(old).toMatchObject({ kind, entity: 'I1', recordedAt: old.observedAt + 500 });
      expect(factCodec.decode(factCodec.encode(old))).toEqual(old);
      // Version 1 observed ten fields of this issue, and no later version observed more of it.
      if (old.kind === 'issue.observed') expect(Object.keys(old.body)).toHaveLength(10);
      if (old.kind === 'user.observed') expect(old.body.role).toBeNull();
    }
  });

  const pay: Fact = {
    ...{ ...fact, kind: 'cost.entry', entity: 'pay', group: null },
    body: {
      ...{ costId: 'pay', revision: 1, stage: 'settled', category: 'salaries', currency: 'USD' },
      ...{ amountMicro: -5, from: 1, to: 2, accrual: 'schedule', driver: 'touches' },
      scope: { dimension: 'account_tier', value: 'gold' },
      fx: { rateMicro: 785_432, asOf: 1, source: 'ECB' },
    },
  };
  it('CODEC-10 what a cost leaves to its defaults is absent, before and after', () => {
    expect(factCodec.decode(factCodec.encode(pay))).toEqual(pay);
    const { scope: _scope, driver: _driver, fx: _fx, ...body } = pay.body;
    const plain = { ...pay, body } as Fact;
    expect(factCodec.decode(factCodec.encode(plain)).body).toStrictEqual(body);
  });
  it('CODEC-10 a cost that was written by the first schema is read by the newest', () => {
    const first = SCHEMAS.find(({ subject, version }) => subject === 'fact' && version === 1)!;
    const { scope: _scope, driver: _driver, fx: _fx, ...old } = pay.body;
    const body = { ...old, accrual: 'even' } as const;
    const wire = {
      ...{ ...pay, kind: 'cost_entry', factId: Buffer.from(pay.factId, 'hex'), costEntry: body },
      hash: Buffer.alloc(8),
    };
    const type = avro.Type.forSchema(first.document as unknown as avro.Schema);
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, first.id]), type.toBuffer(wire)]);
    const digest = createHash('sha256').update(bytes.subarray(0, -8)).digest();
    digest.copy(bytes, bytes.length - 8, 0, 8);
    const read = factCodec.decode(bytes);
    expect(read).toEqual({ ...pay, body });
    expect(read.body).toStrictEqual(body);
  });
});
