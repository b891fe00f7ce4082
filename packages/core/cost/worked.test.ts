/** The worked examples of metrics.md 5.5, from the text's figures, to the last digit. */
import { describe, expect, it } from 'vitest';
import type { CostDriver, CostEntry } from '../facts/fact.ts';
import { divRound } from '../num/integer.ts';
import { allocate } from './allocation.ts';
import { JUNE, pounds } from './entry.fixture.ts';
import { costBetween } from './span.ts';

const MONTH: readonly CostEntry[] = [
  pounds('salaries', 50_000),
  pounds('tooling', 8_000),
  pounds('management', 6_000),
  pounds('overhead', 6_000),
];
const GBP = { currency: 'GBP' } as const;
const HOUR_MS = 3_600_000;
const hourTo = (time: string) => {
  const to = Date.parse(`2026-06-${time}Z`);
  return { from: to - HOUR_MS, to };
};

describe('worked examples', () => {
  it('COST-1 (a) a month over its contacts', () => {
    const { micro } = costBetween(MONTH, JUNE, GBP);
    expect(micro).toBe(70_000_000_000);
    expect(divRound(micro, 9_500)).toBe(7_368_421);
    expect(divRound(costBetween([pounds('salaries', 80_000)], JUNE, GBP).micro, 10_000)).toBe(
      8_000_000,
    );
  });

  it('COST-1 (b) fewer contacts at the same cost are dearer each', () => {
    expect(divRound(costBetween(MONTH, JUNE, GBP).micro, 9_500 - 1_500)).toBe(8_750_000);
  });

  it('COST-1 (c) the hour to noon, all even', () => {
    const hour = hourTo('10T12:00:00');
    const parts = MONTH.map((entry) => costBetween([entry], hour, GBP).micro);
    expect(parts).toEqual([69_444_445, 11_111_111, 8_333_334, 8_333_334]);
    const { micro } = costBetween(MONTH, hour, GBP);
    expect(micro).toBe(97_222_224);
    expect(divRound(micro, 13)).toBe(7_478_633);
  });

  it('COST-1 (d) the same with salaries on schedule, and the hour to three at night', () => {
    const [salaries, ...others] = MONTH;
    const entries = [{ ...salaries!, accrual: 'schedule' } as const, ...others];
    const terms = { ...GBP, openMs: weekdays };
    const noon = hourTo('10T12:00:00');
    const parts = entries.map((entry) => costBetween([entry], noon, terms).micro);
    expect(parts).toEqual([284_090_909, 11_111_111, 8_333_334, 8_333_334]);
    expect(costBetween(entries, noon, terms).micro).toBe(311_868_688);
    const night = costBetween(entries, hourTo('10T03:00:00'), terms).micro;
    expect([night, divRound(night, 2)]).toEqual([27_777_779, 13_888_890]);
  });

  it('COST-1 (e) the month by channel, each cost by its default driver', () => {
    const { values, parked } = allocate(MONTH, JUNE, 'channel', channels, GBP);
    const total = (value: string): number => values.get(value)!.micro;
    expect(parked).toBe(0);
    const byCategory = MONTH.map((entry) => {
      const own = allocate([entry], JUNE, 'channel', channels, GBP).values;
      return CHANNELS.map(([value]) => own.get(value)!.micro);
    });
    expect(byCategory).toEqual([
      [8_413_001_912, 18_929_254_302, 4_588_910_134, 18_068_833_652],
      [1_347_368_421, 2_778_947_369, 336_842_105, 3_536_842_105],
      [1_009_560_230, 2_271_510_516, 550_669_216, 2_168_260_038],
      [1_010_526_316, 2_084_210_526, 252_631_579, 2_652_631_579],
    ]);
    expect(CHANNELS.map(([value]) => total(value))).toEqual([
      ...[11_780_456_879, 26_063_922_713, 5_729_053_034, 26_426_567_374],
    ]);
    expect(CHANNELS.map(([value, contacts]) => divRound(total(value), contacts))).toEqual([
      ...[7_362_786, 7_898_158, 14_322_633, 6_292_040],
    ]);
  });
});

/** Open 09 to 17 UTC on weekdays, counted hour by hour; June 2026 has 22 of them. */
function weekdays(from: number, to: number): number {
  let open = 0;
  for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour < to; hour += HOUR_MS) {
    const day = new Date(hour).getUTCDay();
    const isOpen = day % 6 !== 0 && Math.abs(new Date(hour).getUTCHours() - 12.5) < 4;
    if (isOpen) open += Math.min(to, hour + HOUR_MS) - Math.max(from, hour);
  }
  return open;
}

/** Channel, contacts, minutes of handling by people. */
const CHANNELS: readonly (readonly [string, number, number])[] = [
  ['chat', 1_600, 17_600],
  ['email', 3_300, 39_600],
  ['phone', 400, 9_600],
  ['slack', 4_200, 37_800],
];

function channels(driver: CostDriver, within: readonly unknown[]): Map<string, number> {
  const people = { dimension: 'handled_by', values: ['human', 'mixed'] };
  expect(within).toEqual(driver === 'contacts' ? [] : [people]);
  return new Map(
    CHANNELS.map(([value, contacts, minutes]) => [
      value,
      driver === 'contacts' ? contacts : minutes * 60_000,
    ]),
  );
}
