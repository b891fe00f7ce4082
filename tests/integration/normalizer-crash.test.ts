import { createHash } from 'node:crypto';
import { quarantinedCodec, rawCodec } from '@sapwood/contracts/codec';
import { createNormalizer, type Normalizer } from '@sapwood/normalizer/pipeline';
import { EMPTY_ROSTER } from '@sapwood/pylon/facts';
import { createAppender } from '@sapwood/runtime/appender';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock, type VirtualClock } from '@sapwood/runtime/clock/virtual';
import { createSimulated, type SimulatedConnection } from '@sapwood/runtime/simulated';
import { describe, expect, it } from 'vitest';
import { factRecords } from '../support/pylon.ts';

const START = Date.parse('2026-06-10T09:00:00Z');
const DELIVERIES = 12;

async function begin(connection: SimulatedConnection, clock: VirtualClock): Promise<Normalizer> {
  const appender = createAppender({ log: connection.log, clock, telemetry: () => {} });
  await appender.start();
  const normalizer = createNormalizer({
    log: connection.log,
    store: connection.store,
    clock,
    rng: createSeededRng(1),
    telemetry: () => {},
    appender,
    costs: [],
    limits: { batchMax: 3 },
    sources: [
      {
        id: 's1',
        workspace: 'acme',
        destinations: ['d1'],
        bodies: 'facts',
        messages: 'read',
        statuses: {},
        roster: EMPTY_ROSTER,
        priorityField: 'priority',
        categoryField: null,
        workspaceKey: 'key',
        client: null,
      },
    ],
  });
  await normalizer.start();
  return normalizer;
}

/** Lets everything run that can, moving time on for the saves between batches. */
async function runFor(clock: VirtualClock, ms: number): Promise<void> {
  for (const end = clock.now() + ms; clock.now() < end; clock.advanceTo(clock.now() + 250)) {
    for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('death between any two awaits', () => {
  it('NORM-40 every delivery ends in facts or in quarantine, wherever the process died', async () => {
    let crashed = 0;
    for (let crashAt = 1; crashAt <= 60; crashAt += 1) {
      const clock = createVirtualClock(START);
      const sim = createSimulated({ clock });
      for (let i = 0; i < DELIVERIES; i++) {
        const body = { event_type: 'issue_new', issue_id: `I${i}`, issue_status: 'new' };
        const raw = Buffer.from(i % 4 === 3 ? 'garbage' : JSON.stringify(body));
        const sha256 = createHash('sha256').update(raw).digest();
        const named = { v: 1, dest: 'd1', workspace: 'acme', headers: {} } as const;
        const delivery = { ...named, receivedAt: START, sha256, raw };
        const value = rawCodec.encode({ delivery, heartbeat: null });
        await sim.log.append('raw.pylon.v1', 0, [{ key: 'd1', value }]);
      }
      // Started, but perhaps never answered: a dead process resolves nothing.
      void begin(sim.connect({ crashAt, onCrash: () => crashed++ }), clock);
      await runFor(clock, 1_500);
      const second = await begin(sim.connect(), clock);
      await runFor(clock, 1_500);
      const refused = await sim.log.read('dlq.raw.v1', 0, 0, { max: 100, waitMs: 0 });
      const ended = new Set([
        ...(await factRecords(sim.log)).flatMap((fact) => fact.srcs.map((src) => src.offset)),
        ...refused.map((record) => quarantinedCodec.decode(record.value!).offset),
      ]);
      expect([crashAt, ended.size]).toEqual([crashAt, DELIVERIES]);
      const ids = (await factRecords(sim.log)).map((fact) => fact.factId);
      expect([crashAt, new Set(ids).size]).toEqual([crashAt, DELIVERIES - DELIVERIES / 4]);
      await second.stop();
    }
    expect(crashed).toBeGreaterThan(20);
  });
});
