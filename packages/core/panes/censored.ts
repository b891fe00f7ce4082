/**
 * Quantiles of a duration while some of it still lasts (metrics.md 3.3, D9; Kaplan and Meier 1958, with
 * entry at a later age): whoever waits counts for as long as it has waited. Doubles on emission only.
 */

/** Ages at which one conversation is owed, ms, both included; none below 1. */
export interface AtRisk {
  readonly from: number;
  readonly to: number;
}

export interface Waits {
  readonly atRisk: readonly AtRisk[];
  /** Ages at which a wait ended with what was waited for; each lies in one of `atRisk`. */
  readonly ended: readonly number[];
  /** Ages of those that are owed now. */
  readonly owed: readonly number[];
}

/** A quantile, or that it is at least so much. */
export interface Bounded {
  readonly ms: number;
  readonly isAtLeast: boolean;
}

const HAIR = 1e-9;

/** By percents, ascending; null: nobody was owed. */
export function censoredQuantiles(waits: Waits, percents: readonly number[]): Bounded[] | null {
  const reach = reachOf(waits.atRisk);
  if (reach === 0 && waits.owed.length === 0) return null;
  const found = survival(waits, reach);
  const beyond = waits.owed.some((age) => age > reach) ? [...waits.ended, ...waits.owed] : [];
  beyond.sort((a, b) => a - b);
  return percents.map((percent) => {
    const left = 1 - percent / 100 + HAIR;
    const at = found.find(({ share }) => share <= left)?.age;
    const known = { ms: at ?? reach, isAtLeast: at === undefined };
    if (beyond.length === 0) return known;
    const rank = Math.ceil((percent * beyond.length) / 100);
    return { ms: Math.max(known.ms, beyond[rank - 1]!), isAtLeast: true };
  });
}

/** The largest age up to which somebody is at risk at each. */
function reachOf(atRisk: readonly AtRisk[]): number {
  let reach = 0;
  for (const { from, to } of [...atRisk].sort((a, b) => a.from - b.from)) {
    if (from > reach + 1) break;
    reach = Math.max(reach, to);
  }
  return reach;
}

/** What share still waits after each age at which a wait ended, up to `reach`. */
function survival({ atRisk, ended }: Waits, reach: number): { age: number; share: number }[] {
  const begins = Float64Array.from(atRisk, ({ from }) => from).sort();
  const ends = Float64Array.from(atRisk, ({ to }) => to).sort();
  const ages = ended.filter((age) => age <= reach).sort((a, b) => a - b);
  const found: { age: number; share: number }[] = [];
  let share = 1;
  let begun = 0;
  let over = 0;
  for (let i = 0; i < ages.length; ) {
    const age = ages[i]!;
    let answered = 0;
    for (; ages[i] === age; i += 1) answered += 1;
    while (begun < begins.length && begins[begun]! <= age) begun += 1;
    while (over < ends.length && ends[over]! < age) over += 1;
    share *= 1 - answered / (begun - over);
    found.push({ age, share });
  }
  return found;
}
