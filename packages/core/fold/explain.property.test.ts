import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config, cost, issue, message } from '../../../tests/support/facts.ts';
import {
  backlogRows,
  DESK_WORKSPACE,
  type DeskKind,
  factsOfDesk,
  hash32,
} from '../../../tests/support/independent/any-desk.ts';
import {
  accountStories,
  accountsInHours,
} from '../../../tests/support/independent/any-desk-accounts.ts';
import { correctedStories } from '../../../tests/support/independent/any-desk-corrections.ts';
import { FAMILIES, familyStories } from '../../../tests/support/independent/any-desk-families.ts';
import {
  promisesInHours,
  promisesOver,
} from '../../../tests/support/independent/any-desk-promises.ts';
import type { DeskStep } from '../../../tests/support/independent/any-desk-step.ts';
import {
  costStories,
  deskSteps,
  longDeskSteps,
} from '../../../tests/support/independent/any-desk-steps.ts';
import { AUTO_CLOSE_MS, turnStories } from '../../../tests/support/independent/any-desk-turns.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { CostEntry, Fact } from '../facts/fact.ts';
import { unexplained } from '../metrics/explained.ts';
import { type Explanation, type Part, parseCursor } from '../metrics/explanation.ts';
import type { Cell, Series } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, type LogTime } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const RUNS = 10;
const TEST_MS = 900_000;

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

