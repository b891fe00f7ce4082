/**
 * Membership of a consumer group, and nothing else: it fetches no record (everything stays paused),
 * so a rebalance costs no data in flight. Reading is the readers' work; the store's
 * compare-and-set decides who owns a partition.
 */
import type { Consumer, Kafka } from 'kafkajs';
import type { Assignment, AssignmentListener, Clock } from '../ports.ts';

const REJOIN_MS = 1_000;
/** kafkajs beats only between fetches, and a paused member sleeps this long in each: far below a session. */
const FETCH_WAIT_MS_MAX = 1_000;

export interface MembershipDeps {
  readonly newClient: () => Kafka;
  readonly group: string;
  readonly topic: string;
  readonly listener: AssignmentListener;
  readonly clock: Clock;
  readonly sessionMs: number;
  readonly heartbeatMs: number;
}

/** Resolves once it is a member for the first time. */
export async function joinGroup(deps: MembershipDeps): Promise<Assignment> {
  const { group, topic, listener, clock } = deps;
  let consumer: Consumer | null = null;
  let closed = false;

  const join = async (): Promise<void> => {
    const made = deps.newClient().consumer({
      groupId: group,
      allowAutoTopicCreation: false,
      sessionTimeout: deps.sessionMs,
      heartbeatInterval: deps.heartbeatMs,
      maxWaitTimeInMs: Math.min(FETCH_WAIT_MS_MAX, deps.heartbeatMs),
      retry: { restartOnFailure: async () => false },
    });
    consumer = made;
    made.on(made.events.GROUP_JOIN, ({ payload }) => {
      const partitions = payload.memberAssignment[topic] ?? [];
      if (partitions.length > 0) made.pause([{ topic, partitions }]);
      listener([...partitions].sort((a, b) => a - b));
    });
    made.on(made.events.CRASH, () => {
      made.disconnect().catch(() => {});
      rejoin();
    });
    await made.connect();
    await made.subscribe({ topics: [topic], fromBeginning: true });
    await made.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ pause }) => {
        pause();
      },
    });
  };
  /** A crashed member works on until another owner fences it: late, never wrong. */
  const rejoin = (): void => {
    if (closed) return;
    clock
      .sleep(REJOIN_MS)
      .then(() => (closed ? undefined : join()))
      .catch(rejoin);
  };
  await join();
  return {
    close: async () => {
      closed = true;
      await consumer?.disconnect().catch(() => {});
    },
  };
}
