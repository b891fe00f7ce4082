/**
 * Group commit in front of the raw log (reliability.md 1.3): while one append is under way the next
 * batch gathers, so the cost of a durable write is shared and nobody waits for a timer.
 */
import type { Clock, EventLog, Idle, NewRecord } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { IngestLimits } from './config.ts';

export interface BatcherDeps {
  readonly log: Pick<EventLog, 'append'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly limits: Pick<IngestLimits, 'deadlineMs' | 'batchItemsMax' | 'batchBytesMax'>;
}

/** `unavailable`: rejected, unknown or too late. It may be in the log; a doubled record is harmless. */
export type Kept = 'durable' | 'unavailable';

export interface Batcher extends Idle {
  append(topic: string, partition: number, workspace: string, record: NewRecord): Promise<Kept>;
  /** Resolves when everything taken so far is settled; nothing more is taken. */
  stop(): Promise<void>;
}

interface Item {
  readonly target: string;
  readonly record: NewRecord;
  readonly bytes: number;
  settle(kept: Kept): void;
  settled: boolean;
}

const RETRIES_MAX = 2;
const RETRY_PAUSE_MS = 150;
/** No retry begins later than this after the first attempt, so it can end within the deadline. */
const RETRY_UNTIL_MS = 3_500;

export function createBatcher(deps: BatcherDeps): Batcher {
  const { log, clock, telemetry, limits } = deps;
  /** Workspaces in the order of their next turn; each has its own queue, so none starves another. */
  const queues = new Map<string, Item[]>();
  let running: Promise<void> | null = null;
  let stopped = false;

  /** Takes up to one batch for the (topic, partition) whose turn it is, one item per workspace in turn. */
  function nextBatch(): Item[] {
    const batch: Item[] = [];
    let bytes = 0;
    let target: string | null = null;
    let progress = true;
    while (progress && batch.length < limits.batchItemsMax) {
      progress = false;
      for (const [workspace, queue] of [...queues]) {
        while (queue[0]?.settled) queue.shift();
        const item = queue[0];
        if (!item) {
          queues.delete(workspace);
          continue;
        }
        target ??= item.target;
        if (item.target !== target || batch.length >= limits.batchItemsMax) continue;
        if (batch.length > 0 && bytes + item.bytes > limits.batchBytesMax) continue;
        queue.shift();
        batch.push(item);
        bytes += item.bytes;
        progress = true;
        // Served: to the back of the line.
        queues.delete(workspace);
        if (queue.length > 0) queues.set(workspace, queue);
      }
    }
    return batch;
  }

  async function appendOnce(batch: readonly Item[]): Promise<Kept> {
    const [topic, partition] = batch[0]!.target.split('\n') as [string, string];
    try {
      const outcome = await log.append(
        topic,
        Number(partition),
        batch.map((item) => item.record),
      );
      if (outcome.kind === 'durable') return 'durable';
      telemetry({ type: 'AppendOutcomeUnknown', topic, reason: outcome.kind });
    } catch {
      telemetry({ type: 'AppendOutcomeUnknown', topic, reason: 'error' });
    }
    return 'unavailable';
  }

  async function appendBatch(batch: readonly Item[]): Promise<void> {
    const begun = clock.monotonic();
    for (let attempt = 0; ; attempt++) {
      const kept = await appendOnce(batch);
      const late = clock.monotonic() - begun + RETRY_PAUSE_MS * 2 ** attempt > RETRY_UNTIL_MS;
      if (kept === 'durable' || attempt === RETRIES_MAX || late) {
        for (const item of batch) item.settle(kept);
        return;
      }
      await clock.sleep(RETRY_PAUSE_MS * 2 ** attempt);
    }
  }

  /** ONE append in flight: two overlapping sends may each lose an answer and reorder. */
  async function run(): Promise<void> {
    for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) await appendBatch(batch);
    running = null;
  }

  return {
    name: 'ingest-batcher',
    idle: () => running === null,
    append(topic, partition, workspace, record) {
      if (stopped) return Promise.resolve<Kept>('unavailable');
      return new Promise<Kept>((resolve) => {
        const item: Item = {
          target: `${topic}\n${partition}`,
          record,
          bytes: record.value?.length ?? 0,
          settled: false,
          settle(kept) {
            if (item.settled) return;
            item.settled = true;
            deadline.cancel();
            resolve(kept);
          },
        };
        const deadline = clock.after(limits.deadlineMs, () => item.settle('unavailable'));
        const queue = queues.get(workspace);
        if (queue) queue.push(item);
        else queues.set(workspace, [item]);
        // A microtask later, so that requests of one turn of the event loop share the batch.
        running ??= Promise.resolve().then(run);
      });
    },
    async stop() {
      stopped = true;
      while (running) await running;
    },
  };
}
