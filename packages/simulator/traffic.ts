/**
 * The tenant live: its happenings in real time, each change posted as a signed webhook, late or twice
 * now and then as on any network, and its costs fed hourly and by the minute.
 */
import type { CostEntry } from '@sapwood/core/facts';
import type { TemplateName } from '@sapwood/pylon/templates';
import type { Clock, Idle, Timer } from '@sapwood/runtime/ports';
import type { Scenario } from './behaviour.ts';
import { aiCosts, hourlyCosts, hourOf, minuteOf } from './costs.ts';
import type { Change } from './tenant.ts';
import { renderChange, signWebhook, type Webhook } from './webhooks.ts';
import type { SimulatedTenant } from './world.ts';

export interface TrafficDeps {
  readonly world: SimulatedTenant;
  readonly clock: Clock;
  readonly secret: string;
  /** Posts one webhook; the answer's status, 0 where there was none. */
  readonly send: (webhook: Webhook) => Promise<number>;
  /** Posts cost entries; left out, there is no cost feed. */
  readonly sendCosts?: (entries: readonly CostEntry[]) => Promise<number>;
  readonly template?: TemplateName;
  readonly scenario?: Scenario;
  /** For load: exactly so many webhooks a second, dated now. Left out: the desk's own rhythm. */
  readonly eventsPerSecond?: number;
  /** Share of deliveries that come late, and that come twice. */
  readonly lateShare?: number;
  readonly twiceShare?: number;
  /** Told of every answer. */
  readonly onAnswer?: (status: number) => void;
}

export interface Traffic extends Idle {
  start(): void;
  stop(): Promise<void>;
  setScenario(scenario: Scenario): void;
  /** Webhooks posted, and those answered 2xx. */
  counts(): { readonly posted: number; readonly accepted: number };
}

const LOOK_MS = 250;
const LATE_MS = 3_000;
const STEPS_PER_LOOK_MAX = 2_000;
/** Posts waiting for an answer; above it the desk goes on but its webhooks are lost, and counted. */
const IN_FLIGHT_MAX = 2_000;
const SCENARIO_AFTER_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function createTraffic(deps: TrafficDeps): Traffic {
  const { world, clock, secret } = deps;
  const { behaviour, chance } = world;
  const timers = new Set<Timer>();
  const inFlight = new Set<Promise<void>>();
  const queue: Change[] = [];
  let stopped = true;
  let posted = 0;
  let accepted = 0;
  let credit = 0;
  let lookedAt = 0;
  let scenario = deps.scenario ?? 'calm';
  let costHour = Number.NEGATIVE_INFINITY;
  let costMinute = Number.NEGATIVE_INFINITY;

  function later(ms: number, task: () => void): void {
    const timer = clock.after(ms, () => {
      timers.delete(timer);
      if (!stopped) task();
    });
    timers.add(timer);
  }
  function track(sending: Promise<number>, done: (status: number) => void): void {
    const settled = sending
      .catch(() => 0)
      .then(done)
      .finally(() => inFlight.delete(settled));
    inFlight.add(settled);
  }

  function post(webhook: Webhook): void {
    posted += 1;
    if (inFlight.size >= IN_FLIGHT_MAX) {
      deps.onAnswer?.(0);
      return;
    }
    track(deps.send(webhook), (status) => {
      if (status >= 200 && status < 300) accepted += 1;
      deps.onAnswer?.(status);
    });
  }

  /** Rendered when the trigger fires, whenever it travels. */
  function deliver(change: Change): void {
    const issue = world.tenant.issues.get(change.issueId);
    if (!issue) return;
    const webhook = signWebhook(renderChange(change, issue, deps.template), secret);
    if (chance.yes(deps.lateShare ?? 0.02))
      later(chance.between(500, LATE_MS), () => post(webhook));
    else post(webhook);
    if (chance.yes(deps.twiceShare ?? 0.02))
      later(chance.between(50, LATE_MS), () => post(webhook));
  }

  function followRhythm(now: number): void {
    for (let i = 0; i < STEPS_PER_LOOK_MAX && behaviour.nextAt() <= now; i++) {
      for (const change of behaviour.step()) deliver(change);
    }
  }
  /** Takes as many changes as the rate has earned since the last look, dated now. */
  function followRate(now: number, perSecond: number): void {
    credit = Math.min(credit + ((now - lookedAt) * perSecond) / 1_000, STEPS_PER_LOOK_MAX);
    for (; credit >= 1; credit -= 1) {
      while (queue.length === 0) queue.push(...behaviour.step(now));
      deliver(queue.shift()!);
    }
  }

  function feedCosts(now: number): void {
    const send = deps.sendCosts;
    if (!send) return;
    const leak = scenario === 'cost-leak';
    const entries: CostEntry[] = [];
    if (hourOf(now) !== costHour) {
      costHour = hourOf(now);
      entries.push(...hourlyCosts(costHour, world.rhythm, false));
      if (leak) entries.push(...leaking(costHour));
    }
    if (minuteOf(now) !== costMinute) {
      costMinute = minuteOf(now);
      entries.push(aiCosts(costMinute, MINUTE_MS, world.rhythm, leak));
    }
    if (entries.length > 0) track(send(entries), () => {});
  }
  const leaking = (hour: number): readonly CostEntry[] =>
    hourlyCosts(hour, world.rhythm, true).filter(({ revision }) => revision > 1);

  function look(): void {
    const now = clock.now();
    if (deps.eventsPerSecond === undefined) followRhythm(now);
    else followRate(now, deps.eventsPerSecond);
    feedCosts(now);
    lookedAt = now;
    later(deps.eventsPerSecond === undefined ? LOOK_MS : 20, look);
  }

  function setScenario(next: Scenario, fromMs: number): void {
    scenario = next;
    behaviour.setScenario(next, deps.eventsPerSecond === undefined ? fromMs : behaviour.nextAt());
    if (next === 'cost-leak' && deps.sendCosts && costHour + HOUR_MS > fromMs) {
      track(deps.sendCosts(leaking(costHour)), () => {});
    }
  }

  return {
    name: 'traffic',
    start() {
      stopped = false;
      lookedAt = clock.now();
      // A little calm first, so that the change can be seen.
      if (scenario === 'email-outage') setScenario(scenario, lookedAt + SCENARIO_AFTER_MS);
      look();
    },
    async stop() {
      stopped = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
      await Promise.all(inFlight);
    },
    setScenario: (next) => setScenario(next, clock.now()),
    idle: () => inFlight.size === 0,
    counts: () => ({ posted, accepted }),
  };
}
