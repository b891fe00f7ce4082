/**
 * Customers who come back with another conversation (metrics.md 1.4, `repeated`): who opened soon after what
 * was resolved, and after which closes somebody did. What one conversation says reaches those of its customer
 * that lie within days of it: these alone are looked at when it changes.
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

export class Repeats {
  readonly #byCustomer: Map<string, Held[]> = new Map();

  add(held: Held): void {
    const { customer } = held.matter;
    if (customer === null) return;
    const all = this.#byCustomer.get(customer);
    if (all) all.push(held);
    else this.#byCustomer.set(customer, [held]);
  }

  #drop({ id, matter: { customer } }: Held): void {
    if (customer === null) return;
    const all = this.#byCustomer.get(customer)!;
    if (all.length === 1) this.#byCustomer.delete(customer);
    else
      all.splice(
        all.findIndex((one) => one.id === id),
        1,
      );
  }

  /** One conversation says something else than before, or for the first time, or no more. */
  replace(before: Held | null, after: Held | null): News {
    const both = [before, after].filter((one) => one !== null);
    const near = both.flatMap(({ matter }) => instantsOf(matter));
    const customers = new Set(both.flatMap(({ matter }) => matter.customer ?? []));
    const was = this.#judge(customers, near);
    if (before) this.#drop(before);
    if (after) this.add(after);
    const now = this.#judge(customers, near);
    const { id } = both[0]!;
    return newsOf(was, now).set(id, { ...UNSAID, ...now.get(id) });
  }

  /** What is said of those near these instants. */
  #judge(customers: Iterable<string>, near: readonly number[]): News {
    const answers: News = new Map();
    for (const customer of customers) {
      const all = this.#byCustomer.get(customer) ?? [];
      const around = all.filter(({ matter }) => isNear(instantsOf(matter), near, 2 * REACH_MS));
      const topics = Map.groupBy(around, ({ matter }) => matter.topic);
      for (const [topic, group] of topics) if (topic !== null) judgeTopic(group, near, answers);
      judgeAny(around, near, answers);
    }
    return answers;
  }
}

function judgeTopic(group: readonly Held[], near: readonly number[], answers: News): void {
  const steps = stepsOf(group);
  for (const [i, { held, at, what }] of steps.entries()) {
    if (what === RESOLVED || !isNear([at], near, REACH_MS)) continue;
    if (what === OPENED) note(answers, held.id, { repeated: isRepeat(steps, i) });
    else if (what === CLOSED) note(answers, held.id, { afterClose: returnAfter(steps, i) });
    else note(answers, held.id, { afterClaim: returnAfter(steps, i) });
  }
}

function judgeAny(group: readonly Held[], near: readonly number[], answers: News): void {
  const steps = stepsOf(group);
  for (const [i, { held, at, what }] of steps.entries()) {
    if (what !== OPENED || !isNear([at], near, REACH_MS)) continue;
    note(answers, held.id, { repeatedAny: isRepeat(steps, i) });
  }
}

const note = (answers: News, id: string, answer: Partial<Joined>): unknown =>
  answers.set(id, { ...answers.get(id), ...answer });

/** At most X after the newest close before it that resolved another one. */
function isRepeat(steps: readonly Step[], place: number): boolean {
  const opened = steps[place]!;
  for (let i = place - 1; i >= 0; i--) {
    const step = steps[i]!;
    if (opened.at - step.at > REACH_MS) return false;
    if (step.what !== RESOLVED || step.held === opened.held) continue;
    return isWithin(step, opened, step.held.matter.returnMs);
  }
  return false;
}

/** The first such opening at most X after a close. */
function returnAfter(steps: readonly Step[], place: number): Opening | null {
  const close = steps[place]!;
  for (let i = place + 1; i < steps.length; i++) {
    const { what, held, at } = steps[i]!;
    if (at - close.at > REACH_MS) return null;
    if (what !== OPENED || held === close.held) continue;
    const isSoon = isWithin(close, held.matter.opened, close.held.matter.returnMs);
    if (isSoon && isRepeat(steps, i)) return held.matter.opened;
  }
  return null;
}

function stepsOf(group: readonly Held[]): Step[] {
  const steps = group.flatMap((held): Step[] => {
    const { opened, resolvedAt, closedAt, claimedAt } = held.matter;
    const seen = (at: number | null, what: Step['what']): Step[] =>
      at === null ? [] : [{ held, at, isMessage: false, what }];
    return [
      { held, at: opened.at, isMessage: opened.isMessage, what: OPENED },
      ...seen(resolvedAt, RESOLVED),
      ...seen(closedAt, CLOSED),
      ...seen(claimedAt, CLAIMED),
    ];
  });
  return steps.sort((a, b) => inOrder(a, b) || a.what - b.what || (a.held.id < b.held.id ? -1 : 1));
}

const instantsOf = ({ opened, resolvedAt, closedAt, claimedAt }: Matter): number[] =>
  [opened.at, resolvedAt, closedAt, claimedAt].filter((at) => at !== null);

const isNear = (own: readonly number[], others: readonly number[], ms: number): boolean =>
  own.some((at) => others.some((other) => Math.abs(at - other) <= ms));

/** What is said otherwise of those whose own instants are as they were. */
function newsOf(before: News, after: News): News {
  const news: News = new Map();
  for (const [id, answer] of after) {
    const known = before.get(id) ?? {};
    if (JSON.stringify(known) !== JSON.stringify(answer)) news.set(id, answer);
  }
  return news;
}
