/**
 * Who may post to a destination (pylon.md 2). A destination names its schemes; all of them must hold.
 * Nothing is parsed here and every comparison takes constant time.
 */
import {
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

export interface PylonHmacScheme {
  readonly kind: 'pylon-hmac';
  /** Active secrets; several while one is being rotated. */
  readonly secrets: readonly string[];
}
export interface StaticHeaderScheme {
  readonly kind: 'static-header';
  /** Header name in any case; `authorization` expects the whole value, `Bearer …` included. */
  readonly header: string;
  readonly tokens: readonly string[];
}
export type Scheme = PylonHmacScheme | StaticHeaderScheme;

/** Closed words, fit for a metric label. */
export type AuthFailure =
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_wrong'
  | 'token_missing'
  | 'token_wrong'
  | 'no_scheme';

export type AuthResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: AuthFailure };

/** `rawHeaders` are Node's: name, value, name, value; so a repeated header cannot hide. */
export type Verifier = (rawHeaders: readonly string[], body: Uint8Array) => AuthResult;

export const SIGNATURE_HEADER = 'x-pylon-signature';
const SIGNATURE_SHAPE = /^[0-9a-fA-F]{64}$/;
const OK: AuthResult = { ok: true };

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!);
  }
  return values;
}

/** Compares with every candidate: how long it takes does not say which one matched. */
function matchesAny(given: Buffer, candidates: readonly Buffer[]): boolean {
  let matched = 0;
  for (const candidate of candidates) matched |= timingSafeEqual(given, candidate) ? 1 : 0;
  return matched === 1;
}

function hmacVerifier(scheme: PylonHmacScheme): Verifier {
  const keys = scheme.secrets.map((secret) => createSecretKey(Buffer.from(secret, 'utf8')));
  return (rawHeaders, body) => {
    const values = valuesOf(rawHeaders, SIGNATURE_HEADER);
    if (values.length === 0) return { ok: false, reason: 'signature_missing' };
    // One value of 64 hex digits and nothing else: a list, a prefix or a quote is another scheme.
    if (values.length > 1 || !SIGNATURE_SHAPE.test(values[0]!)) {
      return { ok: false, reason: 'signature_malformed' };
    }
    const digests = keys.map((key) => createHmac('sha256', key).update(body).digest());
    return matchesAny(Buffer.from(values[0]!, 'hex'), digests)
      ? OK
      : { ok: false, reason: 'signature_wrong' };
  };
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

function headerVerifier(scheme: StaticHeaderScheme): Verifier {
  const name = scheme.header.toLowerCase();
  const hashes = scheme.tokens.map(sha256);
  return (rawHeaders) => {
    const values = valuesOf(rawHeaders, name);
    if (values.length !== 1) return { ok: false, reason: 'token_missing' };
    return matchesAny(sha256(values[0]!), hashes) ? OK : { ok: false, reason: 'token_wrong' };
  };
}

/** A verifier that demands every scheme. No scheme at all verifies nothing. */
export function createVerifier(schemes: readonly Scheme[]): Verifier {
  const verifiers = schemes.map((s) =>
    s.kind === 'pylon-hmac' ? hmacVerifier(s) : headerVerifier(s),
  );
  if (verifiers.length === 0) return () => ({ ok: false, reason: 'no_scheme' });
  return (rawHeaders, body) => {
    // All run even if the first fails, so the time does not say which one was wrong.
    let result = OK;
    for (const verify of verifiers) {
      const one = verify(rawHeaders, body);
      if (result.ok) result = one;
    }
    return result;
  };
}

/**
 * Stands in for a destination that does not exist: the work of an HMAC check with a key nobody has,
 * and always a refusal, so the answer's time does not tell which destinations exist.
 */
export function createDecoyVerifier(secret: string): Verifier {
  const verify = createVerifier([{ kind: 'pylon-hmac', secrets: [secret] }]);
  return (rawHeaders, body) => {
    const result = verify(rawHeaders, body);
    return result.ok ? { ok: false, reason: 'signature_wrong' } : result;
  };
}

/** The value of `X-Pylon-Signature` for a body: bare lower-case hex. */
export function signBody(secret: string | KeyObject, body: Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** Compares a bearer token with API keys by SHA-256; the index of the match, else -1. */
export function createTokenMatcher(tokens: readonly string[]): (given: string) => number {
  const hashes = tokens.map(sha256);
  return (given) => {
    const hash = sha256(given);
    let found = -1;
    hashes.forEach((candidate, i) => {
      if (timingSafeEqual(hash, candidate)) found = i;
    });
    return found;
  };
}
