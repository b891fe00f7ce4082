/**
 * Fetches for all lanes of a process at once: of each broker one fetch that waits for news of every
 * lane at its head, and one beside it for the lanes that have something to catch up on.
 */
import type { Clock } from '../ports.ts';
import type { Waiters } from '../waiters.ts';
import type { FetchedTopic, FetchRequest } from './cluster.ts';
import { isRead, type Lane, nameOf, restart, take, wantsMore } from './lane.ts';
import { createLinks, type Links, type Manner, type NewClient } from './links.ts';

/** At the head: ended by the first record, so this only bounds how long a lane joins late. */
const NEWS_MS = 2_000;
/** Beside a fetch that waits already: so long may a lane that starts have to wait for its turn. */
const TURN_MS = 100;
/** Of a lane that may have something to catch up on: not 0, lest a broker that has nothing is asked for ever. */
const CATCH_UP_MS = 5;
const PARTITION_BYTES = 1024 * 1024;
const FETCH_BYTES = 10 * 1024 * 1024;
const REST_MS_MIN = 50;
const REST_MS_MAX = 2_000;

interface Asked {
  readonly lane: Lane;
  readonly epoch: number;
  readonly from: string;
}
type AskedByName = ReadonlyMap<string, Asked>;

/** What one broker is asked for now. */
interface Node {
  readonly id: string;
  readonly asked: Record<Manner, AskedByName | null>;
  failures: number;
  resting: boolean;
}

export interface Fetcher {
  add(lane: Lane): void;
  /** A lane began, or has room again. */
  pump(): void;
  close(): void;
}

export interface FetcherDeps {
  readonly newClient: NewClient;
  readonly clock: Clock;
  readonly waiters: Waiters;
}

function waitMsOf(asked: AskedByName, manner: Manner): number {
  if (manner === 'patient') return NEWS_MS;
  return [...asked.values()].every(({ lane }) => lane.isAtHead) ? TURN_MS : CATCH_UP_MS;
}

function requestOf(asked: AskedByName, manner: Manner): FetchRequest {
  const topics = new Map<string, { partition: number; fetchOffset: string; maxBytes: number }[]>();
  for (const { lane, from } of asked.values()) {
    const partitions = topics.get(lane.topic) ?? [];
    topics.set(lane.topic, partitions);
    partitions.push({ partition: lane.partition, fetchOffset: from, maxBytes: PARTITION_BYTES });
  }
  return {
    maxWaitTime: waitMsOf(asked, manner),
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
  };
}

