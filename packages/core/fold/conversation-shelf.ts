/**
 * The conversations of a workspace. Those touched lately are objects; the others stay the text that
 * they are stored as, which takes a quarter of the room and nothing at a restart.
 */
import type { Conversation } from '../conversation/model.ts';
import type { TransitionKind } from '../conversation/transition.ts';
import {
  decodeConversation,
  encodeConversation,
  parseToldConversation,
  type ToldConversation,
} from './conversation-text.ts';
import { countingOf } from './told-text.ts';

/** Some minutes of a busy desk. */
export const AWAKE_MAX = 1_000;

export interface ConversationShelf {
  /** Wakes it; what is changed in it before its text is asked for stays. */
  get(id: string): Conversation | undefined;
  add(conversation: Conversation): void;
  has(id: string): boolean;
  /** As it was stored. */
  restore(id: string, text: string): void;
  textOf(id: string): string;
  ids(): Iterable<string>;
  /** A look that wakes nobody; not to be changed. */
  view(id: string): Conversation;
  /** The same, of transitions of some kinds alone, or more. */
  told(id: string, kinds: ReadonlySet<TransitionKind>): ToldConversation;
  /** Lets those sleep that were not touched for longest. Nobody may hold one meanwhile. */
  settle(): void;
}

export function createConversationShelf(awakeMax: number): ConversationShelf {
  /** In order of last touch. */
  const awake = new Map<string, Conversation>();
  const asleep = new Map<string, string>();
  /** Of those awake that nobody took since their text was asked for. */
  const written = new Map<string, string>();

  const touch = (conversation: Conversation): Conversation => {
    awake.delete(conversation.id);
    awake.set(conversation.id, conversation);
    written.delete(conversation.id);
    return conversation;
  };
  const write = (conversation: Conversation): string => {
    const text = written.get(conversation.id) ?? encodeConversation(conversation);
    written.set(conversation.id, text);
    return text;
  };
  return {
    get(id) {
      const known = awake.get(id);
      if (known) return touch(known);
      const text = asleep.get(id);
      if (text === undefined) return undefined;
      asleep.delete(id);
      return touch(decodeConversation(id, text));
    },
    add: (conversation) => void touch(conversation),
    has: (id) => awake.has(id) || asleep.has(id),
    restore: (id, text) => void asleep.set(id, text),
    textOf(id) {
      const known = awake.get(id);
      return known ? write(known) : asleep.get(id)!;
    },
    *ids() {
      yield* awake.keys();
      yield* asleep.keys();
    },
    view: (id) => awake.get(id) ?? decodeConversation(id, asleep.get(id)!),
    told: (id, kinds) =>
      awake.get(id) ?? { id, ...countingOf(parseToldConversation(asleep.get(id)!), kinds) },
    settle() {
      for (const [id, conversation] of awake) {
        if (awake.size <= awakeMax) return;
        awake.delete(id);
        asleep.set(id, write(conversation));
        written.delete(id);
      }
    },
  };
}
