/**
 * One subscriber: `PROTOCOL.md` 3 as code. Node runs one callback at a time, so attaching, taking
 * the snapshot and going live happen between two passes: nothing can be missed or sent twice.
 */
import type { Audience } from '@sapwood/core/tree';
import { isNewer } from '@sapwood/protocol/honest';
import type { ClientHello, ClientKind, ErrorCode, ServerMessage } from '@sapwood/protocol/messages';
import {
  CLOSE,
  HEARTBEAT_MS,
  PROTOCOL_VERSION,
  SUBSCRIPTIONS_MAX,
} from '@sapwood/protocol/messages';
import { ClientMessageSchema } from '@sapwood/protocol/schemas';
import { narrower } from '@sapwood/protocol/tree';
import type { Clock } from '@sapwood/runtime/ports';
import { alertFor, seesKey } from './audience.ts';
import { BufferWatch, MessageBudget } from './limits.ts';
import type { Notice } from './notices.ts';
import { framed, snapshotText, withValues } from './snapshot.ts';
import { Subscriptions } from './subscriptions.ts';
import type { ViewListener, WorkspaceView } from './view.ts';

export const HANDSHAKE_MS_MAX = 5_000;
const BATCH_MS: Readonly<Record<ClientKind, number>> = { wall: 1_000, desk: 250, sdk: 250 };

/** The socket, or the response of a stream. */
export interface Wire {
  send(type: ServerMessage['type'], json: string, cursor: string | null): void;
  bufferedBytes(): number;
  close(code: number, reason: string): void;
}

export interface SessionDeps {
  readonly view: WorkspaceView;
  readonly viewer: Audience;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly build: string;
  readonly epoch: string;
  readonly currency: string;
  /** The line in force, sent after the snapshot. */
  readonly notice: Notice | null;
}

