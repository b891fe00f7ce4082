/** One partition of the distributed engine, for readers that know of a single one. */
import type { EventLog, Scope, StateStore } from '@sapwood/runtime/ports';

interface Pair {
  readonly log: EventLog;
  readonly store: StateStore;
}

/** Whatever partition is asked for, the answer is of this one. Only for reading. */
export function logView(log: EventLog, partition: number): EventLog {
  return {
    ...log,
    bounds: (topic) => log.bounds(topic, partition),
    read: (topic, _partition, from, options) => log.read(topic, partition, from, options),
  };
}

/** Log and store alike. */
export function partitionView({ log, store }: Pair, partition: number): Pair {
  const at = (scope: Scope): Scope => ({ ...scope, partition });
  return {
    log: logView(log, partition),
    store: {
      ...store,
      meta: (scope) => store.meta(at(scope)),
      load: (scope) => store.load(at(scope)),
    },
  };
}
