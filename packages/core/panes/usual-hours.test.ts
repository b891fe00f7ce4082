/** What is usual at an hour of the week, against a walk over all that was ever counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { dayStart, UTC, type ZoneTable } from '../time/zone.ts';
import { UsualHours } from './usual-hours.ts';

const WEEK_MS: number = 7 * DAY_MS;
/** A business day that nobody asks for. */
const NO_RESET = Number.NEGATIVE_INFINITY;
const NOW: number = Date.parse('2026-06-10T14:05:00Z');
const LONDON: ZoneTable = {
  changes: ['2025-10-26T01:00Z', '2026-03-29T01:00Z', '2026-10-25T01:00Z'].map(Date.parse),
  offsets: [HOUR_MS, 0, HOUR_MS, 0],
};
const KOLKATA: ZoneTable = { changes: [], offsets: [5.5 * HOUR_MS] };

/** So many a week, from the last one back, in the hour of `now`. */
function weekly(counts: readonly number[], now = NOW, zone = UTC): UsualHours {
  const usual = new UsualHours(zone, now);
  for (const [i, count] of counts.entries()) usual.add('r', now - (i + 1) * WEEK_MS, count);
  return usual;
}

describe('what is usual', () => {
  it('USUAL-1 the median of the same hour of the last 8 weeks, scaled to the window', () => {
    const usual = weekly([12, 100, 8, 10, 0, 14, 9, 11, 5_000]);
    // 0 8 9 10 | 11 12 14 100
    const read = (code: '5m' | '15m' | '30m' | '60m'): number | null => usual.read('r', code, 0);
    expect([read('60m'), read('30m'), read('15m'), read('5m')]).toEqual([11, 5, 3, 1]);
  });

  it('USUAL-1 four weeks are needed, and an hour in which nothing came is one', () => {
    const usual = weekly([7]);
    const since = (weeks: number): number => Math.floor(NOW / HOUR_MS) * HOUR_MS - weeks * WEEK_MS;
    expect(usual.read('r', '60m', since(3))).toBeNull();
    expect(usual.read('r', '60m', since(4) + 1)).toBeNull();
    expect(usual.read('r', '60m', since(4))).toBe(0);
    expect(usual.read('never', '60m', since(8))).toBe(0);
    expect(usual.read('r', '7d', 0)).toBeNull();
  });

  it('USUAL-2 24 h are the 24 hours before this one, each by its own weeks', () => {
    const usual = new UsualHours(UTC, NOW);
    for (let week = 1; week <= 8; week++) {
      for (let hour = 1; hour <= 25; hour++) {
        usual.add('r', NOW - week * WEEK_MS - hour * HOUR_MS, hour + week);
      }
    }
    // Medians over weeks: hour + 4.5.
    expect(usual.read('r', '24h', 0)).toBe((24 * 25) / 2 + 24 * 4.5);
    expect(usual.read('r', '60m', 0)).toBe(0);
  });

  it('USUAL-3 an hour that the clock skipped is left out, one that came twice is told for 60 min', () => {
    // London, Sunday 01:00 was skipped on 29 March.
    const skipped = Date.parse('2026-04-19T00:05:00Z');
    const spring = new UsualHours(LONDON, skipped);
    for (const week of [1, 2, 4, 5])
      spring.add('r', skipped - week * WEEK_MS + (week > 3 ? HOUR_MS : 0), 6);
    expect(spring.read('r', '60m', skipped - 5 * WEEK_MS)).toBe(6);
    expect(spring.read('r', '60m', skipped - 4 * WEEK_MS)).toBeNull();
    // It came twice on 25 October: 00:00 to 02:00 UTC.
    const twice = Date.parse('2026-11-08T01:05:00Z');
    const autumn = new UsualHours(LONDON, twice);
    for (const at of ['2026-10-25T00:05:00Z', '2026-10-25T01:05:00Z'])
      autumn.add('r', Date.parse(at), 10);
    const others = ['2026-11-01T01:05:00Z', '2026-10-18T00:05:00Z', '2026-10-11T00:05:00Z'];
    for (const at of others) autumn.add('r', Date.parse(at), 10);
    expect(autumn.read('r', '60m', Date.parse('2026-10-10T00:00:00Z'))).toBe(10);
  });

  it('USUAL-3 hours are those of the wall, where they begin at the half hour of UTC too', () => {
    const at = Date.parse('2026-06-10T14:35:00Z');
    const usual = weekly([4, 4, 4, 4, 4, 4, 4, 4], at, KOLKATA);
    expect(usual.read('r', '60m', 0)).toBe(4);
    usual.advance(at + 54 * MINUTE_MS, 0, NO_RESET);
    expect(usual.read('r', '60m', 0)).toBe(4);
    usual.advance(at + 55 * MINUTE_MS, 0, NO_RESET);
    expect(usual.read('r', '60m', 0)).toBe(0);
  });

  /** At each of these hours of the wall of a day, and of the same day of all the weeks before. */
  function daily(zone: ZoneTable, now: string, reset: string, hours: readonly string[]) {
    const usual = new UsualHours(zone, Date.parse(now));
    usual.restart(zone, Date.parse(now), 0, Date.parse(reset));
    for (const at of hours) usual.add('r', Date.parse(at), 10);
    return usual;
  }
  const onDays = (days: readonly string[], times: readonly string[]): string[] =>
    days.flatMap((day) => times.map((time) => `${day}T${time}Z`));

  it('USUAL-6 a business day is its whole hours before this one, each by its own weeks', () => {
    const since = (reset: string): number | null => {
      const usual = new UsualHours(UTC, NOW);
      usual.restart(UTC, NOW, 0, Date.parse(reset));
      for (let week = 1; week <= 8; week++) {
        for (let hour = 0; hour < 24; hour++) {
          const at = Date.parse('2026-06-10T00:20:00Z') + hour * HOUR_MS - week * WEEK_MS;
          usual.add('r', at, hour + week);
        }
      }
      return usual.read('r', 'bday', 0);
    };
    // It is 14:05. Medians over weeks: hour + 4.5; the hours from 0 to 13, and from 6 to 13.
    expect(since('2026-06-10T00:00:00Z')).toBe(91 + 14 * 4.5);
    expect(since('2026-06-10T06:00:00Z')).toBe(76 + 8 * 4.5);
    // No hour is over; and one that begins with none.
    expect(since('2026-06-10T14:00:00Z')).toBeNull();
    expect(since('2026-06-10T06:30:00Z')).toBeNull();
  });

  it('USUAL-6 a day that begins amid an hour is noticed at once', () => {
    const [midnight, T] = ['2026-06-10T00:00:00Z', '2026-06-10T06:20:00Z'].map(Date.parse);
    const usual = new UsualHours(UTC, T!);
    usual.restart(UTC, T!, 0, midnight!);
    expect(usual.read('r', 'bday', 0)).toBe(0);
    expect(usual.advance(T! + 9 * MINUTE_MS, 0, midnight!)).toBeNull();
    const reset = T! + 10 * MINUTE_MS;
    expect(usual.advance(reset, 0, reset)).toBe('all');
    expect(usual.read('r', 'bday', 0)).toBeNull();
    expect(usual.advance(reset + MINUTE_MS, 0, reset)).toBeNull();
  });

  it('USUAL-6 an hour that the day lost is left out, of all weeks; one that it had twice is one', () => {
    // London, 29 March 2026: after 00:59 comes 02:00. It is 03:05.
    const weeks = ['2026-03-22', '2026-03-15', '2026-03-08', '2026-03-01'];
    const all = onDays(weeks, ['00:10:00', '01:10:00', '02:10:00']);
    const spring = daily(LONDON, '2026-03-29T02:05:00Z', '2026-03-29T00:00:00Z', all);
    expect(spring.read('r', 'bday', Date.parse('2026-03-01T00:00:00Z'))).toBe(20);
    // 25 October 2026: 01:00 to 01:59 comes twice. It is 02:05.
    const before = ['2026-10-17', '2026-10-10', '2026-10-03', '2026-09-26'].flatMap((day) => {
      const at = Date.parse(`${day}T23:10:00Z`);
      return [0, HOUR_MS, 2 * HOUR_MS].map((ms) => new Date(at + ms).toISOString());
    });
    const autumn = daily(LONDON, '2026-10-25T02:05:00Z', '2026-10-24T23:00:00Z', before);
    expect(autumn.read('r', 'bday', Date.parse('2026-09-26T23:00:00Z'))).toBe(20);
  });

  it('USUAL-7 a share is the median of the shares of the same hour, not scaled, where there was anything', () => {
    const usual = new UsualHours(UTC, NOW);
    const weeks = [
      [1, 2],
      [1, 4],
      [0, 0],
      [3, 4],
      [2, 3],
    ] as const;
    for (const [i, [num, den]] of weeks.entries()) {
      usual.add('s', NOW - (i + 1) * WEEK_MS, num, den);
    }
    // 250,000 500,000 | 666,667 750,000
    const read = (code: '5m' | '60m', since = 0) => usual.read('s', code, since, true);
    expect([read('60m'), read('5m')]).toEqual([583_334, 583_334]);
    const hour = Math.floor(NOW / HOUR_MS) * HOUR_MS;
    expect([read('60m', hour - 5 * WEEK_MS), read('60m', hour - 4 * WEEK_MS)]).toEqual([
      583_334,
      null,
    ]);
    expect(usual.read('never', '60m', 0, true)).toBeNull();
    // Taken back: 1 of 2, 1 of 4, 3 of 4 are too few.
    usual.add('s', NOW - 5 * WEEK_MS, -2, -3);
    expect(read('60m')).toBeNull();
  });

  it('USUAL-7 over a day it is the share of all its hours together, of weeks that are known', () => {
    const usual = new UsualHours(UTC, NOW);
    usual.restart(UTC, NOW, 0, Date.parse('2026-06-10T12:00:00Z'));
    for (let week = 1; week <= 8; week++) {
      usual.add('s', NOW - week * WEEK_MS - HOUR_MS, 1, 1);
      usual.add('s', NOW - week * WEEK_MS - 2 * HOUR_MS, week, 9);
      usual.add('s', NOW - week * WEEK_MS - 24 * HOUR_MS, 0, 10);
    }
    const read = (code: '24h' | 'bday', since = 0) => usual.read('s', code, since, true);
    // (1 + week) / 20, and since 12:00 (1 + week) / 10: between those of the weeks 4 and 5.
    expect([read('24h'), read('bday')]).toEqual([275_000, 550_000]);
    const noon = Date.parse('2026-06-10T12:00:00Z');
    // Of the fifth week 11:00 is not known, of the fourth it is: 2 3 | 4 5.
    expect([read('bday', noon - 4 * WEEK_MS), read('24h', noon - 4 * WEEK_MS)]).toEqual([
      350_000,
      null,
    ]);
    expect(read('bday', noon - 4 * WEEK_MS + 1)).toBeNull();
  });

  it('USUAL-7 a week lost an hour: its others count; one that came twice counts whole', () => {
    // London, Sunday 19 April, 02:05; on 29 March there was no 01:00.
    const now = Date.parse('2026-04-19T01:05:00Z');
    const spring = new UsualHours(LONDON, now);
    spring.restart(LONDON, now, 0, Date.parse('2026-04-18T23:00:00Z'));
    const add = (usual: UsualHours, at: string, num: number): void =>
      usual.add('s', Date.parse(at), num, 4);
    add(spring, '2026-04-11T23:10:00Z', 1);
    add(spring, '2026-04-04T23:10:00Z', 1);
    add(spring, '2026-03-29T00:10:00Z', 3);
    // It showed 02:10.
    add(spring, '2026-03-29T01:10:00Z', 0);
    add(spring, '2026-03-22T01:10:00Z', 3);
    // 1 1 | 3 3 of 4.
    expect(spring.read('s', 'bday', 0, true)).toBe(500_000);
    // Sunday 15 November, 01:05; on 25 October that hour came twice, with 0 and 4 of 4.
    const later = Date.parse('2026-11-15T01:05:00Z');
    const autumn = new UsualHours(LONDON, later);
    add(autumn, '2026-11-08T01:10:00Z', 1);
    add(autumn, '2026-11-01T01:10:00Z', 1);
    add(autumn, '2026-10-25T00:10:00Z', 0);
    add(autumn, '2026-10-25T01:10:00Z', 4);
    add(autumn, '2026-10-18T00:10:00Z', 4);
    // 1 of 4 twice, 4 of 8, 4 of 4.
    expect(autumn.read('s', '60m', 0, true)).toBe(375_000);
  });

  it('USUAL-7 a share that counts in another row too counts there with what it is a part of', () => {
    const usual = new UsualHours(UTC, NOW);
    for (let week = 1; week <= 4; week++) {
      usual.add('a', NOW - week * WEEK_MS, 1, 2);
      usual.add('b', NOW - week * WEEK_MS, 2, 2);
    }
    const others = (): number | null => usual.read('others', '60m', 0, true);
    usual.merge('others', 'a', 1);
    expect(others()).toBe(500_000);
    usual.merge('others', 'b', 1);
    expect(others()).toBe(750_000);
    usual.merge('others', 'a', -1);
    expect(others()).toBe(1_000_000);
  });

  it('USUAL-4 however log time jumps and in whatever order it is told, it is what a walk finds', () => {
    const zones = [UTC, LONDON, KOLKATA];
    const story = fc.record({
      zone: fc.constantFrom(...zones),
      startsMs: fc.constantFrom(0, 6 * HOUR_MS, 6.5 * HOUR_MS),
      steps: fc.array(
        fc.record({
          gapMs: fc.constantFrom(
            0,
            7 * MINUTE_MS,
            HOUR_MS,
            5 * HOUR_MS,
            DAY_MS,
            6 * DAY_MS,
            WEEK_MS,
          ),
          backMs: fc.constantFrom(0, 3, 20 * MINUTE_MS, HOUR_MS, DAY_MS, WEEK_MS, 4 * WEEK_MS),
          value: fc.integer({ min: -3, max: 9 }),
          row: fc.constantFrom('a', 'b'),
        }),
        { minLength: 20, maxLength: 80 },
      ),
    });
    fc.assert(
      fc.property(story, ({ zone, startsMs, steps }) => {
        let T = Date.parse('2026-01-05T08:00:00Z');
        const since = T;
        const usual = new UsualHours(zone, T);
        const told: (Told & { row: string })[] = [];
        for (const { gapMs, backMs, value, row } of steps) {
          T += gapMs;
          const at = T - backMs;
          const reset = dayStart(zone, startsMs, T);
          usual.advance(T, since, reset);
          usual.add(row, at, value);
          const part = value < 0 ? ([0, 0] as const) : ([value, 9] as const);
          usual.add(`${row}s`, at, part[0], part[1]);
          told.push({ row, at, value, part });
          const own = told.filter((one) => one.row === row);
          const found = (['60m', '24h', 'bday'] as const).flatMap((code) => [
            usual.read(row, code, since),
            usual.read(`${row}s`, code, since, true),
          ]);
          expect(found).toEqual(walked(zone, own, { T, since, reset }));
        }
      }),
      { numRuns: 60 },
    );
  });
});

