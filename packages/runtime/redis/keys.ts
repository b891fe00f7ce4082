/** Every Redis key, made here. Keys of one scope share a hash tag, so a script may touch them all. */
import type { Space } from '@sapwood/core/fold-contract';
import type { Scope } from '../ports.ts';

/** HASH: own, off, tail, cid, code, T. Written by the scripts alone. */
export interface ScopeKeys {
  readonly meta: string;
  /** HASH per space: field to bytes, bounded by the fold. */
  readonly spaces: Readonly<Record<Space, string>>;
  /** HASH: `topic|seq` to payload; the relay empties it. */
  readonly out: string;
}

export const SPACES: readonly Space[] = ['conv', 'pane', 'dir', 'rule'];

/** The tag `{sw.<fold>.<topology>.<partition>}`; `staged` keys hold a state that is being loaded. */
export function scopeKeys(prefix: string, scope: Scope, staged: '' | ':staged' = ''): ScopeKeys {
  const { fold, topology, partition } = scope;
  const key = (name: string): string =>
    `{${prefix}sw.${fold}.${topology}.${partition}}:${name}${staged}`;
  const spaces = Object.fromEntries(SPACES.map((space) => [space, key(space)]));
  return { meta: key('meta'), spaces: spaces as Record<Space, string>, out: key('out') };
}

/** STRING: one small record (a position, a screen, a token). */
export const recordKey = (prefix: string, name: string): string => `${prefix}sw.record:${name}`;
