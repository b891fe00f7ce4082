/** A bounded queue between the socket and an iterator that may be slower. */
import type { Update } from './state.ts';

/** Beyond this the oldest update goes: the state itself is always whole. */
const UPDATES_MAX = 1_000;

function merge(last: Update | undefined, update: Update): Update | null {
  if (last?.kind === 'frame' && update.kind === 'frame') return update;
  if (last?.kind !== 'values' || update.kind !== 'values') return null;
  return { kind: 'values', keys: [...new Set([...last.keys, ...update.keys])] };
}

export class Mailbox {
  #updates: Update[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  put(update: Update): void {
    const merged = merge(this.#updates[this.#updates.length - 1], update);
    if (merged) this.#updates[this.#updates.length - 1] = merged;
    else this.#updates.push(update);
    if (this.#updates.length > UPDATES_MAX) this.#updates.shift();
    if (update.kind === 'status' && update.status === 'closed') this.#ended = true;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *iterate(onStop: () => void): AsyncIterableIterator<Update> {
    try {
      for (;;) {
        const next = this.#updates.shift();
        if (next) yield next;
        else if (this.#ended) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      onStop();
    }
  }
}
