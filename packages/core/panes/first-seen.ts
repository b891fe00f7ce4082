/** When values were first seen: of each the earliest instant, in whatever order it is told of. */

interface Seen {
  readonly value: string;
  readonly at: number;
}

const compare = (a: Seen, b: Seen): number => a.at - b.at || (a.value < b.value ? -1 : 1);

export class FirstSeen {
  readonly #max: number;
  readonly #at: Map<string, number> = new Map();
  /** By instant; null: to be sorted anew. */
  #order: Seen[] | null = null;

  /** Of more than `max` values the latest are left out: they are never new. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Which values are to be stored anew: none, where it says nothing new. */
  take(value: string, at: number): readonly string[] {
    const known = this.#at.get(value);
    if (known !== undefined && known <= at) return [];
    const order = this.#sorted();
    const seen = { value, at };
    if (known !== undefined) order.splice(placeIn(order, { value, at: known }), 1);
    const place = placeIn(order, seen);
    if (place >= this.#max) return [];
    order.splice(place, 0, seen);
    this.#at.set(value, at);
    if (order.length <= this.#max) return [value];
    const last = order.pop()!;
    this.#at.delete(last.value);
    return [value, last.value];
  }

  /** null: it was never seen, or is left out. */
  at(value: string): number | null {
    return this.#at.get(value) ?? null;
  }

  isSince(value: string, from: number): boolean {
    return (this.#at.get(value) ?? Number.NEGATIVE_INFINITY) >= from;
  }

  /** First seen in [from, until). */
  *between(from: number, until: number): Generator<string> {
    const order = this.#sorted();
    for (let i = placeIn(order, { value: '', at: from }); i < order.length; i++) {
      const { value, at } = order[i]!;
      if (at >= until) return;
      yield value;
    }
  }

  values(): Iterable<string> {
    return this.#at.keys();
  }

  restore(value: string, at: number): void {
    this.#at.set(value, at);
    this.#order = null;
  }

  #sorted(): Seen[] {
    this.#order ??= [...this.#at].map(([value, at]) => ({ value, at })).sort(compare);
    return this.#order;
  }
}

/** Where it stands among them, or would. */
function placeIn(order: readonly Seen[], seen: Seen): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = order[middle]!;
    if (one.value !== seen.value && compare(one, seen) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
