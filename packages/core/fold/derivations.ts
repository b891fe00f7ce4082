/**
 * Conversations derived anew: from what is known of each, of what it is part of and of whom it concerns; and
 * what that changes applied, new minus old.
 */
import { type DeriveContext, type Derived, derive, storyOf } from '../conversation/derive.ts';
import { diff } from '../conversation/diff.ts';
import type { Story } from '../conversation/families/story.ts';
import { firstWaitOf } from '../conversation/first-wait.ts';
import type { Conversation } from '../conversation/model.ts';
import { summarise } from '../conversation/past.ts';
import type { Transition } from '../conversation/transition.ts';
import type { Fact } from '../facts/fact.ts';
import { amendmentsOf, isHeldBack } from './amending.ts';
import type { ClosedPeriods } from './closed-periods.ts';
import type { ConversationShelf } from './conversation-shelf.ts';
import type { CorrectionBook } from './correction-book.ts';
import type { Cause, EventChange } from './emit.ts';
import type { FirstWaits } from './first-waits.ts';
import { heard, Joins } from './joins.ts';
import type { Merges } from './merges.ts';
import type { Sampling } from './sampling.ts';
import type { Standings } from './standings.ts';
import type { Tally } from './tally.ts';
import { countChanges, type Totals } from './totals.ts';

/** A conversation whose group of facts is not complete yet (reliability.md 1.5). */
export interface Deferred {
  readonly conversation: string;
  readonly group: string;
}

export interface DerivationsDeps {
  readonly conversations: ConversationShelf;
  readonly corrections: CorrectionBook;
  readonly merges: Merges;
  readonly totals: Totals;
  readonly tally: Tally;
  readonly closed: ClosedPeriods;
  readonly standings: Standings;
  readonly firstWaits: FirstWaits;
  readonly sampling: Sampling;
  /** What is declared and known of people, at log time. */
  readonly context: () => DeriveContext;
  /** It may be forgotten later, or now. */
  readonly heard: (conversation: Conversation) => void;
  readonly emit: (conversation: Conversation, t: Transition, change: EventChange) => void;
  /** A stored field is to be stored anew. */
  readonly changed: (field: string) => void;
}

export class Derivations {
  readonly #deps: DerivationsDeps;
  readonly #joins: Joins = new Joins();
  deferred: Deferred | null = null;

  constructor(deps: DerivationsDeps) {
    this.#deps = deps;
  }

