/** What the reading commands share: the store beside a running writer, and how answers leave. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@sapwood/contracts/topics';
import type { FactFold } from '@sapwood/core/fold';
import { createSystemClock, createSystemRng } from '@sapwood/runtime/clock/system';
import type { Clock, EventLog, StateStore } from '@sapwood/runtime/ports';
import { createSqlite, type Sqlite } from '@sapwood/runtime/sqlite';
import { UserError } from '../exit.ts';
import { factsAsOf } from '../facts-fold.ts';
import { loadedConfig } from '../loaded.ts';

export const STORE_FILE = 'sapwood.db';

/** Runs a reading command over the embedded store in `data`; another process may be writing. */
export async function withStore<T>(
  data: string,
  read: (engine: Sqlite, clock: Clock) => Promise<T>,
): Promise<T> {
  const file = join(data, STORE_FILE);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new UserError(`${file}: there is no store here; give --data DIR.`);
  if (found.size === 0) throw new UserError(`${file}: the store is empty; a first start fills it.`);
  const clock = createSystemClock({});
  const engine = createSqlite({ file, clock, readOnly: true });
  try {
    return await read(engine, clock);
  } finally {
    await engine.close();
  }
}

/** Log and store of one partition; whatever number is asked for, it is this one. */
export interface Partition {
  readonly log: EventLog;
  readonly store: StateStore;
}

/** The same over every partition: of Kafka and Redis if a configuration is given, else of `data`. */
export async function withEngine<T>(
  { data, config }: { readonly data: string; readonly config?: string },
  read: (partitions: readonly Partition[], clock: Clock) => Promise<T>,
): Promise<T> {
  if (config === undefined) return withStore(data, (engine, clock) => read([engine], clock));
  // Loaded where they are needed: the embedded commands have no use for their clients.
  const { connectEngine } = await import('../distributed/connect.ts');
  const { partitionView } = await import('../distributed/partition-view.ts');
  const loaded = loadedConfig({ file: config });
  const clock = createSystemClock({});
  const deps = { clock, rng: createSystemRng(), telemetry: () => {}, clientId: 'sapwood-reader' };
  const engine = await connectEngine(loaded, deps);
  try {
    const count = await engine.log.partitions(TOPICS.facts.name);
    const partitions = Array.from({ length: count }, (_, p) => partitionView(engine, p));
    return await read(partitions, clock);
  } finally {
    await engine.close();
  }
}

export interface FoldedWorkspace {
  readonly id: string;
  /** Of its partition. */
  readonly fold: FactFold;
  readonly off: number;
  /** When its log was read: to fold it takes longer than a value is fresh. */
  readonly readAt: number;
}

/** The log folded up to an instant (null: its head), and the workspace meant; others may be in it. */
export async function foldOf(
  partitions: readonly Partition[],
  clock: Clock,
  at: number | null,
  named: string | undefined,
): Promise<FoldedWorkspace> {
  const homes = new Map<string, Omit<FoldedWorkspace, 'id'>>();
  for (const { log } of partitions) {
    const readAt = clock.now();
    const asOf = factsAsOf(log, clock, 0);
    const { fold, off } = at === null ? await asOf.head() : await asOf.at(at);
    const facts = fold as FactFold;
    for (const { id } of facts.workspaces()) homes.set(id, { fold: facts, off, readAt });
  }
  const id = chooseWorkspace([...homes.keys()], named);
  return { id, ...homes.get(id)! };
}

/** The only workspace of a store, or the one named. */
export function chooseWorkspace(known: readonly string[], named: string | undefined): string {
  if (named !== undefined) {
    if (known.includes(named)) return named;
    throw new UserError(`There is no workspace "${named}"; the store has ${known.join(', ')}.`);
  }
  if (known.length === 1) return known[0]!;
  if (known.length === 0) throw new UserError('The store has no facts yet.');
  throw new UserError(`The store has ${known.join(', ')}: choose one with --workspace.`);
}

/** stdout is data: JSON on one line, or the same spread for a person. */
export function print(value: unknown, json: boolean | undefined): void {
  process.stdout.write(`${JSON.stringify(value, null, json ? undefined : 2)}\n`);
}
