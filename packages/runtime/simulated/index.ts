/** The in-memory engine: the same answers as the others, seeded, with faults (design D6). */
import { TOPICS } from '@sapwood/contracts/topics';
import { createSeededRng } from '../clock/rng.ts';
import type { Clock, EventLog, Rng, StateStore } from '../ports.ts';
import type { TopicFacts } from '../topic-facts.ts';
import type { Struck } from './faults.ts';
import { createSimulatedLog, type LogFaults } from './log.ts';
import { type CallFaults, createProcess, type ProcessOptions } from './process.ts';
import { createSimulatedStore, type OutboxPlace, type StoreFaults } from './store.ts';
import { createWorld, type OnWrite } from './world.ts';

export { FAULT_KINDS, type FaultKind } from './faults.ts';

export type Faults = LogFaults & StoreFaults & CallFaults;

export interface SimulatedOptions {
  readonly clock: Clock;
  readonly rng?: Rng;
  readonly partitions?: number;
  /** Default: the topic registry. */
  readonly topics?: readonly TopicFacts[];
  readonly outbox?: OutboxPlace;
  readonly faults?: Faults;
  readonly onFault?: Struck;
  readonly onWrite?: OnWrite;
}

export interface SimulatedConnection {
  readonly log: EventLog;
  readonly store: StateStore;
  close(): Promise<void>;
  /** As kill -9: no call in flight or later is ever answered. */
  kill(): void;
  /** As SIGSTOP: until `resume` no request leaves and no answer arrives. */
  pause(): void;
  resume(): void;
  /** Its crash point is void from now on. */
  spare(): void;
}

export interface Simulated extends SimulatedConnection {
  /** Another process on the same logs and stores. */
  connect(options?: ProcessOptions): SimulatedConnection;
  setFaults(faults: Faults): void;
  /** Copies stores and small records (not the logs); the answer puts them back: a roll-back. */
  snapshotStore(): () => void;
  /** As a store that restarts empty. */
  wipeStore(): void;
}

export function createSimulated(options: SimulatedOptions): Simulated {
  const { clock, rng = createSeededRng(1), partitions = 1, outbox = 'log' } = options;
  const { onFault: struck = () => {}, onWrite = null } = options;
  const world = createWorld(clock, options.topics ?? Object.values(TOPICS), partitions, onWrite);
  let faults: Faults = options.faults ?? {};

  const connect = (processOptions: ProcessOptions = {}): SimulatedConnection => {
    const wakeAll = (): void => {
      for (const parts of world.parts.values())
        for (const { name } of parts) world.waiters.wake(name);
    };
    const shared = { clock, rng, faults: () => faults, struck };
    const process = createProcess(processOptions, { ...shared, wake: wakeAll });
    return {
      log: createSimulatedLog({ ...shared, world, process }),
      store: createSimulatedStore({ ...shared, world, process, outbox }),
      close: async () => process.close(),
      kill: () => process.kill(),
      pause: () => process.pause(),
      resume: () => process.resume(),
      spare: () => process.spare(),
    };
  };
  return {
    ...connect(),
    connect,
    setFaults: (next) => {
      faults = next;
    },
    snapshotStore: () => {
      const scopes = [...world.scopes].map(
        ([name, { meta, state, outbox: entries }]) =>
          [name, { meta, state: new Map(state), outbox: [...entries] }] as const,
      );
      const records = [...world.records];
      return () => {
        struck('store rolled back');
        world.scopes.clear();
        world.records.clear();
        for (const [name, { meta, state, outbox: entries }] of scopes) {
          world.scopes.set(name, { meta, state: new Map(state), outbox: [...entries] });
        }
        for (const [name, bytes] of records) world.records.set(name, bytes);
      };
    },
    wipeStore: () => {
      struck('store wiped');
      world.scopes.clear();
      world.records.clear();
    },
  };
}
