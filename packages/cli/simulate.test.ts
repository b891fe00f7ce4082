/** The simulated tenant's history, in a log that takes no more of it midway. */
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { EventLog } from '@sapwood/runtime/ports';
import { createSimulated } from '@sapwood/runtime/simulated';
import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';

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
