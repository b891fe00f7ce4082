/** Which conversation is part of which (metrics.md 1.4, `merged_away`), over all of a workspace. */
import type { Words } from './words.ts';

/** What a conversation that is still known has to do with others. */
export interface Holding {
  readonly id: string;
  /** Closed or gone. */
  readonly isDone: boolean;
  /** Messages that a read found in it, ever; and those that are still there. */
  readonly ever: ReadonlySet<string>;
  readonly still: ReadonlySet<string>;
}

export interface Parent {
  readonly into: string;
  /** null: since its own last close, or since it is gone. */
  readonly at: number | null;
}

export class Families {
  readonly #parents = new Map<string, Parent>();

  constructor(holdings: readonly Holding[], { merges }: Pick<Words, 'merges'>) {
    const known = new Set(holdings.map(({ id }) => id));
    for (const [child, into, at] of merges) {
      if (known.has(child) && known.has(into)) this.#add(child, { into, at });
    }
    for (const one of [...holdings].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const home = this.#parents.has(one.id) ? undefined : homeOf(one, holdings);
      if (home) this.#add(one.id, { into: home.id, at: null });
    }
  }

  /** No circle is closed: who would be part of itself stays what it is. */
  #add(child: string, parent: Parent): void {
    if (this.lineOf(parent.into).includes(child)) return;
    this.#parents.set(child, parent);
  }

  parentOf(id: string): Parent | null {
    return this.#parents.get(id) ?? null;
  }

  /** Itself, and all that it is part of. */
  lineOf(id: string): string[] {
    const line = [id];
    for (let up = this.#parents.get(id); up; up = this.#parents.get(up.into)) line.push(up.into);
    return line;
  }

  /** All that are part of it. */
  partsOf(id: string): string[] {
    return [...this.#parents.keys()].filter((one) => one !== id && this.lineOf(one).includes(id));
  }

  isMerged(id: string): boolean {
    return this.#parents.has(id) || this.partsOf(id).length > 0;
  }
}

/** Among those that hold a message of it: one that goes on; of what is done the largest, if it is larger. */
function homeOf(one: Holding, all: readonly Holding[]): Holding | undefined {
  if (!one.isDone) return undefined;
  const isLarger = (a: Holding, b: Holding): boolean =>
    a.ever.size > b.ever.size || (a.ever.size === b.ever.size && a.id > b.id);
  const homes = all.filter(
    (other) =>
      other.id !== one.id &&
      [...one.ever].some((id) => other.still.has(id)) &&
      (!other.isDone || isLarger(other, one)),
  );
  const going = homes.filter(({ isDone }) => !isDone);
  const among = going.length > 0 ? going : homes;
  return among.find((home) => among.every((other) => other === home || isLarger(home, other)));
}
