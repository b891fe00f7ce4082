/** What Pylon itself says that a conversation took: for comparison with what is derived (pylon.md 6). */
import type { VendorSeconds } from '../facts/fact.ts';
import { SECOND_MS } from '../time/instant.ts';
import type { Observation } from './model.ts';
import type { Transition } from './transition.ts';

/** What the newest read says counts, and the others forget it (metrics.md 1.3). */
export function keepNewest(observations: readonly Observation[]): void {
  const newest = observations.findLastIndex((one) => one.vendorSeconds !== undefined);
  for (const one of observations.slice(0, Math.max(0, newest))) delete one.vendorSeconds;
}

/** null: it says that there is nothing to say; undefined: no read says anything. */
export const vendorSecondsIn = (
  observations: readonly Observation[],
): VendorSeconds | null | undefined =>
  observations.findLast((one) => one.vendorSeconds !== undefined)?.vendorSeconds;

type Names = Readonly<Record<'wall' | 'business', keyof VendorSeconds>>;
export const FIRST_RESPONSE: Names = { wall: 'firstResponse', business: 'businessFirstResponse' };
export const RESOLUTION: Names = { wall: 'resolution', business: 'businessResolution' };

/** A stop with what Pylon says it took until then; what is not told by the wall is not told at all. */
export function withVendorMs(
  stop: Transition,
  told: VendorSeconds | null | undefined,
  { wall, business }: Names,
): Transition {
  const [vendorMs, openMs] = [msOf(told?.[wall]), msOf(told?.[business])];
  if (vendorMs === null) return stop;
  const timed = { ...stop, amounts: { ...stop.amounts, vendorMs } };
  return openMs === null ? timed : { ...timed, open: { ...stop.open, vendorMs: openMs } };
}

const msOf = (seconds: number | null | undefined): number | null =>
  seconds == null ? null : Math.max(0, seconds * SECOND_MS);
