/** Appends recorded facts to a real log bit by bit, so that something can happen on the way. */
import { TOPICS } from '@sapwood/contracts/topics';
import type { EventLog } from '@sapwood/runtime/ports';
import { expect } from 'vitest';
import { clock } from '../support/process.ts';
import type { Lane } from './recorded-lanes.ts';

const PAUSE_MS = 40;
/** While something goes on, of what is left of a stretch at once: it never quite runs out. */
const BIT = 0.02;
const BATCH_RECORDS = 500;

export interface Feeder {
  /** Up to this share of each log, a little at a time while `work` goes on, the rest after it. */
  during(share: number, work: () => Promise<void>): Promise<void>;
  /** Records of a lane that stand in the log. */
  fed(lane: Lane): number;
}

export function createFeeder(log: EventLog, lanes: readonly Lane[]): Feeder {
  const fed = new Map<Lane, number>(lanes.map((lane) => [lane, 0]));

  const append = async (lane: Lane, count: number): Promise<void> => {
    const at = fed.get(lane)!;
    const some = lane.records.slice(at, at + count);
    if (some.length === 0) return;
    // Exact bytes at exact places, or the comparison at the end says nothing.
    const outcome = await log.append(TOPICS.facts.name, lane.partition, some);
    expect(outcome).toMatchObject({ kind: 'durable', firstOffset: at });
    fed.set(lane, at + some.length);
  };
  const leftOf = (lane: Lane, share: number): number =>
    Math.floor(lane.records.length * share) - fed.get(lane)!;
  return {
    fed: (lane) => fed.get(lane)!,
    during: async (share, work) => {
      let isOver = false;
      const worked = work().finally(() => {
        isOver = true;
      });
      const each = async (count: (left: number) => number): Promise<void> => {
        await Promise.all(lanes.map((lane) => append(lane, count(leftOf(lane, share)))));
      };
      worked.catch(() => {});
      while (!isOver) {
        await each((left) => Math.min(left, Math.max(1, Math.round(left * BIT))));
        await clock.sleep(PAUSE_MS);
      }
      await worked;
      while (lanes.some((lane) => leftOf(lane, share) > 0)) {
        await each((left) => Math.min(left, BATCH_RECORDS));
      }
    },
  };
}
