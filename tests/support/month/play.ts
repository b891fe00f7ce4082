/**
 * A simulated month on any engine: webhooks over ingest, reads over REST, costs and corrections by their
 * feeds, the whole line in this process on a virtual clock. Deliveries get lost, come late and come
 * twice; a search finds what was lost. The clock changes in it, and two days of it are holidays.
 */
import { createPylonClient } from '@sapwood/pylon/client';
import type { Fetch } from '@sapwood/pylon/transport';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { createVirtualClock } from '@sapwood/runtime/clock/virtual';
import type { Clock, EventLog, NewRecord, StateStore } from '@sapwood/runtime/ports';
import { createHttpServer } from '@sapwood/service-kit/http';
import { createAgenda } from '@sapwood/simulator/agenda';
import { addAccounts, monthlyCosts } from '@sapwood/simulator/desk';
import { isWord, type Told } from '@sapwood/simulator/hand';
import { createSimulatedRest } from '@sapwood/simulator/rest';
import { createStories } from '@sapwood/simulator/stories';
import type { Change } from '@sapwood/simulator/tenant';
import { renderChange, signWebhook, type Webhook } from '@sapwood/simulator/webhooks';
import { createSimulatedTenant, type SimulatedTenant } from '@sapwood/simulator/world';
import type { FastifyInstance } from 'fastify';
import { createSystem } from '../../../packages/cli/compose.ts';
import { passTime } from '../../../packages/cli/replay/drive.ts';
import { FORMS, formsLetters } from './forms.ts';
import { NAMES, setupOfMonth } from './setup.ts';

/** In London: the clock goes forward on 29 March, and 3 and 6 April are holidays. */
export const MONTH_FROM: number = Date.parse('2026-03-10T06:00:00Z');
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** What the desk did before anybody connected it. */
const PAST_MS: number = 3 * DAY_MS;
/** Of a webhook: that it never comes, comes later, comes once more. */
const LOST = 0.03;
const LATE = 0.05;
const TWICE = 0.04;
const LATE_MS_MAX: number = 5 * HOUR_MS;

export interface MonthEngine {
  readonly log: EventLog;
  readonly store: StateStore;
  close(): Promise<void>;
}

export interface MonthOptions {
  readonly seed: number;
  readonly days: number;
  /** Told of what is appended to a topic, in order. */
  readonly onAppend?: (topic: string, records: readonly NewRecord[]) => void;
}

export interface MonthPlayed {
  readonly sent: number;
  readonly refused: number;
  readonly lost: number;
  readonly late: number;
  readonly twice: number;
  readonly words: number;
}

interface Letter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export async function playMonth(
  open: (clock: Clock) => Promise<MonthEngine>,
  { seed, days, onAppend = () => {} }: MonthOptions,
): Promise<MonthPlayed> {
  const from = MONTH_FROM;
  const clock = createVirtualClock(from);
  const engine = await open(clock);
  const log = told(engine.log, onAppend);
  const world = deskBefore(seed, from);
  const rest = createSimulatedRest({ world, clock, token: NAMES.token });
  await rest.server.ready();
  const rng = createSeededRng(seed);
  const client = createPylonClient({
    ...{ baseUrl: 'http://127.0.0.1:9', token: NAMES.token, fetch: injecting(rest.server), clock },
    ...{ random: () => rng.next(), budget: 'off' },
  });
  const server = createHttpServer();
  const system = await createSystem({
    ...{ log, store: engine.store, clock, rng, server, host: '127.0.0.1', port: 0 },
    ...{ setup: setupOfMonth(world, client, clock), telemetry: () => {}, expires: false },
    ...{ access: { kind: 'loopback' }, wallDir: null, build: 'month' },
    normalizerLimits: {
      ...{ reconcileEveryMs: 6 * HOUR_MS, sweepEveryMs: DAY_MS },
      ...{ directoryEveryMs: DAY_MS, contactsEveryMs: DAY_MS },
    },
    onFailure: (name, reason) => {
      throw new Error(`${name}: ${reason}`);
    },
  });
  try {
    await system.start();
    const player = new Player(world, server);
    const wait = async (to: number): Promise<void> => {
      // What was due before is done before: nothing is read in the very instant of the next letter.
      await passTime(Math.max(clock.now(), to - 1), clock, system.components);
      await passTime(to, clock, system.components);
    };
    await player.play({ from, to: from + days * DAY_MS, wait });
    await system.stop();
    return player.played;
  } finally {
    await rest.server.close();
    await engine.close();
  }
}

