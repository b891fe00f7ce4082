/** When a conversation is looked at again, and what is forgotten of it then (metrics.md 1.3). */
import type { Conversation } from '../conversation/model.ts';
import {
  isOver,
  isShrunk,
  isSummary,
  quietSince,
  SHRINK_AFTER_MS,
  SUMMARY_AFTER_MS,
  shrink,
} from '../conversation/past.ts';
import { wholeHour } from '../time/instant.ts';
import type { ConversationShelf } from './conversation-shelf.ts';
import { createQuietQueue, type QuietQueue } from './quiet.ts';

export interface ForgettingDeps {
  readonly conversations: ConversationShelf;
  /** A group of its facts is not complete: it is not closed yet. */
  readonly isOpenGroup: (id: string) => boolean;
  /** It is needed whole, however old. */
  readonly isHeldBack: (id: string) => boolean;
  readonly summarise: (conversation: Conversation) => void;
  readonly changed: (id: string) => void;
}

export class Forgetting {
  readonly #deps: ForgettingDeps;
  readonly #queue: QuietQueue = createQuietQueue();
  #T = 0;

  constructor(deps: ForgettingDeps) {
    this.#deps = deps;
  }

  /** Something new was said of it. */
  heard(conversation: Conversation): void {
    this.#lookAgain(conversation, SHRINK_AFTER_MS);
  }

  /** Begins at T, with nothing due. */
  restart(T: number): void {
    this.#T = T;
    this.#queue.due(T);
  }

  /** One that was stored: open for over 35 days and shrunk, it was looked at for the last time. */
  restored(conversation: Conversation): void {
    if (!isShrunk(conversation)) this.#lookAgain(conversation, SHRINK_AFTER_MS);
    else if (!this.#isOld(conversation) || isOver(conversation) || conversation.dueAt !== null) {
      this.#lookAgain(conversation, SUMMARY_AFTER_MS);
    }
  }

  advance(T: number): void {
    this.#T = T;
    const { conversations } = this.#deps;
    for (const id of this.#queue.due(T)) {
      // Most say nothing twice: they need not be woken to be left as they are.
      const conversation = conversations.view(id);
      if (!this.#isOld(conversation) && isShrunk(conversation)) {
        this.#lookAgain(conversation, SUMMARY_AFTER_MS);
        continue;
      }
      this.#forgetIn(conversations.get(id)!);
      conversations.settle();
    }
  }

  #forgetIn(conversation: Conversation): void {
    const { isOpenGroup, isHeldBack, summarise, changed } = this.#deps;
    const { id } = conversation;
    if (this.#isOld(conversation) && !isOpenGroup(id)) {
      if (conversation.dueAt !== null) this.#queue.lookAgain(id, conversation.dueAt);
      if (!isOver(conversation) || isHeldBack(id)) return;
      summarise(conversation);
      changed(id);
      return;
    }
    const quietMs = wholeHour(this.#T) - quietSince(conversation);
    if (quietMs >= SHRINK_AFTER_MS && shrink(conversation)) changed(id);
    this.#lookAgain(conversation, SUMMARY_AFTER_MS);
  }

  #isOld(conversation: Conversation): boolean {
    return wholeHour(this.#T) - quietSince(conversation) >= SUMMARY_AFTER_MS;
  }

  #lookAgain(conversation: Conversation, after: number): void {
    if (isSummary(conversation)) return;
    this.#queue.lookAgain(conversation.id, quietSince(conversation) + after);
  }
}
