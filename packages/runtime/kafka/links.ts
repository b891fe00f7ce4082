/**
 * The connections that fetches go over: two to each broker, because a broker answers nothing else on
 * one on which a fetch waits for news. What fails is thrown away, never repaired.
 */
import type { Socket } from 'node:net';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory, Kafka } from 'kafkajs';
import type { Clock } from '../ports.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import { within } from './producer.ts';

/** `patient` waits at the broker until there is news, `prompt` is asked by who cannot wait. */
export type Manner = 'patient' | 'prompt';

const CONNECT_MS_MAX = 5_000;
const KEEP_ALIVE_MS = 60_000;

export interface Links {
  readonly clusters: Readonly<Record<Manner, Cluster>>;
  /** True once both know the leaders of these topics as they are now. */
  learn(topics: Iterable<string>): Promise<boolean>;
  /** Ends every connection at once, whatever is still asked on it. */
  drop(): void;
}

export type NewClient = (socketFactory: ISocketFactory) => Kafka;

/** The sockets of kafkajs as it makes them itself, noted down. */
function notedSockets(): { readonly make: ISocketFactory; readonly sockets: Set<Socket> } {
  const sockets = new Set<Socket>();
  const make: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const servername = isIP(host) ? {} : { servername: host };
    const socket = ssl
      ? connectTls({ host, port, ...servername, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  return { make, sockets };
}

export function createLinks(newClient: NewClient, clock: Clock): Links {
  const { make, sockets } = notedSockets();
  const clusters = { patient: clusterOf(newClient(make)), prompt: clusterOf(newClient(make)) };
  const all = Object.values(clusters);
  const learnOne = async (cluster: Cluster, topics: readonly string[]): Promise<void> => {
    await cluster.connect();
    // A topic that is gone must not keep the others from being read.
    for (const topic of topics) await cluster.addMultipleTargetTopics([topic]).catch(() => {});
    await cluster.refreshMetadata();
  };
  return {
    clusters,
    learn: async (topics) => {
      const names = [...topics];
      const learned = Promise.all(all.map((cluster) => learnOne(cluster, names)));
      return within(clock, CONNECT_MS_MAX, learned).then(
        (answer) => answer !== 'late',
        () => false,
      );
    },
    drop: () => {
      for (const socket of sockets) {
        // kafkajs lets go of what it waits for at an end, which a broker sends only after its answer.
        socket.emit('end');
        socket.destroy();
      }
      for (const cluster of all) cluster.disconnect().catch(() => {});
    },
  };
}
