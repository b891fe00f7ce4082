/** Amounts as people write them in the tree file: `15m`, `4 h`, `8 GBP`, `15 %`, `12`. */
import type { SheetUnit } from '../metrics/sheet.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  sec: SECOND_MS,
  m: MINUTE_MS,
  min: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};
const MICRO = 1_000_000;
const MILLI = 1_000;
const PPM_PER_PERCENT = 10_000;

export type Parsed = { readonly value: number } | { readonly problem: string };

const EXPECTED: Readonly<Record<SheetUnit, string>> = {
  count: 'a whole number',
  ms: 'a duration such as "15 m" or "4 h"',
  ppm: 'a share such as "15 %"',
  micro: 'money such as "8 GBP"',
  'micro/h': 'money per hour such as "30 GBP"',
  milli: 'a number such as "70"',
};

/** Parses an amount of `unit` to its integer. `currency` null accepts any three-letter code. */
export function parseQuantity(input: unknown, unit: SheetUnit, currency: string | null): Parsed {
  const text = typeof input === 'number' ? String(input) : input;
  if (typeof text !== 'string') return { problem: `expected ${EXPECTED[unit]}` };
  const match = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]+|%)?$/.exec(text.trim());
  const factor = match && factorOf(match[2] ?? '', unit, currency);
  if (!match || factor === null) return { problem: `expected ${EXPECTED[unit]}, got "${text}"` };
  const value = Math.round(Number(match[1]) * factor);
  const isExact = Math.abs(Number(match[1]) * factor - value) < 1e-6;
  if (!Number.isSafeInteger(value) || !isExact) {
    return { problem: `"${text}" is finer than the unit or too large` };
  }
  return { value };
}

function factorOf(suffix: string, unit: SheetUnit, currency: string | null): number | null {
  switch (unit) {
    case 'count':
      return suffix === '' ? 1 : null;
    case 'ms':
      return DURATION_UNITS[suffix] ?? null;
    case 'ppm':
      return suffix === '%' ? PPM_PER_PERCENT : null;
    case 'milli':
      return suffix === '' ? MILLI : null;
    case 'micro':
    case 'micro/h': {
      const isCurrency = currency === null ? /^[A-Z]{3}$/.test(suffix) : suffix === currency;
      return isCurrency || suffix === '' ? MICRO : null;
    }
  }
}
