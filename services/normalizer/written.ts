/**
 * What was appended of the directory: a fingerprint of each entry's content, kept in a record of the
 * source, so that a fact goes out only where the content changed. Losing it costs repeated facts.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@sapwood/core/num';
import type { DirectoryDraft, DirectoryKind } from '@sapwood/pylon/directory-facts';
import type { StateStore } from '@sapwood/runtime/ports';

export interface Written {
  differs(draft: DirectoryDraft): boolean;
  knows(kind: DirectoryKind, entity: string): boolean;
  /** Called once the fact is durable. */
  note(draft: DirectoryDraft): void;
  /** Writes the record where something was noted since. */
  save(): Promise<void>;
}

/** Above it the entries longest unchanged are forgotten, and told again when they are read. */
const ENTRIES_MAX = 50_000;
const FINGERPRINT_CHARS = 8;

const fingerprintOf = (body: object): string =>
  createHash('sha256').update(canonicalJson(body)).digest('base64url').slice(0, FINGERPRINT_CHARS);

/** A record that cannot be read is none: everything is told once more. */
function decoded(bytes: Uint8Array | null): [string, string][] {
  try {
    return bytes === null ? [] : Object.entries(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return [];
  }
}

export async function loadWritten(store: StateStore, source: string): Promise<Written> {
  const name = `normalizer/${source}/directory`;
  const entries = new Map<string, string>(decoded(await store.getRecord(name)));
  let dirty = false;
  const keyOf = (kind: DirectoryKind, entity: string): string => `${kind}/${entity}`;
  return {
    differs: ({ kind, entity, body }) => entries.get(keyOf(kind, entity)) !== fingerprintOf(body),
    knows: (kind, entity) => entries.has(keyOf(kind, entity)),
    note({ kind, entity, body }) {
      const key = keyOf(kind, entity);
      entries.delete(key);
      entries.set(key, fingerprintOf(body));
      // A Map keeps the order of insertion.
      if (entries.size > ENTRIES_MAX) entries.delete(entries.keys().next().value!);
      dirty = true;
    },
    async save() {
      if (!dirty) return;
      dirty = false;
      const text = JSON.stringify(Object.fromEntries(entries));
      try {
        await store.putRecord(name, new TextEncoder().encode(text));
      } catch (error) {
        dirty = true;
        throw error;
      }
    },
  };
}
