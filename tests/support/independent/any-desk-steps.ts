/** Arbitrary steps of a desk, over hours and over months. */
import fc from 'fast-check';
import { withCalendars } from './any-desk-calendars.ts';
import { withDetails } from './any-desk-details.ts';
import { type DeskStep, EVENTS, RARE, STATES } from './any-desk-step.ts';

/** Around the limits that rules name: a second, the pair, the minute, hours, a day. */
const GAPS_MS = [
  0, 0, 300, 700, 1_000, 4_000, 5_000, 20_000, 59_000, 60_000, 61_000, 300_000, 3_600_000,
  40_000_000, 90_000_000,
];
const DAY_MS = 86_400_000;
/** Over before it began, at the next look, between two looks, not in this story. */
const SNOOZES_MS = [-1_000, 0, 1_000, 60_000, 61_000, 300_000, 3_600_000, 40 * DAY_MS, null];
/** Beyond what a fold remembers: a day for equal looks, 35 for what is closed. */
const LONG_GAPS_MS = [1, 1, 34, 35, 36, 36, 80].map((days) => days * DAY_MS);

const stepsWith = (gapsMs: readonly number[]): fc.Arbitrary<DeskStep[]> =>
  fc.array(
    fc.record({
      gapMs: fc.constantFrom(...gapsMs),
      id: fc.constantFrom('I1', 'I2', 'I3'),
      what: fc.constantFrom(...EVENTS, ...EVENTS, 'message', ...RARE, 'snooze'),
      author: fc.constantFrom('customer', 'customer', 'human', 'human', 'bot', 'automation'),
      agent: fc.constantFrom('ada', 'ben', 'robot', null),
      team: fc.constantFrom('tier1', 'tier2', 'tier3', null),
      state: fc.constantFrom(...STATES),
      channel: fc.constantFrom(null, null, 'email', 'chat'),
      seen: fc.constantFrom(
        'read',
        'read',
        'read',
        'body',
        'body+read',
        'import',
        'late',
        'unseen',
      ),
      lateMs: fc.constantFrom(0, 800, 120_000, 7_200_000, 100_000_000),
      aheadMs: fc.constantFrom(0, 0, 0, 0, 7_000, 240_000, 400_000),
      twice: fc.boolean(),
      amount: fc.integer({ min: -5_000_000, max: 5_000_000 }),
      snoozeMs: fc.constantFrom(...SNOOZES_MS),
    }),
    { minLength: 1, maxLength: 40 },
  );

export const deskSteps: fc.Arbitrary<DeskStep[]> = withCalendars(withDetails(stepsWith(GAPS_MS)));
/** Conversations that rest for weeks and are spoken to again. */
export const longDeskSteps: fc.Arbitrary<DeskStep[]> = withCalendars(
  withDetails(stepsWith([...GAPS_MS, ...LONG_GAPS_MS])),
);

/** Every other step tells of a cost. */
export const costStories: fc.Arbitrary<DeskStep[]> = deskSteps.map((steps) =>
  steps.map((step, i) => (i % 2 === 0 ? { ...step, what: 'cost' } : step)),
);
