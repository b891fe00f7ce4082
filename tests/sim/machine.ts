/** One machine on a virtual clock: processes that start, die, stand still and come back. */
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { sleepOn } from '@sapwood/runtime/clock/system';
import { createVirtualClock, type VirtualClock } from '@sapwood/runtime/clock/virtual';
import type { Clock, EventLog, Rng, StateStore, Timer } from '@sapwood/runtime/ports';
import type { Simulated, SimulatedConnection } from '@sapwood/runtime/simulated';
import type { Component } from '@sapwood/runtime/supervise';
import type { Telemetry } from '@sapwood/runtime/telemetry';

export interface Ports {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
}

/** Makes the components of a process from nothing, in the order in which they start. */
export type Program = (ports: Ports) => readonly Component[] | Promise<readonly Component[]>;

interface Life {
  readonly connection: SimulatedConnection;
  readonly clock: ProcessClock;
  components: readonly Component[];
  dead: boolean;
}

export interface SimProcess {
  readonly name: string;
  isUp(): boolean;
  /** Killed for good. */
  isGone(): boolean;
  components(): readonly Component[];
  /** As kill -9; it starts again after `restartMs`, or never. */
  kill(restartMs: number | null): void;
  /** As SIGTERM: components stop in reverse order, then it starts again. */
  restart(): void;
  pause(ms: number): void;
  isPaused(): boolean;
  /** It meets no crash point any more. */
  spare(): void;
}

export interface MachineDeps {
  readonly simulated: (clock: Clock) => Simulated;
  readonly startMs: number;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** Probability that a life ends at a crash point, and how many points it may reach at most. */
  readonly crash: () => { readonly chance: number; readonly pointsMax: number };
  readonly onDeath: (name: string, how: string) => void;
  /** A component stood still by itself, or a start failed. */
  readonly onStop: (name: string, detail: string) => void;
}

const RESTART_MS_MAX = 3_000;
/** Of a stop, everything in it: stalls, back-offs and a pause. */
const STOP_MS_MAX = 60_000;

/** Timers of one process: gone when it dies, late when it stands still, with a wall clock of their machine. */
class ProcessClock implements Clock {
  readonly #base: VirtualClock;
  readonly #wall: () => number;
  #held: (() => void)[] | null = null;
  #dead = false;

  constructor(base: VirtualClock, wall: () => number) {
    this.#base = base;
    this.#wall = wall;
  }

  readonly now = (): number => this.#base.now() + this.#wall();
  readonly monotonic = (): number => this.#base.monotonic();
  readonly after = (ms: number, task: () => void): Timer => {
    let isCancelled = false;
    const run = (): void => {
      if (this.#dead || isCancelled) return;
      if (this.#held) this.#held.push(run);
      else task();
    };
    const timer = this.#base.after(ms, run);
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  };
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    sleepOn(this.after, ms, signal);

  hold(): void {
    this.#held ??= [];
  }
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const run of held) run();
  }
  kill(): void {
    this.#dead = true;
    this.#held = null;
  }
}

export class Machine {
  readonly clock: VirtualClock;
  readonly simulated: Simulated;
  readonly processes: SimProcess[] = [];
  readonly #deps: MachineDeps;
  /** What the wall clock shows beyond the time that passed. */
  #wallMs = 0;
  #calm = false;

  constructor(deps: MachineDeps) {
    this.#deps = deps;
    this.clock = createVirtualClock(deps.startMs);
    this.simulated = deps.simulated(this.clock);
  }

  now(): number {
    return this.clock.now() + this.#wallMs;
  }

  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** From now on nobody dies by a crash point. */
  calm(): void {
    this.#calm = true;
    for (const process of this.processes) process.spare();
  }

  isCalm(): boolean {
    return this.#calm;
  }

  spawn(name: string, program: Program): SimProcess {
    const process = new Spawned({
      name,
      program,
      machine: this,
      deps: this.#deps,
      isCalm: () => this.#calm,
      wall: () => this.#wallMs,
    });
    this.processes.push(process);
    process.start();
    return process;
  }

  components(): Component[] {
    return this.processes.flatMap((process) => process.components());
  }
}

