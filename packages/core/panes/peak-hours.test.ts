/** How much comes in each hour of the week, against a walk over every quarter of the weeks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divRound } from '../num/integer.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { UTC, type ZoneTable } from '../time/zone.ts';
import { type Holidays, PeakHours } from './peak-hours.ts';
import { UsualHours } from './usual-hours.ts';

const WEEK_MS: number = 7 * DAY_MS;
/** A Wednesday. */
const NOW: number = Date.parse('2026-06-10T14:05:00Z');
const TODAY: number = Date.parse('2026-06-10T00:00:00Z');
const LONDON: ZoneTable = {
  changes: ['2025-10-26T01:00Z', '2026-03-29T01:00Z', '2026-10-25T01:00Z'].map(Date.parse),
  offsets: [HOUR_MS, 0, HOUR_MS, 0],
};
const LORD_HOWE: ZoneTable = {
  changes: ['2026-04-04T15:00Z', '2026-10-03T15:30Z'].map(Date.parse),
  offsets: [11, 10.5, 11].map((hours) => hours * HOUR_MS),
};
const [MON_09, WED_14, SUN_01] = [9, 2 * 24 + 14, 6 * 24 + 1];

interface Desk {
  readonly now?: number;
  readonly zone?: ZoneTable;
  readonly since?: number;
  readonly holidays?: Holidays;
}

/** Instants at which something came. */
function peaks(at: readonly number[], { now = NOW, zone = UTC, since = 0, holidays }: Desk = {}) {
  const usual = new UsualHours(zone, now);
  for (const one of at) usual.add('r', one, 1);
  const hours = new PeakHours(usual);
  hours.begin(since, holidays ?? null);
  return hours;
}

/** So many in each of the last weeks, in the hour of `NOW`, the last week first. */
const weekly = (counts: readonly number[]): number[] =>
  counts.flatMap((n, i) => Array.from({ length: n }, () => NOW - (i + 1) * WEEK_MS));

describe('peak hours', () => {
  it('PEAK-1 what an hour of the week counted over the last 8 weeks, by how many such hours there were', () => {
    const hours = peaks([...weekly([3, 0, 1, 2, 0, 0, 7, 1, 50]), NOW, NOW + HOUR_MS]);
    expect(hours.span).toEqual({ from: TODAY - 8 * WEEK_MS, to: TODAY });
    expect(hours.read('r', WED_14)).toEqual({
      ...{ counted: 14, hours: 8, value: 1_750, low: 0, high: 7_000 },
    });
    expect(hours.read('r', MON_09)).toEqual({ counted: 0, hours: 8, value: 0, low: 0, high: 0 });
    // 14 in 56 days.
    expect(hours.read('r', null)).toEqual({
      ...{ counted: 14, hours: 8 * 168, value: 10, low: null, high: null },
    });
    expect(hours.read('nobody', null)).toMatchObject({ counted: 0, value: 0 });
  });

  it('PEAK-2 it is told once four whole weeks were seen, of days that were seen whole', () => {
    const counts = [4, 4, 4, 4, 1, 1, 1, 1];
    const read = (since: number) => peaks(weekly(counts), { since });
    const young = read(TODAY - 4 * WEEK_MS + 1);
    expect([young.isKnown, young.read('r', WED_14).value]).toEqual([false, null]);
    const old = read(TODAY - 4 * WEEK_MS);
    expect(old.isKnown).toBe(true);
    expect(old.read('r', WED_14)).toMatchObject({
      counted: 16,
      hours: 4,
      value: 4_000,
      low: 4_000,
    });
    // The Wednesday five weeks back had begun.
    expect(read(TODAY - 5 * WEEK_MS + 1).read('r', WED_14).hours).toBe(4);
    expect(read(TODAY - 5 * WEEK_MS).read('r', WED_14).hours).toBe(5);
  });

  it('PEAK-3 holidays are in neither; of fewer than four such hours nothing is told', () => {
    const day = (week: number): number => TODAY / DAY_MS - 7 * week;
    const desk = (days: readonly number[], zone = UTC) =>
      peaks(weekly([9, 1, 1, 1, 1, 1, 1, 1]), { holidays: { zone, days } });
    expect(desk([day(1)]).read('r', WED_14)).toMatchObject({ counted: 7, hours: 7, value: 1_000 });
    expect(desk([day(1)]).read('r', null)).toMatchObject({ counted: 7, hours: 8 * 168 - 24 });
    expect(desk([1, 2, 3, 4, 5].map(day)).read('r', WED_14).value).toBeNull();
    expect(desk([1, 2, 3, 4].map(day)).read('r', WED_14)).toMatchObject({ counted: 4, hours: 4 });
    // In Kolkata that Wednesday begins at 18:30 of Tuesday, and is over at 18:30: 18:00 is still of it.
    const kolkata = desk([day(1)], { changes: [], offsets: [5.5 * HOUR_MS] });
    const hoursOf = (index: number): number | null => kolkata.read('r', index).hours;
    expect([24 + 18, 24 + 19, 2 * 24 + 18, 2 * 24 + 19].map(hoursOf)).toEqual([8, 7, 7, 8]);
  });

  it('PEAK-4 an hour that was skipped did not exist, one that came twice is two hours', () => {
    // London, Sunday 01:00 was skipped on 29 March.
    const spring = peaks([], { now: Date.parse('2026-04-20T08:00Z'), zone: LONDON });
    expect([spring.read('r', SUN_01).hours, spring.read('r', SUN_01 + 1).hours]).toEqual([7, 8]);
    expect(spring.read('r', null).hours).toBe(8 * 168 - 1);
    // On 25 October it came twice, with five each time.
    const twice = ['2026-10-25T00:05Z', '2026-10-25T01:05Z'].map(Date.parse);
    const autumn = peaks([...twice, ...twice, ...twice, ...twice, ...twice], {
      ...{ now: Date.parse('2026-11-09T08:00Z'), zone: LONDON },
    });
    expect(autumn.read('r', SUN_01)).toEqual({
      ...{ counted: 10, hours: 9, value: 1_111, low: 0, high: 5_000 },
    });
    // Half of one was skipped: what came in the other half is told for 60 min.
    const half = peaks([Date.parse('2026-10-03T15:45Z')], {
      ...{ now: Date.parse('2026-10-12T00:00Z'), zone: LORD_HOWE },
    });
    // 02:30 to 03:00; 7.5 hours, of which 8 are told.
    expect(half.read('r', SUN_01 + 1)).toEqual({
      ...{ counted: 1, hours: 8, value: 133, low: 0, high: 2_000 },
    });
  });

  it('PEAK-5 whenever it is asked, and over changes of the clock, it is what a walk finds', () => {
    const story = fc.record({
      zone: fc.constantFrom(UTC, LONDON, LORD_HOWE),
      sinceMs: fc.integer({ min: 20, max: 80 }).map((days) => days * DAY_MS - 5 * HOUR_MS),
      now: fc
        .integer({ min: 0, max: 365 * 96 })
        .map((quarters) => Date.parse('2026-01-01T00:00Z') + quarters * 15 * MINUTE_MS),
      backs: fc.array(fc.integer({ min: -2, max: 62 * 96 }), { minLength: 20, maxLength: 60 }),
      holidays: fc.array(fc.integer({ min: -2, max: 60 }), { maxLength: 3 }),
    });
    let told = 0;
    fc.assert(
      fc.property(story, ({ zone, sinceMs, now, backs, holidays }) => {
        const [since, today] = [now - sinceMs, Math.floor(now / DAY_MS)];
        const at = backs.map((back) => now - back * 15 * MINUTE_MS);
        const days = holidays.map((back) => today - back);
        const hours = peaks(at, { now, zone, since, holidays: { zone: UTC, days } });
        const walked = walk(at, { now, zone, since, days });
        for (let index = 0; index < 168; index++) {
          const { counted, value } = hours.read('r', index);
          const own = walked.get(index);
          expect([index, counted, value]).toEqual([
            index,
            own?.counted ?? null,
            own?.value ?? null,
          ]);
          if (value) told += 1;
        }
      }),
      { seed: 20260610, numRuns: 60 },
    );
    expect(told).toBeGreaterThan(300);
  });
});

