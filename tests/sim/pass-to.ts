import { setImmediate as nextTurn } from 'node:timers/promises';
import type { VirtualClock } from '@sapwood/runtime/clock/virtual';

/** One instant after the other; in each all that can happen happens. */
export async function passTo(clock: VirtualClock, to: number): Promise<void> {
  for (;;) {
    const next = clock.nextAt();
    if (next === null || next > to) break;
    clock.advanceTo(next);
    await nextTurn();
  }
  clock.advanceTo(to);
  await nextTurn();
}
