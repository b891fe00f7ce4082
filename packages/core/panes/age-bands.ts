/** How old something is, as one of a few bands (metrics.md 3.2, `backlog`). */
import { DAY_MS, HOUR_MS } from '../time/instant.ts';

/** Upper ends; the last band has none. */
const BANDS: readonly { readonly name: string; readonly untilMs: number }[] = [
  { name: 'under_1h', untilMs: HOUR_MS },
  { name: '1h_to_4h', untilMs: 4 * HOUR_MS },
  { name: '4h_to_24h', untilMs: DAY_MS },
  { name: '1d_to_7d', untilMs: 7 * DAY_MS },
  { name: 'over_7d', untilMs: Number.POSITIVE_INFINITY },
];

export const AGE_BANDS: readonly string[] = BANDS.map(({ name }) => name);

const bandOf = (ageMs: number): (typeof BANDS)[number] =>
  BANDS.find(({ untilMs }) => ageMs < untilMs)!;

export const ageBandOf = (ageMs: number): string => bandOf(ageMs).name;

/** When what began then leaves the band that it is in at T; infinity: never. */
export const bandEndsAt = (from: number, T: number): number => from + bandOf(T - from).untilMs;
