/**
 * What the gateway knows of one workspace: the last-value map, the tree, the alerts, the names. A
 * pass is buffered and applied whole at its frame (reliability.md 1.8), so that a parent and its
 * children always agree and no key goes back. Where compaction has eaten part of a pass, or an old
 * append came late over newer values, the former values stand until a frame comes that all agree with.
 */
import type { Alert } from '@sapwood/core/alert';
import type { Frame, Series } from '@sapwood/core/metrics';
import type { CompiledTree } from '@sapwood/core/tree';
import { isNewer } from '@sapwood/protocol/honest';

/** Alerts that can be replayed to a client that was away; older cursors get a reset. */
export const ALERT_RING_MAX = 1_024;
/** Revisions remembered of alerts that ended, so that an old record cannot revive one. */
export const ALERTS_REMEMBERED_MAX = 10_000;
/** Series of one workspace; more than this is a fault upstream and stops the feed. */
export const SERIES_MAX = 20_000;

interface Version {
  readonly topology: number;
  readonly offset: number;
}

export interface ViewListener {
  /** A new frame came; `changed` and `gone` moved with it and may be empty. */
  onPass(changed: ReadonlySet<string>, gone: ReadonlySet<string>): void;
  onAlert(seq: number): void;
  onLabel(id: string, name: string | null): void;
  /** Everything a client holds is void: it must have a snapshot. */
  onReset(reason: 'topology' | 'tree'): void;
}

export interface AlertEntry {
  readonly seq: number;
  readonly alert: Alert;
}

export class WorkspaceView {
  readonly workspace: string;
  readonly values: Map<string, Series> = new Map();
  readonly alerts: Map<string, Alert> = new Map();
  readonly labels: Map<string, string> = new Map();
  readonly listeners: Set<ViewListener> = new Set();
  frame: Frame | null = null;
  /** When the newest frame was written, epoch ms of the log. */
  frameAt = 0;
  tree: CompiledTree | null = null;
  treeVersion = '0.0';
  alertSeq = 0;
  /**
   * False until all was read once that was there at the start: what came before is not in the ring, and
   * nobody is told of the past that stands in a log as if it were now.
   */
  replayed = false;
  #treeAt: Version = { topology: 0, offset: -1 };
  #buffer: Map<string, Series | null> = new Map();
  /** The newest version that was read; the log holds an older one after it by accident alone. */
  #newest: Version = { topology: 0, offset: -1 };
  /** Series whose newest value was lost to an older one that came late. */
  readonly #unsure: Set<string> = new Set();
  /** A frame that may not be shown yet, if nothing was read after it. */
  #held: { readonly frame: Frame; readonly at: number } | null = null;
  #bufferedTree: (Version & { readonly tree: CompiledTree }) | null = null;
  #ring: AlertEntry[] = [];
  #ringFloor = 0;
  #revisions: Map<string, number> = new Map();

  constructor(workspace: string) {
    this.workspace = workspace;
  }

