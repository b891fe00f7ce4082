/** What a subscriber knows: the reducer of server messages, with the version and frame checks. */
import type { Alert } from '@sapwood/core/alert';
import type { Frame, Series } from '@sapwood/core/metrics';
import type { Audience } from '@sapwood/core/tree';
import { isNewer } from '@sapwood/protocol/honest';
import type { AlertCursor, ClientHello, Framed, ServerMessage } from '@sapwood/protocol/messages';
import type { WireTree } from '@sapwood/protocol/tree';

/** What one message changed. */
export type Change =
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'values'; readonly keys: readonly string[] }
  | { readonly kind: 'frame' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reset'; readonly reason: string }
  /** The log was begun anew: nothing held counts until the next snapshot, which must be asked for. */
  | { readonly kind: 'void' }
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'labels' }
  | { readonly kind: 'notice'; readonly text: string; readonly until: number }
  | { readonly kind: 'hello'; readonly build: string }
  | { readonly kind: 'goaway'; readonly withinMs: number }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** `away`: no connection, or one that is silent; the values shown are old. */
export type Status = 'connecting' | 'live' | 'away' | 'closed';
export type Update = Change | { readonly kind: 'status'; readonly status: Status };

export class State {
  readonly values: Map<string, Series> = new Map();
  readonly alerts: Map<string, Alert> = new Map();
  readonly labels: Map<string, string> = new Map();
  tree: WireTree | null = null;
  frame: Frame | null = null;
  audience: Audience = 'floor';
  currency = 'USD';
  build = '';
  /** A lead's line for screens; over at `until`. */
  notice: { readonly text: string; readonly until: number } | null = null;
  /** What was held of series that a snapshot lacked: an older value of them is not to be shown. */
  readonly #dropped: Map<string, Series> = new Map();
  /** What is held is of a log that was begun anew since. */
  #isVoid = false;
  #alertCursor: AlertCursor | null = null;
  /** Local monotonic time at which the newest frame was written. */
  #frameAt: number | null = null;
  /** Server epoch ms minus local monotonic ms. */
  #skew: number | null = null;

  /** `now` is a local monotonic clock in ms. Returns null for a message it does not know. */
  apply(message: ServerMessage, now: number): Change | null {
    if (
      (message.type === 'values' || message.type === 'heartbeat') &&
      this.#isAnew(message.frame)
    ) {
      this.#isVoid = true;
      return { kind: 'void' };
    }
    switch (message.type) {
      case 'hello':
        this.build = message.build;
        this.audience = message.audience;
        this.#skew = message.serverTime - now;
        return { kind: 'hello', build: message.build };
      case 'snapshot':
        this.#snapshot(message);
        this.#framed(message, now);
        return { kind: 'snapshot' };
      case 'values':
        return this.#values(message, now);
      case 'heartbeat':
        this.#framed(message, now);
        return { kind: 'frame' };
      case 'alert':
        this.#alertCursor = { epoch: message.epoch, seq: message.seq };
        this.#alert(message.alert);
        return { kind: 'alert', alert: message.alert };
      case 'labels':
        for (const [id, name] of Object.entries(message.labels)) {
          if (name === null) this.labels.delete(id);
          else this.labels.set(id, name);
        }
        return { kind: 'labels' };
      case 'live':
        return { kind: 'live' };
      case 'reset':
        return { kind: 'reset', reason: message.reason };
      case 'notice':
        this.notice = message.text === '' ? null : { text: message.text, until: message.until };
        return { kind: 'notice', text: message.text, until: message.until };
      case 'goaway':
        return { kind: 'goaway', withinMs: message.withinMs };
      case 'error':
        return { kind: 'error', code: message.code, message: message.message };
      default:
        return null;
    }
  }

  #snapshot(message: Extract<ServerMessage, { type: 'snapshot' }>): void {
    if (this.#lags(message.frame)) {
      for (const [key, series] of this.values) this.#dropped.set(key, series);
    } else {
      this.#dropped.clear();
      this.frame = null;
    }
    this.#isVoid = false;
    this.values.clear();
    for (const series of message.values) {
      const known = this.#dropped.get(series.key);
      // A gateway that lags behind the one before must not take a value back.
      const newer = known && known.topology === series.topology && isNewer(known, series);
      this.values.set(series.key, newer ? known : series);
      this.#dropped.delete(series.key);
    }
    this.tree = message.tree;
    this.currency = message.currency;
    this.labels.clear();
    for (const [id, name] of Object.entries(message.labels)) this.labels.set(id, name);
    this.alerts.clear();
    for (const alert of message.alerts.current) this.alerts.set(alert.alertId, alert);
    this.#alertCursor = { epoch: message.alerts.epoch, seq: message.alerts.seq };
  }

  /**
   * A gateway behind the one before: an earlier offset, no later in time (log time stands still while
   * a clock is set back).
   */
  #lags(frame: Frame | null): boolean {
    const known = this.frame;
    if (this.#isVoid || !known || !frame || known.topology !== frame.topology) return false;
    return !this.#isAnew(frame);
  }

  /** An earlier offset at a later time is another log: an older copy of the file was put back, say. */
  #isAnew(frame: Frame | null): boolean {
    const known = this.frame;
    if (!known || !frame || known.topology !== frame.topology) return false;
    return isNewer(known, frame) && frame.asOf > known.asOf;
  }

  #values(message: Extract<ServerMessage, { type: 'values' }>, now: number): Change {
    const keys: string[] = [];
    for (const series of message.values) {
      const known = this.values.get(series.key);
      if (known && !isNewer(series, known)) continue;
      const dropped = this.#dropped.get(series.key);
      if (dropped && isNewer(dropped, series)) continue;
      this.values.set(series.key, series);
      this.#dropped.delete(series.key);
      keys.push(series.key);
    }
    for (const key of message.gone) if (this.values.delete(key)) keys.push(key);
    this.#framed(message, now);
    return { kind: 'values', keys };
  }

  #alert(alert: Alert): void {
    const known = this.alerts.get(alert.alertId);
    if (known && known.revision >= alert.revision) return;
    if (alert.status === 'resolved' || alert.phase === 'ok') this.alerts.delete(alert.alertId);
    else this.alerts.set(alert.alertId, alert);
  }

  #framed(message: Framed, now: number): void {
    this.#skew = message.serverTime - now;
    if (message.frame === null || message.frameAgeMs === null) return;
    if (this.frame && isNewer(this.frame, message.frame)) return;
    this.frame = message.frame;
    this.#frameAt = now - message.frameAgeMs;
  }

  /** How old the newest frame is; null without one. */
  frameAgeMs(now: number): number | null {
    return this.#frameAt === null ? null : Math.max(0, now - this.#frameAt);
  }

  /** Epoch ms of the server's clock; null before it spoke. */
  serverNow(now: number): number | null {
    return this.#skew === null ? null : now + this.#skew;
  }

  /** What to say in the next hello; undefined: nothing to resume from. */
  resume(): ClientHello['resume'] {
    if (this.#isVoid || !this.frame || !this.tree || !this.#alertCursor) return undefined;
    const { topology, offset } = this.frame;
    return { topology, offset, tree: this.tree.version, alerts: this.#alertCursor };
  }
}
