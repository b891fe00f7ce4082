/**
 * Which conversations hold a message, by fingerprints: a few bytes for each, and a suspicion that is
 * looked into. Of reads alone: what a body claims a customer may have written.
 */
import type { Conversation } from '../conversation/model.ts';

type Held = Pick<Conversation, 'id' | 'restMessages'>;

export class MessageHolders {
  readonly #holders: Map<number, string | readonly string[]> = new Map();

  /** The others that seem to hold one of its messages. */
  note({ id, restMessages }: Held): Set<string> {
    const others = new Set<string>();
    for (const message of restMessages.keys()) {
      const print = fingerprint(message);
      const known = this.#holders.get(print);
      // Most are held by one: no list is made for it.
      if (known === undefined) this.#holders.set(print, id);
      else if (known !== id) {
        const all = new Set([known].flat()).add(id);
        this.#holders.set(print, [...all]);
        for (const other of all) if (other !== id) others.add(other);
      }
    }
    return others;
  }

  forget({ id, restMessages }: Held): void {
    for (const message of restMessages.keys()) {
      const print = fingerprint(message);
      const left = [this.#holders.get(print) ?? []].flat().filter((one) => one !== id);
      if (left.length === 0) this.#holders.delete(print);
      else this.#holders.set(print, left.length === 1 ? left[0]! : left);
    }
  }
}

/** FNV-1a in 30 bits, which a Map keeps without a box. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 2;
}
