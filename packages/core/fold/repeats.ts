/**
 * Customers who come back with another conversation (metrics.md 1.4, `repeated`): who opened soon after what
 * was resolved, and after which closes somebody did. Only the newest one resolved before an opening decides, and
 * only the first return answers a close: so what one conversation says reaches its neighbours in time alone.
 */
import {
  inOrder,
  isWithin,
  type Joined,
  type Matter,
  type Opening,
} from '../conversation/joined.ts';
import { RETURN_DAYS } from '../conversation/returning.ts';
import { DAY_MS, SECOND_MS } from '../time/instant.ts';

/** Nothing reaches further: instants compare by second. */
const REACH_MS: number = RETURN_DAYS * DAY_MS + SECOND_MS;
/** From so many on what a customer came with is kept in order, lest each conversation is paid for by all others. */
const MANY = 32;

export interface Held {
  readonly id: string;
  readonly matter: Matter;
}

/** What is now said otherwise, by conversation. */
export type News = Map<string, Partial<Joined>>;
const UNSAID = { repeated: false, repeatedAny: false, afterClose: null, afterClaim: null };

/** One instant of a conversation, among those of others. */
interface Step {
  readonly held: Held;
  readonly at: number;
  readonly isMessage: boolean;
  /** Of one instant an opening comes first: what is resolved then was not resolved before it. */
  readonly what: 0 | 1 | 2 | 3;
}
const OPENED = 0;
const RESOLVED = 1;
const CLOSED = 2;
const CLAIMED = 3;

/** Conversations of one customer, on one topic or on any, by their instants in order. */
interface Track {
  readonly opened: readonly Step[];
  readonly resolved: readonly Step[];
  /** And claimed. */
  readonly closed: readonly Step[];
}
/** No topic: on any. */
const ANY = null;

type Tracks = Map<string | null, Track>;

export class Repeats {
  readonly #byCustomer: Map<string, Held[]> = new Map();
  /** By customer and topic, of those with many. */
  readonly #tracks: Map<string, Tracks> = new Map();

  add(held: Held): void {
    const { customer } = held.matter;
    if (customer === null) return;
    this.#move(customer, [null, held]);
    this.#tracks.delete(customer);
  }

  /** One conversation says something else than before, or for the first time, or no more. */
  replace(before: Held | null, after: Held | null): News {
    const both = [before, after].filter((one) => one !== null);
    const own = both[0]!.id;
    const news: News = new Map([[own, UNSAID]]);
    const say = (id: string, answer: Partial<Joined>): unknown =>
      news.set(id, { ...news.get(id), ...answer });
    for (const customer of new Set(both.flatMap(({ matter }) => matter.customer ?? []))) {
      const [gone, come] = onlyOf([before, after], ({ matter }) => matter.customer === customer);
      const moved: Tracks = new Map();
      for (const topic of topicsOf([gone, come])) {
        const was = this.#track(customer, topic);
        const move = onlyOf([gone, come], ({ matter }) => topic === ANY || matter.topic === topic);
        const now = movedIn(was, move);
        moved.set(topic, now);
        for (const [id, answer] of toldOtherwise(was, now, topic, move)) say(id, answer);
        if (move[1]) say(own, answerOf(now, topic, move[1]));
      }
      this.#move(customer, [gone, come]);
      this.#keep(customer, moved);
    }
    return news;
  }

  #track(customer: string, topic: string | null): Track {
    const kept = this.#tracks.get(customer)?.get(topic);
    if (kept) return kept;
    const held = this.#byCustomer.get(customer) ?? [];
    return trackOf(topic === ANY ? held : held.filter(({ matter }) => matter.topic === topic));
  }

  #move(customer: string, [gone, come]: Move): void {
    const held = this.#byCustomer.get(customer) ?? [];
    const place = gone ? held.findIndex(({ id }) => id === gone.id) : held.length;
    held.splice(place, gone ? 1 : 0, ...(come ? [come] : []));
    if (held.length === 0) this.#byCustomer.delete(customer);
    else this.#byCustomer.set(customer, held);
  }

  /** What moved stands in these tracks alone: the others of its customer are as they were. */
  #keep(customer: string, moved: Tracks): void {
    const { length } = this.#byCustomer.get(customer) ?? [];
    const tracks = this.#tracks.get(customer) ?? new Map();
    for (const [topic, track] of moved) tracks.set(topic, track);
    if (length > MANY) this.#tracks.set(customer, tracks);
    else this.#tracks.delete(customer);
  }
}

/** One that stands no longer where it stood, and where it stands now. */
type Move = readonly [gone: Held | null, come: Held | null];

const onlyOf = ([gone, come]: Move, test: (held: Held) => boolean): Move => [
  gone && test(gone) ? gone : null,
  come && test(come) ? come : null,
];

const topicsOf = (move: Move): Set<string | null> =>
  new Set([ANY, ...move.flatMap((one) => one?.matter.topic ?? [])]);

/** What is now said of others. */
function toldOtherwise(was: Track, now: Track, topic: string | null, move: Move): News {
  const news: News = new Map();
  for (const other of nearTo(was, now, topic, move)) {
    const [before, after] = [was, now].map((track) => answerOf(track, topic, other));
    if (JSON.stringify(before) !== JSON.stringify(after)) news.set(other.id, after!);
  }
  return news;
}

