/** Questions to a cluster in which something has just moved or been made: asked again for a while. */
import type { Clock } from '../ports.ts';

/** A leader that has just moved or been made is not everywhere known for a moment. */
const ASK_AGAIN_MS = 200;
const ASK_MS_MAX = 10_000;

export type Ask = <T>(question: () => Promise<T>) => Promise<T>;

/** Repeats a question whose failure kafkajs calls retriable. */
export function createAsk(clock: Clock): Ask {
  return async (question) => {
    const untilMs = clock.monotonic() + ASK_MS_MAX;
    for (;;) {
      try {
        return await question();
      } catch (error) {
        const again = (error as { retriable?: boolean }).retriable === true;
        if (!again || clock.monotonic() > untilMs) throw error;
      }
      await clock.sleep(ASK_AGAIN_MS);
    }
  };
}
