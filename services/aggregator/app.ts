/** The aggregator: F over `facts.v1`, one fold, relay and outbox for each partition it is given. */
import { factCodec } from '@sapwood/contracts/facts';
import { partitionOf } from '@sapwood/contracts/partition';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import type { Fold } from '@sapwood/core/fold-contract';
import type { Frame, MetricRecord } from '@sapwood/core/metrics';
import type { Explainer } from '@sapwood/runtime/explainer';
import { createFoldRunner, type FoldRunner } from '@sapwood/runtime/fold-runner';
import { createOutboxRelay } from '@sapwood/runtime/outbox';
import { createPartitioned, type Partitioned } from '@sapwood/runtime/partitions';
import type { Clock, EventLog, Rng, Scope, StateStore } from '@sapwood/runtime/ports';
import { createRelay } from '@sapwood/runtime/relay';
import { createSnapshotWriter, type SnapshotLimits } from '@sapwood/runtime/snapshots';
import type { Component } from '@sapwood/runtime/supervise';
import type { Telemetry } from '@sapwood/runtime/telemetry';

export interface AggregatorDeps {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  readonly createFold: () => Fold<Fact, MetricRecord, Frame>;
  /** Generation of derived state; stamped on everything that leaves. */
  readonly topology: number;
  /** Embedded: `rebuild`. Distributed: `stop`, and an operator makes a new topology. */
  readonly foreignCode: 'rebuild' | 'stop';
  /** When the state goes to `snapshots.v1`; left out: never, the store lies where the log does. */
  readonly snapshots?: SnapshotLimits;
}

/** What it stands still for is told by `ended`; the other partitions go on. */
export interface Aggregator extends Partitioned, Explainer {}

const NOT_HERE =
  'its state is being taken over or the partition stands still: try again shortly, and see the log of the aggregator if that does not help';

export function createAggregator(deps: AggregatorDeps): Aggregator {
  const { log, store, clock, rng, telemetry, createFold, topology, foreignCode, snapshots } = deps;
  const topic = TOPICS.facts.name;
  /** Of partitions that were given back, one that has no state. */
  const runners = new Map<number, FoldRunner<MetricRecord, Frame>>();

  const create = (partition: number): readonly Component[] => {
    const scope: Scope = { fold: 'facts', topology, partition };
    const ports = { log, store, clock, rng, telemetry, scope };
    const source = { topic, partition, codec: factCodec };
    const fromSnapshots = snapshots !== undefined;
    const runner = createFoldRunner({ ...ports, source, createFold, foreignCode, fromSnapshots });
    runners.set(partition, runner);
    // The relays first: they hear of the claim, and stop after the last slice is committed.
    return [
      createRelay({ ...ports, runner, inputTopic: topic }),
      createOutboxRelay({ ...ports, runner }),
      ...(snapshots ? [createSnapshotWriter({ ...ports, runner, limits: snapshots })] : []),
      runner,
    ];
  };
  const all = createPartitioned({ name: 'aggregator', log, group: 'aggregator', topic, create });
  return {
    ...all,
    async explain(workspace, question) {
      const partition = partitionOf(workspace, await log.partitions(topic));
      const found = await runners.get(partition)?.still(({ fold, off }) => ({
        explanation: fold.explain?.(workspace, question) ?? null,
        version: { topology, offset: off },
      }));
      if (!found) return { kind: 'nobody', remedy: NOT_HERE };
      const { explanation, version } = found;
      if (explanation?.sums === false) {
        const text = `The parts of ${workspace}/${question.key} do not add up to it: this is a bug.`;
        telemetry({ type: 'Notice', level: 'error', text });
      }
      return explanation ? { kind: 'explained', explanation, version } : { kind: 'no_value' };
    },
  };
}