  /** `isHoled`: records before it may be missing in the log, and what replaced them was not read yet. */
  acceptSeries(series: Series, isHoled = false): void {
    if (isNewer(this.#newest, series)) {
      // We hold a newer value, or know that it is gone, unless that was among what is missing.
      if (isHoled) this.#unsure.add(series.key);
      return;
    }
    this.#read(series);
    this.#unsure.delete(series.key);
    const buffered = this.#buffer.get(series.key);
    if (buffered && !isNewer(series, buffered)) return;
    this.#buffer.set(series.key, series);
    if (this.#buffer.size > SERIES_MAX) throw new RangeError('too many series in one pass');
  }

  acceptGone(key: string): void {
    this.#held = null;
    this.#unsure.delete(key);
    this.#buffer.set(key, null);
  }

  #read({ topology, offset }: Version): void {
    this.#held = null;
    this.#newest = { topology, offset };
  }

  acceptTree(topology: number, offset: number, tree: CompiledTree): void {
    const at = { topology, offset };
    const newest = this.#bufferedTree ?? this.#treeAt;
    if (isNewer(at, newest)) this.#bufferedTree = { ...at, tree };
    if (!isNewer(this.#newest, at)) this.#read(at);
  }

  /** Ends a pass. `at`: when the log took the frame. Older frames change nothing. */
  acceptFrame(frame: Frame, at: number, isHoled = false): void {
    const isOld = isNewer(this.#newest, frame);
    // After half a pass the frame before it may come again: it holds if it is what is shown.
    if (isOld && (!this.frame || isNewer(frame, this.frame))) return;
    if (!isOld) this.#read(frame);
    if (!isHoled && this.#unsure.size === 0) this.#show(frame, at);
    else if (!isOld) this.#held = { frame, at };
  }

  /** The log has no holes up to here: a frame that was the last thing read holds. */
  settle(): void {
    const held = this.#held;
    this.#held = null;
    if (held && this.#unsure.size === 0) this.#show(held.frame, held.at);
  }

  #show(frame: Frame, at: number): void {
    const known = this.frame;
    if (known && isNewer(known, frame)) return;
    if (known && !isNewer(frame, known) && frame.asOf < known.asOf) return;
    this.frame = frame;
    this.frameAt = Math.max(this.frameAt, at);
    const switched = known !== null && frame.topology > known.topology;
    if (switched) this.values.clear();
    const treeChanged = this.#applyTree(frame);
    const { changed, gone } = this.#applyBuffer(frame);
    if (switched || treeChanged) {
      for (const l of this.listeners) l.onReset(switched ? 'topology' : 'tree');
    } else {
      for (const l of this.listeners) l.onPass(changed, gone);
    }
  }

  #applyTree(frame: Frame): boolean {
    const next = this.#bufferedTree;
    if (!next || isNewer(next, frame)) return false;
    this.#bufferedTree = null;
    this.#treeAt = { topology: next.topology, offset: next.offset };
    // Every claim tells the tree anew: the same one keeps its version, and screens what they hold.
    if (this.tree && JSON.stringify(this.tree) === JSON.stringify(next.tree)) return false;
    this.treeVersion = `${next.topology}.${next.offset}`;
    this.tree = next.tree;
    return true;
  }

  #applyBuffer(frame: Frame): { changed: Set<string>; gone: Set<string> } {
    const changed = new Set<string>();
    const gone = new Set<string>();
    const later = new Map<string, Series | null>();
    for (const [key, series] of this.#buffer) {
      if (series === null) {
        if (this.values.delete(key)) gone.add(key);
      } else if (isNewer(series, frame)) {
        later.set(key, series);
      } else if (series.topology === frame.topology && this.#isNews(series)) {
        this.values.set(key, series);
        changed.add(key);
      }
    }
    this.#buffer = later;
    return { changed, gone };
  }

  #isNews(series: Series): boolean {
    const known = this.values.get(series.key);
    return known === undefined || isNewer(series, known);
  }

  /** Ignores a revision that is not newer than the known one. */
  acceptAlert(alert: Alert): void {
    const known = this.#revisions.get(alert.alertId);
    if (known !== undefined && alert.revision <= known) return;
    this.#revisions.delete(alert.alertId);
    this.#revisions.set(alert.alertId, alert.revision);
    if (this.#revisions.size > ALERTS_REMEMBERED_MAX) this.#forgetOldest();
    if (alert.status === 'resolved' || alert.phase === 'ok') this.alerts.delete(alert.alertId);
    else this.alerts.set(alert.alertId, alert);
    this.alertSeq += 1;
    if (!this.replayed) {
      this.#ringFloor = this.alertSeq;
      return;
    }
    this.#ring.push({ seq: this.alertSeq, alert });
    if (this.#ring.length > ALERT_RING_MAX) this.#ringFloor = this.#ring.shift()!.seq;
    for (const listener of this.listeners) listener.onAlert(this.alertSeq);
  }

  #forgetOldest(): void {
    for (const id of this.#revisions.keys()) {
      if (this.alerts.has(id)) continue;
      this.#revisions.delete(id);
      return;
    }
  }

  /** All alerts after `seq`; null if some of them are no longer kept. Never some. */
  alertsSince(seq: number): readonly AlertEntry[] | null {
    if (seq < this.#ringFloor || seq > this.alertSeq) return null;
    return this.#ring.filter((entry) => entry.seq > seq);
  }

  acceptLabel(id: string, name: string | null): void {
    if (name === null) this.labels.delete(id);
    else this.labels.set(id, name);
    for (const listener of this.listeners) listener.onLabel(id, name);
  }
}
