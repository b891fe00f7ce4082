/**
 * When a conversation rests: on hold, or snoozed until some instant (metrics.md 1.4, `held`). A look
 * shows it; a snooze ends by itself, and a customer who writes ends either.
 */
import type { StateCategory } from '../facts/fact.ts';
import { second } from '../time/instant.ts';
import type { Look } from './looks.ts';
import { isCustomer } from './messages.ts';
import type { Message } from './model.ts';
import { type Change, returns, type Track, undo } from './track.ts';

export interface HoldEnd {
  readonly at: number;
  readonly atMin: number | null;
  readonly live: boolean;
  /** The customer wrote; else it was taken off hold, or the snooze was over. */
  readonly isMessage: boolean;
}

export interface Hold {
  readonly at: number;
  /** null: the first look found it so. */
  readonly change: Change<boolean> | null;
  /** null: it lasts. */
  readonly end: HoldEnd | null;
}

export interface Holds {
  readonly all: readonly Hold[];
  /** When the snooze that lasts will be over; null: none does. */
  readonly dueAt: number | null;
}

/** What a conversation rests by. */
export type Rest = 'on_hold' | 'snoozed';
const ANY_REST: readonly Rest[] = ['on_hold', 'snoozed'];

/** `by`: only what of it counts; a rest by the other is none then. */
export function holdsOf(
  looks: readonly Look[],
  messages: readonly Message[],
  T: number,
  by: readonly Rest[] = ANY_REST,
): Holds {
  const { track, dueAt } = holdTrack(looks, T, by);
  const changes = undo(track.changes, messages, returns);
  const all: Hold[] = [];
  if (track.first) all.push(holdFrom(track.firstAt, null, changes[0], messages));
  for (const [i, change] of changes.entries()) {
    if (change.to) all.push(holdFrom(change.at, change, changes[i + 1], messages));
  }
  const end = all.at(-1)?.end ?? null;
  // What a customer ended does not end again, but no word of after a snooze ends it.
  const isOver = dueAt !== null && end !== null && second(end.at) <= second(dueAt);
  return { all, dueAt: isOver ? null : dueAt };
}

function holdFrom(
  at: number,
  change: Change<boolean> | null,
  next: Change<boolean> | undefined,
  messages: readonly Message[],
): Hold {
  const asked = messages.find((m) => isCustomer(m) && second(m.at) > second(at));
  if (asked && (!next || second(asked.at) <= second(next.at))) {
    return { at, change, end: { at: asked.at, atMin: null, live: asked.live, isMessage: true } };
  }
  const end = next && { at: next.at, atMin: next.atMin, live: next.live, isMessage: false };
  return { at, change, end: end ?? null };
}

/** Held or not, as looks show it and as snoozes end between them. */
function holdTrack(
  looks: readonly Look[],
  T: number,
  by: readonly Rest[],
): { readonly track: Track<boolean>; readonly dueAt: number | null } {
  const walk = new Walk(by);
  for (const [place, look] of looks.entries()) walk.see(look, place);
  const over = walk.snoozedUntil;
  const isDue = over !== null && over > T;
  if (over !== null && !isDue) walk.wake(over);
  return { track: walk.track, dueAt: isDue ? over : null };
}

class Walk {
  readonly #by: readonly Rest[];
  readonly #changes: Change<boolean>[] = [];
  #category: StateCategory | null = null;
  #snoozedUntil: number | null = null;
  #first: boolean | undefined;
  #firstLook: Look | undefined;
  #held = false;
  #last: Look | undefined;
  #place = 0;

  constructor(by: readonly Rest[]) {
    this.#by = by;
  }

  get #isOnHold(): boolean {
    return this.#category === 'on_hold' && this.#by.includes('on_hold');
  }

  get track(): Track<boolean> {
    return {
      first: this.#first,
      firstAt: this.#firstLook?.at ?? 0,
      firstLive: this.#firstLook?.observation.live ?? false,
      firstPlace: 0,
      changes: this.#changes,
    };
  }

  /** When it is over by itself; null: it is not held, or not by a snooze alone. */
  get snoozedUntil(): number | null {
    return this.#held && !this.#isOnHold ? this.#snoozedUntil : null;
  }

  see(look: Look, place: number): void {
    const { stateCategory, snoozedUntil } = look.observation.fields;
    if (stateCategory === undefined && snoozedUntil === undefined) return;
    const over = this.snoozedUntil;
    if (over !== null && over <= look.at) this.wake(over);
    this.#category = stateCategory ?? this.#category;
    if (snoozedUntil !== undefined && this.#by.includes('snoozed')) {
      this.#snoozedUntil = snoozedUntil;
    }
    const isHeld = this.#isOnHold || (this.#snoozedUntil !== null && this.#snoozedUntil > look.at);
    if (!this.#firstLook) {
      this.#first = isHeld;
      this.#firstLook = look;
    } else if (isHeld !== this.#held) {
      const { at } = look;
      this.#turn({ at, atMin: this.#last!.at, seenAt: at, place, live: look.observation.live });
    }
    this.#held = isHeld;
    this.#last = look;
    this.#place = place;
  }

  wake(at: number): void {
    const { live } = this.#last!.observation;
    this.#turn({ at, atMin: null, seenAt: at, place: this.#place, live });
    this.#held = false;
  }

  #turn(change: Omit<Change<boolean>, 'from' | 'to'>): void {
    this.#changes.push({ ...change, from: this.#held, to: !this.#held });
  }
}
