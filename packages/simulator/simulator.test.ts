import type { CostEntry, DraftFact } from '@sapwood/core/facts';
import { mapBody } from '@sapwood/pylon/body';
import { claimsSomething } from '@sapwood/pylon/claims';
import { createVerifier } from '@sapwood/pylon/signature';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import { describe, expect, it } from 'vitest';
import { createAgenda } from './agenda.ts';
import type { Scenario } from './behaviour.ts';
import { historyFacts } from './history.ts';
import { createRhythm } from './rhythm.ts';
import { createTraffic } from './traffic.ts';
import { hintOf, renderChange, type Webhook } from './webhooks.ts';
import { createSimulatedTenant, type SimulatedTenant } from './world.ts';

const NOW = Date.parse('2026-06-10T12:00:00Z');
const HOUR = 3_600_000;
const SECRET = 's';

function history(
  hours: number,
  seed = 1,
): { world: SimulatedTenant; moments: { at: number; facts: readonly DraftFact[] }[] } {
  const startMs = NOW - hours * HOUR;
  const world = createSimulatedTenant({ seed, startMs });
  const options = { workspace: 'acme', source: 's', workspaceKey: 'k', startMs, untilMs: NOW };
  return { world, moments: [...historyFacts(world, options)] };
}

describe('history', () => {
  it('SIM-1 the same seed tells the same past, another one another', () => {
    const { moments } = history(2);
    expect(moments).toEqual(history(2).moments);
    expect(moments).not.toEqual(history(2, 2).moments);
  });
  it('SIM-2 two days are in order of time and full of everything the wall shows', () => {
    const { moments, world } = history(48);
    const early = moments.filter(({ at }, i) => i > 0 && at < moments[i - 1]!.at - 121);
    expect(early).toEqual([]);
    const facts = moments.flatMap((moment) => moment.facts);
    const count = (kind: string): number => facts.filter((fact) => fact.kind === kind).length;
    expect(count('issue.observed')).toBeGreaterThan(10_000);
    expect(count('cost.entry')).toBe(48 * 5 + 4);
    expect(count('source.heartbeat')).toBeGreaterThan(500);
    expect(count('issue.hinted')).toBe(0);
    const authors = new Set(facts.map((f) => (f.kind === 'message.observed' ? f.body.author : '')));
    expect([...authors].sort()).toEqual(['', 'bot', 'customer', 'human']);
    const offsets = facts.flatMap((f) => f.srcs.map((s) => s.offset));
    expect([...offsets].sort((a, b) => a - b)).toEqual(offsets);
    const states = new Set([...world.tenant.issues.values()].map((issue) => issue.state));
    expect([...states]).toEqual(expect.arrayContaining(['new', 'waiting_on_customer', 'closed']));
    expect(JSON.stringify(facts.slice(0, 500))).not.toMatch(/@|Ada|Northwind/);
  });
  it('SIM-3 the past ends before now and the desk goes on from there', () => {
    const { world, moments } = history(1);
    expect(moments.at(-1)!.at).toBeLessThanOrEqual(NOW);
    expect(world.behaviour.nextAt()).toBeGreaterThan(NOW - 121);
  });
});

describe('bodies', () => {
  it('SIM-4 the short way to a hint gives what the text would', () => {
    const world = createSimulatedTenant({ seed: 5, startMs: NOW });
    for (let i = 0; i < 400; i++) {
      for (const change of world.behaviour.step()) {
        const issue = world.tenant.issues.get(change.issueId)!;
        const mapped = mapBody(renderChange(change, issue));
        const notes = mapped.kind === 'hint' ? mapped.notes : null;
        // An unassigned issue leaves its key empty, which is no fault and no note.
        expect(notes).toEqual({ unresolved: [], unusable: [], unknown: [] });
        expect(mapped).toEqual(hintOf(change, issue));
      }
    }
  });
});

