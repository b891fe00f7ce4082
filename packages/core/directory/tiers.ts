/**
 * Which tier an account had, and since when: by the starts of the reads that showed it, in whatever order
 * they came (metrics.md 4, `account_tier`).
 */
import { DAY_MS } from '../time/instant.ts';

/** Start of the read, and the tier that it showed. */
type Seen = readonly [at: number, tier: string | null];

/** What it had first, before anybody looked too, and what it got since. */
export interface TierCourse {
  readonly first: string | null;
  readonly changes: readonly { readonly at: number; readonly to: string | null }[];
}

interface Known {
  readonly seen: readonly Seen[];
  readonly course: TierCourse;
}

export class Tiers {
  readonly #accounts: Map<string, Known> = new Map();
  readonly #changed: (field: string) => void;

  /** `changed`: a stored field is to be stored anew. */
  constructor(changed: (field: string) => void) {
    this.#changed = changed;
  }

  /** True if the account had another tier at some instant than was known. */
  take(account: string, at: number, tier: string | null): boolean {
    const known = this.#accounts.get(account);
    const seen = ordered([...(known?.seen ?? []), [at, tier]]);
    if (known && JSON.stringify(known.seen) === JSON.stringify(seen)) return false;
    this.restore(account, seen);
    this.#changed(`tier/${account}`);
    const { course } = this.#accounts.get(account)!;
    return !known || JSON.stringify(known.course) !== JSON.stringify(course);
  }

  /** null: the account was never read. */
  readonly of = (account: string): TierCourse | null => this.#accounts.get(account)?.course ?? null;

  ids(): Iterable<string> {
    return this.#accounts.keys();
  }

  stored(account: string): readonly Seen[] | undefined {
    return this.#accounts.get(account)?.seen;
  }

  restore(account: string, seen: readonly Seen[]): void {
    this.#accounts.set(account, { seen, course: courseOf(seen) });
  }
}

/** One of an instant; of equals in a row that are a day older than the newest, the first and the last. */
function ordered(seen: readonly Seen[]): readonly Seen[] {
  const inOrder = [...seen].sort(([a, x], [b, y]) => a - b || ((x ?? '') < (y ?? '') ? -1 : 1));
  const last = inOrder.filter(([at], i) => inOrder[i + 1]?.[0] !== at);
  const kept = last.at(-1)![0] - DAY_MS;
  return last.filter(([at, tier], i) => {
    return at >= kept || tier !== last[i - 1]?.[1] || tier !== last[i + 1]?.[1];
  });
}

function courseOf(seen: readonly Seen[]): TierCourse {
  const changes = seen.filter(([, tier], i) => i > 0 && tier !== seen[i - 1]![1]);
  return { first: seen[0]![1], changes: changes.map(([at, to]) => ({ at, to })) };
}
