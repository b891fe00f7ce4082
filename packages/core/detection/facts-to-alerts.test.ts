import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { config, heartbeat, issue, message, tick } from '../../../tests/support/facts.ts';
import { createDetectFold } from '../detect-fold.ts';
import type { Fact } from '../facts/fact.ts';
import { createFactFold } from '../fold/fold.ts';
import type { OutboxEntry } from '../fold-contract.ts';
import { type Sample, STEP_MS } from '../samples.ts';
import { DEFAULT_TREE } from '../tree/default-tree.ts';
import type { Alert } from './alert.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const CONFIG = { messages: 'read', currency: 'GBP', sources: ['pylon'], tree: DEFAULT_TREE };
const MINUTE = 60_000;

/** Twelve customers write within a minute; an hour later all are answered at once. */
function outage(): Fact[] {
  const facts: Fact[] = [config(START, CONFIG), heartbeat('pylon', START)];
  const beat = (at: number): void => void facts.push(heartbeat('pylon', at));
  for (let minute = 1; minute < 20; minute += 1) beat(START + minute * MINUTE);
  const asked = START + 20 * MINUTE;
  for (let i = 0; i < 12; i += 1) {
    const at = asked + i * 3_000;
    const seen = { stateCategory: 'waiting_on_you', createdAt: at, channel: 'email' } as const;
    facts.push(
      issue(`I${i}`, at, seen),
      message(`I${i}`, at, 'customer', { recordedAt: at + 500 }),
    );
  }
  for (let minute = 21; minute < 30; minute += 1) beat(START + minute * MINUTE);
  const answered = START + 30 * MINUTE;
  for (let i = 0; i < 12; i += 1) {
    facts.push(message(`I${i}`, answered, 'human', { recordedAt: answered + i, authorId: 'ada' }));
  }
  for (let minute = 31; minute < 40; minute += 1) beat(START + minute * MINUTE);
  return facts;
}

/** `everyMs`: how often a tick moves the log while it is quiet; 0 = never. */
function alertsOf(facts: readonly Fact[], everyMs: number): Alert[] {
  const F = createFactFold({ topology: 1, hash: (text) => hash(text).slice(0, 32) });
  const D = createDetectFold({ topology: 1, hash });
  const outbox: OutboxEntry[] = [];
  let now = facts[0]!.recordedAt;
  const apply = (fact: Fact): void => {
    F.advance(F.timeOf(fact));
    F.ingest(fact, 0);
    outbox.push(...F.touched().outbox);
  };
  for (const fact of facts) {
    while (everyMs > 0 && now + everyMs < fact.recordedAt) {
      now += everyMs;
      apply(tick(now));
    }
    now = Math.max(now, fact.recordedAt);
    apply(fact);
  }
  for (const { topic, record } of outbox) {
    if (topic !== 'samples.v1') continue;
    const sample = record as Sample;
    expect(D.judge(sample)).toEqual({ kind: 'ok' });
    D.advance(D.timeOf(sample));
    D.ingest(sample, 0);
  }
  return D.touched().outbox.map((entry) => entry.record as Alert);
}

describe('facts in, alerts out', () => {
  const facts = outage();

  it('DET-40 a queue that builds up opens one alert, rises, and resolves after the answers', () => {
    const alerts = alertsOf(facts, 5_000).filter((alert) => alert.rule === 'waiting');
    expect(alerts.map((a) => `${a.phase}/${a.severity}`)).toEqual([
      'pending/warning',
      'open/warning',
      'clearing/warning',
      'resolved/warning',
    ]);
    const [pending, open, clearing, resolved] = alerts as [Alert, Alert, Alert, Alert];
    const asked = START + 20 * MINUTE;
    expect(pending.since).toBe(asked + 25_000); // the eighth customer wrote at 21 s
    expect(open.at - pending.at).toBe(10_000);
    expect(open).toMatchObject({ value: 12, delta: 12, reference: 'span_before' });
    expect(open.drivers).toEqual([{ key: open.series, share: 12 }]);
    expect(resolved.at - clearing.at).toBe(5 * MINUTE);
    expect(clearing.at).toBe(START + 30 * MINUTE + STEP_MS);
  });

  it('DET-41 the oldest wait is told even where nobody new writes', () => {
    const slow = facts.filter((fact) => fact.recordedAt < START + 30 * MINUTE);
    for (let minute = 30; minute < 60; minute += 1) {
      slow.push(heartbeat('pylon', START + minute * MINUTE));
    }
    const oldest = alertsOf(slow, 5_000).filter((alert) => alert.rule === 'oldest-waiting');
    expect(oldest.map((a) => [a.phase, a.value])).toEqual([['open', 30 * MINUTE]]);
  });

  it('DET-42 the ticks between the facts change nothing', () => {
    const often = alertsOf(facts, 5_000);
    expect(often.length).toBeGreaterThan(3);
    expect(alertsOf(facts, 0)).toEqual(often);
    expect(alertsOf(facts, 17_000)).toEqual(often);
  });
});
