/**
 * Which conversation is part of which (metrics.md 1.4, `merged_away`): as somebody says, else as a
 * message tells that two of them hold. A function of the set of facts; each keeps its own, so that a
 * merge that is taken back leaves no trace.
 */
import { type Conversation, isGone, latest } from '../conversation/model.ts';
import type { ConversationShelf } from './conversation-shelf.ts';
import type { CorrectionBook } from './correction-book.ts';
import { MessageHolders } from './message-holders.ts';

export interface Merged {
  readonly into: string;
  /** null: as its facts show, since it was closed or gone. */
  readonly at: number | null;
}

export interface MergesDeps {
  readonly book: CorrectionBook;
  readonly conversations: Pick<ConversationShelf, 'has' | 'view'>;
  /** Another one than before, or none. */
  readonly changed: (id: string) => void;
}

type Parents = ReadonlyMap<string, Merged>;

export class Merges {
  readonly #deps: MergesDeps;
  readonly #holders: MessageHolders = new MessageHolders();
  readonly #parents: Map<string, Merged> = new Map();
  readonly #children: Map<string, Set<string>> = new Map();

  constructor(deps: MergesDeps) {
    this.#deps = deps;
  }

  of(id: string): Merged | null {
    return this.#parents.get(id) ?? null;
  }

  ids(): Iterable<string> {
    return this.#parents.keys();
  }

  /** What it is part of, and what that is part of. */
  ancestorsOf(id: string): string[] {
    const found: string[] = [];
    for (let up = this.#parents.get(id); up; up = this.#parents.get(up.into)) found.push(up.into);
    return found;
  }

  /** Part of another, or another is part of it. */
  isMerged(id: string): boolean {
    return this.#parents.has(id) || this.#children.has(id);
  }

  /** All that became part of it, those of a part too; by id. */
  partsOf(id: string): string[] {
    const found = new Set(this.#children.get(id));
    // A Set that grows while it is walked is walked to its end.
    for (const part of found) for (const child of this.#children.get(part) ?? []) found.add(child);
    return [...found].sort();
  }

  restore(id: string, merged: Merged): void {
    this.#parents.set(id, merged);
    const siblings = this.#children.get(merged.into) ?? new Set();
    this.#children.set(merged.into, siblings.add(id));
  }

  /** Its messages are there; those of all are noted before the first `refresh`. */
  noted(conversation: Conversation): void {
    this.#holders.note(conversation);
  }

  forget(conversation: Conversation): void {
    this.#holders.forget(conversation);
  }

  /** It changed, or what is said of it: whoever is now part of another, or lives on otherwise. */
  refresh(conversation: Conversation): Set<string> {
    const related = this.#related(conversation);
    const affected = new Set<string>();
    if (related.length === 1 && !this.isMerged(conversation.id)) return affected;
    const parents = this.#parentsAmong(related);
    const moved = related.filter((id) => isOther(this.of(id), parents.get(id) ?? null));
    const add = (id: string): unknown => affected.add(id);
    for (const id of moved) [id, ...this.ancestorsOf(id)].forEach(add);
    for (const id of moved) this.#move(id, parents.get(id));
    for (const id of moved) this.ancestorsOf(id).forEach(add);
    return affected;
  }

  #move(id: string, to: Merged | undefined): void {
    const from = this.#parents.get(id);
    if (from) {
      const siblings = this.#children.get(from.into)!;
      siblings.delete(id);
      if (siblings.size === 0) this.#children.delete(from.into);
      this.#parents.delete(id);
    }
    if (to) this.restore(id, to);
    this.#deps.changed(id);
  }

  /** All that may have to do with one another, by id. */
  #related(conversation: Conversation): string[] {
    const { conversations } = this.#deps;
    const found = new Set([conversation.id]);
    for (const id of found) {
      const one = id === conversation.id ? conversation : conversations.view(id);
      for (const other of this.#neighbours(one)) if (conversations.has(other)) found.add(other);
    }
    return [...found].sort();
  }

  *#neighbours(conversation: Conversation): Generator<string> {
    const { book } = this.#deps;
    const { id } = conversation;
    for (const { body } of book.about(id, 'correction.merge')) yield body.into;
    yield* book.mergedInto(id);
    yield* this.#holders.note(conversation);
    const into = this.#parents.get(id)?.into;
    if (into !== undefined) yield into;
    yield* this.#children.get(id) ?? [];
  }

  /** What is said before what is seen, in the order in which it was said; none that closes a circle. */
  #parentsAmong(ids: readonly string[]): Parents {
    const { book, conversations } = this.#deps;
    const parents = new Map<string, Merged>();
    const add = (id: string, merged: Merged): void => {
      if (!leadsTo(parents, merged.into, id)) parents.set(id, merged);
    };
    const said = ids.flatMap((id) => book.about(id, 'correction.merge').at(-1) ?? []);
    said.sort((a, b) => a.recordedAt - b.recordedAt || (a.id < b.id ? -1 : 1));
    for (const { entity, at, body } of said) {
      if (conversations.has(body.into)) add(entity, { into: body.into, at });
    }
    for (const id of ids) {
      if (parents.has(id)) continue;
      const into = partOf(
        conversations.view(id),
        ids.filter((one) => one !== id).map((one) => conversations.view(one)),
      );
      if (into !== null) add(id, { into, at: null });
    }
    return parents;
  }
}

const isOther = (a: Merged | null, b: Merged | null): boolean =>
  a?.into !== b?.into || a?.at !== b?.at;

function leadsTo(parents: Parents, from: string, to: string): boolean {
  for (let id: string | undefined = from; id !== undefined; id = parents.get(id)?.into) {
    if (id === to) return true;
  }
  return false;
}

const isDone = (one: Conversation): boolean =>
  isGone(one) || latest(one, 'stateCategory') === 'closed';

/** Where a message of it appears, once it is closed or gone: one that goes on, else the largest. */
function partOf(one: Conversation, others: readonly Conversation[]): string | null {
  if (!isDone(one)) return null;
  const holders = others.filter((other) => hasMessageOf(other, one));
  const larger = holders.filter((other) => !isDone(other) || bySize(one, other) < 0);
  const order = (a: Conversation, b: Conversation): number =>
    Number(isDone(b)) - Number(isDone(a)) || bySize(a, b);
  return larger.sort(order).at(-1)?.id ?? null;
}

const bySize = (a: Conversation, b: Conversation): number =>
  a.restMessages.size - b.restMessages.size || (a.id < b.id ? -1 : 1);

function hasMessageOf({ restMessages, vanished }: Conversation, other: Conversation): boolean {
  return [...other.restMessages.keys()].some((id) => {
    const held = restMessages.get(id);
    return held !== undefined && held.observedAt > (vanished.get(id) ?? -1);
  });
}