const isQuotient = (key: string): boolean => key.startsWith('handling-time-per-contact');
/** Told of the account in the middle. */
const isOfMiddle = (key: string): boolean => /^account-response-time(?!\{account=)/.test(key);

/** Added up here, from the parts alone. */
function addedUp({ definition, key, form, parts, published }: Explanation) {
  const events = parts.flatMap((part) => (part.part === 'counted' ? part.events : []));
  const amounts = events.map(({ amount }) => amount);
  const costs = parts.flatMap((part) => (part.part === 'cost' ? (part.cost.micro ?? []) : []));
  const open = sum(parts.map((part) => (part.part === 'open' ? part.times : 0)));
  switch (form) {
    case 'COUNT':
      return { num: sum(amounts), den: null, n: amounts.length };
    case 'GAUGE':
      return { num: open, den: null, n: open };
    case 'MONEY': {
      const den = published.den === null ? null : sum(amounts);
      const n = den === null ? costs.length : amounts.length;
      return { num: costs.length > 0 ? sum(costs) : null, den, n };
    }
    case 'DUR':
      // What it is divided by is told as a number alone.
      if (isQuotient(key)) return { num: sum(amounts), den: published.den, n: published.n };
      if (isOfMiddle(key)) {
        return { num: null, den: null, n: new Set(events.map(({ row }) => row)).size };
      }
      if (amounts.length === 0) return { num: null, den: null, n: 0 };
      return { num: sum(amounts), den: amounts.length, n: amounts.length };
    case 'RATIO':
    case 'DIST':
    case 'COHORT': {
      const num = sum(amounts);
      const isFlow = definition.startsWith('resolution-rate-flow@');
      // Who is late now counts beside what came in the window.
      const den = isFlow ? amounts.length - num : amounts.length + open;
      return { num, den, n: den };
    }
  }
}

/** What was found: which forms, series and reasons there were; and which series are looked at. */
interface Told {
  readonly seen: Set<string>;
  readonly keys: RegExp;
}

const LACKS = ['no_messages', 'no_scale', 'no_fields', 'no_policy', 'no_roster'];
const ABSENT = [...LACKS, 'not_declared', 'in_other', 'privacy', 'not_new'];

/** Every cell of every series that is published. */
function judge(fold: FactFold, { seen, keys }: Told, limit: number): void {
  for (const dirty of fold.keys()) {
    const series = keys.test(dirty) ? fold.read(dirty)?.series : null;
    if (!series) continue;
    for (const cell of series.cells) {
      if (unexplained({ key: series.key, window: cell.window }) !== null) continue;
      const found = whole(fold, series, cell, limit);
      const { value, num, den, n } = cell;
      const place = { key: series.key, window: cell.window, clock: cell.clock };
      expect({ ...place, ...found.published }).toEqual({ ...place, value, num, den, n });
      expect({ ...place, ...found.total }).toEqual({ ...place, value, num, den, n });
      expect(found.sums).toBe(true);
      const isAbsent = cell.reasons.some((r) => ABSENT.includes(r));
      if (isAbsent) {
        expect(found.parts.filter(({ part }) => part !== 'waiting')).toEqual([]);
        expect(found.excluded).toEqual({});
      } else {
        expect({ ...place, ...addedUp(found) }).toEqual({ ...place, num, den, n });
      }
      const waiting = found.parts.filter(({ part }) => part === 'waiting');
      expect(waiting.length).toBe(series.waiting?.count ?? 0);
      expect(found.counts.waiting).toBe(waiting.length);
      const [oldest] = waiting as { since: number }[];
      expect(oldest?.since ?? null).toBe(series.waiting?.oldestSince ?? null);
      runsFit(found);
      if (found.parts.length > 0) seen.add(`${found.form} ${cell.clock}`).add(series.key);
      for (const reason of Object.keys(found.excluded)) seen.add(reason);
    }
  }
}

/** What ran, less what it paused, is what was measured. */
function runsFit({ key, form, clock, parts }: Explanation): void {
  // What somebody worked, or the vendor says, ran by no clock of ours.
  const isTold = /^average-handle-time|-pylon/.test(key);
  const isRun = form === 'DUR' && !isTold && !isQuotient(key);
  for (const part of parts) {
    if (part.part !== 'counted') continue;
    for (const { amount, clock: run } of part.events) {
      expect(run !== null).toBe(isRun);
      if (!run) continue;
      if (clock === 'business') expect(amount).toBe(run.openMs);
      else {
        const paused = sum(run.paused.map(([from, to]) => to - from));
        expect(amount).toBe(Math.max(0, run.to - run.from - paused));
      }
    }
  }
}

/** The fold after a prefix and after the whole, restored, and half a minute to two days later. */
function judgeFacts(facts: readonly Fact[], told: Told, salt: number): void {
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

const week = [0, 1, 2, 3, 4].flatMap((day) => [9, 17].map((h) => day * DAY_MS + h * HOUR_MS));
const desk = { zone: 'UTC', week, holidays: [] };
const CALENDAR = { ...PLAIN_CALENDAR, schedules: { desk }, workspace: 'desk' };

/** The same desk, open on weekdays from nine to five. */
const withHours = (facts: readonly Fact[]): Fact[] =>
  facts.map((fact) => {
    if (fact.kind !== 'config.applied') return fact;
    const document = JSON.stringify({ ...JSON.parse(fact.body.document), calendar: CALENDAR });
    return { ...fact, body: { configHash: hash32(document), document } };
  });

/** Stories of a desk, every other time with open hours. */
const desks = (stories: fc.Arbitrary<DeskStep[]>, kind: DeskKind): fc.Arbitrary<Fact[]> =>
  fc
    .record({ steps: stories, by: backlogRows, hasHours: fc.boolean() })
    .map(({ steps, by, hasHours }) => {
      const facts = factsOfDesk(steps, { ...kind, by });
      return hasHours ? withHours(facts) : facts;
    });

/** A desk with targets, which change midway. */
const promised: fc.Arbitrary<Fact[]> = fc
  .tuple(promisesOver(turnStories), promisesInHours)
  .map(([steps, declared]) => factsOfDesk(steps, { messages: 'read', source: 'email', declared }));

/** A desk whose accounts are answered often. */
const answered: fc.Arbitrary<Fact[]> = fc
  .tuple(accountStories, accountsInHours)
  .map(([steps, declared]) => factsOfDesk(steps, { messages: 'read', source: 'email', declared }));

const WAGES: CostEntry = {
  ...{ costId: 'wages', revision: 1, stage: 'settled', category: 'salaries', currency: 'GBP' },
  ...{ amountMicro: 900_000_000, from: START, to: START + 30 * DAY_MS, accrual: 'even' },
};

/** More channels and priorities than are shown, over some hours: who is shown changes. */
const crowds: fc.Arbitrary<Fact[]> = fc
  .array(
    fc.record({
      gapMs: fc.constantFrom(1_000, 60_000, 400_000, 1_500_000),
      id: fc.integer({ min: 0, max: 60 }),
      value: fc.integer({ min: 0, max: 40 }),
      what: fc.constantFrom('customer', 'customer', 'human', 'look', 'close'),
    }),
    { minLength: 100, maxLength: 160 },
  )
  .map((steps) => {
    const ids = ['backlog', 'conversation-handoff-rate', 'conversation-volume'];
    const by = Object.fromEntries(ids.map((id) => [id, ['priority']]));
    let now = START;
    const facts = steps.map(({ gapMs, id, value, what }): Fact => {
      now += gapMs;
      const name = `I${id}`;
      if (what === 'human') return message(name, now, what, { authorId: `u${value % 3}` });
      if (what === 'customer') return message(name, now, what, { channel: `c${value % 35}` });
      const stateCategory = what === 'close' ? 'closed' : 'waiting_on_you';
      const seen = { teamId: `t${value % 3}`, priority: `p${value % 12}`, channel: `c${id % 35}` };
      return issue(name, now, { ...seen, stateCategory, createdAt: START });
    });
    const head = config(START, { currency: 'GBP', sources: [], tree: { nodes: [] }, by });
    return [head, cost(START, WAGES), ...facts];
  });

/** What was told of any of them. */
function judged(arbitraries: readonly fc.Arbitrary<Fact[]>[], keys = /./): string[] {
  const told: Told = { seen: new Set(), keys };
  for (const facts of arbitraries) {
    const property = fc.property(facts, fc.nat(), (one, salt) => judgeFacts(one, told, salt));
    fc.assert(property, { seed: SEED, numRuns: RUNS });
  }
  return [...told.seen].sort();
}

describe('explanations of any desk', () => {
  it(
    'EXPLAIN-1 the parts of every published value add up to it, in every window, row and clock',
    () => {
      const autoCloses = { autoCloseAfterMs: AUTO_CLOSE_MS } as const;
      const told = judged([
        desks(deskSteps, { messages: 'read', source: 'email' }),
        desks(deskSteps, { messages: 'none', source: 'form' }),
        desks(turnStories, { messages: 'read', source: 'phone', ...autoCloses }),
        desks(costStories, { messages: 'read', source: 'email' }),
        desks(longDeskSteps, { messages: 'read', source: 'manual' }),
        desks(familyStories, { messages: 'read', source: 'email', declared: FAMILIES }),
        desks(correctedStories, { messages: 'read', source: 'email', declared: FAMILIES }),
        promised,
        answered,
      ]);
      const forms = [
        'COUNT wall',
        'DIST wall',
        'DUR business',
        'DUR wall',
        'GAUGE wall',
        'MONEY wall',
      ];
      const reasons = ['group', 'no_duration', 'not_live', 'proactive', 'spam', 'merged'];
      const newer = [
        ...['escalation-rate', 'csat', 'sla-running', 'average-handle-time-estimated'],
        ...['account-response-time', 'few_replies'],
      ];
      const wanted = [...forms, 'RATIO wall', 'COHORT wall', ...reasons, ...newer];
      expect(wanted.filter((one) => !told.includes(one))).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'EXPLAIN-8 the parts of `__other__` add up too, whoever is shown',
    () => {
      expect(judged([crowds], /__other__/)).toEqual(
        expect.arrayContaining([
          'backlog{priority=__other__}',
          'conversation-handoff-rate{priority=__other__}',
          'conversation-volume{channel=__other__}',
          'cost-per-contact{channel=__other__}',
          'handling-time-per-contact{channel=__other__}',
          'conversation-volume{priority=__other__}',
          'first-response-time{channel=__other__}',
        ]),
      );
    },
    TEST_MS,
  );
});
