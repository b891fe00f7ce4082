/** How busy a desk is at an hour of its week, 0 to 1: two peaks by day, quiet nights and weekends. */
const HOUR_MS = 3_600_000;
const BY_HOUR = [
  ...[0.3, 0.3, 0.3, 0.3, 0.3, 0.32, 0.38, 0.5, 0.72, 0.9, 1, 0.98],
  ...[0.85, 0.9, 0.98, 1, 0.95, 0.85, 0.68, 0.55, 0.46, 0.4, 0.35, 0.32],
] as const;
const WEEKEND = 0.5;

export type Rhythm = (at: number) => number;

/** Throws a `RangeError` for a zone that does not exist. */
export function createRhythm(zone: string): Rhythm {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  let cachedHour = Number.NaN;
  let cached = 1;
  return (at) => {
    const hour = Math.floor(at / HOUR_MS);
    if (hour !== cachedHour) {
      const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
      const weekend = ['Sat', 'Sun'].includes(parts.get('weekday') ?? '');
      cached = BY_HOUR[Number(parts.get('hour'))]! * (weekend ? WEEKEND : 1);
      cachedHour = hour;
    }
    return cached;
  };
}
