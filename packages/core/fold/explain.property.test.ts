import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backlogRows,
  costStories,
  DESK_WORKSPACE,
  type DeskKind,
  type DeskStep,
  deskSteps,
  factsOfDesk,
  hash32,
  longDeskSteps,
} from '../../../tests/support/independent/any-desk.ts';
import { AUTO_CLOSE_MS, turnStories } from '../../../tests/support/independent/any-desk-turns.ts';
import { bySize } from '../../../tests/support/size.ts';
import type { Fact } from '../facts/fact.ts';
import { type Explanation, type Part, parseCursor } from '../metrics/explanation.ts';
import type { Cell, Series } from '../metrics/value.ts';
import type { LogTime } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const RUNS = bySize(15, 60);
const TEST_MS = 240_000;

/** Asked for page by page, as a reader would. */
function whole(
  fold: FactFold,
  series: Series,
  { window, clock }: Cell,
  limit: number,
): Explanation {
  const parts: Part[] = [];
  let first: Explanation | null = null;
  for (let after = null as ReturnType<typeof parseCursor>; ; ) {
    const question = { key: series.key, window, clock, limit, after };
    const page = fold.explain(DESK_WORKSPACE, question)!;
    first ??= page;
    expect({ ...page, parts: [], next: null }).toEqual({ ...first, parts: [], next: null });
    expect(page.parts.length).toBeLessThanOrEqual(limit);
    parts.push(...page.parts);
    if (page.next === null) return { ...first, parts, next: null };
    after = parseCursor(page.next);
    expect(after).not.toBeNull();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Added up here, from the parts alone. */
function addedUp({ form, parts, published }: Explanation) {
  const events = parts.flatMap((part) => (part.part === 'counted' ? part.events : []));
  const amounts = events.map(({ amount }) => amount);
  const costs = parts.flatMap((part) => (part.part === 'cost' ? (part.cost.micro ?? []) : []));
  const open = parts.filter(({ part }) => part === 'open').length;
  switch (form) {
    case 'COUNT':
      return { num: sum(amounts), den: null, n: amounts.length };
    case 'GAUGE':
      return { num: open, den: null, n: open };
    case 'MONEY': {
      const den = published.den === null ? null : sum(amounts);
      return { num: costs.length > 0 ? sum(costs) : null, den, n: den ?? costs.length };
    }
    case 'DUR':
      if (amounts.length === 0) return { num: null, den: null, n: 0 };
      return { num: sum(amounts), den: amounts.length, n: amounts.length };
    case 'RATIO':
      return { num: sum(amounts), den: amounts.length, n: amounts.length };
  }
}

/** Every cell of every series that is published; `told` collects which had parts. */
function judge(fold: FactFold, told: Set<string>, limit: number): void {
  for (const dirty of fold.keys()) {
    const series = fold.read(dirty)?.series;
    if (!series) continue;
    for (const cell of series.cells) {
      const found = whole(fold, series, cell, limit);
      const { value, num, den, n } = cell;
      const place = { key: series.key, window: cell.window, clock: cell.clock };
      expect({ ...place, ...found.published }).toEqual({ ...place, value, num, den, n });
      expect({ ...place, ...found.total }).toEqual({ ...place, value, num, den, n });
      expect(found.sums).toBe(true);
      if (!cell.reasons.some((r) => ['no_messages', 'not_declared', 'in_other'].includes(r))) {
        expect({ ...place, ...addedUp(found) }).toEqual({ ...place, num, den, n });
      }
      const waiting = found.parts.filter(({ part }) => part === 'waiting');
      expect(waiting.length).toBe(series.waiting?.count ?? 0);
      expect(found.counts.waiting).toBe(waiting.length);
      const [oldest] = waiting as { since: number }[];
      expect(oldest?.since ?? null).toBe(series.waiting?.oldestSince ?? null);
      runsFit(found);
      if (found.parts.length > 0) told.add(`${found.form} ${cell.clock}`);
      for (const reason of Object.keys(found.excluded)) told.add(reason);
    }
  }
}

/** What ran, less what it paused, is what was measured. */
function runsFit({ form, clock, parts }: Explanation): void {
  for (const part of parts) {
    if (part.part !== 'counted') continue;
    for (const { amount, clock: run } of part.events) {
      expect(run !== null).toBe(form === 'DUR');
      if (!run) continue;
      if (clock === 'business') expect(amount).toBe(run.openMs);
      else {
        const paused = sum(run.paused.map(([from, to]) => to - from));
        expect(amount).toBe(Math.max(0, run.to - run.from - paused));
      }
    }
  }
}

/** The fold after a prefix and after the whole, and half a minute to two days later. */
function judgeStory(steps: readonly DeskStep[], kind: DeskKind, told: Set<string>, salt: number) {
  const facts: readonly Fact[] = factsOfDesk(steps, kind);
  const fold = createFactFold({ topology: 1, hash: hash32, awakeMax: salt % 3 });
  const stop = salt % facts.length;
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, i);
    fold.touched();
    if (i === stop) judge(fold, told, 1 + (salt % 4));
  }
  judge(fold, told, 1_000);
  const restored = createFactFold({ topology: 1, hash: hash32 });
  restored.restore(fold.encode(), fold.T);
  judge(restored, told, 1_000);
  for (const laterMs of [31_000, 3_000_000, 90_000_000]) {
    fold.advance((fold.T + laterMs) as LogTime);
    judge(fold, told, 3);
  }
}

describe('explanations of any desk', () => {
  it(
    'EXPLAIN-1 the parts of every published value add up to it, in every window, row and clock',
    () => {
      const told = new Set<string>();
      for (const messages of ['read', 'none'] as const) {
        fc.assert(
          fc.property(deskSteps, backlogRows, fc.nat(), (steps, by, salt) => {
            judgeStory(steps, { messages, source: 'email', by }, told, salt);
          }),
          { numRuns: RUNS },
        );
      }
      fc.assert(
        fc.property(turnStories, backlogRows, fc.nat(), (steps, by, salt) => {
          const kind = {
            messages: 'read',
            source: 'phone',
            autoCloseAfterMs: AUTO_CLOSE_MS,
          } as const;
          judgeStory(steps, { ...kind, by }, told, salt);
        }),
        { numRuns: RUNS },
      );
      fc.assert(
        fc.property(costStories, fc.nat(), (steps, salt) => {
          judgeStory(steps, { messages: 'read', source: 'email' }, told, salt);
        }),
        { numRuns: RUNS },
      );
      fc.assert(
        fc.property(longDeskSteps, fc.nat(), (steps, salt) => {
          judgeStory(steps, { messages: 'read', source: 'manual' }, told, salt);
        }),
        { numRuns: RUNS },
      );
      expect([...told].sort()).toEqual(
        expect.arrayContaining([
          'COUNT wall',
          'DUR wall',
          'GAUGE wall',
          'MONEY wall',
          'RATIO wall',
        ]),
      );
      expect([...told].sort()).toEqual(
        expect.arrayContaining(['deleted', 'group', 'not_live', 'proactive', 'spam']),
      );
    },
    TEST_MS,
  );
});
