/**
 * Topics that several accounts had written about shortly before (metrics.md 3.1, `category-recurrence-rate`):
 * of each opening whether that was so. What is opened reaches only what is opened in the weeks after it.
 */
import type { Matter } from '../conversation/joined.ts';
import { DAY_MS } from '../time/instant.ts';
import type { Held, News } from './repeats.ts';

const BEFORE_MS: number = 28 * DAY_MS;
const OTHERS = 3;
const ACCOUNTS = 2;

export class Recurrence {
  readonly #byTopic: Map<string, Openings> = new Map();

  add(held: Held): void {
    const { topic } = held.matter;
    if (topic === null) return;
    const known = this.#byTopic.get(topic) ?? new Openings();
    known.add(held);
    this.#byTopic.set(topic, known);
  }

  #drop(held: Held): void {
    const { topic } = held.matter;
    if (topic === null) return;
    const known = this.#byTopic.get(topic)!;
    known.drop(held);
    if (known.isEmpty) this.#byTopic.delete(topic);
  }

  /** One conversation says something else than before, or for the first time, or no more. */
  replace(before: Held | null, after: Held | null): News {
    const both = [before, after].filter((one) => one !== null);
    const { id } = both[0]!;
    if (before && after && sameOpening(before.matter, after.matter)) {
      this.#drop(before);
      this.add(after);
      return new Map();
    }
    const was = this.#judge(both);
    if (before) this.#drop(before);
    if (after) this.add(after);
    const now = this.#judge(both);
    const news: News = new Map();
    for (const [one, recurred] of now) if (was.get(one) !== recurred) news.set(one, { recurred });
    return news.set(id, { recurred: now.get(id) ?? false });
  }

  /** Of what was opened in the weeks after any of these, and of themselves. */
  #judge(changed: readonly Held[]): Map<string, boolean> {
    const answers = new Map<string, boolean>();
    for (const { matter } of changed) {
      const openings = matter.topic === null ? undefined : this.#byTopic.get(matter.topic);
      if (!openings) continue;
      for (const [id, isSo] of openings.recurredSince(matter.opened.at)) answers.set(id, isSo);
    }
    return answers;
  }
}

const sameOpening = (a: Matter, b: Matter): boolean =>
  a.topic === b.topic && a.account === b.account && a.opened.at === b.opened.at;

/** Those on one topic, by instant. */
class Openings {
  readonly #all: Held[] = [];
  /** Those of a restart come in any order: they are sorted once, when they are looked at. */
  #isSorted = true;

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  add(held: Held): void {
    const last = this.#all.at(-1);
    if (last && inOrder(last, held) > 0) this.#isSorted = false;
    this.#all.push(held);
  }

  drop(held: Held): void {
    this.#sort();
    this.#all.splice(this.#placeOf(held), 1);
  }

  /** Opened at `at` or up to four weeks later. */
  *recurredSince(at: number): Generator<[id: string, recurred: boolean]> {
    this.#sort();
    for (let i = this.#firstFrom(at); i < this.#all.length; i++) {
      const one = this.#all[i]!;
      if (one.matter.opened.at > at + BEFORE_MS) return;
      yield [one.id, this.#recurred(i)];
    }
  }

  #recurred(place: number): boolean {
    const { at } = this.#all[place]!.matter.opened;
    const accounts = new Set<string>();
    let others = 0;
    for (let i = place - 1; i >= 0; i--) {
      const { opened, account } = this.#all[i]!.matter;
      if (opened.at < at - BEFORE_MS) return false;
      if (opened.at === at) continue;
      others += 1;
      if (account !== null) accounts.add(account);
      if (others >= OTHERS && accounts.size >= ACCOUNTS) return true;
    }
    return false;
  }

  #sort(): void {
    if (!this.#isSorted) this.#all.sort(inOrder);
    this.#isSorted = true;
  }

  #firstFrom(at: number): number {
    return this.#lowest(({ matter }) => matter.opened.at >= at);
  }

  #placeOf(held: Held): number {
    return this.#lowest((one) => inOrder(one, held) >= 0);
  }

  #lowest(isFrom: (one: Held) => boolean): number {
    let [low, high] = [0, this.#all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isFrom(this.#all[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const inOrder = (a: Held, b: Held): number =>
  a.matter.opened.at - b.matter.opened.at || (a.id < b.id ? -1 : Number(a.id > b.id));
