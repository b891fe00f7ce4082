/**
 * What the conversations of a workspace are to one another (design D7). Nothing of it is stored: each says
 * again what others have to know of it, however much of it is forgotten, and keeps what they say of it.
 */
import { type Joined, type Matter, matterOf } from '../conversation/joined.ts';
import type { Conversation } from '../conversation/model.ts';
import { Recurrence } from './recurrence.ts';
import { type Held, type News, Repeats } from './repeats.ts';

type Told = Pick<Conversation, 'id' | 'asked' | 'transitions'>;

export class Joins {
  readonly #held: Map<string, Held> = new Map();
  readonly #repeats: Repeats = new Repeats();
  readonly #recurrence: Recurrence = new Recurrence();

  /** As it was derived before a restart: what others say of it stands with it. */
  restore(told: Told): void {
    const held = heldOf(told);
    if (!held) return;
    this.#held.set(held.id, held);
    this.#repeats.add(held);
    this.#recurrence.add(held);
  }

  /** It says this now; what is said of it and of others by that. */
  set(told: Told): News {
    const before = this.#held.get(told.id) ?? null;
    const after = heldOf(told);
    if (sameMatter(before?.matter, after?.matter)) return new Map();
    if (after) this.#held.set(told.id, after);
    else this.#held.delete(told.id);
    const news = this.#repeats.replace(before, after);
    for (const [id, more] of this.#recurrence.replace(before, after)) {
      news.set(id, { ...news.get(id), ...more });
    }
    return news;
  }
}

function heldOf(told: Told): Held | null {
  const matter = matterOf(told);
  return matter && { id: told.id, matter };
}

const sameMatter = (a: Matter | undefined, b: Matter | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** With what is news of it; null: it is none. */
export function heard(known: Joined, news: Partial<Joined>): Joined | null {
  const joined = { ...known, ...news };
  return JSON.stringify(joined) === JSON.stringify(known) ? null : joined;
}