  all(cause: Cause): void {
    this.each([...this.#deps.conversations.ids()].sort(), cause);
  }

  each(ids: readonly string[], cause: Cause): void {
    const { conversations } = this.#deps;
    for (const id of ids) {
      const conversation = conversations.get(id)!;
      // What is over now may be forgotten.
      if (this.one(conversation, cause)) this.#deps.heard(conversation);
      conversations.settle();
    }
  }

  /** Its instant has come. */
  becomeDue(id: string, at: number): void {
    if (this.isDeferred(id)) return;
    const { conversations } = this.#deps;
    this.one(conversations.get(id)!, `due ${at}`);
    conversations.settle();
  }

  /** Whoever it is part of, and whom that concerns, too. True if anything shown or counted changed. */
  one(conversation: Conversation, cause: Cause): boolean {
    const { merges, conversations } = this.#deps;
    const affected = merges.refresh(conversation);
    for (const id of merges.ancestorsOf(conversation.id)) affected.add(id);
    affected.delete(conversation.id);
    let changed = this.#derive(conversation, cause, affected);
    // A Set that grows while it is walked is walked to its end.
    for (const id of affected) {
      const other = conversations.get(id)!;
      affected.delete(id);
      changed = this.#derive(other, cause, affected) || changed;
      this.#deps.heard(other);
    }
    return changed;
  }

  /** One whose group is not complete is derived when that is. */
  isDeferred(id: string): boolean {
    return this.deferred?.conversation === id;
  }

  /** True if a fact is of a group that goes on: until that is whole nobody can say, restored or not. */
  defers(fact: Fact): boolean {
    const { group, entity } = fact;
    if (!group || group.i >= group.n - 1) return false;
    this.#defer({ conversation: entity, group: groupKey(fact) });
    this.#deps.firstWaits.drop(entity);
    return true;
  }

  /** Derives the last group's conversation at the next record outside it. */
  closeGroup(fact: Fact, offset: number): void {
    const { deferred } = this;
    if (!deferred || (groupKey(fact) === deferred.group && fact.entity === deferred.conversation)) {
      return;
    }
    this.#defer(null);
    const conversation = this.#deps.conversations.get(deferred.conversation);
    if (conversation) this.one(conversation, offset);
  }

  #defer(deferred: Deferred | null): void {
    this.deferred = deferred;
    this.#deps.changed('deferred');
  }

  /** Applies new minus old; adds whom that concerns. True if anything shown or counted changed. */
  #derive(conversation: Conversation, cause: Cause, affected: Set<string>): boolean {
    const { id } = conversation;
    const { context, firstWaits, emit, tally, sampling, closed, totals, standings } = this.#deps;
    if (this.isDeferred(id)) this.#defer(null);
    const amendments = this.#amendmentsOf(id);
    let { firstWait, ...derived } = derive(conversation, context(), amendments);
    if (this.#join(id, derived, affected)) {
      ({ firstWait, ...derived } = derive(conversation, context(), amendments));
    }
    firstWaits.set(id, firstWait, derived.handledBy);
    const { added, retracted } = diff(conversation.transitions, derived.transitions);
    const isMerged = added.some(({ kind }) => kind === 'merged_away');
    for (const t of retracted) emit(conversation, t, { sign: -1, cause, isMerged });
    for (const t of added) emit(conversation, t, { sign: 1, cause, isMerged: false });
    for (const move of tally.replace(conversation, derived, { added, retracted })) {
      sampling.place(move);
    }
    closed.tell(cause);
    countChanges(totals, conversation.changes, derived.changes);
    Object.assign(conversation, derived);
    this.#deps.changed('totals');
    this.#deps.changed(`conv/${id}`);
    const waited = standings.set(conversation);
    return added.length + retracted.length > 0 || waited;
  }

  /** Tells others what it is to them, and adds them. True if they say something else of it. */
  #join(id: string, derived: Omit<Derived, 'firstWait'>, affected: Set<string>): boolean {
    const news = this.#joins.set({ id, ...derived });
    let isOwn = false;
    for (const other of [...news.keys()].sort()) {
      const one = this.#deps.conversations.get(other)!;
      const joined = heard(one.joined, news.get(other)!);
      if (!joined) continue;
      one.joined = joined;
      this.#deps.changed(`conv/${other}`);
      if (other === id) isOwn = true;
      else if (!this.isDeferred(other)) affected.add(other);
    }
    return isOwn;
  }

  summarise(conversation: Conversation): void {
    const { merges, tally, standings } = this.#deps;
    const amendments = this.#amendmentsOf(conversation.id);
    merges.forget(conversation);
    tally.forget(conversation, () =>
      summarise(conversation, storyOf(conversation, this.#deps.context(), amendments)),
    );
    this.#joins.set(conversation);
    standings.set(conversation);
  }

  /** As it was stored. */
  restore(conversation: Conversation): void {
    this.#deps.merges.noted(conversation);
    this.#joins.restore(conversation);
    this.#deps.standings.set(conversation);
    if (this.isDeferred(conversation.id)) return;
    this.#deps.firstWaits.restore(conversation, () => firstWaitOf(this.storyOf(conversation)));
  }

  storyOf(conversation: Conversation): Story {
    return storyOf(conversation, this.#deps.context(), this.#amendmentsOf(conversation.id));
  }

  isHeldBack(id: string): boolean {
    return isHeldBack(id, this.#amending);
  }

  #amendmentsOf(id: string): ReturnType<typeof amendmentsOf> {
    return amendmentsOf(id, this.#amending);
  }

  get #amending() {
    const { corrections: book, merges, conversations } = this.#deps;
    return { book, merges, conversations };
  }
}

function groupKey(fact: Fact): string {
  const src = fact.srcs[0];
  return src && fact.group
    ? `${src.topic}/${src.partition}/${src.epoch}/${src.offset}/${fact.observedAt}`
    : '';
}