interface Told {
  readonly at: number;
  readonly value: number;
  readonly part: readonly [num: number, den: number];
}

/** Quarter by quarter over the last ten weeks: a count and a share of an hour, of 24 h and of the business day. */
function walked(
  zone: ZoneTable,
  told: readonly Told[],
  { T, since, reset }: Readonly<Record<'T' | 'since' | 'reset', number>>,
): (number | null)[] {
  const wall = (t: number): number =>
    t + zone.offsets[zone.changes.filter((change) => change <= t).length]!;
  const hourOf = (t: number): number => Math.floor(wall(t) / HOUR_MS);
  const now = hourOf(T);
  const hours = new Map<number, { from: number; minutes: number; told: Told[] }>();
  const quarter = 15 * MINUTE_MS;
  for (let t = Math.floor((T - 10 * WEEK_MS) / quarter) * quarter; t <= T + DAY_MS; t += quarter) {
    const known = hours.get(hourOf(t)) ?? { from: t, minutes: 0, told: [] };
    hours.set(hourOf(t), { ...known, minutes: known.minutes + 15 });
  }
  for (const one of told) hours.get(hourOf(one.at))?.told.push(one);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const middle = (seen: number[]): number | null => {
    seen.sort((a, b) => a - b);
    const [low, high] = [seen[(seen.length - 1) >> 1]!, seen[seen.length >> 1]!];
    return seen.length < 4 ? null : (low + high) / 2;
  };
  const weeks = [1, 2, 3, 4, 5, 6, 7, 8];
  const median = (of: number): number | null =>
    middle(
      weeks.flatMap((week) => {
        const hour = hours.get(of - 168 * week);
        if (!hour || hour.from < since) return [];
        return [Math.round((sum(hour.told.map(({ value }) => value)) * 60) / hour.minutes)];
      }),
    );
  const share = (all: readonly number[]): number | null =>
    middle(
      weeks.flatMap((week) => {
        const then = all.flatMap((of) => hours.get(of - 168 * week) ?? []);
        if (then.some(({ from }) => from < since)) return [];
        const parts = then.flatMap((hour) => hour.told.map(({ part }) => part));
        const den = sum(parts.map(([, one]) => one));
        return den === 0 ? [] : [Math.round((sum(parts.map(([num]) => num)) * 1_000_000) / den)];
      }),
    );
  const count = (all: readonly number[]): number | null => {
    const medians = all.map(median);
    return all.length === 0 || medians.includes(null) ? null : sum(medians as number[]);
  };
  const shown = [...hours].map(([of, { from }]) => ({ of, from })).filter(({ of }) => of < now);
  const last = shown.filter(({ of }) => of >= now - 24).map(({ of }) => of);
  const isWhole = [...hours.values()].some(({ from }) => from === reset);
  const business = shown.filter(({ from }) => isWhole && from >= reset).map(({ of }) => of);
  const found = [
    ...[count([now]), share([now])],
    ...[count([now]) === null ? null : count(last), share(last)],
    ...[count(business), business.length === 0 ? null : share(business)],
  ];
  return found.map((one) => (one === null ? null : awayFromZero(one)));
}

/** Halves go away from zero. */
const awayFromZero = (x: number): number => Math.sign(x) * Math.round(Math.abs(x)) || 0;
