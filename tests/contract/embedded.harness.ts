/** The engines that need nothing but this process, as the suites want them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSimulated } from '@sapwood/runtime/simulated';
import { createSqlite, type SqliteOptions } from '@sapwood/runtime/sqlite';
import type { LogHarness } from './event-log.suite.ts';
import type { StoreHarness } from './state-store.suite.ts';

const topics = [
  { name: 'kept', retention: 'delete' },
  { name: 'compacted', retention: 'compact' },
] as const;
type Harness = LogHarness & StoreHarness;

type Waits = Pick<Harness, 'pass'> & Pick<SqliteOptions, 'clock' | 'durability'>;

function sqliteAt(dir: string, waits: Waits): Harness {
  const { clock, durability = 'FULL', pass } = waits;
  const engine = createSqlite({ file: join(dir, 'sapwood.db'), clock, durability, topics });
  return {
    ...engine,
    clock,
    kept: 'kept',
    compacted: 'compacted',
    outboxTopic: 'kept',
    compactsAtOnce: true,
    pass,
    reopen: async () => {
      await engine.close();
      return sqliteAt(dir, waits);
    },
    close: async () => {
      await engine.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function openSqlite(): Promise<Harness> {
  const clock = createSystemClock();
  const dir = mkdtempSync(join(tmpdir(), 'sapwood-contract-'));
  return sqliteAt(dir, { clock, pass: (ms) => clock.sleep(ms) });
}

/** SQLite as a replay has it: waits are virtual timers, commits come late. */
export async function openSqliteVirtual(): Promise<Harness> {
  const clock = createVirtualClock(1_781_000_000_000);
  const dir = mkdtempSync(join(tmpdir(), 'sapwood-contract-'));
  const pass = async (ms: number): Promise<void> => {
    await nextTurn();
    clock.advanceTo(clock.now() + ms);
  };
  return sqliteAt(dir, { clock, durability: 'RELAXED', pass });
}

export const openSimulated = (outbox: 'log' | 'store') => async (): Promise<Harness> => {
  const clock = createVirtualClock(1_781_000_000_000);
  const world = createSimulated({ clock, topics, outbox });
  const harness = (
    connection: Pick<Harness, 'store' | 'close'> & Pick<LogHarness, 'log'>,
  ): Harness =>
    ({
      ...connection,
      clock,
      kept: 'kept',
      compacted: 'compacted',
      outboxTopic: 'kept',
      compactsAtOnce: true,
      pass: async (ms: number) => {
        await nextTurn();
        clock.advanceTo(clock.now() + ms);
      },
      reopen: async () => harness(world.connect()),
    }) as Harness;
  return harness(world);
};
