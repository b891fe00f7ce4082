/** New tags of any desk: what is told of them is what a walk over its looks and closes finds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold } from '../../../tests/support/folded.ts';
import { sparedIn } from '../../../tests/support/spared.ts';
import { type Transition, tagsOf } from '../conversation/transition.ts';
import type { Fact } from '../facts/fact.ts';
import { share } from '../metrics/shares.ts';
import { type Cell, parseSeriesKey } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, type LogTime, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const START = at('09:00');
const ID = 'tag-novelty';
const TAGS = ['x', 'y', 'z', 'a^b', 'a+b', 'spam'];

const steps = fc.array(
  fc.record({
    gapMs: fc.constantFrom(1_000, 3 * MINUTE_MS, 50 * MINUTE_MS, 11 * HOUR_MS, 6 * DAY_MS),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    what: fc.constantFrom('ask', 'look', 'close', 'close', 'late', 'gone', 'tick'),
    lateMs: fc.constantFrom(MINUTE_MS, 20 * HOUR_MS, 40 * DAY_MS),
    tags: fc.subarray(TAGS),
  }),
  { minLength: 5, maxLength: 40 },
);
type Step = (typeof steps extends fc.Arbitrary<infer S> ? S : never)[number];

function factsOf(told: readonly Step[]): Fact[] {
  let now = START;
  const facts = told.map(({ gapMs, id, what, lateMs, tags }): Fact => {
    now += gapMs;
    if (what === 'tick') return tick(now);
    if (what === 'ask') return message(id, now, 'customer');
    const seen = { tags, createdAt: START, stateCategory: 'new' } as const;
    if (what === 'late') return issue(id, now - lateMs, seen, { recordedAt: now });
    if (what === 'gone') return { ...issue(id, now, {}), kind: 'issue.gone', body: {} } as Fact;
    return issue(id, now, { ...seen, stateCategory: what === 'close' ? 'closed' : 'new' });
  });
  return [config(START, { currency: 'GBP', sources: [], tree: { nodes: [] } }), ...facts];
}

function firstSeenIn(facts: readonly Fact[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const fact of facts) {
    if (fact.kind !== 'issue.observed') continue;
    const { tags, updatedAt } = fact.body;
    for (const tag of tags ?? [])
      first.set(tag, Math.min(updatedAt!, first.get(tag) ?? updatedAt!));
  }
  return first;
}

/** What a walk over the closes in a cell's window finds; null: its tag is not new. */
function walk(
  closes: readonly Transition[],
  first: ReadonlyMap<string, number>,
  tag: string | undefined,
  from: number,
): { readonly num: number; readonly den: number } | null {
  const isNew = (one: string): boolean => (first.get(one) ?? 0) >= from;
  if (tag !== undefined && !isNew(tag)) return null;
  const within = closes.filter((t) => t.at >= from && t.amounts?.tagged !== undefined);
  const isIn = ({ dims }: Transition): boolean =>
    tagsOf(dims.tags).some((one) => (tag === undefined ? isNew(one) : one === tag));
  return { num: within.filter(isIn).length, den: within.length };
}

function cellsIn(fold: FactFold): [key: string, cell: Cell][] {
  return [...fold.keys()].sort().flatMap((key) => {
    if (!key.startsWith(`acme/${ID}`)) return [];
    return fold.read(key)!.series!.cells.map((cell): [string, Cell] => [key.slice(5), cell]);
  });
}

function judgeAll(fold: FactFold, facts: readonly Fact[], seen: Set<string>): void {
  const [workspace] = fold.workspaces();
  const first = firstSeenIn(facts);
  const closes = [...workspace!.conversations()]
    .flatMap(({ transitions }) => transitions)
    .filter((t) => t.kind === 'closed' && t.live);
  for (const [key, cell] of cellsIn(fold)) {
    const { tag } = parseSeriesKey(key)!.dims;
    // What summaries counted no conversation tells.
    if (tag !== '__other__' && cell.window !== '28d' && cell.window !== '90d') {
      const { window, num, den, value, state } = cell;
      const parts = walk(closes, first, tag, cell.from);
      const expected = parts
        ? { num: parts.num, den: parts.den, value: share(parts.num, parts.den) }
        : { num: null, den: null, value: null };
      expect({ key, window, num, den, value }).toEqual({ key, window, ...expected });
      if (!parts) expect(state).toBe('unknown');
      seen.add(parts === null ? 'old' : parts.num > 0 ? 'new' : 'none');
    }
  }
}

it('NOVEL-1 NOVEL-2 NOVEL-4 of any desk, restored or not, new tags are what a walk over it finds', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(steps, fc.constantFrom(0, MINUTE_MS, 5 * HOUR_MS, 8 * DAY_MS), (told, laterMs) => {
      const facts = factsOf(told);
      const fold = folded(facts);
      judgeAll(fold, facts, seen);
      folded([tick(fold.T + laterMs)], fold);
      judgeAll(fold, facts, seen);
      const copy = newFold();
      copy.restore([...fold.encode()], fold.T);
      judgeAll(copy, facts, seen);
      expect(cellsIn(copy)).toEqual(cellsIn(fold));
    }),
    { numRuns: 60 },
  );
  expect([...seen].sort()).toEqual(['new', 'none', 'old']);
}, 60_000);

it('NOVEL-4 over months it is the same however log time is stepped, and wherever it is restored', () => {
  let summarised = 0;
  fc.assert(
    fc.property(steps, fc.nat(40), (told, cut) => {
      const facts = factsOf(told);
      const end = (facts.at(-1)!.recordedAt + 50 * DAY_MS) as LogTime;
      const fold = folded(facts);
      fold.advance(end);
      let other = newFold();
      for (const [i, fact] of facts.entries()) {
        for (let now: number = other.T; now < fact.recordedAt && now > 0; now += 7 * HOUR_MS) {
          other.advance(now as LogTime);
        }
        folded([fact], other);
        if (i !== cut) continue;
        const copy = newFold();
        copy.restore([...other.encode()], other.T);
        other = copy;
      }
      for (let now: number = other.T; now < end; now += DAY_MS) other.advance(now as LogTime);
      other.advance(end);
      expect(cellsIn(other)).toEqual(cellsIn(fold));
      expect([...other.encode()]).toEqual([...fold.encode()]);
      summarised += Number([...fold.encode()].some(([, field]) => field.includes(`day/${ID}^`)));
    }),
    { numRuns: 40 },
  );
  expect(summarised).toBeGreaterThan(5);
}, 60_000);

it('NOVEL-3 of any desk, what was not said to be dirty has not changed', () => {
  let spared = 0;
  fc.assert(
    fc.property(steps, (told) => {
      spared += sparedIn(factsOf(told), ID);
    }),
    { numRuns: 60 },
  );
  expect(spared).toBeGreaterThan(0);
}, 60_000);
