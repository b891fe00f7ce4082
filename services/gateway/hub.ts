/** All sessions of this process: admission, the beat that drives them, and the drain. */
import { CLOSE } from '@sapwood/protocol/messages';
import type { Clock, Rng, Timer } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { Principal } from './access.ts';
import type { Notice } from './notices.ts';
import type { Session } from './session.ts';

export const CONNECTIONS_PER_TOKEN_MAX = 5;
export const CONNECTIONS_PER_WORKSPACE_MAX = 200;
export const CONNECTIONS_PER_IP_MAX = 50;
/** Unread bytes of all clients together. */
export const BUFFERED_TOTAL_MAX_BYTES: number = 64 * 1024 * 1024;
const BEAT_MS = 250;
const SESSION_MS_MAX: number = 12 * 3_600_000;

export interface Member {
  readonly session: Session;
  readonly principal: Principal;
  readonly ip: string;
}

interface Entry extends Member {
  readonly endsAt: number;
}

export interface HubDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly telemetry: Telemetry;
  /** Over how long clients are sent away at a stop. */
  readonly drainMs: number;
}

export class Hub {
  readonly #deps: HubDeps;
  readonly #entries: Set<Entry> = new Set();
  #timer: Timer | null = null;
  #stopping = false;

  constructor(deps: HubDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#entries.size;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Whether one more fits every limit. */
  admits(principal: Principal, ip: string): boolean {
    let token = 0;
    let workspace = 0;
    let sameIp = 0;
    for (const entry of this.#entries) {
      if (principal.token !== null && entry.principal.token === principal.token) token += 1;
      if (entry.principal.workspace === principal.workspace) workspace += 1;
      if (entry.ip === ip) sameIp += 1;
    }
    return (
      !this.#stopping &&
      token < CONNECTIONS_PER_TOKEN_MAX &&
      workspace < CONNECTIONS_PER_WORKSPACE_MAX &&
      sameIp < CONNECTIONS_PER_IP_MAX
    );
  }

  /** Adds a session; call the result when its socket is away. */
  add(member: Member): (code: number) => void {
    const { clock, rng, telemetry } = this.#deps;
    // Jitter: clients that came together do not leave together.
    const lifeMs = SESSION_MS_MAX * (0.9 + 0.1 * rng.next());
    const entry: Entry = { ...member, endsAt: clock.monotonic() + lifeMs };
    this.#entries.add(entry);
    telemetry({ type: 'ClientConnected' });
    this.#beatLater();
    return (code) => {
      if (!this.#entries.delete(entry)) return;
      entry.session.gone();
      telemetry({ type: 'ClientGone', code });
    };
  }

  #beatLater(): void {
    this.#timer ??= this.#deps.clock.after(BEAT_MS, () => {
      this.#timer = null;
      this.beat();
      if (this.#entries.size > 0) this.#beatLater();
    });
  }

  /** Each session sends what is due. */
  beat(): void {
    const now = this.#deps.clock.monotonic();
    for (const entry of this.#entries) {
      if (now >= entry.endsAt) this.#sendAway(entry, 1_000);
      else entry.session.tick();
    }
    this.#relieve();
  }

  /** Over the common bound the slowest goes: memory is everybody's. */
  #relieve(): void {
    let total = 0;
    let slowest: Entry | null = null;
    for (const entry of this.#entries) {
      total += entry.session.bufferedBytes;
      if (entry.session.bufferedBytes > (slowest?.session.bufferedBytes ?? 0)) slowest = entry;
    }
    if (total > BUFFERED_TOTAL_MAX_BYTES) slowest?.session.end(CLOSE.tooSlow, 'too slow');
  }

  #sendAway(entry: Entry, withinMs: number): void {
    entry.session.goaway(withinMs);
    entry.session.end(CLOSE.draining, 'come back');
  }

  /** Shows a line on every screen. */
  notify(notice: Notice): void {
    for (const entry of this.#entries) entry.session.notify(notice);
  }

  /** Closes what a revoked token opened. */
  revoke(token: string): void {
    for (const entry of this.#entries) {
      if (entry.principal.token === token) entry.session.end(CLOSE.ticket, 'revoked');
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const { clock, drainMs } = this.#deps;
    const leaving = [...this.#entries];
    for (const entry of leaving) {
      if (drainMs > 0) await clock.sleep(drainMs / leaving.length);
      this.#sendAway(entry, drainMs);
    }
    this.#timer?.cancel();
  }
}
