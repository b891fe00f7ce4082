/** First replies with those who still wait for one, through the whole fold (metrics.md 3.3). */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold } from '../../../tests/support/folded.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import type { Clock, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const HEAD = config(at('00:00'), { currency: 'GBP', sources: [], tree: { nodes: [] } });

function cellOf(fold: FactFold, window: WindowCode, clock: Clock = 'wall') {
  const { cells } = fold.read('acme/first-response-time')!.series!;
  return cells.find((cell) => cell.window === window && cell.clock === clock)!;
}
const censored = (fold: FactFold, window: WindowCode = '30m', clock: Clock = 'wall') =>
  cellOf(fold, window, clock).censored;

const asked = (id: string, hhmm: string): Fact => message(id, at(hhmm), 'customer');
const answered = (id: string, hhmm: string): Fact => message(id, at(hhmm), 'human');

/** The worked example: asked and answered by minute; windows of 30 min that end at 10:30. */
const EXAMPLE: readonly (readonly [string, string, string | null])[] = [
  ['a', '09:55', '10:01'],
  ['b', '10:02', '10:04'],
  ['c', '10:05', '10:08'],
  ['d', '10:10', null],
  ['e', '10:12', null],
  ['f', '10:15', '10:29'],
  ['g', '10:25', null],
  ['h', '10:29', null],
];
const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => a.recordedAt - b.recordedAt);
const worked = inOrder(
  EXAMPLE.flatMap(([id, from, to]) => [asked(id, from), ...(to ? [answered(id, to)] : [])]),
);

describe('first replies with those who wait', () => {
  it('KM-6 the worked example, from facts: answered only 3 min, with those who wait 6, p90 at least 20', () => {
    const fold = folded([HEAD, ...worked, tick(at('10:30'))]);
    const { value, n } = cellOf(fold, '30m');
    // A bucket of answered ones, which is within 1 %.
    expect([n, Math.round(value! / MINUTE_MS)]).toEqual([4, 3]);
    expect(censored(fold)).toEqual({
      ...{ n: 8, p50: 6 * MINUTE_MS, p90: 20 * MINUTE_MS },
      ...{ p50AtLeast: false, p90AtLeast: true },
    });
  });

  it('KM-7 case 11: 40 asked in 30 min, none answered: at least so long, and growing', () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      message(`q${n}`, at('10:00') + n * 45_000, 'customer'),
    );
    const fold = folded([HEAD, ...many, tick(at('10:30'))]);
    expect(cellOf(fold, '60m')).toMatchObject({ value: null, state: 'undefined' });
    const before = censored(fold, '60m')!;
    expect(before).toMatchObject({ n: 40, p50: 30 * MINUTE_MS, p50AtLeast: true });
    fold.advance(fold.timeOf(tick(at('10:40'))));
    expect(censored(fold, '60m')).toMatchObject({ p50: 40 * MINUTE_MS, p50AtLeast: true });
  });

  it('KM-7 case 34: 40 owed for 3 h, one asked and answered after 3 s: at least 3 h', () => {
    const many = Array.from({ length: 40 }, (_, n) => asked(`q${n}`, '09:00'));
    const quick = [asked('x', '11:50:00'), answered('x', '11:50:03')];
    const fold = folded([HEAD, ...many, ...quick, tick(at('12:00'))]);
    for (const window of ['15m', '30m', '60m'] as const) {
      const { p50, p90, p50AtLeast, p90AtLeast } = censored(fold, window)!;
      expect(Math.min(p50!, p90!)).toBeGreaterThanOrEqual(3 * HOUR_MS);
      expect([p50AtLeast, p90AtLeast]).toEqual([true, true]);
    }
    expect(cellOf(fold, '15m')).toMatchObject({ value: 3_000, lowN: true });
  });

  it('KM-8 while a bot covers it nobody is owed; what is answered under cover ends without a reply', () => {
    const bot = message('a', at('10:01'), 'bot');
    const covered = folded([HEAD, asked('a', '10:00'), bot, tick(at('10:20'))]);
    expect(censored(covered, '15m')).toMatchObject({ n: 0, p50: null });
    // Owed for the first minute alone.
    expect(censored(covered)).toMatchObject({ n: 1, p50: MINUTE_MS, p50AtLeast: true });
    folded([answered('a', '10:20'), tick(at('10:21'))], covered);
    expect(cellOf(covered, '30m').n).toBe(1);
    expect(censored(covered)).toMatchObject({ n: 1, p50: MINUTE_MS, p50AtLeast: true });
  });

  it('KM-9 a close ends the wait, history never counted, and one that nobody told of has none', () => {
    const closed = issue('a', at('10:10'), { stateCategory: 'closed', createdAt: at('10:00') });
    const old = message('b', at('10:00'), 'customer', { origin: 'import' });
    const fold = folded([HEAD, old, asked('a', '10:00'), closed, tick(at('10:20'))]);
    expect(censored(fold)).toMatchObject({ n: 1, p50: 10 * MINUTE_MS, p50AtLeast: true });
    expect(censored(fold, '5m')).toEqual({
      ...{ n: 0, p50: null, p90: null, p50AtLeast: false, p90AtLeast: false },
    });
    expect(censored(fold, '7d')).toBeNull();
  });

  it('KM-10 on the business clock ages are open hours; a night between is none', () => {
    const week = [0, 1, 2, 3, 4].flatMap((day) => [9, 17].map((h) => day * DAY_MS + h * HOUR_MS));
    const desk = { zone: 'UTC', week, holidays: [] };
    const calendar = { ...PLAIN_CALENDAR, schedules: { desk }, workspace: 'desk' };
    const open = config(at('00:00'), {
      ...{ currency: 'GBP', sources: [], tree: { nodes: [] }, calendar },
    });
    const fold = folded([
      ...[open, asked('a', '01:00'), asked('b', '08:30'), answered('a', '09:10')],
      tick(at('09:20')),
    ]);
    expect(censored(fold, '24h', 'business')).toMatchObject({ n: 2, p50: 10 * MINUTE_MS });
    expect(censored(fold, '24h', 'business')).toMatchObject({ p90: 20 * MINUTE_MS });
    // Whoever waited least says nothing of later ages.
    expect(censored(fold, '24h')).toMatchObject({ n: 2, p50: 490 * MINUTE_MS, p50AtLeast: false });
  });

  it('KM-11 restored it tells what it told, and it is told anew as time passes', () => {
    const fold = folded([HEAD, ...worked, tick(at('10:30'))]);
    const again = newFold();
    again.restore(fold.encode(), fold.T);
    for (const window of ['5m', '15m', '30m', '60m', '24h', 'bday'] as const) {
      expect(censored(again, window)).toEqual(censored(fold, window));
    }
    fold.touched();
    fold.advance(fold.timeOf(tick(at('10:30:05'))));
    expect(fold.touched().dirty).toContain('acme/first-response-time');
  });
});
