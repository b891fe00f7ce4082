/**
 * Turns: each stretch in which a customer waits for a person, from the first unanswered message on
 * (metrics.md 1.4). Messages and changes of the state are walked in order, by whole second, the
 * message first.
 */
import type { StateCategory } from '../facts/fact.ts';
import { MINUTE_MS, second } from '../time/instant.ts';
import { isBot, isCustomer, isHuman } from './messages.ts';
import type { Message } from './model.ts';
import type { Timeline } from './timeline.ts';
import type { Change } from './track.ts';

/** The customer's message that a turn began with or heard last; `place` is its index, -1: none. */
interface Asked {
  readonly at: number;
  readonly live: boolean;
  readonly place: number;
}

export type TurnEnd =
  | { readonly kind: 'answered'; readonly message: Message }
  | { readonly kind: 'dropped' | 'released'; readonly change: Change<StateCategory> };

export interface Turn {
  readonly number: number;
  readonly opened: Asked;
  readonly newest: Asked;
  /** null: it runs. */
  readonly end: TurnEnd | null;
}

export interface Turns {
  readonly all: readonly Turn[];
  readonly running: Turn | null;
  /** When a release that is not certain yet will be; null: there is none. */
  readonly dueAt: number | null;
}

export const NO_TURNS: Turns = { all: [], running: null, dueAt: null };

/** What the first turn begins with where no message opened the conversation. */
export interface TurnsFrom {
  /** Start of the conversation, if it is no message; turn 1 begins there. */
  readonly start: { readonly at: number; readonly live: boolean } | null;
  /** Turns of closed chapters. */
  readonly before: number;
  readonly T: number;
}

const RELEASE_MS: number = MINUTE_MS;
/** A bot that moved the conversation had spoken this shortly before. */
const BOT_NEAR_S = 60;

export function walkTurns(timeline: Timeline, from: TurnsFrom): Turns {
  const walk = new Walk(timeline, from);
  const { messages, state } = timeline;
  let place = 0;
  for (const change of state.changes) {
    while (place < messages.length && second(messages[place]!.at) <= second(change.at)) {
      walk.hear(place++);
    }
    walk.see(change);
  }
  while (place < messages.length) walk.hear(place++);
  return walk.turns;
}

class Walk {
  readonly #timeline: Timeline;
  readonly #from: TurnsFrom;
  readonly #ended: Turn[] = [];
  #running: Turn | null = null;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(timeline: Timeline, from: TurnsFrom) {
    this.#timeline = timeline;
    this.#from = from;
    if (from.start) this.#open({ ...from.start, place: -1 });
  }

  get turns(): Turns {
    const all = this.#running ? [...this.#ended, this.#running] : this.#ended;
    const dueAt = Number.isFinite(this.#dueAt) ? this.#dueAt : null;
    return { all, running: this.#running, dueAt };
  }

  hear(place: number): void {
    const message = this.#timeline.messages[place]!;
    const turn = this.#running;
    if (isCustomer(message)) {
      const asked = { at: message.at, live: message.live, place };
      if (turn) this.#running = { ...turn, newest: asked };
      else this.#open(asked);
    } else if (turn && isHuman(message) && message.at >= turn.opened.at) {
      this.#end({ kind: 'answered', message });
    }
  }

  see(change: Change<StateCategory>): void {
    const turn = this.#running;
    if (!turn || second(change.at) < second(turn.opened.at)) return;
    if (change.to === 'closed') this.#end({ kind: 'dropped', change });
    else if (change.to === 'waiting_on_customer' && this.#mayRelease(turn, change)) {
      const certainAt = change.at + RELEASE_MS;
      if (certainAt <= this.#from.T) this.#end({ kind: 'released', change });
      else this.#dueAt = Math.min(this.#dueAt, certainAt);
    }
  }

  #open(asked: Asked): void {
    const number = this.#from.before + this.#ended.length + 1;
    this.#running = { number, opened: asked, newest: asked, end: null };
  }

  #end(end: TurnEnd): void {
    this.#ended.push({ ...this.#running!, end });
    this.#running = null;
  }

  /** Somebody said that the customer is next: not for the first reply, and no bot did. */
  #mayRelease(turn: Turn, move: Change<StateCategory>): boolean {
    const { messages, state, isComplete } = this.#timeline;
    if (turn.number < 2 || !isComplete) return false;
    const until = move.at + RELEASE_MS;
    const next = state.changes[state.changes.indexOf(move) + 1];
    if (next && next.at <= until) return false;
    const botFrom = second(move.atMin ?? move.at) - BOT_NEAR_S;
    return !messages.some((m, place) => {
      if (place <= turn.newest.place) return false;
      // Whoever writes within that minute goes on, or answers.
      if (isCustomer(m) || isHuman(m)) return second(m.at) <= second(until);
      return isBot(m) && second(m.at) > botFrom && second(m.at) <= second(move.at);
    });
  }
}