export class Session implements ViewListener {
  readonly #deps: SessionDeps;
  readonly #openedAt: number;
  readonly #subscriptions: Subscriptions = new Subscriptions();
  readonly #dirty: Set<string> = new Set();
  readonly #gone: Set<string> = new Set();
  #labels: Map<string, string | null> = new Map();
  #hello: ClientHello = { type: 'hello' };
  #viewer: Audience;
  #live = false;
  #closed = false;
  #frameDue = false;
  #resetDue: 'topology' | 'tree' | 'alerts' | null = null;
  #alertSeq = 0;
  #batchAt = Number.NEGATIVE_INFINITY;
  #framedAt: number;
  readonly #budget: MessageBudget;
  readonly #buffer: BufferWatch = new BufferWatch();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#viewer = deps.viewer;
    this.#openedAt = deps.clock.monotonic();
    this.#framedAt = this.#openedAt;
    this.#budget = new MessageBudget(this.#openedAt);
    this.#send({
      type: 'hello',
      v: PROTOCOL_VERSION,
      build: deps.build,
      serverTime: deps.clock.now(),
      heartbeatMs: HEARTBEAT_MS,
      epoch: deps.epoch,
      audience: deps.viewer,
    });
  }

  get bufferedBytes(): number {
    return this.#closed ? 0 : this.#deps.wire.bufferedBytes();
  }

  /** One text message of the client. */
  onMessage(text: string): void {
    if (this.#closed) return;
    if (!this.#budget.take(this.#deps.clock.monotonic())) {
      this.#refuse('too_many_messages', 'Send fewer messages.');
      return;
    }
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      this.#refuse('bad_message', 'A message must be JSON text.');
      return;
    }
    const known = ['hello', 'subscribe', 'unsubscribe'];
    const type = (json as { type?: unknown } | null)?.type;
    if (typeof type !== 'string') {
      this.#refuse('bad_message', 'A message needs a type.');
      return;
    }
    if (!known.includes(type)) return;
    const parsed = ClientMessageSchema.safeParse(json);
    if (!parsed.success) {
      this.#refuse('bad_message', `This ${type} is not as documented.`);
      return;
    }
    const message = parsed.data;
    if (message.type === 'hello') {
      if (this.#live) {
        this.#refuse('too_late', 'A hello comes before the first subscribe.');
        return;
      }
      this.#hello = message;
      this.#viewer = narrower(this.#deps.viewer, message.audience ?? 'finance');
    } else if (message.type === 'subscribe') this.#subscribe(message.keys);
    else this.#subscriptions.remove(message.keys);
  }

  #subscribe(keys: readonly string[]): void {
    const fresh = this.#subscriptions.add(keys);
    if (this.#subscriptions.size > SUBSCRIPTIONS_MAX) {
      this.#refuse('too_many_subscriptions', `At most ${SUBSCRIPTIONS_MAX} are allowed.`);
      return;
    }
    if (!this.#live) {
      this.#goLive();
      return;
    }
    for (const key of this.#deps.view.values.keys()) if (fresh(key)) this.#dirty.add(key);
    this.tick();
  }

  /** Not before all was read that a gateway before this one may have told: `tick` tries again. */
  #goLive(): void {
    const { view } = this.#deps;
    if (!view.replayed) return;
    this.#live = true;
    view.listeners.add(this);
    const resume = this.#hello.resume;
    if (!resume) this.#snapshot();
    else this.#resume(resume);
    if (this.#deps.notice) this.notify(this.#deps.notice);
    this.#send({ type: 'live' });
  }

  #resume(cursor: NonNullable<ClientHello['resume']>): void {
    const { view, epoch } = this.#deps;
    const frame = view.frame;
    const unknown = !frame || isNewer(cursor, frame);
    const alerts = cursor.alerts?.epoch === epoch ? view.alertsSince(cursor.alerts.seq) : null;
    if (frame && frame.topology !== cursor.topology) {
      this.#reset('topology');
      return;
    }
    if (unknown) {
      this.#reset('cursor');
      return;
    }
    if (cursor.tree !== view.treeVersion) {
      this.#reset('tree');
      return;
    }
    if (alerts === null) {
      this.#reset('alerts');
      return;
    }
    this.#alertSeq = cursor.alerts!.seq;
    for (const [key, series] of view.values) if (isNewer(series, cursor)) this.#dirty.add(key);
    for (const [id, name] of view.labels) this.#labels.set(id, name);
    this.#sendLabels();
    this.#sendAlerts();
    this.#sendValues();
  }

  #reset(reason: 'topology' | 'cursor' | 'tree' | 'alerts'): void {
    this.#send({ type: 'reset', reason });
    this.#snapshot();
  }

  onPass(changed: ReadonlySet<string>, gone: ReadonlySet<string>): void {
    for (const key of changed) this.#mark(key, this.#dirty, this.#gone);
    for (const key of gone) this.#mark(key, this.#gone, this.#dirty);
    this.#frameDue = true;
    this.tick();
  }

  #mark(key: string, into: Set<string>, outOf: Set<string>): void {
    if (!this.#subscriptions.matches(key)) return;
    outOf.delete(key);
    into.add(key);
  }

  onAlert(): void {
    this.tick();
  }

  onLabel(id: string, name: string | null): void {
    this.#labels.set(id, name);
  }

  onReset(reason: 'topology' | 'tree'): void {
    this.#resetDue = reason;
    this.tick();
  }

  /** Sends what is due and may be sent. The hub calls it a few times a second. */
  tick(): void {
    if (this.#closed) return;
    const now = this.#deps.clock.monotonic();
    const hasAsked = this.#subscriptions.size > 0;
    if (!this.#live && hasAsked) this.#goLive();
    if (!this.#live) {
      const isLate = !hasAsked && now - this.#openedAt > HANDSHAKE_MS_MAX;
      if (isLate) this.#refuse('too_late', 'Nothing came.');
      return;
    }
    const health = this.#buffer.judge(this.#deps.wire.bufferedBytes(), now);
    if (health === 'lost') this.#refuse('too_slow', 'Read faster.', CLOSE.tooSlow);
    if (health !== 'ok') return;
    if (this.#resetDue) {
      const reason = this.#resetDue;
      this.#resetDue = null;
      this.#reset(reason);
      return;
    }
    this.#sendAlerts();
    const batchMs = BATCH_MS[this.#hello.client ?? 'sdk'];
    if (now - this.#batchAt >= batchMs) {
      this.#sendLabels();
      if (this.#dirty.size > 0 || this.#gone.size > 0) this.#sendValues();
    }
    // A frame alone is no batch: the values after it need not wait.
    const quietMs = this.#frameDue ? batchMs : HEARTBEAT_MS;
    if (now - this.#framedAt >= quietMs) this.#heartbeat();
  }

  /** Remembers that the newest frame left just now. */
  #sentFrame(): void {
    this.#frameDue = false;
    this.#framedAt = this.#deps.clock.monotonic();
  }

  /** Remembers that a batch with the newest frame left just now. */
  #sentBatch(): void {
    this.#sentFrame();
    this.#batchAt = this.#framedAt;
  }

  #snapshot(): void {
    const { view, epoch, currency, clock } = this.#deps;
    this.#dirty.clear();
    this.#gone.clear();
    this.#labels = new Map();
    this.#alertSeq = view.alertSeq;
    this.#sentBatch();
    const text = snapshotText({
      view,
      viewer: this.#viewer,
      epoch,
      currency,
      now: clock.now(),
      matches: (key) => this.#subscriptions.matches(key),
    });
    this.#write('snapshot', text);
  }

  #sendValues(): void {
    const { view, clock } = this.#deps;
    const viewer = this.#viewer;
    const gone = [...this.#gone].filter((key) => seesKey(view, viewer, key));
    const keys = [...this.#dirty].filter((key) => this.#subscriptions.matches(key));
    this.#dirty.clear();
    this.#gone.clear();
    this.#sentBatch();
    const rest = { gone, ...framed(view, clock.now()) };
    this.#write('values', withValues('values', view, viewer, keys, rest));
  }

  #sendAlerts(): void {
    const { view, epoch } = this.#deps;
    const viewer = this.#viewer;
    if (this.#alertSeq === view.alertSeq) return;
    const missed = view.alertsSince(this.#alertSeq);
    if (missed === null) {
      this.#reset('alerts');
      return;
    }
    for (const { seq, alert } of missed) {
      const seen = alertFor(view, viewer, alert);
      if (seen) this.#send({ type: 'alert', epoch, seq, alert: seen });
    }
    this.#alertSeq = view.alertSeq;
  }

  #sendLabels(): void {
    if (this.#labels.size === 0) return;
    this.#send({ type: 'labels', labels: Object.fromEntries(this.#labels) });
    this.#labels = new Map();
  }

  #heartbeat(): void {
    this.#sentFrame();
    const { view, clock } = this.#deps;
    this.#send({ type: 'heartbeat', ...framed(view, clock.now()) });
  }

  #send(message: ServerMessage): void {
    this.#write(message.type, JSON.stringify(message));
  }

  #write(type: ServerMessage['type'], json: string): void {
    if (!this.#closed) this.#deps.wire.send(type, json, this.#cursor());
  }

  /** `topology.offset.tree.epoch.seq`: the id of a stream's event. */
  #cursor(): string | null {
    const { view, epoch } = this.#deps;
    if (!view.frame) return null;
    const { topology, offset } = view.frame;
    return [topology, offset, view.treeVersion.replace('.', '-'), epoch, this.#alertSeq].join('.');
  }

  #refuse(code: ErrorCode, message: string, close: number = CLOSE.protocol): void {
    this.#send({ type: 'error', code, message });
    this.end(close, code);
  }

  notify(notice: Notice): void {
    if (this.#live) this.#send({ type: 'notice', ...notice });
  }

  /** Asks the client to come back elsewhere or later, with what it needs to resume. */
  goaway(withinMs: number): void {
    const frame = this.#deps.view.frame;
    const resume = frame ? { topology: frame.topology, offset: frame.offset } : null;
    this.#send({ type: 'goaway', resume, withinMs });
  }

  end(code: number, reason: string): void {
    if (this.#closed) return;
    this.gone();
    this.#deps.wire.close(code, reason);
  }

  /** The socket is away. */
  gone(): void {
    this.#closed = true;
    this.#deps.view.listeners.delete(this);
  }
}