export function createFetcher({ newClient, clock, waiters }: FetcherDeps): Fetcher {
  const lanes: Lane[] = [];
  const nodes = new Map<string, Node>();
  const leaders = new Map<string, string>();
  let links: Links = createLinks(newClient, clock);
  let mending = false;
  let closed = false;
  /** Topics whose leaders these links were asked for. */
  let known: ReadonlySet<string> = new Set();

  const topics = (): Set<string> => new Set(lanes.map(({ topic }) => topic));
  const nodeOf = (id: string): Node => {
    const found = nodes.get(id);
    if (found) return found;
    const made: Node = { id, asked: { patient: null, prompt: null }, failures: 0, resting: false };
    nodes.set(id, made);
    return made;
  };
  /** Of a topic that was learned: all its partitions are known with it. */
  const learnLeader = (lane: Lane): void => {
    const { topic, partition } = lane;
    const found = links.clusters.prompt.findLeaderForPartitions(topic, [partition]);
    for (const id of Object.keys(found)) leaders.set(nameOf(lane), id);
  };
  const learnLeaders = (): void => {
    leaders.clear();
    for (const lane of lanes) if (known.has(lane.topic)) learnLeader(lane);
  };

  const drop = (): void => {
    links.drop();
    links = createLinks(newClient, clock);
    nodes.clear();
    leaders.clear();
    known = new Set();
  };
  /** What is to be known of the cluster, from whoever answers; over new connections if nobody does. */
  const learn = async (): Promise<void> => {
    for (let restMs = REST_MS_MIN; !closed; restMs = Math.min(restMs * 2, REST_MS_MAX)) {
      const wanted = topics();
      if (await links.learn(wanted)) {
        known = wanted;
        return learnLeaders();
      }
      if (closed) return;
      drop();
      await clock.sleep(restMs);
    }
  };
  /** Never two at once: whatever fails meanwhile is tried again after it. */
  const mend = async (restMs: number): Promise<void> => {
    if (mending || closed) return;
    mending = true;
    await clock.sleep(restMs);
    await learn().finally(() => {
      mending = false;
    });
    for (const node of nodes.values()) node.resting = false;
    pump();
  };
  const mendAfter = (restMs: number): void => void mend(restMs).catch(() => {});

  const failed = (node: Node): void => {
    node.failures += 1;
    node.resting = true;
    mendAfter(Math.min(REST_MS_MIN * 2 ** node.failures, REST_MS_MAX));
  };
  /** Where the partition begins, or ends. */
  const edgeOf = async (
    { topic, partition }: Lane,
    { clusters }: Links,
    fromBeginning: boolean,
  ): Promise<number> => {
    const place = { topic, partitions: [{ partition }], fromBeginning };
    const [found] = await clusters.prompt.fetchTopicsOffset([place]);
    return Number(found?.partitions[0]?.offset ?? Number.NaN);
  };
  /** Records before its place are gone: it goes on where the log begins. Or the log ends before it. */
  const relocate = async (lane: Lane, used: Links): Promise<void> => {
    const { epoch } = lane;
    const low = await edgeOf(lane, used, true);
    const high = await edgeOf(lane, used, false);
    if (lane.epoch !== epoch) return;
    if (low > lane.at) lane.at = low;
    else if (high < lane.at) lane.endsAt = high;
    waiters.wake(nameOf(lane));
  };
  const deliver = (asked: AskedByName, responses: readonly FetchedTopic[]): void => {
    for (const { topicName, partitions } of responses) {
      for (const data of partitions) {
        const found = asked.get(`${topicName}|${data.partition}`);
        if (!found || found.lane.epoch !== found.epoch) continue;
        if (take(found.lane, found.from, data)) waiters.wake(nameOf(found.lane));
      }
    }
  };
  const fetchFrom = async (node: Node, manner: Manner, asked: AskedByName): Promise<void> => {
    const used = links;
    try {
      const broker = await used.clusters[manner].findBroker({ nodeId: node.id });
      const { responses } = await broker.fetch(requestOf(asked, manner));
      if (used !== links) return;
      deliver(asked, responses);
      node.failures = 0;
    } catch (error) {
      if (used !== links) return;
      const { name, topic, partition } = error as Error & { topic?: string; partition?: number };
      const lost = asked.get(`${topic}|${partition}`);
      if (name === 'KafkaJSOffsetOutOfRange' && lost) await relocate(lost.lane, used);
      failed(node);
    }
  };

  /** One lane a partition: a broker takes each only once in a fetch. */
  const choose = (node: Node, manner: Manner): AskedByName => {
    const waiting = manner === 'prompt' ? node.asked.patient : null;
    const chosen = new Map<string, Asked>();
    for (const lane of lanes) {
      const name = nameOf(lane);
      if (!wantsMore(lane) || leaders.get(name) !== node.id || chosen.has(name)) continue;
      if (manner === 'patient' && !lane.isAtHead) continue;
      const there = waiting?.get(name);
      if (there?.lane === lane && there.epoch === lane.epoch) continue;
      chosen.set(name, { lane, epoch: lane.epoch, from: String(lane.at) });
    }
    return chosen;
  };
  const ask = (node: Node, manner: Manner): void => {
    if (node.asked[manner] || node.resting) return;
    const asked = choose(node, manner);
    if (asked.size === 0) return;
    node.asked[manner] = asked;
    fetchFrom(node, manner, asked)
      .catch(() => failed(node))
      .finally(() => {
        node.asked[manner] = null;
        pump();
      });
  };
  /** Of a partition that several read at once, lanes that nobody comes back to go. */
  const letGo = (): void => {
    const nowMs = clock.monotonic();
    for (const lane of lanes) {
      if (lane.wanted !== null && !isRead(lane, nowMs)) restart(lane, null);
    }
  };
  const pump = (): void => {
    if (closed) return;
    letGo();
    if ([...topics()].some((topic) => !known.has(topic))) mendAfter(0);
    const active = lanes.filter(wantsMore);
    // A topic that was just made, or is gone: its leaders may be known later.
    if (active.some((lane) => !leaders.has(nameOf(lane)))) mendAfter(REST_MS_MAX);
    for (const lane of active) nodeOf(leaders.get(nameOf(lane)) ?? '');
    for (const node of nodes.values()) {
      if (node.id === '') continue;
      ask(node, 'patient');
      ask(node, 'prompt');
    }
  };
  return {
    add: (lane) => {
      lanes.push(lane);
      if (known.has(lane.topic)) learnLeader(lane);
    },
    pump,
    close: () => {
      closed = true;
      links.drop();
    },
  };
}
