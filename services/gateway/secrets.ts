/** Codes, tickets and tokens: from the system's randomness, compared and stored as hashes. */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** No 0 O 1 I L U: read aloud from a TV across a room. */
const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
export const CODE_LENGTH = 8;

/** Eight unambiguous characters, about 39 bits. */
export function createPairingCode(): string {
  let code = '';
  for (let i = 0; i < CODE_LENGTH; i += 1) code += CODE_ALPHABET[randomInt(CODE_ALPHABET.length)];
  return code;
}

/** 256 bits as base64url: fit for a subprotocol and a cookie. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** Equal in a time that tells nothing of where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(a)), Buffer.from(hashSecret(b)));
}
