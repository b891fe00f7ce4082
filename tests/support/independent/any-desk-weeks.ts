/**
 * Stories of a desk that does much the same each week, about the same hours: what is usual there is known after
 * some of them. Steps of the desk of any-desk.ts, which must have declared `FAMILIES`.
 */
import fc from 'fast-check';
import { CALENDARS } from './any-desk-calendars.ts';
import { ask, bot, DAY_MS, type Move, reply } from './any-desk-phrases.ts';
import type { DeskStep } from './any-desk-step.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;

/** A step, some time after the story began. */
interface Dated {
  readonly atMs: number;
  readonly step: Move & Pick<DeskStep, 'id'>;
}

interface Contact {
  readonly slotMs: number;
  readonly answers: readonly Move[];
  readonly after: readonly Move[];
  readonly team: string | null;
}

const contact: fc.Arbitrary<Contact> = fc.record({
  // From half an hour to the next, an hour with what is beside it, and the other end of the day.
  slotMs: fc.constantFrom(
    ...[0, 0, 0, 10, 29, 61, 61, 125, 5 * 60, 23 * 60].map((minutes) => minutes * MINUTE_MS),
  ),
  answers: fc.constantFrom([reply], [reply], [bot], []),
  after: fc.constantFrom<readonly Move[]>(
    [{ what: 'close' }],
    [{ what: 'tag', word: 'Bug' }, { what: 'close' }],
    [{ what: 'field', word: 'bug' }, { what: 'close' }, { what: 'rate', scores: [5] }],
    [{ what: 'close' }, { what: 'rate', scores: [1] }],
    [],
  ),
  team: fc.constantFrom('tier1', 'tier1', 'tier2', null),
});

const contactOf = ({ slotMs, answers, after, team }: Contact, id: string, at: number): Dated[] =>
  [ask, ...answers, ...after].map((move, i) => ({
    atMs: at + slotMs + i * 10_000,
    step: { ...move, id, team },
  }));

/** Of one of the weeks before it is known only now that it was none. */
const corrections = fc.array(
  fc.record({
    week: fc.nat({ max: 9 }),
    what: fc.constantFrom('spam' as const, 'tag' as const, 'close' as const),
  }),
  { maxLength: 3 },
);

/** Before and after hours and days end. */
const pauses = fc.array(
  fc.constantFrom(
    ...[1, 20, 30, 59, 60, 60, 61, 120, 5 * 60, 10 * 60].map((minutes) => minutes * MINUTE_MS),
    ...[DAY_MS - HOUR_MS, 6 * DAY_MS],
  ),
  { minLength: 4, maxLength: 8 },
);

/** On Wednesday at 08:00 UTC, or on Sunday at midnight; from June on, or around the end of summer time. */
const begins = fc.constantFrom(
  0,
  3 * DAY_MS + 16 * HOUR_MS,
  16 * WEEK_MS + 3 * DAY_MS + 16 * HOUR_MS,
);

const stepOf = ({ step }: Dated, gapMs: number): DeskStep => ({
  ...{ author: 'human', agent: null, team: null, state: 'new', channel: null, seen: 'read' },
  ...{ lateMs: 0, aheadMs: 0, twice: false, amount: 0, gapMs },
  ...step,
});

export const weeklyStories: fc.Arbitrary<DeskStep[]> = fc
  .record({
    begin: begins,
    weeks: fc.array(fc.array(contact, { maxLength: 4 }), { minLength: 5, maxLength: 10 }),
    corrections,
    pauses,
    livesBy: fc.nat({ max: CALENDARS.length - 1 }),
  })
  .map(({ begin, weeks, corrections: late, pauses: ends, livesBy }) => {
    const dated = weeks.flatMap((contacts, week) =>
      contacts.flatMap((one, i) => contactOf(one, `W${week}-${i}`, begin + week * WEEK_MS)),
    );
    let atMs = begin + weeks.length * WEEK_MS;
    const tick = { what: 'tick', id: 'W' } as const;
    const tail: Dated[] = ends.map((ms, i) => {
      const one = late[i];
      const step = one ? { what: one.what, word: 'Late', id: `W${one.week}-0` } : tick;
      const told = { atMs, step };
      atMs += ms;
      return told;
    });
    const all = [...dated, ...tail].sort((a, b) => a.atMs - b.atMs);
    const steps = all.map((one, i) => stepOf(one, one.atMs - (all[i - 1]?.atMs ?? 0)));
    return steps.map((step, i) => (i === 0 ? { ...step, livesBy } : step));
  });
