/** What Pylon says that things took (metrics.md 3.1, `-pylon`). */

import type { VendorSeconds } from '@sapwood/core/facts';
import type { Case } from './conversation.ts';
import type { Took } from './transition.ts';

/** Of the newest look that saw its seconds. */
export function vendorTook({ story }: Pick<Case, 'story'>): {
  readonly firstReply: Took;
  readonly resolution: Took;
} {
  const look = story.observations.findLast(({ body }) => body.vendorSeconds !== undefined);
  const said: Partial<VendorSeconds> = look?.body.vendorSeconds ?? {};
  return {
    firstReply: { wall: ms(said.firstResponse), business: ms(said.businessFirstResponse) },
    resolution: { wall: ms(said.resolution), business: ms(said.businessResolution) },
  };
}

const ms = (seconds: number | null | undefined): number | null =>
  seconds == null ? null : seconds * 1_000;
