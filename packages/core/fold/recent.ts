/** Conversations in which something lies that an explained window may reach: nobody else need be looked at. */
import type { Conversation } from '../conversation/model.ts';
import { quietSince } from '../conversation/past.ts';
import { EXPLAINED_DAYS } from '../metrics/explanation.ts';
import { DAY_MS, HOUR_MS, wholeHour } from '../time/instant.ts';

/** Beyond it none of them begins: a pane of an hour more, and one since it is forgotten by the hour. */
const REACH_MS: number = EXPLAINED_DAYS * DAY_MS + 2 * HOUR_MS;

export class Recent {
  readonly #newest: Map<string, number> = new Map();
  #from = 0;

  set(conversation: Conversation): void {
    const newest = newestOf(conversation);
    if (newest < this.#from) this.#newest.delete(conversation.id);
    else this.#newest.set(conversation.id, newest);
  }

  /** At each whole hour, and before the first is set. */
  advance(T: number): void {
    this.#from = wholeHour(T) - REACH_MS;
    for (const [id, at] of this.#newest) if (at < this.#from) this.#newest.delete(id);
  }

  /** Every one with a transition from `at` on, and some more. */
  *since(at: number): Generator<string> {
    for (const [id, newest] of this.#newest) if (newest >= at) yield id;
  }
}

/** What is dated by time alone may lie later than all that was heard. */
function newestOf(conversation: Conversation): number {
  let newest = quietSince(conversation);
  for (const { at } of conversation.transitions) newest = Math.max(newest, at);
  return newest;
}