/**
 * Whom it may concern: whose openings it decides on, or decided, and whose closes these answer, or answered; on
 * any topic nothing is told of closes.
 */
function nearTo(was: Track, now: Track, topic: string | null, [gone, come]: Move): Set<Held> {
  const sides = [
    [was, gone],
    [now, come],
  ] as const;
  const isOther = ({ held }: Step): boolean => held !== gone && held !== come;
  const decided = sides.map(([track, own]) => (own ? decidedBy(track, own).filter(isOther) : []));
  if (topic === ANY) return new Set(decided.flat().map(({ held }) => held));
  const closes = sides.flatMap(([track, own]) => {
    const openings = own ? [[openingOf(own)], ...decided] : decided;
    return openings.flatMap((some) => answeredBy(track, some));
  });
  return new Set([...decided.flat(), ...closes.filter(isOther)].map(({ held }) => held));
}

function answerOf(track: Track, topic: string | null, held: Held): Partial<Joined> {
  const repeated = isRepeat(track, openingOf(held));
  if (topic === ANY) return { repeatedAny: repeated };
  const after = (what: Step['what']): Opening | null => {
    const step = stepsOf(held).find((one) => one.what === what);
    return step ? returnAfter(track, step) : null;
  };
  return { repeated, afterClose: after(CLOSED), afterClaim: after(CLAIMED) };
}

/** Openings for which this may be the newest that another one's was resolved: until two others are. */
function decidedBy({ opened, resolved }: Track, held: Held): readonly Step[] {
  const step = stepsOf(held).find(({ what }) => what === RESOLVED);
  if (!step) return [];
  const end = resolved[placeIn(resolved, step) + 2];
  return opened.slice(placeIn(opened, step), end && placeIn(opened, end));
}

/** Closes of which one of these openings may be the first return: back to where two others are that. */
function answeredBy(track: Track, openings: readonly Step[]): readonly Step[] {
  const { opened, closed } = track;
  const returns = openings.filter((one) => isRepeat(track, one));
  const [first, last] = [returns[0], returns.at(-1)];
  if (!first || !last) return [];
  let earlier = 0;
  let start = placeIn(opened, first) - 1;
  for (; start >= 0 && earlier < 2; start--) {
    const step = opened[start]!;
    if (first.at - step.at > REACH_MS) break;
    if (step.held.id !== first.held.id && isRepeat(track, step)) earlier += 1;
  }
  const from = opened[start];
  return closed.slice(from ? placeIn(closed, from) : 0, placeIn(closed, last));
}

/** At most X after the newest close before it that resolved another one. */
function isRepeat({ resolved }: Track, opening: Step): boolean {
  for (let i = placeIn(resolved, opening) - 1; i >= 0; i--) {
    const step = resolved[i]!;
    if (step.held.id === opening.held.id) continue;
    return isWithin(step, opening, step.held.matter.returnMs);
  }
  return false;
}

/** The first such opening at most X after a close. */
function returnAfter(track: Track, close: Step): Opening | null {
  const { opened } = track;
  const { id, matter } = close.held;
  for (let i = placeIn(opened, close); i < opened.length; i++) {
    const step = opened[i]!;
    if (step.at - close.at > REACH_MS) return null;
    if (step.held.id === id || !isWithin(close, step, matter.returnMs)) continue;
    if (isRepeat(track, step)) return step.held.matter.opened;
  }
  return null;
}

function openingOf(held: Held): Step {
  const { at, isMessage } = held.matter.opened;
  return { held, at, isMessage, what: OPENED };
}

function stepsOf(held: Held): Step[] {
  const { resolvedAt, closedAt, claimedAt } = held.matter;
  const seen = (at: number | null, what: Step['what']): Step[] =>
    at === null ? [] : [{ held, at, isMessage: false, what }];
  return [
    openingOf(held),
    ...seen(resolvedAt, RESOLVED),
    ...seen(closedAt, CLOSED),
    ...seen(claimedAt, CLAIMED),
  ];
}

const inTrack = (a: Step, b: Step): number =>
  inOrder(a, b) || a.what - b.what || (a.held.id < b.held.id ? -1 : Number(a.held.id > b.held.id));

/** Where it stands, or would. */
function placeIn(steps: readonly Step[], step: Step): number {
  let [from, to] = [0, steps.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (inTrack(steps[middle]!, step) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function trackOf(held: readonly Held[]): Track {
  const steps = held.flatMap(stepsOf).sort(inTrack);
  return {
    opened: steps.filter(({ what }) => what === OPENED),
    resolved: steps.filter(({ what }) => what === RESOLVED),
    closed: steps.filter(({ what }) => what === CLOSED || what === CLAIMED),
  };
}

/** The same with one in place of another. */
function movedIn(track: Track, [gone, come]: Move): Track {
  const moved = (steps: readonly Step[], isOf: (step: Step) => boolean): readonly Step[] => {
    const now = gone ? steps.filter(({ held }) => held.id !== gone.id) : [...steps];
    const fresh = come ? stepsOf(come).filter(isOf) : [];
    for (const step of fresh) now.splice(placeIn(now, step), 0, step);
    return now;
  };
  return {
    opened: moved(track.opened, ({ what }) => what === OPENED),
    resolved: moved(track.resolved, ({ what }) => what === RESOLVED),
    closed: moved(track.closed, ({ what }) => what === CLOSED || what === CLAIMED),
  };
}
