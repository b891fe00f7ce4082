/** A real Kafka, a real Redis and every service as a process of its own, for faults to be done to them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@sapwood/service-kit/free-port';
import { type Broker, startBrokers } from '../../../deploy/kafka/broker.ts';
import { type RedisServer, startRedis } from '../../../deploy/kafka/redis.ts';
import { startWarden } from '../../../deploy/kafka/warden.ts';
import { createPlace, type Place, SERVICE_NAMES, type ServiceName } from '../../support/place.ts';
import { runCli } from '../../support/process.ts';
import { type Accountant, type AccountantOptions, startAccountant } from '../accountant.ts';
import { SECRET } from '../site.ts';
import { addressOf, WORKSPACES, writeConfig } from './config.ts';
import { type JavaLog, startJavaLog } from './java-log.ts';

export interface ClusterOptions {
  readonly brokers?: 1 | 3;
  /** Processes of each service; left out: one. */
  readonly copies?: Partial<Record<ServiceName, number>>;
}

export interface Load {
  readonly seed: number;
  readonly perSecond?: number;
  readonly lanes?: number;
  readonly order?: AccountantOptions['order'];
}

export interface Cluster {
  readonly brokers: readonly Broker[];
  readonly redis: RedisServer;
  readonly java: JavaLog;
  readonly journal: string;
  /** Where brokers and Redis keep their data, in the order in which they were started. */
  readonly folders: readonly string[];
  places(...names: readonly ServiceName[]): readonly Place[];
  /** Started, and ready; left out: all. */
  startAll(...names: readonly ServiceName[]): Promise<void>;
  /** Makes the topics that are missing. */
  applyTopics(): Promise<void>;
  accountant(load: Load): Accountant;
  /** Ends and removes everything. */
  clean(): Promise<void>;
}

/** Where no gateway runs, its screen stays dark. */
const NOBODY = 'http://127.0.0.1:9';

async function createPlaces(
  config: string,
  copies: Partial<Record<ServiceName, number>>,
): Promise<Place[]> {
  const places: Place[] = [];
  for (const name of SERVICE_NAMES) {
    for (let i = 0; i < (copies[name] ?? 1); i++) {
      const ports = { httpPort: await freePort(), opsPort: await freePort() };
      places.push(createPlace(name, config, ports));
    }
  }
  return places;
}

/** Engines and topics, and places in which nothing runs yet. */
export async function openCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const warden = startWarden();
  const folders: string[] = [];
  const onFolder = (folder: string): void => {
    warden.folder(folder);
    folders.push(folder);
  };
  const hooks = { onPid: warden.pid, onFolder };
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-chaos-'));
  warden.folder(folder);
  const [brokers, redis] = await Promise.all([
    startBrokers(options.brokers ?? 1, hooks),
    startRedis(hooks),
  ]);
  const addresses = brokers.map(({ address }) => address);
  const java = await startJavaLog(addresses, warden.pid);
  const config = writeConfig(folder, addresses, redis.address);
  const applyTopics = async (): Promise<void> => {
    const applied = await runCli(['topics', 'apply', '--config', config]);
    if (applied.code !== 0) throw new Error(`topics apply: ${applied.stderr}`);
  };
  await applyTopics();
  const all = await createPlaces(config, options.copies ?? {});
  const places: Cluster['places'] = (...names) => all.filter(({ name }) => names.includes(name));
  const accountants: Accountant[] = [];
  const urlOf = (name: ServiceName): string => places(name)[0]!.url();
  const journal = join(folder, 'journal');
  return {
    ...{ brokers, redis, java, folders, journal, places, applyTopics },
    startAll: async (...names) => {
      const some = names.length === 0 ? all : places(...names);
      for (const place of some) place.start();
      await Promise.all(some.map((place) => place.ready()));
    },
    accountant: ({ seed, perSecond = 60, lanes = 16, order = 'day' }) => {
      const one = startAccountant(
        {},
        {
          ...{ url: urlOf('ingest'), screenUrl: urlOf('gateway') || NOBODY, secret: SECRET },
          ...{ desks: WORKSPACES.map(addressOf), journal, seed, perSecond, lanes, order },
        },
      );
      accountants.push(one);
      return one;
    },
    clean: async () => {
      for (const one of accountants) one.kill();
      await Promise.all(all.map((place) => place.end()));
      java.close();
      await Promise.all([...brokers.map((broker) => broker.stop()), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
      warden.dismiss();
    },
  };
}
