/** Folds the copied log into the new store, and compares what came of it with the old one's state. */
import { createAggregator } from '@sapwood/aggregator/app';
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Put } from '@sapwood/core/fold-contract';
import type { LogTime } from '@sapwood/core/time';
import { applyRecord } from '@sapwood/runtime/apply';
import type { PartitionEnd } from '@sapwood/runtime/partitions';
import type { Clock, Rng, Scope, StateStore } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import { EXIT, UserError } from '../exit.ts';
import { newFactFold, TOPOLOGY } from '../facts-fold.ts';
import type { Engine } from './origin.ts';

const LOOK_MS = 100;
const READ_MS = 5_000;

const scopeOf = (partition: number): Scope => ({ fold: 'facts', topology: TOPOLOGY, partition });

interface Ports {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
}

/** Until every partition stands at the head of its log, and what it let out is there. */
export async function rebuild(engine: Engine, ports: Ports): Promise<void> {
  const fold = { createFold: newFactFold, topology: TOPOLOGY, foreignCode: 'stop' } as const;
  const aggregator = createAggregator({ ...engine, ...ports, ...fold });
  const stopped: PartitionEnd[] = [];
  aggregator.ended.then((end) => end && stopped.push(end)).catch(() => {});
  await aggregator.start();
  try {
    while (!(await isAtHead(engine)) || !(await aggregator.idle())) {
      const [end] = stopped;
      if (end) throw new UserError(`Partition ${end.partition} stands still: ${end.detail}`);
      await ports.clock.sleep(LOOK_MS);
    }
  } finally {
    await aggregator.stop();
  }
}

async function isAtHead({ log, store }: Engine): Promise<boolean> {
  const { name } = TOPICS.facts;
  for (let p = 0; p < (await log.partitions(name)); p++) {
    const { high } = await log.bounds(name, p);
    if ((await store.meta(scopeOf(p)))?.off !== high) return false;
  }
  return true;
}

export type StateCompared =
  | { readonly kind: 'same'; readonly fields: number }
  | { readonly kind: 'skipped'; readonly why: string };

/** Throws `UserError` (exit 4) where a single field differs. */
export async function compareState(from: Engine, to: Engine): Promise<StateCompared> {
  const { high } = await from.log.bounds(TOPICS.facts.name, 0);
  const meta = await from.store.meta(scopeOf(0));
  const skipped = (why: string): StateCompared => ({ kind: 'skipped', why });
  if (meta?.off !== high) return skipped('it lags behind its log');
  const fold = newFactFold();
  if (meta.code !== fold.code) return skipped('it was made by another version');
  const [home, ...others] = await partitionsOf(to);
  if (home === undefined) return skipped('there is none');
  if (others.length > 0) return skipped('its workspaces have a log each now');
  if ((await to.store.meta(scopeOf(home)))?.off !== high + 1) {
    return skipped('services have written since');
  }
  fold.restore(await putsOf(from.store, 0), meta.T as LogTime);
  const options = { max: 1, waitMs: READ_MS };
  for (const record of await to.log.read(TOPICS.facts.name, home, high, options)) {
    applyRecord(fold, factCodec, record);
  }
  return judge(textsOf(fold.encode()), textsOf(await putsOf(to.store, home)));
}

function judge(before: Texts, after: Texts): StateCompared {
  const fields = new Set([...before.keys(), ...after.keys()]);
  const differ = [...fields].filter((field) => before.get(field) !== after.get(field));
  if (differ.length === 0) return { kind: 'same', fields: fields.size };
  throw new UserError(
    `${differ.length} of ${fields.size} fields of the rebuilt state differ from the store's, the first is ${differ[0]}.`,
    EXIT.difference,
  );
}

/** Those that have a fact. */
async function partitionsOf({ log }: Engine): Promise<number[]> {
  const used: number[] = [];
  for (let p = 0; p < (await log.partitions(TOPICS.facts.name)); p++) {
    if ((await log.bounds(TOPICS.facts.name, p)).high > 0) used.push(p);
  }
  return used;
}

type Texts = ReadonlyMap<string, string>;

function textsOf(puts: Iterable<Put>): Texts {
  const texts = new Map<string, string>();
  for (const [space, field, text] of puts) if (text !== null) texts.set(`${space} ${field}`, text);
  return texts;
}

async function putsOf(store: StateStore, partition: number): Promise<Put[]> {
  const puts: Put[] = [];
  for await (const [space, field, bytes] of store.load(scopeOf(partition))) {
    puts.push([space, field, bytes && new TextDecoder().decode(bytes)]);
  }
  return puts;
}
