/**
 * Which conversations hold a message, by fingerprints: a few bytes for each, and a suspicion that is
 * looked into. Of reads alone: what a body claims a customer may have written.
 */
import type { Conversation } from '../conversation/model.ts';

type Held = Pick<Conversation, 'id' | 'restMessages'>;

/** What more conversations hold is no message's own identity, and tells nothing. */
const HOLDERS_MAX = 16;

export class MessageHolders {
  readonly #holders: Map<number, string | Set<string>> = new Map();

  /** The others that seem to hold one of its messages. */
  note({ id, restMessages }: Held): Set<string> {
    const others = new Set<string>();
    for (const message of restMessages.keys()) {
      const print = fingerprint(message);
      const known = this.#holders.get(print);
      // Most are held by one: no set is made for it.
      if (known === undefined) this.#holders.set(print, id);
      else if (known !== id) {
        const all = typeof known === 'string' ? new Set([known]) : known;
        this.#holders.set(print, all.add(id));
        if (all.size <= HOLDERS_MAX) for (const other of all) others.add(other);
      }
    }
    others.delete(id);
    return others;
  }

  forget({ id, restMessages }: Held): void {
    for (const message of restMessages.keys()) {
      const print = fingerprint(message);
      const known = this.#holders.get(print);
      if (known === id) this.#holders.delete(print);
      else if (typeof known === 'object' && known.delete(id) && known.size === 0) {
        this.#holders.delete(print);
      }
    }
  }
}

/** FNV-1a in 30 bits, which a Map keeps without a box. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 2;
}
