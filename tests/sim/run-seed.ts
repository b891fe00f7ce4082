/** One seed: a turbulent while, then calm, then the verdict (reliability.md 8). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSimulated } from '@sapwood/runtime/simulated';
import type { SnapshotLimits } from '@sapwood/runtime/snapshots';
import { Accountant } from './accountant.ts';
import { pick, whole } from './dice.ts';
import type { Posted } from './evidence.ts';
import { heard } from './heard.ts';
import { Machine, type SimProcess } from './machine.ts';
import { mischief } from './mischief.ts';
import { passTo } from './pass-to.ts';
import { CONFIGS, type Plan, planOf } from './plan.ts';
import {
  aggregatorProgram,
  type Doors,
  detectorProgram,
  gatewayProgram,
  ingestProgram,
  normalizerProgram,
  together,
} from './programs.ts';
import { Desk, type Letter, WORKSPACES } from './sender.ts';
import { Tally } from './tally.ts';
import { judge } from './verdict.ts';
import { Viewer } from './viewer.ts';

export interface SeedResult {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly tally: Tally;
}

const START_MS = Date.parse('2026-06-10T08:00:00Z');
/** Long enough for a back-off at its longest, and for two heartbeats. */
const CALM_MS = 90_000;
/** An alert is resolved five minutes after it began to clear. */
const RESOLVE_MS = 400_000;
const SETTLE_MS = 12_000;
const PROBLEMS_MAX = 8;
/** Several times in a seed's minute, in many pieces each. */
const SNAPSHOTS = { records: 15, everyMs: 5_000, recordsMin: 8, pieceChars: 1_500 };
/** Of a sender, for an answer. */
const PATIENCE_MS = 8_000;

export async function runSeed(seed: number): Promise<SeedResult> {
  const world = new SeedWorld(planOf(seed));
  await world.turbulence();
  await world.calm();
  await world.verdict();
  return { seed, problems: world.problems.slice(0, PROBLEMS_MAX), tally: world.tally };
}

interface Action {
  readonly at: number;
  run(): void;
}

