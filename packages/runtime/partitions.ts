/** Runs one set of components for each partition this process was given (reliability.md 1.6). */
import type { Assignment, EventLog, Idle } from './ports.ts';
import type { Component } from './supervise.ts';

export interface PartitionEnd {
  readonly partition: number;
  readonly reason: string;
  readonly detail: string;
}

export interface PartitionedDeps {
  readonly name: string;
  readonly log: EventLog;
  /** Consumer group and the topic whose partitions are shared out. */
  readonly group: string;
  readonly topic: string;
  /** Started in order, stopped in reverse when the partition goes. */
  readonly create: (partition: number) => readonly Component[];
}

export interface Partitioned extends Idle {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves at the first partition that stood still by itself; null after `stop()`. */
  readonly ended: Promise<PartitionEnd | null>;
  /** Sum of the components' positions: rises while any of them works. */
  position(): number;
  assigned(): readonly number[];
}

export function createPartitioned(deps: PartitionedDeps): Partitioned {
  const running = new Map<number, readonly Component[]>();
  const ended = Promise.withResolvers<PartitionEnd | null>();
  let wanted: ReadonlySet<number> = new Set();
  let assignment: Assignment | null = null;
  let changing = 0;
  let chain: Promise<void> = Promise.resolve();

  const follow = (partition: number, component: Component): void => {
    component.ended
      ?.then((end) => {
        if (end) ended.resolve({ partition, reason: end.reason, detail: end.detail });
      })
      .catch(() => {});
  };
  const give = async (partition: number): Promise<void> => {
    const components = deps.create(partition);
    running.set(partition, components);
    for (const component of components) {
      await component.start?.();
      follow(partition, component);
    }
  };
  const take = async (partition: number): Promise<void> => {
    const components = running.get(partition) ?? [];
    running.delete(partition);
    for (const component of [...components].reverse()) await component.stop?.();
  };
  /** Towards the newest assignment, whichever that is when its turn comes. */
  const reconcile = async (): Promise<void> => {
    const gone = [...running.keys()].filter((partition) => !wanted.has(partition));
    await Promise.all(gone.map(take));
    const fresh = [...wanted].filter((partition) => !running.has(partition));
    await Promise.all(fresh.map(give));
  };
  const change = (partitions: Iterable<number>): Promise<void> => {
    wanted = new Set(partitions);
    changing++;
    chain = chain
      .then(reconcile)
      .catch((error: Error) => {
        ended.resolve({ partition: -1, reason: 'FAILED', detail: error.message });
      })
      .finally(() => {
        changing--;
      });
    return chain;
  };
  const all = (): Component[] => [...running.values()].flat();
  return {
    name: deps.name,
    ended: ended.promise,
    start: async () => {
      assignment = await deps.log.assign(deps.group, deps.topic, (partitions) => {
        change(partitions).catch(() => {});
      });
      await chain;
    },
    stop: async () => {
      await assignment?.close();
      await change([]);
      ended.resolve(null);
    },
    assigned: () => [...running.keys()],
    position: () => all().reduce((sum, component) => sum + (component.position?.() ?? 0), 0),
    idle: async () => {
      if (changing > 0) return false;
      // All at once: what they ask the log is then one question for all.
      const answers = await Promise.all(all().map((component) => component.idle?.() ?? true));
      return answers.every(Boolean);
    },
  };
}
