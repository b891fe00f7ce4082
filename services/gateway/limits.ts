/** What keeps one client from costing the others: a message budget, and a watch on its buffer. */

/** Above this only the keys are remembered, until the socket drained. */
export const BUFFERED_SLOW_BYTES: number = 256 * 1024;
/** Above this, and not shrinking, the client is too slow. */
export const BUFFERED_MAX_BYTES: number = 1024 * 1024;
export const SLOW_MS_MAX = 10_000;
const STUCK_MS_MAX = 1_000;
const MESSAGES_PER_SECOND = 10;
const MESSAGES_BURST = 20;

export class MessageBudget {
  #tokens: number = MESSAGES_BURST;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** False: one message too many. */
  take(now: number): boolean {
    const earned = ((now - this.#at) * MESSAGES_PER_SECOND) / 1_000;
    this.#tokens = Math.min(MESSAGES_BURST, this.#tokens + earned) - 1;
    this.#at = now;
    return this.#tokens >= 0;
  }
}

export class BufferWatch {
  #since: number | null = null;
  #last = 0;

  /** `slow`: send nothing now; `lost`: close it. */
  judge(bufferedBytes: number, now: number): 'ok' | 'slow' | 'lost' {
    const shrinks = bufferedBytes < this.#last;
    this.#last = bufferedBytes;
    if (bufferedBytes <= BUFFERED_SLOW_BYTES) {
      this.#since = null;
      return 'ok';
    }
    this.#since ??= now;
    const slowMs = now - this.#since;
    const stuck = bufferedBytes > BUFFERED_MAX_BYTES && !shrinks && slowMs >= STUCK_MS_MAX;
    return stuck || slowMs >= SLOW_MS_MAX ? 'lost' : 'slow';
  }
}