class SeedWorld {
  readonly problems: string[] = [];
  readonly tally: Tally = new Tally();
  readonly #plan: Plan;
  readonly #accountant = new Accountant();
  readonly #machine: Machine;
  readonly #doors: Doors = { server: null, gate: null, config: CONFIGS[0]! };
  readonly #viewers: Viewer[] = [];
  readonly #posted: Posted[] = [];
  #second: SimProcess | null = null;
  #isCalm = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    const { rng, outbox, faults, crashChance, crashPointsMax } = plan;
    const { tally } = this;
    this.#machine = new Machine({
      rng,
      startMs: START_MS,
      simulated: (clock) => {
        const world = createSimulated({
          ...{ clock, rng, outbox, faults },
          onFault: (kind) => tally.add(`fault ${kind}`),
          onWrite: this.#accountant.onWrite,
        });
        const problem = (text: string): void => void this.problems.push(text);
        return heard(world, { answer: (answer) => tally.add(`commit ${answer}`), problem });
      },
      telemetry: (event) => {
        if (event.type === 'PartitionStopped') tally.add(`stopped ${event.reason}`);
        if (event.type === 'Notice' && event.text.includes('from a snapshot')) {
          tally.add('begun from a snapshot');
        }
      },
      crash: () => ({ chance: crashChance, pointsMax: crashPointsMax }),
      onDeath: (name) => {
        tally.add('deaths');
        if (name === 'gateway') this.#gatewayIsGone();
        if (name === 'ingest' || name === 'system') this.#doors.server = null;
      },
      onStop: (name, detail) => this.#stopped(name, detail),
    });
    this.#spawnAll();
    this.#machine.spawn('gateway', gatewayProgram(this.#doors));
    for (let i = 0; i < plan.viewers; i++) {
      const workspace = WORKSPACES[i % WORKSPACES.length]!;
      const problem = (text: string): void => void this.problems.push(text);
      const { clock } = this.#machine;
      this.#viewers.push(new Viewer({ name: `viewer ${i}`, workspace, clock, tally, problem }));
    }
  }

  #snapshots(): SnapshotLimits | undefined {
    return this.#plan.outbox === 'store' ? SNAPSHOTS : undefined;
  }

  #spawnAll(): void {
    const machine = this.#machine;
    const snapshots = this.#snapshots();
    const fatal = (error: Error): void => this.#stopped('normalizer', error.message);
    const programs = {
      ingest: ingestProgram(this.#doors),
      normalizer: normalizerProgram(this.#doors, fatal),
      aggregator: aggregatorProgram(snapshots),
      detector: detectorProgram(snapshots),
    };
    if (this.#plan.isTogether) machine.spawn('system', together(...Object.values(programs)));
    else for (const [name, program] of Object.entries(programs)) machine.spawn(name, program);
  }

  /** A start may fail for a lost append; standing still is never right here. */
  #stopped(name: string, detail: string): void {
    this.tally.add('standstills');
    if (detail.includes('The configuration was not kept') && !this.#isCalm) return;
    this.problems.push(`${name} stood still: ${detail}`);
  }

  #gatewayIsGone(): void {
    this.#doors.gate = null;
    for (const viewer of this.#viewers) viewer.disconnect();
  }

  async turbulence(): Promise<void> {
    const { rng, spanMs, mischiefs, hasTwoOwners } = this.#plan;
    const { clock } = this.#machine;
    const startMs = clock.now();
    const actions: Action[] = this.#letters(startMs);
    const add = (at: number, run: () => void): void => void actions.push({ at, run });
    const count = Math.round((mischiefs * spanMs) / 60_000);
    for (let i = 0; i < count; i++) add(startMs + whole(rng, spanMs), () => this.#mischief());
    for (let i = 0; i < spanMs / 8_000; i++)
      add(startMs + whole(rng, spanMs), () => this.#subscriber());
    if (hasTwoOwners) add(startMs + whole(rng, spanMs), () => this.#secondOwner());
    for (const { at, run } of actions.sort((a, b) => a.at - b.at)) {
      await passTo(clock, at);
      run();
    }
    await passTo(clock, startMs + spanMs);
  }

  /** Every letter with its copies: late, in any order. */
  #letters(startMs: number): Action[] {
    const { rng, letters, spanMs } = this.#plan;
    const desks = WORKSPACES.map((workspace) => new Desk(workspace, rng));
    const times = Array.from({ length: letters }, () => startMs + whole(rng, spanMs)).sort(
      (a, b) => a - b,
    );
    return times.flatMap((at) => {
      const letter = pick(rng, desks)!.change(at);
      const copies = rng.next() < 0.3 ? 1 + whole(rng, 4) : 1;
      return Array.from({ length: copies }, () => {
        const lateMs = rng.next() < 0.3 ? whole(rng, 20_000) : 0;
        return { at: at + lateMs, run: () => this.#post(letter, 1) };
      });
    });
  }

  #post(letter: Letter, attempt: number): void {
    const posted: Posted = { letter, status: 0 };
    this.#posted.push(posted);
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      const isRefused = posted.status === 0 || posted.status === 503;
      if (!isRefused || attempt >= 4 || this.#isCalm) return;
      this.#machine.clock.after(1_000 * attempt, () => this.#post(letter, attempt + 1));
    };
    this.#machine.clock.after(PATIENCE_MS, again);
    const { server } = this.#doors;
    if (!server) {
      again();
      return;
    }
    const { url, headers, body: payload } = letter;
    server
      .inject({ method: 'POST', url, headers: { ...headers }, payload })
      .then((answer) => {
        posted.status = answer.statusCode;
        this.tally.add(`answer ${answer.statusCode}`);
        again();
      })
      .catch((error: Error) => this.problems.push(`ingest threw: ${error.message}`));
  }

  #mischief(): void {
    const { tally } = this;
    const secondOwner = (): void => this.#secondOwner();
    mischief({
      ...{ rng: this.#plan.rng, machine: this.#machine, doors: this.#doors, tally, secondOwner },
    });
  }

  /** An aggregator that nobody told that there is one already; it goes as it came. */
  #secondOwner(): void {
    const { rng, hasTwoOwners } = this.#plan;
    if (this.#second) return;
    this.tally.add('fault second owner');
    const program = aggregatorProgram(this.#snapshots());
    this.#second = this.#machine.spawn('second aggregator', program);
    if (hasTwoOwners) return;
    this.#machine.clock.after(whole(rng, 20_000), () => {
      this.#second?.kill(null);
      this.#second = null;
    });
  }

  #subscriber(): void {
    const { rng } = this.#plan;
    const { gate } = this.#doors;
    const viewer = pick(rng, this.#viewers)!;
    if (!viewer.connected) {
      if (gate) viewer.connect(gate);
    } else if (rng.next() < 0.5) viewer.disconnect();
    else {
      viewer.stall();
      this.#machine.clock.after(whole(rng, 12_000), () => viewer.read());
    }
  }

  async calm(): Promise<void> {
    const machine = this.#machine;
    this.#isCalm = true;
    machine.calm();
    machine.simulated.setFaults({});
    this.#second?.kill(null);
    // What clears may end: a few seeds wait for it.
    if (this.#plan.hasPeace) await passTo(machine.clock, machine.clock.now() + RESOLVE_MS);
    // What is still on its way arrives, and is mended, before all is called quiet.
    const leastMs = Math.max(10_000, this.#plan.faults.lateMsMax ?? 0);
    for (let ms = 0; ms < CALM_MS && (ms < leastMs || !(await this.#allIdle())); ms += 2_500) {
      await passTo(machine.clock, machine.clock.now() + 2_500);
    }
    for (const process of machine.processes) {
      if (process !== this.#second && !process.isUp() && !process.isGone()) {
        this.problems.push(`${process.name} did not come back`);
      }
    }
    const { gate } = this.#doors;
    if (gate) for (const viewer of this.#viewers) viewer.connect(gate);
    await this.#quiet();
  }

  /** Nothing new enters the logs: what is under way arrives. */
  async #quiet(): Promise<void> {
    const machine = this.#machine;
    for (const component of machine.components()) {
      if (component.name !== 'ticker' && component.name !== 'ingest') continue;
      component.stop?.().catch((error: Error) => this.#stopped(component.name, error.message));
    }
    await passTo(machine.clock, machine.clock.now() + SETTLE_MS);
    await this.#idle();
  }

  async #allIdle(): Promise<boolean> {
    const { processes } = this.#machine;
    const isAway = (process: SimProcess): boolean =>
      process.isPaused() || !(process.isUp() || process.isGone());
    if (processes.some(isAway)) return false;
    for (const component of this.#machine.components()) {
      if (component.idle && !(await component.idle())) return false;
    }
    return true;
  }

  /** Who is still busy where nothing can move without time passing is stuck. */
  async #idle(): Promise<void> {
    for (let i = 0; i < 20; i++) await nextTurn();
    for (const component of this.#machine.components()) {
      if (!component.idle || (await component.idle())) continue;
      this.problems.push(`${component.name} never becomes idle`);
    }
  }

  async verdict(): Promise<void> {
    await judge({
      accountant: this.#accountant,
      simulated: this.#machine.simulated,
      posted: this.#posted,
      viewers: this.#viewers,
      tally: this.tally,
      problem: (text) => void this.problems.push(text),
      rng: this.#plan.rng,
    });
  }
}
