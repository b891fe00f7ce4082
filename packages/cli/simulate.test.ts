/** The simulated tenant's history, in a log that takes no more of it midway. */
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { EventLog } from '@sapwood/runtime/ports';
import { createSimulated } from '@sapwood/runtime/simulated';
import { expect, it } from 'vitest';
import { newFactFold, seriesOf } from './facts-fold.ts';
import { loadedConfig } from './loaded.ts';
import { loadOf, SIMULATED, simulate } from './simulate.ts';

const START = Date.parse('2026-06-10T12:00:00Z');
const KEYS = { secret: 'secret', costKey: 'costs', workspaceKey: 'workspace' };

/** `takes`: so many appends, then the disk is full. */
function desk(takes: number) {
  const written: Fact[] = [];
  const virtual = createVirtualClock(START);
  const clock = { ...virtual, sleep: async () => {} };
  const engine = createSimulated({
    ...{ clock: virtual, rng: createSeededRng(1), outbox: 'log', faults: {}, onFault: () => {} },
    onWrite: (topic, _partition, { value }) => {
      if (topic === TOPICS.facts.name) written.push(factCodec.decode(value!));
    },
  });
  const { log, store } = engine.connect({});
  let left = takes;
  const append: EventLog['append'] = async (...record) =>
    left-- > 0 ? log.append(...record) : { kind: 'rejected', reason: 'database or disk is full' };
  const full: EventLog = Object.assign(Object.create(log) as EventLog, { append });
  const start = (into: EventLog) => simulate({ log: into, store }, clock, { seed: 7, ...KEYS });
  return { written, virtual, start, log, full };
}

it('CLI-12 a history that a full disk cuts off says so, and the next start goes on with it', async () => {
  const whole = desk(Number.POSITIVE_INFINITY);
  await whole.start(whole.log);
  const cut = desk(2);
  const failed = cut.start(cut.full);
  await expect(failed).rejects.toThrow(
    'The history was not kept in facts.v1 (database or disk is full)',
  );
  await expect(failed).rejects.toMatchObject({ code: 'SAPWOOD_LOG_UNREACHABLE' });
  expect(cut.written.length).toBeGreaterThan(500);
  await cut.start(cut.log);
  expect(cut.written.map(({ factId }) => factId)).toEqual(
    whole.written.map(({ factId }) => factId),
  );
});

/** Of which a desk has numbers by the first hours, without anybody having declared a thing. */
const TOLD = [
  ...['csat', 'ratings', 'sla-compliance', 'sla-first', 'first-response-time-within-target'],
  ...['sla-running', 'custom-field-utilisation', 'tag-coverage', 'team-workload-gini'],
];
const ROWS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'first-response-time': { priority: ['high', 'low', 'medium', 'urgent'] },
  'first-response-time-within-target': { priority: ['high', 'low', 'medium', 'urgent'] },
  'conversation-volume': { category: ['billing', 'delivery', 'login', 'webhooks'] },
  'cost-per-contact': { account_tier: ['__unallocated__', 'business', 'enterprise', 'starter'] },
};

it('CLI-15 where no file declares a workspace the simulated desk tells of targets, ratings, topics, priorities and tiers', async () => {
  const { written, start, log } = desk(Number.POSITIVE_INFINITY);
  await start(log);
  const fold = newFactFold();
  const morning = written.filter(({ recordedAt }) => recordedAt < START - 22 * 3_600_000);
  for (const [offset, fact] of morning.entries()) {
    fold.advance(fold.timeOf(fact));
    if (fold.judge(fact).kind === 'ok') fold.ingest(fact, offset);
  }
  fold.touched();
  const series = seriesOf(fold, SIMULATED, morning.length);
  for (const id of TOLD) {
    const cells = series.get(id)!.cells;
    expect([id, cells.filter(({ state }) => state === 'unknown')]).toEqual([id, []]);
    expect([id, cells.some(({ value }) => value !== null)]).toEqual([id, true]);
  }
  for (const [id, by] of Object.entries(ROWS)) {
    for (const [dimension, values] of Object.entries(by)) {
      const keys = values.map((value) => `${id}{${dimension}=${value}}`);
      const found = [...series.keys()].filter((key) => key.startsWith(`${id}{${dimension}=`));
      expect(found.sort()).toEqual(keys);
    }
  }
});

it('CLI-16 the simulated desk keeps its own rhythm where no rate is set', () => {
  const rateIn = (env: Readonly<Record<string, string>>): number | null =>
    loadOf(loadedConfig({ file: null, folder: '/nowhere', env }));
  expect(rateIn({})).toBeNull();
  expect(rateIn({ SAPWOOD_SIMULATOR_EVENTS_PER_SECOND: '1' })).toBe(1);
});