/** Quarter by quarter, by what the wall shows in each. */
function walk(
  at: readonly number[],
  { now, zone, since, days }: { now: number; zone: ZoneTable; since: number; days: number[] },
) {
  const wall = (t: number): number => {
    const next = zone.changes.findIndex((change) => t < change);
    return t + (next < 0 ? zone.offsets.at(-1)! : zone.offsets[next]!);
  };
  const today = Math.floor(wall(now) / DAY_MS);
  const quarter = 15 * MINUTE_MS;
  const seen = new Map<number, { from: number; quarters: number; day: number }>();
  const begun = new Map<number, number>();
  for (let t = now - 70 * DAY_MS; t <= now; t += quarter) {
    const [hour, day] = [Math.floor(wall(t) / HOUR_MS), Math.floor(wall(t) / DAY_MS)];
    if (!begun.has(day)) begun.set(day, t);
    if (day < today - 56 || day >= today) continue;
    const known = seen.get(hour) ?? { from: t, quarters: 0, day };
    seen.set(hour, known);
    known.quarters += 1;
  }
  const classes = new Map<number, { hour: number; quarters: number }[]>();
  const isKnown = begun.get(today - 28)! >= since;
  for (const [hour, { from, quarters, day }] of seen) {
    const isOff = days.includes(Math.floor(from / DAY_MS));
    if (!isKnown || isOff || begun.get(day)! < since) continue;
    // 1970-01-01 was a Thursday.
    const index = (hour + 3 * 24) % 168;
    classes.set(index, [...(classes.get(index) ?? []), { hour, quarters }]);
  }
  const told = [...classes].filter(([, those]) => those.length >= 4);
  return new Map(
    told.map(([index, those]) => {
      const hours = those.map(({ hour }) => hour);
      const counted = at.filter((t) => hours.includes(Math.floor(wall(t) / HOUR_MS))).length;
      const quarters = those.reduce((sum, one) => sum + one.quarters, 0);
      return [index, { counted, value: divRound(counted * 4_000, quarters) }];
    }),
  );
}
