/**
 * The page's state as signals: one per series, so that a batch repaints only what changed. One
 * animation frame applies one batch.
 */

import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Client, connect } from '@sapwood/client';
import type { Alert } from '@sapwood/core/alert';
import type { Series } from '@sapwood/core/metrics';
import type { Audience } from '@sapwood/core/tree';
import { type SourceState, sourceState } from '@sapwood/protocol/honest';
import { FRAME_SILENCE_MS, type Snapshot } from '@sapwood/protocol/messages';
import type { Names } from './model/names.ts';
import { isCritical, NO_TAKEOVER, onAlert, onTick, type Takeover } from './model/takeover.ts';

export interface PageData {
  readonly audience: Audience;
  readonly snapshot: Snapshot;
}

const SPARK_MAX = 90;
const SPARK_EVERY_MS = 20_000;

export class Store {
  readonly #series: Map<string, Signal<Series | undefined>> = new Map();
  readonly keys: Signal<readonly string[]> = signal([]);
  readonly names: Signal<Names> = signal({ tree: null, labels: new Map() });
  readonly alerts: Signal<readonly Alert[]> = signal([]);
  readonly audience: Signal<Audience> = signal('floor');
  readonly currency: Signal<string> = signal('USD');
  /** Server time, each second. */
  readonly clock: Signal<number> = signal(0);
  /** Like the clock, but stopped while nothing can be known: waits tick by this. */
  readonly ticking: Signal<number> = signal(0);
  /** Server time of the last frame while the page is blind; null while it sees. */
  readonly blindSince: Signal<number | null> = signal(null);
  readonly unpaired: Signal<boolean> = signal(false);
  readonly takeover: Signal<Takeover> = signal(NO_TAKEOVER);
  readonly build: Signal<string> = signal('');
  readonly notice: Signal<{ readonly text: string; readonly until: number } | null> = signal(null);
  readonly #source: Signal<string> = signal('');
  readonly source: ReadonlySignal<SourceState>;
  readonly spark: Signal<readonly number[]> = signal([]);
  readonly client: Client;
  #sparkAt = Number.NEGATIVE_INFINITY;
  #due: Set<string> = new Set();
  #allDue = false;
  #painting = false;
  #sawSnapshot = false;

  constructor(url: string, kind: 'wall' | 'desk', floor: boolean, initial: PageData | null) {
    this.source = computed(
      () =>
        JSON.parse(this.#source.value || 'null') ??
        sourceState({ frame: null, frameAgeMs: null }, 0),
    );
    this.client = connect({
      url,
      kind,
      // A floor board shows the floor whoever opened it: salaries are not for a room.
      ...(floor ? { audience: 'floor' as const } : {}),
      ticket: () => this.#ticket(),
      ...(initial ? { initial: initial.snapshot } : {}),
    });
    if (initial) {
      this.client.state.audience = initial.audience;
      this.#paintAll();
    }
    this.client.onUpdate((update) => {
      if (update.kind === 'snapshot' || update.kind === 'labels') this.#allDue = true;
      else if (update.kind === 'values') for (const key of update.keys) this.#due.add(key);
      else if (update.kind === 'alert') this.#alert(update.alert);
      else if (update.kind === 'notice') this.notice.value = this.client.state.notice;
      else if (update.kind === 'hello') this.build.value = update.build;
      else if (update.kind === 'live') this.#sawSnapshot = true;
      else if (update.kind === 'status' && update.status === 'away') this.#sawSnapshot = false;
      this.#paintSoon();
    });
    this.tick();
  }

  series(key: string): Signal<Series | undefined> {
    let known = this.#series.get(key);
    if (!known) {
      known = signal(this.client.state.values.get(key));
      this.#series.set(key, known);
    }
    return known;
  }

  async #ticket(): Promise<string | null> {
    const answer = await fetch('/v1/ws-tickets', { method: 'POST' });
    this.unpaired.value = answer.status === 401;
    if (!answer.ok) return null;
    return ((await answer.json()) as { ticket: string }).ticket;
  }

