import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factCodec } from '@sapwood/contracts/facts';
import type { WorkspaceConfig } from '@sapwood/core/config';
import { type Appender, createAppender } from '@sapwood/runtime/appender';
import { createClockGuard } from '@sapwood/runtime/clock/guard';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSqlite } from '@sapwood/runtime/sqlite';
import { awaitIdle } from '@sapwood/runtime/supervise';
import { loadConfig } from '@sapwood/service-kit/config';
import { createSimulatedTenant } from '@sapwood/simulator/world';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyConfig } from '../config-fact.ts';
import { manualSetup } from '../manual.ts';
import type { Setup } from '../setup.ts';
import { simulatedSetup } from '../simulate.ts';
import { createTreeWatch } from './watch.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const KEY = 'a-key-that-is-long-enough';
const KEYS = { secret: KEY, costKey: KEY, workspaceKey: KEY };
const treeWith = (more: string): string =>
  `tree: mine\nroot: first-response-time\ndefault-owner: leads\nnodes:\n  first-response-time: {${more}}\n`;

let data: string;
let engine: ReturnType<typeof createSqlite>;
let appender: Appender;
let text: string | null;
let notices: { readonly level: string; readonly text: string }[];
const clock = createVirtualClock(START);
const telemetry = (event: { readonly type: string }): void => {
  if (event.type === 'Notice') notices.push(event as unknown as (typeof notices)[number]);
};

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'sapwood-watch-'));
  engine = createSqlite({ file: join(data, 'sapwood.db'), clock, durability: 'NORMAL' });
  const guard = createClockGuard(clock);
  appender = createAppender({
    log: engine.log,
    clock,
    telemetry: () => {},
    guard,
    acceptedStamp: 0,
  });
  await appender.start();
  text = treeWith('target: <=4 h');
  notices = [];
});
afterEach(async () => {
  await appender.stop();
  await engine.close();
  rmSync(data, { recursive: true, force: true });
});

function loadedOf(yaml: string) {
  const readText = (path: string): string | null => (path.endsWith('sapwood.yaml') ? yaml : text);
  const loaded = loadConfig({ file: 'sapwood.yaml', folder: data, env: {}, readText });
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return loaded;
}
const setupOf = (): Setup =>
  manualSetup({ loaded: loadedOf('workspaces: {acme: {tree: tree.yaml}}'), now: START, ...KEYS });

/** The configurations that the log has put in force, in order. */
async function applied(): Promise<WorkspaceConfig[]> {
  const records = await engine.log.read('facts.v1', 0, 0, { max: 1_000, waitMs: 0 });
  return records.flatMap(({ value }) => {
    const fact = factCodec.decode(value!);
    if (fact.kind !== 'config.applied') return [];
    return [JSON.parse(fact.body.document) as WorkspaceConfig];
  });
}

/** A running installation whose file is edited; each edit is given time to be seen. */
async function edited(...edits: (string | null)[]): Promise<WorkspaceConfig[]> {
  const setup = setupOf();
  await applyConfig(setup, appender, { store: engine.store, clock });
  const ports = { appender, store: engine.store, clock, telemetry };
  const watch = createTreeWatch({ setup, ...ports, readText: () => text });
  await watch.start!();
  for (const edit of [text, ...edits]) {
    text = edit;
    for (let look = 0; look < 3; look += 1) {
      clock.advanceTo(clock.now() + 500);
      await awaitIdle([watch]);
    }
  }
  await watch.stop!();
  return applied();
}

it('TREECLI-5 an edit of the tree file is in force without a restart, its rows too, and once', async () => {
  const next = treeWith('target: {urgent: 1 h}, by: [category]');
  const [before, after, ...more] = await edited(next, `${next}# a remark changes nothing\n`);
  expect(before!.tree.nodes[0]!.target).toEqual({ op: '<=', value: 14_400_000 });
  expect(before!.by).toBeUndefined();
  expect(after!.tree.nodes[0]!.segments).toEqual([
    { dimension: 'priority', value: 'urgent', target: { op: '<=', value: 3_600_000 } },
  ]);
  expect(after!.by).toEqual({ 'first-response-time': ['category', 'priority'] });
  expect({ ...after, tree: 0, by: 0 }).toEqual({ ...before, tree: 0, by: 0 });
  expect(more).toEqual([]);
  expect(notices).toEqual([
    {
      type: 'Notice',
      level: 'info',
      text: `The tree of acme is in force as ${join(data, 'tree.yaml')} has it now.`,
    },
  ]);
});

it('TREECLI-6 a wrong edit is refused with its mistakes, the tree before it stays, and a right one is taken again', async () => {
  const wrong = treeWith('target: <=4 parsecs, ownr: me');
  const configs = await edited(wrong, null, treeWith('target: <=2 h'));
  expect(configs.map(({ tree }) => tree.nodes[0]!.target?.value)).toEqual([14_400_000, 7_200_000]);
  const [refused, gone, taken] = notices;
  expect(refused!.level).toBe('error');
  expect(refused!.text).toContain(':5:33 nodes.first-response-time.target: expected a duration');
  expect(refused!.text).toContain(':5:46 nodes.first-response-time.ownr: unknown key');
  expect(gone!.text).toContain('cannot be read');
  expect(taken!.level).toBe('info');
});

it('TREECLI-6 an edit that is still being written is not judged', async () => {
  const setup = setupOf();
  await applyConfig(setup, appender, { store: engine.store, clock });
  const ports = { appender, store: engine.store, clock, telemetry };
  const watch = createTreeWatch({ setup, ...ports, readText: () => text });
  await watch.start!();
  const whole = treeWith('target: <=2 h');
  for (let end = 10; end < whole.length; end += 20) {
    text = whole.slice(0, end);
    clock.advanceTo(clock.now() + 500);
    await awaitIdle([watch]);
  }
  await watch.stop!();
  expect(notices).toEqual([]);
});

it('TREECLI-7 the simulated desk is steered by the tree of the file, in the currency of its costs', () => {
  text = treeWith('').replace('nodes:', 'nodes:\n  cost-per-contact: {target: <=8 GBP}');
  writeFileSync(join(data, 'tree.yaml'), text);
  const loaded = loadedOf('workspaces: {acme: {tree: tree.yaml, currency: GBP}}');
  const { staff } = createSimulatedTenant({ seed: 1, startMs: START });
  const [desk] = simulatedSetup({ ...KEYS, staff, client: null, loaded }, START).workspaces;
  expect(desk!.config.tree.id).toBe('mine');
  expect(desk!.config.currency).toBe('GBP');
  expect(desk!.treeFile).toBe(join(data, 'tree.yaml'));
  const plain = simulatedSetup({ ...KEYS, staff, client: null, loaded: loadedOf('') }, START)
    .workspaces[0]!;
  expect([plain.config.tree.id, plain.treeFile]).toEqual(['cost', null]);
});
