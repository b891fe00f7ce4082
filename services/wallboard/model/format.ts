/** Numbers as people read them: three significant digits, a real minus, the unit smaller. */
import type { Unit } from '@sapwood/core/metrics';

export interface Part {
  readonly text: string;
  readonly small: boolean;
}

const SYMBOLS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' };
const MINUS = '\u2212';

const big = (text: string): Part => ({ text, small: false });
const small = (text: string): Part => ({ text, small: true });

function threeDigits(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** 0 to 999 as they are, then 1.23k, 45.6k, 7.89M. Halves of a count are not rounded away. */
function scaled(value: number): Part[] {
  for (const [limit, unit] of [
    [999.5, ''],
    [999_500, 'k'],
    [Number.POSITIVE_INFINITY, 'M'],
  ] as const) {
    if (value >= limit) continue;
    const divisor = unit === '' ? 1 : unit === 'k' ? 1e3 : 1e6;
    const digits = unit === '' ? threeDigits(value) : (value / divisor).toPrecision(3);
    return unit === '' ? [big(digits)] : [big(digits), small(unit)];
  }
  return [];
}

/** 45s, 14m, 1h 12m, 2d 4h: two units at most. */
export function durationParts(ms: number): Part[] {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return [big(String(seconds)), small('s')];
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return [big(String(minutes)), small('m')];
  const hours = Math.floor(minutes / 60);
  const [first, second, unit, rest] =
    hours < 24 ? [hours, minutes % 60, 'h', 'm'] : [Math.floor(hours / 24), hours % 24, 'd', 'h'];
  const lead = [big(String(first)), small(unit)];
  return second === 0 ? lead : [...lead, big(` ${second}`), small(rest)];
}

export function valueParts(value: number, unit: Unit, currency: string): Part[] {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? [big(MINUS)] : [];
  if (unit === 'ms') return [...sign, ...durationParts(magnitude)];
  if (unit === 'ppm') return [...sign, big(threeDigits(magnitude / 10_000)), small('%')];
  if (unit === 'count') return [...sign, ...scaled(magnitude)];
  if (unit === 'milli') return [...sign, ...scaled(magnitude / 1_000)];
  const symbol = SYMBOLS[currency];
  const amount = magnitude / 1_000_000;
  // Money keeps its cents: $3.40, not $3.4.
  const digits = amount < 100 ? [big(amount.toFixed(2))] : scaled(amount);
  return symbol ? [...sign, big(symbol), ...digits] : [...sign, ...digits, small(` ${currency}`)];
}

export function plain(parts: readonly Part[]): string {
  return parts.map((part) => part.text).join('');
}

/** The widest a value of this unit gets: room is kept for it, so nothing moves. */
export function widest(unit: Unit, currency: string): Part[] {
  if (unit === 'ms') return [big('88'), small('h'), big(' 88'), small('m')];
  if (unit === 'ppm') return [big('88.8'), small('%')];
  return unit === 'count' || unit === 'milli'
    ? [big('88.8'), small('k')]
    : [big(`${SYMBOLS[currency] ?? ''}88.88`)];
}

export interface Delta {
  readonly text: string;
  readonly ratio: number;
}

/**
 * Change against a reference: "↑18%", beyond 99 % a factor, across zero the difference in words of
 * `plainOf`. null where none can be told.
 */
export function deltaOf(
  value: number | null,
  before: number | null,
  plainOf: (difference: number) => string = String,
): Delta | null {
  if (value === null || before === null || before === 0) return null;
  const ratio = (value - before) / Math.abs(before);
  const percent = Math.round(Math.abs(ratio) * 100);
  if (percent === 0) return { text: '0%', ratio: 0 };
  const arrow = ratio > 0 ? '↑' : '↓';
  // A drop is never more than all of it; only a rise needs a factor.
  if (percent <= 99 || (ratio < 0 && ratio >= -1)) return { text: `${arrow}${percent}%`, ratio };
  const factor = value / before;
  if (factor > 0)
    return { text: `${arrow}×${factor >= 9.95 ? Math.round(factor) : factor.toFixed(1)}`, ratio };
  return { text: `${arrow}${plainOf(Math.abs(value - before))}`, ratio };
}

/** HH:MM:SS of a local clock. */
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** "Friday 18:00": the hour of the week. */
export function hourText(epochMs: number): string {
  const date = new Date(epochMs);
  return `${WEEKDAYS[date.getDay()]} ${String(date.getHours()).padStart(2, '0')}:00`;
}

export function clockText(epochMs: number, withSeconds: boolean): string {
  const date = new Date(epochMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${minutes}:${two(date.getSeconds())}` : minutes;
}