  #alert(alert: Alert): void {
    const before = this.alerts.peek().find((one) => one.alertId === alert.alertId);
    const was = before !== undefined && isCritical(before);
    const now = this.client.serverNow() ?? alert.at;
    this.takeover.value = onAlert(this.takeover.peek(), alert, was, now);
    this.alerts.value = [...this.client.state.alerts.values()];
  }

  #paintSoon(): void {
    if (this.#painting) return;
    this.#painting = true;
    const paint = (): void => {
      this.#painting = false;
      batch(() => {
        if (this.#allDue) this.#paintAll();
        else this.#paintDue();
        this.tick();
      });
    };
    // A hidden page gets no animation frames, and must not fall behind for that.
    if (document.hidden) setTimeout(paint, 0);
    else requestAnimationFrame(paint);
  }

  #paintAll(): void {
    const { state } = this.client;
    this.#allDue = false;
    this.#due.clear();
    for (const [key, one] of this.#series) one.value = state.values.get(key);
    this.keys.value = [...state.values.keys()].sort();
    this.names.value = { tree: state.tree, labels: new Map(state.labels) };
    this.alerts.value = [...state.alerts.values()];
    this.audience.value = state.audience;
    this.currency.value = state.currency;
  }

  #paintDue(): void {
    const { values } = this.client.state;
    let known = true;
    for (const key of this.#due) {
      this.series(key).value = values.get(key);
      if (!values.has(key) || !this.keys.peek().includes(key)) known = false;
    }
    this.#due.clear();
    if (!known) this.keys.value = [...values.keys()].sort();
  }

  /** Age of stale or unknown data, counting on; null while it is not stale, so that nothing repaints for it. */
  staleAgeMs(): number | null {
    const { state, watermark } = this.source.value;
    const old = state === 'stale' || state === 'unknown';
    return old && watermark !== null ? this.clock.value - watermark : null;
  }

  /** Each second: clocks, freshness, takeover. */
  tick(): void {
    const { client } = this;
    const now = client.serverNow();
    if (now === null) return;
    const frameAgeMs = client.frameAgeMs();
    // Whole seconds: what shows no less need not repaint for it.
    const second = Math.floor(now / 1_000) * 1_000;
    const { frame } = client.state;
    batch(() => {
      this.clock.value = second;
      this.#tickBlind(now, frameAgeMs);
      const blind = this.blindSince.peek() !== null;
      if (!blind) this.ticking.value = second;
      const age = blind ? Number.POSITIVE_INFINITY : frameAgeMs;
      this.#source.value = JSON.stringify(
        sourceState({ frame, frameAgeMs: age }, FRAME_SILENCE_MS),
      );
      this.#tickTakeover(now);
      this.#tickSpark(now);
    });
  }

  /** Blind after 10 s without a frame; seeing again only once a snapshot or a resume came. */
  #tickBlind(now: number, frameAgeMs: number | null): void {
    const silent = frameAgeMs === null || frameAgeMs > FRAME_SILENCE_MS;
    if (silent) {
      this.blindSince.value ??= frameAgeMs === null ? now : now - frameAgeMs;
      if (this.ticking.peek() === 0) this.ticking.value = this.blindSince.value;
    } else if (this.#sawSnapshot) this.blindSince.value = null;
  }

  #tickTakeover(now: number): void {
    const current = this.takeover.peek();
    const alert = this.alerts.peek().find((one) => one.alertId === current.alertId);
    this.takeover.value = onTick(current, alert !== undefined && isCritical(alert), now);
  }

  #tickSpark(now: number): void {
    const root = this.names.peek().tree?.roots[0];
    const cell =
      root &&
      this.series(root)
        .peek()
        ?.cells.find((one) => one.window === '60m');
    if (!cell || cell.value === null || now - this.#sparkAt < SPARK_EVERY_MS) return;
    this.#sparkAt = now;
    this.spark.value = [...this.spark.peek(), cell.value].slice(-SPARK_MAX);
  }
}
