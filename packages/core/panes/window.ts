/** The rolling windows of this topology (metrics.md 0, "Windows"). */
import type { WindowCode } from '../metrics/value.ts';
import { MINUTE_MS, SECOND_MS } from '../time/instant.ts';

export interface WindowSpec {
  readonly code: WindowCode;
  readonly lengthMs: number;
  readonly paneMs: number;
}

const window = (code: WindowCode, minutes: number, paneMs: number): WindowSpec => ({
  code,
  lengthMs: minutes * MINUTE_MS,
  paneMs,
});

const FINE_MS: number = 5 * SECOND_MS;
const COARSE_MS: number = 60 * SECOND_MS;

export const WINDOWS: readonly WindowSpec[] = [
  window('5m', 5, FINE_MS),
  window('15m', 15, FINE_MS),
  window('30m', 30, FINE_MS),
  window('60m', 60, FINE_MS),
  window('24h', 24 * 60, COARSE_MS),
];

export const PANE_SIZES_MS: readonly number[] = [FINE_MS, COARSE_MS];

export function windowSpec(code: WindowCode): WindowSpec {
  return WINDOWS.find((w) => w.code === code)!;
}

/** A = (floor(T/g) - W/g) * g: the window is {t : A <= t <= T}, W <= T - A < W + g. */
export function windowStart(spec: WindowSpec, T: number): number {
  return (Math.floor(T / spec.paneMs) - spec.lengthMs / spec.paneMs) * spec.paneMs;
}
