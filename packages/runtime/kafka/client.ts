/** How kafkajs clients are made here: shuffled brokers, short limits, quiet logs. */
import { type ISocketFactory, Kafka, type KafkaConfig, type LogEntry, logLevel } from 'kafkajs';
import type { Rng } from '../ports.ts';
import type { Telemetry } from '../telemetry.ts';

export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Passed on to kafkajs as they are. */
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
}

/** Of these kafkajs writes errors while all is well: a first group, a rebalance. */
const NORMAL_TYPES: ReadonlySet<string> = new Set([
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_NOT_AVAILABLE',
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
]);
const NORMAL_TEXTS: readonly RegExp[] = [/group coordinator is not available/i, /rebalancing/i];

/** A frozen first broker would block every new client: each gets the list in another order. */
function shuffled(brokers: readonly string[], rng: Rng): string[] {
  return brokers
    .map((broker) => ({ broker, place: rng.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ broker }) => broker);
}

export interface ClientDeps {
  readonly connection: KafkaConnection;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
}

/**
 * `short`: for producers, admin and reads, which must fail early. `patient`: for members of a group,
 * which lose their place for a whole session if they give up too soon.
 */
export function createClient(
  deps: ClientDeps,
  retries: 'short' | 'patient',
  socketFactory?: ISocketFactory,
): Kafka {
  const { connection, rng, telemetry } = deps;
  const { brokers, clientId, ssl, sasl } = connection;
  const report = ({ log }: LogEntry): void => {
    const type = String((log as { type?: unknown })['type'] ?? '');
    const text = String((log as { error?: unknown })['error'] ?? log.message);
    if (NORMAL_TYPES.has(type) || NORMAL_TEXTS.some((normal) => normal.test(text))) return;
    telemetry({ type: 'Notice', level: 'warn', text: `Kafka: ${text}` });
  };
  return new Kafka({
    clientId,
    brokers: shuffled(brokers, rng),
    connectionTimeout: 3_000,
    requestTimeout: 3_000,
    retry:
      retries === 'short'
        ? { retries: 2, initialRetryTime: 100, maxRetryTime: 500 }
        : { retries: 5, initialRetryTime: 300, maxRetryTime: 5_000 },
    logLevel: logLevel.ERROR,
    logCreator: () => report,
    ...(socketFactory === undefined ? {} : { socketFactory }),
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
}
