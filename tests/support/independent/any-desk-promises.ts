/** What a desk may promise, and stories in which that, priorities, tiers and Pylon's word change midway. */
import type { Calendar } from '@sapwood/core/calendar';
import fc from 'fast-check';
import { account, between, calendars, type Turn, turnOf } from './any-desk-hours.ts';
import type { Declared, DeskStep, Promises } from './any-desk-step.ts';

const MINUTE_MS = 60_000;

/** Around the gaps of stories: some are met to the millisecond, some are over as they come. */
const target = fc.record({
  ms: fc.constantFrom(
    ...[1, 20_000, 59_999, 60_000, 60_001, 120_000, 121_000, 10 * MINUTE_MS, 10 * MINUTE_MS],
    ...[1, 1, 1, 2, 20, 20, 24, 24, 960, 960].map((hours) => hours * 60 * MINUTE_MS),
  ),
  clock: fc.constantFrom('wall', 'wall', 'business'),
});
const ofKind = fc.oneof(
  { weight: 2, arbitrary: target.map((one) => ({ '*': one })) },
  { weight: 3, arbitrary: fc.record({ '*': target, urgent: target, low: target }) },
  {
    weight: 1,
    arbitrary: fc.record({ '*': target, urgent: target, low: target }, { requiredKeys: [] }),
  },
);
const all = { first: ofKind, next: ofKind, resolution: ofKind };
const targets: fc.Arbitrary<Promises['targets']> = fc.oneof(
  { weight: 3, arbitrary: fc.record(all) },
  { weight: 1, arbitrary: fc.record(all, { requiredKeys: [] }) },
);
export const promises: fc.Arbitrary<Promises> = fc.record(
  {
    targets,
    tiers: fc.record({ vip: targets }, { requiredKeys: [] }),
    pauseOn: fc.oneof(
      fc.constant(['on_hold'] as const),
      fc.subarray(['on_hold', 'snoozed', 'waiting_on_customer'] as const),
    ),
  },
  { requiredKeys: ['targets', 'pauseOn'] },
);

const declared = (calendar: Calendar | null, sla: Promises | null): Declared => ({
  ...(calendar ? { calendar } : {}),
  ...(sla ? { sla } : {}),
});
export const promisesInHours: fc.Arbitrary<Declared> = fc
  .tuple(fc.option(calendars, { freq: 3 }), promises)
  .map(([calendar, sla]) => declared(calendar, sla));

const priority: fc.Arbitrary<Turn> = fc.record({
  what: fc.constant('priority' as const),
  priority: fc.constantFrom('urgent', 'urgent', 'low', 'other', null),
});
const tier: fc.Arbitrary<Turn> = fc.record({
  what: fc.constant('tier' as const),
  account: fc.constantFrom('gold', 'tin'),
  tier: fc.constantFrom('vip', 'vip', 'basic', null),
});
const breachIn = fc.constantFrom(
  null,
  null,
  -1_000,
  20_000,
  600_000,
  60 * MINUTE_MS,
  1_440 * MINUTE_MS,
);
/** Now and then Pylon says when something breaches, or that nothing does. */
const said: fc.Arbitrary<Turn> = fc.record({
  what: fc.constant('breach' as const),
  breachInMs: fc.record({ first: breachIn, next: breachIn, resolution: breachIn }),
});
const anew: fc.Arbitrary<Turn> = fc
  .tuple(fc.option(calendars), fc.option(promises, { freq: 4 }))
  .map(([calendar, sla]) => ({ what: 'declare', declares: declared(calendar, sla) }));

export const promisesOver = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  between(
    stories,
    turnOf(
      fc.oneof(
        { weight: 4, arbitrary: priority },
        { weight: 2, arbitrary: account },
        { weight: 2, arbitrary: tier },
        { weight: 2, arbitrary: said },
        { weight: 1, arbitrary: anew },
      ),
    ),
  );