interface Run {
  readonly webhooks: Webhook[];
  readonly costs: CostEntry[];
  readonly world: SimulatedTenant;
}
async function live(minutes: number, scenario: Scenario, eventsPerSecond?: number): Promise<Run> {
  const { world } = history(1);
  const clock = createVirtualClock(NOW);
  const webhooks: Webhook[] = [];
  const costs: CostEntry[] = [];
  const traffic = createTraffic({
    world,
    clock,
    secret: SECRET,
    scenario,
    send: async (webhook) => webhooks.push(webhook) && 200,
    sendCosts: async (entries) => costs.push(...entries) && 202,
    ...(eventsPerSecond === undefined ? {} : { eventsPerSecond }),
  });
  traffic.start();
  for (let ms = 0; ms < minutes * 60_000; ms += 20) {
    clock.advanceTo(NOW + ms);
    await Promise.resolve();
  }
  await traffic.stop();
  return { webhooks, costs, world };
}

const waitingFor = (run: Run, email: boolean): number =>
  [...run.world.tenant.issues.values()].filter(
    (issue) => issue.firstResponseAt === null && (issue.channel === 'email') === email,
  ).length;

describe('traffic', () => {
  it('SIM-10 every webhook verifies and claims something', async () => {
    const { webhooks } = await live(20, 'calm');
    const verify = createVerifier([{ kind: 'pylon-hmac', secrets: [SECRET] }]);
    expect(webhooks.length).toBeGreaterThan(200);
    const kinds = new Set<string>();
    for (const { body, headers } of webhooks) {
      expect(verify(Object.entries(headers).flat(), body).ok).toBe(true);
      const mapped = mapBody(body);
      if (mapped.kind !== 'hint') throw new Error(mapped.reason);
      kinds.add(mapped.hint);
      expect(claimsSomething(mapped.claims)).toBe(true);
    }
    expect(kinds).toEqual(
      new Set([
        'issue_new',
        'issue_message_new',
        'issue_assigned',
        'issue_team_changed',
        'issue_status_changed',
      ]),
    );
    const bodies = webhooks.map(({ body }) => body.toString());
    expect(new Set(bodies).size).toBeLessThan(bodies.length);
  });
  it('SIM-11 in an e-mail outage only e-mail waits, and more and more', async () => {
    const calm = await live(6, 'calm');
    const outage = await live(6, 'email-outage');
    expect(waitingFor(outage, true)).toBeGreaterThan(waitingFor(calm, true) * 2);
    expect(waitingFor(outage, false)).toBeLessThan(waitingFor(calm, false) * 2 + 5);
  });
  it('SIM-12 a cost leak makes tooling and AI five times as dear, by revision and by the minute', async () => {
    const of = (run: Run, category: string): CostEntry[] =>
      run.costs.filter((entry) => entry.category === category);
    const calm = await live(3, 'calm');
    const leak = await live(3, 'cost-leak');
    expect(of(leak, 'ai_usage')[1]!.amountMicro).toBe(5 * of(calm, 'ai_usage')[1]!.amountMicro);
    expect(of(leak, 'tooling').map((e) => [e.revision, e.amountMicro])).toEqual([
      [1, of(calm, 'tooling')[0]!.amountMicro],
      [2, 5 * of(calm, 'tooling')[0]!.amountMicro],
    ]);
    expect(of(leak, 'ai_usage')).toHaveLength(3);
  });
  it('SIM-13 a load is posted at its rate', async () => {
    const { webhooks } = await live(1, 'calm', 50);
    expect(webhooks.length).toBeGreaterThan(2_900);
    expect(webhooks.length).toBeLessThan(3_200);
  });
});

describe('parts', () => {
  it('SIM-20 the agenda gives things by time, equals in their order', () => {
    const agenda = createAgenda<number>();
    const times = Array.from({ length: 500 }, (_, i) => (i * 7_919) % 50);
    times.forEach((at, i) => {
      agenda.add(at, i);
    });
    const taken = times.map(() => agenda.take()!);
    const sorted = times
      .map((at, item) => ({ at, item }))
      .sort((a, b) => a.at - b.at || a.item - b.item);
    expect(taken.map(({ at, item }) => ({ at, item }))).toEqual(sorted);
    expect(agenda.take()).toBeNull();
  });
  it('SIM-21 noon on a weekday is busy, a Sunday night is not', () => {
    const rhythm = createRhythm('Europe/London');
    expect(rhythm(NOW)).toBeGreaterThan(0.8);
    expect(rhythm(Date.parse('2026-06-07T02:00:00Z'))).toBeLessThan(0.2);
    expect(() => createRhythm('Mars/Olympus')).toThrow(RangeError);
  });
});
