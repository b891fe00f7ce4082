/** What a desk may declare of its hours, and stories in which that and the accounts change midway. */
import type { Calendar } from '@sapwood/core/calendar';
import fc from 'fast-check';
import type { DeskStep } from './any-desk-step.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const instant = (text: string): number => Date.parse(`${text}Z`);
const dayOf = (text: string): number => instant(`${text}T00:00`) / DAY_MS;

/** The desk begins on Wednesday 10 June 2026 at 08:00 UTC: the clock changes while it works. */
const ZONES: Calendar['zones'] = {
  UTC: { changes: [], offsets: [0] },
  Ahead: {
    changes: [
      instant('2026-06-10T08:20'),
      instant('2026-06-11T09:30'),
      instant('2026-07-20T01:00'),
    ],
    offsets: [1, 2, 1, 2.5].map((hours) => hours * HOUR_MS),
  },
  Behind: {
    changes: [instant('2026-06-10T09:00')],
    offsets: [-7 * HOUR_MS, -8 * HOUR_MS],
  },
};

/** Hours of some days of the week, counted from Monday. */
const weekly = (days: readonly number[], ...hours: readonly number[]): number[] =>
  days.flatMap((day) => hours.map((hour) => day * DAY_MS + Math.round(hour * HOUR_MS)));
const WORKDAYS = [0, 1, 2, 3, 4];
const EVERY_DAY = [...WORKDAYS, 5, 6];

const SCHEDULES: Calendar['schedules'] = {
  // With lunch and holidays, one of them today.
  office: {
    zone: 'Ahead',
    week: weekly(WORKDAYS, 9, 10 + 1 / 30, 10.5, 17),
    holidays: [dayOf('2026-06-12'), dayOf('2026-07-15')],
  },
  closedToday: { zone: 'UTC', week: weekly(EVERY_DAY, 8, 16), holidays: [dayOf('2026-06-10')] },
  // Over midnight, in another week.
  night: {
    zone: 'Behind',
    week: [...weekly([0, 2], 0.25, 1.5), ...weekly([2], 23, 25), ...weekly([4], 0.25, 1.5)],
    holidays: [],
  },
  minutes: {
    zone: 'UTC',
    week: EVERY_DAY.flatMap((day) =>
      Array.from({ length: 48 }, (_, i) => day * DAY_MS + i * 30 * MINUTE_MS + (i % 2) * 400),
    ),
    holidays: [],
  },
  always: { zone: 'UTC', week: [0, 7 * DAY_MS], holidays: [] },
  never: { zone: 'UTC', week: [], holidays: [] },
};

const NAMES = Object.keys(SCHEDULES);
const name = fc.constantFrom(...NAMES);
/** For whom hours are declared: for all, for some, for nobody. */
export const calendars: fc.Arbitrary<Calendar> = fc
  .record({
    workspace: fc.constantFrom(...NAMES, 'office', 'office', null, null),
    teams: fc.record({ tier1: name, tier2: name }, { requiredKeys: [] }),
    accounts: fc.record({ gold: name, tin: name }, { requiredKeys: [] }),
  })
  .map((whose) => ({
    ...{ zone: 'Ahead', dayStartsMs: 0, zones: ZONES, schedules: SCHEDULES },
    ...whose,
  }));

const TURN: Omit<DeskStep, 'id' | 'gapMs' | 'what'> = {
  ...{ author: 'customer', agent: null, team: null, state: 'new', channel: null },
  ...{ seen: 'read', lateMs: 0, aheadMs: 0, twice: false, amount: 0 },
};

export type Turn = Pick<DeskStep, 'what'> & Partial<DeskStep>;

/** A step that changes what counts for a conversation, soon after the one before. */
export const turnOf = (more: fc.Arbitrary<Turn>): fc.Arbitrary<DeskStep> =>
  fc
    .record({
      id: fc.constantFrom('I1', 'I1', 'I1', 'I2'),
      gapMs: fc.constantFrom(0, 400, 1_000, 20_000, 61_000, 600_000, HOUR_MS),
      more,
    })
    .map(({ more: made, ...step }): DeskStep => ({ ...TURN, ...step, ...made }));

const declaredHours = calendars.map(
  (calendar) => ({ what: 'declare', declares: { calendar } }) as const,
);
const withdrawn = fc.constant({ what: 'declare', declares: {} } as const);
export const account: fc.Arbitrary<Turn> = fc.record({
  what: fc.constant('account' as const),
  account: fc.constantFrom('gold', 'gold', 'tin', 'other', null),
});
const team: fc.Arbitrary<Turn> = fc.record({
  what: fc.constant('team' as const),
  team: fc.constantFrom('tier1', 'tier2', null),
});
/** Other hours, other accounts, other teams; now and then none at all. */
const turnsOfHours = turnOf(
  fc.oneof(
    { weight: 3, arbitrary: account },
    { weight: 3, arbitrary: team },
    { weight: 2, arbitrary: declaredHours },
    { weight: 1, arbitrary: withdrawn },
  ),
);

/** Steps put between those of a story, wherever. */
export const between = (
  stories: fc.Arbitrary<DeskStep[]>,
  turns: fc.Arbitrary<DeskStep>,
): fc.Arbitrary<DeskStep[]> =>
  fc
    .tuple(stories, fc.array(fc.tuple(fc.nat(), turns), { minLength: 1, maxLength: 5 }))
    .map(([story, added]) => {
      const steps = [...story];
      for (const [place, step] of added) steps.splice(place % (steps.length + 1), 0, step);
      return steps;
    });

export const hoursOver = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  between(stories, turnsOfHours);
