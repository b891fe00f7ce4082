import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createAggregator } from '@sapwood/aggregator/app';
import { sampleCodec } from '@sapwood/contracts/codec';
import { factCodec, factIdOf } from '@sapwood/contracts/facts';
import { DEFAULT_TREE } from '@sapwood/core/default-tree';
import { createDetector } from '@sapwood/detector/app';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { awaitIdle } from '@sapwood/runtime/supervise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { config, heartbeat, issue, message, tick } from '../../tests/support/facts.ts';
import { newFactFold, TOPOLOGY } from './facts-fold.ts';
import { renewDetector } from './upgrade.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const MINUTE_MS = 60_000;
const CONFIG = { messages: 'read', currency: 'GBP', sources: ['pylon'], tree: DEFAULT_TREE };
const SCOPE = { fold: 'samples', topology: TOPOLOGY, partition: 0 };

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sapwood-upgrade-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const clock = createVirtualClock(START);
const open = (): ReturnType<typeof createSqlite> =>
  createSqlite({ file: join(data, 'sapwood.db'), clock, durability: 'NORMAL' });

interface Seen {
  /** `seq` that the detector stands at. */
  readonly lastSeq: number;
  readonly samples: readonly number[];
  readonly state: readonly string[];
}

async function run(renew: boolean): Promise<Seen> {
  const engine = open();
  const ports = { ...engine, clock, rng: createSeededRng(1), telemetry: () => {} };
  const shared = { ...ports, topology: TOPOLOGY, foreignCode: 'rebuild' } as const;
  if (renew) await renewDetector(engine.log, engine.store, TOPOLOGY);
  const aggregator = createAggregator({ ...shared, createFold: newFactFold });
  const detector = createDetector({ ...shared, partition: 0 });
  await aggregator.start();
  await detector.start();
  await awaitIdle([aggregator, detector]);
  await detector.stop();
  await aggregator.stop();
  const records = await engine.log.read('samples.v1', 0, 0, { max: 9_999, waitMs: 0 });
  const state: string[] = [];
  for await (const [space, field, bytes] of engine.store.load(SCOPE)) {
    state.push(`${space} ${field} ${Buffer.from(bytes!)}`);
  }
  await engine.close();
  const meta = state.find((put) => put.startsWith('dir meta '))!;
  return {
    lastSeq: (JSON.parse(meta.slice('dir meta '.length)) as { lastSeq: number }).lastSeq,
    samples: records.map(({ value }) => sampleCodec.decode(value!).seq),
    state,
  };
}

async function write(): Promise<void> {
  const engine = open();
  const facts = [config(START, CONFIG), heartbeat('pylon', START)];
  for (let i = 1; i <= 20; i++) {
    const at = START + i * MINUTE_MS;
    facts.push(issue(`I${i}`, at, { stateCategory: 'new', channel: 'email', createdAt: at }));
    facts.push(message(`I${i}`, at, 'customer'), heartbeat('pylon', at), tick(at));
  }
  const records = facts.map((fact) => ({
    key: fact.entity,
    value: factCodec.encode({ ...fact, factId: factIdOf(fact) }),
  }));
  await engine.log.append('facts.v1', 0, records);
  await engine.close();
}

/** As an older version left it: of another name, its samples cut into more pieces. */
function age(lastSeq: number): void {
  const db = new DatabaseSync(join(data, 'sapwood.db'));
  db.exec("UPDATE scope SET code = 'facts@0' WHERE fold = 'facts'");
  const { changes } = db
    .prepare(
      `UPDATE state SET bytes = CAST(replace(CAST(bytes AS TEXT), ?, '"lastSeq":99999') AS BLOB)
        WHERE field = 'meta' AND scope = (SELECT id FROM scope WHERE fold = 'samples')`,
    )
    .run(`"lastSeq":${lastSeq}`);
  expect(changes).toBe(1);
  db.close();
}

it('UPGRADE-6 where the fold over facts is rebuilt, the detector hears every sample again', async () => {
  await write();
  const before = await run(true);
  const count = before.samples.length;
  expect(before).toMatchObject({ lastSeq: count, samples: expect.arrayContaining([1, count]) });
  age(count);
  const after = await run(true);
  expect(after.samples).toEqual(before.samples);
  expect(after.state).toEqual(before.state);
  // Nothing is renewed a second time.
  expect(await run(true)).toEqual(after);
}, 30_000);

it('UPGRADE-6 without that it would take them for ones it has seen', async () => {
  await write();
  const { samples } = await run(false);
  age(samples.length);
  expect((await run(false)).lastSeq).toBe(99_999);
}, 30_000);