interface SpawnedDeps {
  readonly name: string;
  readonly program: Program;
  readonly machine: Machine;
  readonly deps: MachineDeps;
  readonly isCalm: () => boolean;
  readonly wall: () => number;
}

class Spawned implements SimProcess {
  readonly name: string;
  readonly #given: SpawnedDeps;
  #life: Life | null = null;
  #isGone = false;
  #pauses = 0;

  constructor(given: SpawnedDeps) {
    this.name = given.name;
    this.#given = given;
  }

  isUp(): boolean {
    return this.#life !== null;
  }

  isGone(): boolean {
    return this.#isGone;
  }

  isPaused(): boolean {
    return this.#pauses > 0;
  }

  components(): readonly Component[] {
    return this.#life?.components ?? [];
  }

  start(): void {
    if (this.#life || this.#isGone) return;
    const { machine, deps, program, wall } = this.#given;
    const { rng, telemetry } = deps;
    const clock = new ProcessClock(machine.clock, wall);
    const connection = machine.simulated.connect(this.#crashPoint());
    const life: Life = { connection, clock, components: [], dead: false };
    this.#life = life;
    const { log, store } = connection;
    const own = createSeededRng(Math.floor(rng.next() * 2 ** 32));
    this.#run(life, program, { log, store, clock, rng: own, telemetry }).catch((error: Error) => {
      if (life.dead) return;
      deps.onStop(this.name, `start: ${error.message}`);
      this.#die(life, 'failed start', RESTART_MS_MAX);
    });
  }

  async #run(life: Life, program: Program, ports: Ports): Promise<void> {
    const components = await program(ports);
    for (const component of components) {
      await component.start?.();
      if (life.dead) return;
      life.components = [...life.components, component];
      component.ended
        ?.then((end) => {
          if (!end || life.dead) return;
          this.#given.deps.onStop(this.name, `${component.name}: ${end.reason} ${end.detail}`);
          this.#die(life, end.reason, RESTART_MS_MAX);
        })
        .catch(() => {});
    }
  }

  #crashPoint(): { crashAt?: number; onCrash?: () => void } {
    const { deps, isCalm } = this.#given;
    const { chance, pointsMax } = deps.crash();
    if (isCalm() || deps.rng.next() >= chance) return {};
    const life = (): Life | null => this.#life;
    return {
      crashAt: 1 + Math.floor(deps.rng.next() * pointsMax),
      onCrash: () => {
        const dying = life();
        if (dying) this.#die(dying, 'crash point', Math.ceil(deps.rng.next() * RESTART_MS_MAX));
      },
    };
  }

  #die(life: Life, how: string, restartMs: number | null): void {
    if (life.dead) return;
    life.dead = true;
    life.connection.kill();
    life.clock.kill();
    if (this.#life === life) this.#life = null;
    this.#isGone = restartMs === null;
    this.#given.deps.onDeath(this.name, how);
    if (restartMs !== null) this.#given.machine.clock.after(restartMs, () => this.start());
  }

  kill(restartMs: number | null): void {
    if (this.#life) this.#die(this.#life, 'kill', restartMs);
    else if (restartMs === null) this.#isGone = true;
  }

  restart(): void {
    const life = this.#life;
    if (!life) return;
    let stopping = '';
    const stopAll = async (): Promise<void> => {
      for (const component of [...life.components].reverse()) {
        stopping = component.name;
        await component.stop?.();
      }
    };
    this.#given.machine.clock.after(STOP_MS_MAX, () => {
      if (life.dead) return;
      this.#given.deps.onStop(this.name, `${stopping} does not stop`);
      this.#die(life, 'stuck stop', 0);
    });
    stopAll()
      .then(() => this.#die(life, 'restart', 0))
      .catch((error: Error) => this.#given.deps.onStop(this.name, `stop: ${error.message}`));
  }

  spare(): void {
    this.#life?.connection.spare();
  }

  pause(ms: number): void {
    const life = this.#life;
    if (!life) return;
    life.connection.pause();
    life.clock.hold();
    this.#pauses += 1;
    this.#given.machine.clock.after(ms, () => {
      this.#pauses -= 1;
      life.connection.resume();
      life.clock.release();
    });
  }
}
