/** By what calendars a desk of any-desk.ts lives, and when it moves from one to another. */
import type { WorkspaceConfig } from '@sapwood/core/config';
import fc from 'fast-check';
import type { DeskStep } from './any-desk-step.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(`${text}Z`);
const hours = (...offsets: readonly number[]): number[] => offsets.map((h) => h * HOUR_MS);

/** Stories begin on 10 June 2026; some last some days, some reach far over both changes of a year. */
const ZONES = {
  UTC: { changes: [], offsets: [0] },
  London: {
    changes: ['2026-10-25T01:00', '2027-03-28T01:00', '2027-10-31T01:00'].map(at),
    offsets: hours(1, 0, 1, 0),
  },
  LordHowe: {
    changes: ['2026-10-03T15:30', '2027-04-03T15:00', '2027-10-02T15:30'].map(at),
    offsets: hours(10.5, 11, 10.5, 11),
  },
  Tongatapu: { changes: [], offsets: hours(13) },
  /** A day that is skipped, in the first week; a midnight that is, and one that comes twice. */
  Nowhere: {
    changes: ['2026-06-12T10:00', '2026-06-15T10:00', '2026-06-17T10:30', '2026-06-21T09:00'].map(
      at,
    ),
    offsets: hours(-10, 14, 15, 14, 13),
  },
  /** Put forward in the night after the first day, and back in the next. */
  Hasty: {
    changes: ['2026-06-11T01:00', '2026-06-12T01:00', '2026-06-14T22:30'].map(at),
    offsets: hours(1, 2, 1, 0),
  },
} as const;

type Calendar = NonNullable<WorkspaceConfig['calendar']>;

const lived = (zone: keyof typeof ZONES, dayStartsHour: number): Calendar => ({
  zone,
  dayStartsMs: dayStartsHour * HOUR_MS,
  zones: { [zone]: ZONES[zone] },
  ...{ schedules: {}, workspace: null, teams: {}, accounts: {} },
});

/** null: none is declared. */
export const CALENDARS: readonly (Calendar | null)[] = [
  null,
  lived('London', 0),
  lived('Hasty', 0),
  lived('London', 4),
  lived('Nowhere', 0),
  lived('Hasty', 2.5),
  lived('LordHowe', 2),
  lived('Tongatapu', 6),
  lived('Nowhere', 23),
];

const STEPS_MAX = 40;
const STAYS = Array.from({ length: 60 }, () => undefined);

/** Drawn after a story, so that a seed tells the same one with them. */
export const withCalendars = (stories: fc.Arbitrary<DeskStep[]>): fc.Arbitrary<DeskStep[]> =>
  fc
    .tuple(
      stories,
      fc.nat({ max: CALENDARS.length - 1 }),
      fc.array(fc.constantFrom(...STAYS, ...CALENDARS.keys()), {
        minLength: STEPS_MAX,
        maxLength: STEPS_MAX,
      }),
    )
    .map(([steps, first, moves]) =>
      steps.map((step, i) => ({ ...step, livesBy: i === 0 ? first : moves[i % STEPS_MAX] })),
    );
