/** A subscriber in memory: the shipped client's state behind a wire that breaks and fills up. */
import { State } from '@sapwood/client';
import type { Series } from '@sapwood/core/metrics';
import type { Hub } from '@sapwood/gateway/hub';
import { Session, type Wire } from '@sapwood/gateway/session';
import type { WorkspaceView } from '@sapwood/gateway/view';
import { isNewer } from '@sapwood/protocol/honest';
import type { ServerMessage } from '@sapwood/protocol/messages';
import type { Clock } from '@sapwood/runtime/ports';
import type { Tally } from './tally.ts';

/** What a session of a gateway is made with. */
export interface Gate {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly epoch: string;
  view(workspace: string): WorkspaceView;
}

export interface ViewerDeps {
  readonly name: string;
  readonly workspace: string;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly problem: (text: string) => void;
}

/** Keys whose rows are counts that add up, and the dimensions that split them. */
const ADDITIVE = ['conversation-volume', 'contacts-handled', 'contacts-unhandled-change'] as const;
const DIMS = ['channel', 'team'] as const;

/** What a screen showed of one series under a frame. */
export interface Shown {
  readonly offset: number;
  readonly key: string;
  readonly series: Series;
}

/** Of all keys, one in so many is noted with each message, others with the next. */
const NOTED = 8;

export class Viewer {
  readonly state: State = new State();
  /** For the verdict: every value shown is that of its frame's offset. */
  readonly notes: Shown[] = [];
  readonly #deps: ViewerDeps;
  readonly #shown = new Map<string, Series>();
  #session: Session | null = null;
  #leave: ((code: number) => void) | null = null;
  #queue: string[] | null = null;
  #life = 0;
  #messages = 0;

  constructor(deps: ViewerDeps) {
    this.#deps = deps;
  }

  get name(): string {
    return this.#deps.name;
  }
  get workspace(): string {
    return this.#deps.workspace;
  }
  get connected(): boolean {
    return this.#session !== null;
  }

  connect({ hub, clock, epoch, view }: Gate): void {
    if (this.#session) return;
    const { workspace, tally } = this.#deps;
    const life = ++this.#life;
    const wire: Wire = {
      send: (_type, json) => this.#receive(json, life),
      bufferedBytes: () => (this.#queue ?? []).reduce((sum, text) => sum + text.length, 0),
      close: () => this.#closed(life),
    };
    const session = new Session({
      ...{ view: view(workspace), viewer: 'finance', wire, clock, epoch },
      ...{ build: 'sim', currency: 'GBP', notice: null },
    });
    this.#session = session;
    const principal = { workspace, audience: 'finance', token: null } as const;
    this.#leave = hub.add({ session, principal, ip: '127.0.0.1' });
    const resume = this.state.resume();
    if (resume) tally.add('client resumed');
    session.onMessage(JSON.stringify({ type: 'hello', client: 'sdk', resume }));
    session.onMessage(JSON.stringify({ type: 'subscribe', keys: ['*'] }));
  }

  /** The connection breaks; what was still under way is lost. */
  disconnect(): void {
    this.#leave?.(1006);
    this.#closed(this.#life);
  }

  /** Stops reading until `read`. */
  stall(): void {
    if (!this.#session) return;
    this.#queue ??= [];
    this.#deps.tally.add('client stalled');
  }

  read(): void {
    const texts = this.#queue ?? [];
    this.#queue = null;
    for (const text of texts) this.#apply(JSON.parse(text) as ServerMessage);
  }

  #closed(life: number): void {
    if (life !== this.#life) return;
    this.#session = null;
    this.#leave = null;
    this.#queue = null;
  }

  #receive(json: string, life: number): void {
    if (life !== this.#life) return;
    if (this.#queue) this.#queue.push(json);
    else this.#apply(JSON.parse(json) as ServerMessage);
  }

  #apply(message: ServerMessage): void {
    const { tally, problem, clock, name } = this.#deps;
    tally.add(`client ${message.type}`);
    if (message.type === 'error') problem(`${name} was told ${message.code}: ${message.message}`);
    const change = this.state.apply(message, clock.monotonic());
    if (change?.kind === 'values') this.#neverBack(change.keys);
    else if (change?.kind === 'snapshot') this.#neverBack(this.state.values.keys());
    else if (change?.kind !== 'frame') return;
    this.#note();
    if (change.kind !== 'frame') this.#addsUp();
  }

  #note(): void {
    const { frame, values } = this.state;
    if (!frame) return;
    let i = this.#messages++;
    for (const [key, series] of values) {
      if (i++ % NOTED === 0) this.notes.push({ offset: frame.offset, key, series });
    }
  }

  /** I4. */
  #neverBack(keys: Iterable<string>): void {
    for (const key of keys) {
      const series = this.state.values.get(key);
      if (!series) continue;
      const before = this.#shown.get(key);
      if (before && isNewer(before, series)) {
        const steps = `${before.offset} to ${series.offset}`;
        this.#deps.problem(`I4 ${this.#deps.name}: ${key} went back from ${steps}`);
      }
      this.#shown.set(key, series);
    }
  }

  /** I5: at every V shown, a count is the sum of its parts. */
  #addsUp(): void {
    const { values } = this.state;
    const rows = new Map<string, Series[]>();
    for (const series of values.values()) {
      const cut = series.key.indexOf('=');
      if (cut < 0) continue;
      const family = series.key.slice(0, cut);
      const known = rows.get(family);
      if (known) known.push(series);
      else rows.set(family, [series]);
    }
    for (const id of ADDITIVE) {
      const whole = values.get(id);
      if (!whole) continue;
      for (const dim of DIMS) this.#comparesTo(id, whole, dim, rows.get(`${id}{${dim}`) ?? []);
    }
  }

  #comparesTo(id: string, whole: Series, dim: string, parts: readonly Series[]): void {
    const { name, problem } = this.#deps;
    for (const cell of whole.cells) {
      const sum = parts
        .map((part) => part.cells.find((other) => other.window === cell.window)?.value ?? 0)
        .reduce((a, b) => a + b, 0);
      if (sum === (cell.value ?? 0)) continue;
      const V = this.state.frame?.offset;
      problem(
        `I5 ${name}: ${id} ${cell.window} is ${cell.value}, its parts by ${dim} ${sum}, at ${V}`,
      );
      return;
    }
  }
}
