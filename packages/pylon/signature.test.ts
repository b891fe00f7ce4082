import { describe, expect, it } from 'vitest';
import { createDecoyVerifier, createTokenMatcher, createVerifier, signBody } from './signature.ts';

const KEY = 'test_secret_do_not_use';
const VECTORS = [
  [
    '{"event_type":"issue_status_changed","issue_id":"7f0c2a9e-3d51-4b7e-9a55-0d3f6a1c2b44"}',
    'cc95d008a22a2ddf4465cd0880650cdea284c6232e5710d8386ee6ee8c685868',
  ],
  [
    '{"issue_id":"7f0c2a9e-3d51-4b7e-9a55-0d3f6a1c2b44", "title":"Größe 10 € \\u00e9"}\n',
    '171c1c7f6706c252df8a856525d09d2ed32a1335ebde27bfc15a352c0e87cf81',
  ],
] as const;
const hmac = createVerifier([{ kind: 'pylon-hmac', secrets: ['old', KEY] }]);
const body = Buffer.from(VECTORS[0][0]);
const good = VECTORS[0][1];

describe('pylon-hmac', () => {
  it.each(VECTORS)('PYL-1 the vectors of the wire format hold', (text, hex) => {
    expect(Buffer.byteLength(text)).toBe(text.endsWith('\n') ? 85 : 87);
    expect(signBody(KEY, Buffer.from(text))).toBe(hex);
    expect(hmac(['X-Pylon-Signature', hex], Buffer.from(text))).toEqual({ ok: true });
    expect(hmac(['x-pylon-signature', hex.toUpperCase()], Buffer.from(text)).ok).toBe(true);
  });
  it.each([
    ['missing', [], 'signature_missing'],
    ['prefixed', ['x-pylon-signature', `sha256=${good}`], 'signature_malformed'],
    ['comma-joined', ['x-pylon-signature', `${good}, ${good}`], 'signature_malformed'],
    ['repeated', ['x-pylon-signature', good, 'X-Pylon-Signature', good], 'signature_malformed'],
    ['short', ['x-pylon-signature', good.slice(1)], 'signature_malformed'],
    ['not hex', ['x-pylon-signature', `g${good.slice(1)}`], 'signature_malformed'],
    ['empty', ['x-pylon-signature', ''], 'signature_malformed'],
    ['another key', ['x-pylon-signature', signBody('other', body)], 'signature_wrong'],
  ])('PYL-2 refuses a signature that is %s', (_name, headers, reason) => {
    expect(hmac(headers, body)).toEqual({ ok: false, reason });
  });
  it('PYL-3 one changed byte is refused', () => {
    for (let i = 0; i < body.length; i++) {
      const bad = Buffer.from(body);
      bad[i] = bad[i]! ^ 1;
      expect(hmac(['x-pylon-signature', good], bad).ok).toBe(false);
    }
  });
});

describe('static-header and combinations', () => {
  const header = { kind: 'static-header', header: 'Authorization', tokens: ['Bearer a'] } as const;
  it('PYL-4 a static header is compared whole and must stand once', () => {
    const verify = createVerifier([header]);
    expect(verify(['authorization', 'Bearer a'], body)).toEqual({ ok: true });
    expect(verify(['authorization', 'Bearer b'], body).ok).toBe(false);
    expect(verify(['authorization', 'Bearer a', 'Authorization', 'Bearer a'], body).ok).toBe(false);
  });
  it('PYL-5 both schemes are demanded, none verifies nothing', () => {
    const both = createVerifier([{ kind: 'pylon-hmac', secrets: [KEY] }, header]);
    const signed = ['x-pylon-signature', good];
    expect(both([...signed, 'authorization', 'Bearer a'], body).ok).toBe(true);
    expect(both(signed, body)).toEqual({ ok: false, reason: 'token_missing' });
    expect(both(['authorization', 'Bearer a'], body).ok).toBe(false);
    expect(createVerifier([])(signed, body)).toEqual({ ok: false, reason: 'no_scheme' });
  });
  it('PYL-6 the decoy refuses even its own signature', () => {
    const decoy = createDecoyVerifier('k');
    expect(decoy(['x-pylon-signature', signBody('k', body)], body).ok).toBe(false);
    expect(decoy([], body)).toEqual({ ok: false, reason: 'signature_missing' });
  });
  it('PYL-7 tokens match by their hash', () => {
    const match = createTokenMatcher(['a', 'b']);
    expect([match('a'), match('b'), match('c'), match('')]).toEqual([0, 1, -1, -1]);
  });
});
