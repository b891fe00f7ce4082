/** What `doctor` finds of each partition's state beside its log: what would stop it, before it does. */
import { TOPICS } from '@sapwood/contracts/topics';
import { FACT_FOLD_CODE } from '@sapwood/core/fold';
import type { EventLog, Meta, StateStore } from '@sapwood/runtime/ports';
import { TOPOLOGY } from '../facts-fold.ts';
import { degraded, type Finding, fine, wrong } from './finding.ts';

export interface PartitionState {
  readonly partition: number;
  /** null: nobody has folded it yet. */
  readonly meta: Pick<Meta, 'off' | 'code'> | null;
  /** Of the partition of `facts.v1`. */
  readonly low: number;
  readonly high: number;
}

/** More than this behind while nobody folds is a service that does not run. */
const LAG_MAX = 10_000;

/** `rebuilds`: the embedded engine makes a state of another version anew by itself. */
export function judgeStates(states: readonly PartitionState[], rebuilds: boolean): Finding[] {
  const found = states.flatMap((state) => judgeState(state, rebuilds));
  if (found.length > 0) return found;
  const facts = states.reduce((sum, { low, high }) => sum + high - low, 0);
  return [fine(`state: fits its log of ${facts} facts, ${FACT_FOLD_CODE}`)];
}

function judgeState({ partition, meta, low, high }: PartitionState, rebuilds: boolean): Finding[] {
  const where = `${TOPICS.facts.name}/${partition}`;
  if (low > 0) {
    const what = `state: ${where} begins at ${low}, so what came before can never be folded again`;
    return [wrong(what, 'put back a backup of the log; facts are kept for ever')];
  }
  if (meta === null) return [];
  if (meta.code !== FACT_FOLD_CODE) {
    const what = `state: that of ${where} is of version ${meta.code}, this is ${FACT_FOLD_CODE}`;
    const remedy = rebuilds
      ? 'nothing: the next start makes it anew from the log'
      : `services of the version that wrote it, or empty state: it is folded anew from the log`;
    return [(rebuilds ? degraded : wrong)(what, remedy)];
  }
  if (meta.off > high) {
    const what = `state: ${where} ends at ${high}, but was folded up to ${meta.off}: records are gone, or it is another log`;
    return [wrong(what, 'put back the log; the state alone cannot replace it')];
  }
  const lag = high - meta.off;
  if (lag <= LAG_MAX) return [];
  return [degraded(`state: ${where} is ${lag} facts behind`, 'is an aggregator running?')];
}

/** One of each partition. */
export async function statesOf(engine: {
  readonly log: EventLog;
  readonly store: StateStore;
}): Promise<PartitionState[]> {
  const { name } = TOPICS.facts;
  const count = await engine.log.partitions(name);
  return Promise.all(
    Array.from({ length: count }, async (_, partition) => {
      const scope = { fold: 'facts', topology: TOPOLOGY, partition };
      const [meta, { low, high }] = await Promise.all([
        engine.store.meta(scope),
        engine.log.bounds(name, partition),
      ]);
      return { partition, meta, low, high };
    }),
  );
}
