/** What is usual at an hour of the week, against a walk over all that was ever counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { UTC, type ZoneTable } from '../time/zone.ts';
import { UsualHours } from './usual-hours.ts';

const WEEK_MS: number = 7 * DAY_MS;
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
    expect(usual.read('r', 'bday', 0)).toBeNull();
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
    usual.advance(at + 54 * MINUTE_MS, 0);
    expect(usual.read('r', '60m', 0)).toBe(4);
    usual.advance(at + 55 * MINUTE_MS, 0);
    expect(usual.read('r', '60m', 0)).toBe(0);
  });

  it('USUAL-4 however log time jumps and in whatever order it is told, it is what a walk finds', () => {
    const zones = [UTC, LONDON, KOLKATA];
    const story = fc.record({
      zone: fc.constantFrom(...zones),
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
      fc.property(story, ({ zone, steps }) => {
        let T = Date.parse('2026-01-05T08:00:00Z');
        const since = T;
        const usual = new UsualHours(zone, T);
        const told: { row: string; at: number; value: number }[] = [];
        for (const { gapMs, backMs, value, row } of steps) {
          T += gapMs;
          usual.advance(T, since);
          usual.add(row, T - backMs, value);
          told.push({ row, at: T - backMs, value });
          for (const code of ['60m', '24h'] as const) {
            const own = told.filter((one) => one.row === row);
            expect(usual.read(row, code, since)).toBe(walked(zone, own, code, T, since));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Minute by minute over the last ten weeks. */
function walked(
  zone: ZoneTable,
  told: readonly { readonly at: number; readonly value: number }[],
  code: '60m' | '24h',
  T: number,
  since: number,
): number | null {
  const wall = (t: number): number =>
    t + zone.offsets[zone.changes.filter((change) => change <= t).length]!;
  const hourOf = (t: number): number => Math.floor(wall(t) / HOUR_MS);
  const now = hourOf(T);
  const hours = new Map<number, { from: number; minutes: number; sum: number }>();
  const quarter = 15 * MINUTE_MS;
  for (let t = Math.floor((T - 10 * WEEK_MS) / quarter) * quarter; t <= T + DAY_MS; t += quarter) {
    const known = hours.get(hourOf(t)) ?? { from: t, minutes: 0, sum: 0 };
    hours.set(hourOf(t), { ...known, minutes: known.minutes + 15 });
  }
  for (const { at, value } of told) {
    const hour = hours.get(hourOf(at));
    if (hour) hour.sum += value;
  }
  const median = (of: number): number | null => {
    const seen: number[] = [];
    for (let week = 1; week <= 8; week++) {
      const hour = hours.get(of - 168 * week);
      if (hour && hour.from >= since) seen.push(Math.round((hour.sum * 60) / hour.minutes));
    }
    seen.sort((a, b) => a - b);
    const [low, high] = [seen[(seen.length - 1) >> 1]!, seen[seen.length >> 1]!];
    return seen.length < 4 ? null : (low + high) / 2;
  };
  if (code === '60m') {
    const one = median(now);
    return one === null ? null : awayFromZero(one);
  }
  let sum = 0;
  for (let back = 1; back <= 24; back++) {
    if (!hours.has(now - back)) continue;
    const one = median(now - back);
    if (one === null) return null;
    sum += one;
  }
  return median(now) === null ? null : awayFromZero(sum);
}

/** Halves go away from zero. */
const awayFromZero = (x: number): number => Math.sign(x) * Math.round(Math.abs(x)) || 0;
