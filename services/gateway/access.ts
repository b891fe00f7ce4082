/**
 * Who asks. The workspace and the audience come from where a request comes from or which secret it
 * holds, never from what it says (design D13). Without authentication that is the machine itself;
 * with a pairing code, screens of the network see the floor.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Audience } from '@sapwood/core/tree';
import type { Screens } from './screens.ts';

export interface Principal {
  readonly workspace: string;
  readonly audience: Audience;
  /** Id of the screen, for its limits and its revocation; null on the machine itself. */
  readonly token: string | null;
}

/** `lan`: screens of the network may pair with this code. */
export type Access =
  | { readonly kind: 'loopback' }
  | { readonly kind: 'lan'; readonly code: string };

/** What of a request decides; `remote` is the socket's address, no proxy header. */
export interface Asker {
  readonly remote: string;
  readonly headers: IncomingHttpHeaders;
}

export const SCREEN_COOKIE = 'sapwood_screen';

const LOCAL_HOSTS = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/**
 * Direct from this machine. The host is checked because a foreign name can be made to resolve to
 * 127.0.0.1; a forwarding header means that somebody else asked.
 */
export function isLocal(asker: Asker): boolean {
  const { headers } = asker;
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers['x-real-ip'];
  return (
    isLoopback(asker.remote) && forwarded === undefined && LOCAL_HOSTS.test(headers.host ?? '')
  );
}

/** A page of another origin may not speak for its reader. */
export function isSameOrigin(asker: Asker): boolean {
  const origin = asker.headers.origin;
  if (origin === undefined) return true;
  const host = asker.headers.host ?? '';
  return origin === `http://${host}` || origin === `https://${host}`;
}

export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const eq = part.indexOf('=');
    if (eq > 0 && part.slice(0, eq).trim() === name) return part.slice(eq + 1).trim();
  }
  return null;
}

export function principalOf(asker: Asker, workspace: string, screens: Screens): Principal | null {
  if (isLocal(asker)) return { workspace, audience: 'finance', token: null };
  const token = readCookie(asker.headers.cookie, SCREEN_COOKIE);
  const screen = token === null ? null : screens.find(token);
  return screen && { workspace, audience: 'floor', token: screen.id };
}