/** The same log, telling what it took. */
function told(
  log: EventLog,
  onAppend: (topic: string, records: readonly NewRecord[]) => void,
): EventLog {
  const append: EventLog['append'] = async (topic, partition, records) => {
    const outcome = await log.append(topic, partition, records);
    if (outcome.kind === 'durable') onAppend(topic, records);
    return outcome;
  };
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'append') return append;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
}

function deskBefore(seed: number, from: number): SimulatedTenant {
  const world = createSimulatedTenant({ seed, startMs: from - PAST_MS, peakPerHour: 0.3 });
  addAccounts(world);
  while (world.behaviour.nextAt() < from) world.behaviour.step();
  return world;
}

const injecting =
  (server: FastifyInstance): Fetch =>
  async (address, { method, headers, body }) => {
    const { pathname, search } = new URL(address);
    const call = { method: method as 'GET' | 'POST', url: pathname + search, headers };
    const answer = await server.inject({
      ...call,
      ...(body === undefined ? {} : { payload: body }),
    });
    const get = (name: string): string | null => (answer.headers[name] as string) ?? null;
    return { status: answer.statusCode, headers: { get }, text: async () => answer.body };
  };

interface Play {
  readonly from: number;
  readonly to: number;
  /** Lets time pass up to an instant, and everything come to rest. */
  readonly wait: (to: number) => Promise<void>;
}

class Player {
  readonly #world: SimulatedTenant;
  readonly #server: FastifyInstance;
  readonly #post = createAgenda<Letter>();
  played: MonthPlayed = { sent: 0, refused: 0, lost: 0, late: 0, twice: 0, words: 0 };

  constructor(world: SimulatedTenant, server: FastifyInstance) {
    this.#world = world;
    this.#server = server;
  }

  async play({ from, to, wait }: Play): Promise<void> {
    const { behaviour } = this.#world;
    const { workspace } = NAMES;
    const stories = createStories(this.#world, { workspace, startMs: from, everyMs: 5 * HOUR_MS });
    for (const { at, entries } of monthlyCosts(from, to)) {
      this.#post.add(at, feedLetter('/v1/costs', entries));
    }
    for (const { at, webhook } of formsLetters(from, to)) this.#post.add(at, hook(FORMS, webhook));
    for (;;) {
      const post = this.#post.nextAt() ?? Number.POSITIVE_INFINITY;
      const at = Math.min(post, behaviour.nextAt(), stories.nextAt());
      if (at > to) break;
      await wait(at);
      if (at === post) await this.#send(this.#post.take()!.item);
      else if (at === behaviour.nextAt()) this.#tell(behaviour.step(), at);
      else this.#tell(stories.step(), at);
    }
    await wait(to);
  }

  /** What happened at the desk, on its way to ingest. */
  #tell(happened: readonly Told[], at: number): void {
    for (const one of happened) {
      if (!isWord(one)) this.#deliver(one, at);
      else {
        this.#count('words');
        this.#post.add(at, feedLetter('/v1/corrections', { corrections: [one.say] }));
      }
    }
  }

  #deliver(change: Change, at: number): void {
    const { tenant, chance } = this.#world;
    const issue = tenant.issues.get(change.issueId);
    if (!issue) return;
    const letter = hook(NAMES.source, signWebhook(renderChange(change, issue), NAMES.secret));
    const laterMs = (): number => Math.round(chance.between(MINUTE_MS, LATE_MS_MAX));
    if (chance.yes(LOST)) {
      this.#count('lost');
      return;
    }
    const isLate = chance.yes(LATE);
    if (isLate) this.#count('late');
    this.#post.add(isLate ? at + laterMs() : at, letter);
    if (!chance.yes(TWICE)) return;
    this.#count('twice');
    this.#post.add(at + laterMs(), letter);
  }

  async #send({ url, headers, body }: Letter): Promise<void> {
    const answer = await this.#server.inject({ method: 'POST', url, headers, payload: body });
    const isTaken = answer.statusCode === 200 || answer.statusCode === 202;
    this.#count(isTaken ? 'sent' : 'refused');
  }

  #count(what: keyof MonthPlayed): void {
    this.played = { ...this.played, [what]: this.played[what] + 1 };
  }
}

const MINUTE_MS = 60_000;

const hook = (destination: string, { headers, body }: Webhook): Letter => ({
  ...{ url: `/hooks/${destination}`, headers, body },
});
const feedLetter = (url: string, body: object): Letter => ({
  url,
  headers: { 'content-type': 'application/json', authorization: `Bearer ${NAMES.costKey}` },
  body: JSON.stringify(body),
});
