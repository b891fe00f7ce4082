/** What rows tell of one another, worked out once for as long as nothing changes. */
import type { Gauges } from './gauges.ts';
import type { People } from './people.ts';
import { Withheld, type WithheldDeps } from './withheld.ts';

export interface AcrossDeps extends WithheldDeps {
  readonly people: People;
  readonly gauges: Gauges;
}

export class Across {
  readonly people: People;
  readonly withheld: Withheld;
  readonly #gauges: Gauges;
  readonly #known: Map<string, unknown> = new Map();

  constructor({ people, gauges, ...deps }: AcrossDeps) {
    this.people = people;
    this.withheld = new Withheld(deps);
    this.#gauges = gauges;
  }

  /** Something may count otherwise than before. */
  changed(): void {
    this.withheld.changed();
    this.#known.clear();
  }

  /** `of` names what is made, and nothing else. */
  once<V>(of: string, make: () => V): V {
    if (!this.#known.has(of)) this.#known.set(of, make());
    return this.#known.get(of) as V;
  }

  /** Who belongs where, and who is a person, is otherwise known; `isNew` as it came. */
  heard(isNew: boolean): boolean {
    if (isNew) this.#gauges.touchSpread(this.people.teams());
    return isNew;
  }
}
