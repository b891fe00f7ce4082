/** What is kept how long in the embedded store, and who may still need it (reliability.md 1.10). */
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS, type Topic } from '@sapwood/contracts/topics';
import { DETECTOR_FOLD } from '@sapwood/detector/app';
import { loadPosition } from '@sapwood/normalizer/position';
import type { EventLog, StateStore } from '@sapwood/runtime/ports';
import { type Need, neededByFold, type RetentionRule } from '@sapwood/runtime/retention';
import type { Setup } from './setup.ts';

/** Whoever maps raw records, with the name of its position. */
interface Reader {
  readonly name: string;
  readonly workspace: string;
}

/**
 * The smallest raw offset that a source has not mapped, or has mapped and still owes a read for.
 * One that has no position yet begins at the start of the log, so it needs all of it.
 */
function neededByReader(
  { name, workspace }: Reader,
  topic: Topic,
  log: EventLog,
  store: StateStore,
): Need {
  return async (partition) => {
    const count = await log.partitions(topic.name);
    if (partitionOf(workspace, count) !== partition) return Number.POSITIVE_INFINITY;
    const position = await loadPosition(store, name);
    if (!position) return 0;
    const owed = position.owed
      .filter((debt) => debt.partition === partition)
      .flatMap(({ offsets }) => offsets);
    return Math.min(position.next, ...owed);
  };
}

export interface RetentionRulesDeps {
  readonly setup: Setup;
  readonly log: EventLog;
  readonly store: StateStore;
  readonly topology: number;
}

/** A rule for each topic of the registry; the gateway reads its topics anew at each start. */
export function retentionRules(deps: RetentionRulesDeps): RetentionRule[] {
  const { setup, log, store, topology } = deps;
  const read = (topic: Topic, readers: readonly Reader[]): readonly [string, readonly Need[]] => [
    topic.name,
    readers.map((reader) => neededByReader(reader, topic, log, store)),
  ];
  const needs = new Map([
    read(
      TOPICS.rawPylon,
      setup.sources.map(({ id, workspace }) => ({ name: id, workspace })),
    ),
    read(
      TOPICS.rawCost,
      setup.costs.map(({ id, workspace }) => ({ name: `cost/${id}`, workspace })),
    ),
    [TOPICS.facts.name, [neededByFold(store, 'facts', topology)]],
    [TOPICS.samples.name, [neededByFold(store, DETECTOR_FOLD, topology)]],
  ]);
  return Object.values(TOPICS).map((topic) => ({
    topic,
    keptDays: topic.keptDays,
    needs: needs.get(topic.name) ?? [],
  }));
}
