/** Classes of any desk: what is told of them is what a walk over its transitions finds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold } from '../../../tests/support/folded.ts';
import { fieldsOf, NONE, type Transition, tagsOf } from '../conversation/transition.ts';
import type { Fact } from '../facts/fact.ts';
import { share } from '../metrics/shares.ts';
import { type Cell, parseSeriesKey } from '../metrics/value.ts';
import { HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const START = at('09:00');
const BASE = { currency: 'GBP', sources: [], tree: { nodes: [] } };

const steps = fc.array(
  fc.record({
    gapMs: fc.constantFrom(1_000, 3 * MINUTE_MS, HOUR_MS, 11 * HOUR_MS),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    what: fc.constantFrom('ask', 'look', 'close', 'close', 'track'),
    category: fc.constantFrom('login', 'login', 'billing', 'ä {x=y}', null),
    tags: fc.subarray(['x', 'y', 'z', 'a^b', 'spam']),
    filled: fc.option(fc.subarray(['size', 'topic']), { nil: undefined }),
  }),
  { minLength: 5, maxLength: 40 },
);
type Step = (typeof steps extends fc.Arbitrary<infer S> ? S : never)[number];

function factsOf(told: readonly Step[]): Fact[] {
  let now = START;
  const facts = told.map(({ gapMs, id, what, category, tags, filled }): Fact => {
    now += gapMs;
    if (what === 'ask') return message(id, now, 'customer');
    if (what === 'track') return config(now, { ...BASE, trackedFields: filled ?? [] });
    const seen = { category, tags, createdAt: START, ...(filled ? { fieldsFilled: filled } : {}) };
    return issue(id, now, { ...seen, stateCategory: what === 'close' ? 'closed' : 'new' });
  });
  return [config(START, { ...BASE, trackedFields: ['size'] }), ...facts];
}

interface Parts {
  readonly num: number;
  readonly den: number;
}
type Walk = (value: string | undefined, opened: Transition[], closed: Transition[]) => Parts;

const count = (found: readonly Transition[], test: (t: Transition) => boolean): number =>
  found.filter(test).length;
const isKnown = ({ amounts }: Transition): boolean => amounts?.tagged !== undefined;
const hasEach = ({ dims }: Transition, tags: readonly string[]): boolean =>
  tags.every((tag) => tagsOf(dims.tags).includes(tag));

const WALKS: Readonly<Record<string, Walk>> = {
  'issue-category-distribution': (value, opened) => ({
    num: count(opened, ({ dims }) => value === undefined || dims.category === value),
    den: opened.length,
  }),
  'tag-frequency': (value, _, closed) => {
    const known = closed.filter(isKnown);
    const isIn = (t: Transition): boolean => {
      if (value === undefined) return t.dims.tags !== '';
      return value === NONE ? t.dims.tags === '' : hasEach(t, [value]);
    };
    return { num: count(known, isIn), den: known.length };
  },
  'tag-cooccurrence': (value, _, closed) => {
    const known = closed.filter(isKnown);
    const pair = value?.split('+') ?? [];
    return { num: count(known, (t) => hasEach(t, pair)), den: known.length };
  },
  'tag-consistency': (_value, _, closed) => {
    const topics = Map.groupBy(closed.filter(isKnown), ({ dims }) => dims.category);
    topics.delete(NONE);
    const nums = [...topics.values()].map((own) => {
      const tags = own.flatMap(({ dims }) => tagsOf(dims.tags));
      return Math.max(0, ...tags.map((tag) => count(own, (t) => hasEach(t, [tag]))));
    });
    const all = [...topics.values()].flat();
    return { num: nums.reduce((sum, n) => sum + n, 0), den: all.length };
  },
  'custom-field-utilisation': (value, _, closed) => {
    const fields = closed
      .flatMap(({ fields = '' }) => fieldsOf(fields))
      .filter(({ field }) => value === undefined || field === value);
    return { num: fields.filter(({ isFilled }) => isFilled).length, den: fields.length };
  },
};

/** What a walk over the transitions in a cell's window finds. */
function judge(fold: FactFold, key: string, cell: Cell): void {
  const { id, dims } = parseSeriesKey(key)!;
  const [workspace] = fold.workspaces();
  const all = [...workspace!.conversations()].flatMap(({ transitions }) => transitions);
  const of = (kind: string): Transition[] =>
    all.filter((t) => t.kind === kind && t.live && t.at >= cell.from && isInTeam(t, dims['team']));
  const { num, den } = WALKS[id]!(without(dims), of('opened'), of('closed'));
  const told = { key, window: cell.window, num: cell.num, den: cell.den, value: cell.value };
  expect(told).toEqual({ key, window: cell.window, num, den, value: share(num, den) });
}

const isInTeam = ({ dims }: Transition, team: string | undefined): boolean =>
  team === undefined || dims.team === team;
const without = ({ team: _, ...dims }: Record<string, string>): string | undefined =>
  Object.values(dims)[0];

function judgeAll(fold: FactFold, seen: Set<string>): void {
  for (const dirty of fold.keys()) {
    const series = fold.read(dirty)?.series;
    if (!series || !WALKS[parseSeriesKey(series.key)!.id]) continue;
    for (const cell of series.cells) {
      if (cell.reasons.includes('no_fields')) continue;
      judge(fold, series.key, cell);
      if (cell.num! > 0) seen.add(series.key);
    }
  }
}

it('DIST-4 DIST-7 DIST-8 MODE-2 of any desk, restored or not, classes are what a walk over it finds', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(steps, fc.constantFrom(0, MINUTE_MS, 5 * HOUR_MS), (told, laterMs) => {
      const fold = folded(factsOf(told));
      judgeAll(fold, seen);
      folded([tick(fold.T + laterMs)], fold);
      judgeAll(fold, seen);
      const copy = newFold();
      copy.restore([...fold.encode()], fold.T);
      judgeAll(copy, seen);
    }),
    { numRuns: 40 },
  );
  for (const id of Object.keys(WALKS)) expect([...seen].join()).toContain(id);
  expect([...seen]).toContain('issue-category-distribution{category=__none__}');
}, 60_000);

it('DIST-3 MODE-2 of any desk, what was not said to be dirty has not changed', () => {
  let spared = 0;
  fc.assert(
    fc.property(steps, (told) => {
      const fold = newFold();
      const shown = new Map<string, unknown>();
      const facts = factsOf(told);
      for (const [i, fact] of facts.entries()) {
        fold.advance(fold.timeOf(fact));
        fold.ingest(fact, i);
        const { dirty } = fold.touched();
        for (const key of fold.keys()) {
          if (!WALKS[parseSeriesKey(key.slice(key.indexOf('/') + 1))?.id ?? '']) continue;
          // `from` and `to` follow the clock: where it all stands is no news.
          const now = fold.read(key)!.series!.cells.map(({ from: _, to: __, ...cell }) => cell);
          if (dirty.has(key)) shown.set(key, now);
          else expect([key, now]).toEqual([key, shown.get(key)]);
          spared += Number(!dirty.has(key));
        }
      }
    }),
    { numRuns: 40 },
  );
  expect(spared).toBeGreaterThan(0);
}, 60_000);
