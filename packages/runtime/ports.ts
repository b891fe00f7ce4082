/**
 * The ports (design D6). An adapter maps types and errors to these and holds no rule; everything
 * above them is the same on SQLite, in simulation, and on Kafka with Redis.
 */
import type { Space } from '@sapwood/core/fold-contract';

export interface NewRecord {
  /** UTF-8; null only where a topic is not keyed. */
  readonly key: string | null;
  /** null is a tombstone: on a compacted topic the key is gone. */
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LogRecord {
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly offset: number;
  /** When the log took it (LogAppendTime), epoch ms. The fold never reads it. */
  readonly appendedAt: number;
}

/**
 * `durable`: on disk or on min-ISR, offsets are consecutive from `firstOffset`.
 * `rejected`: certainly not in the log. `outcomeUnknown`: may or may not be; a retry may double it,
 * which is harmless (design D1).
 */
export type AppendOutcome =
  | { readonly kind: 'durable'; readonly firstOffset: number; readonly appendedAt: number }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'outcomeUnknown'; readonly reason: string };

export interface Bounds {
  /** First offset still there, and the next one to be written. */
  readonly low: number;
  readonly high: number;
}

export interface ReadOptions {
  readonly max: number;
  /**
   * How long to wait for a first record at `from`; 0 answers without waiting for a new one. Records
   * that are in the log when asked are returned in any case, however long their fetch takes.
   */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/** Called in order; a later assignment replaces the earlier one whole. */
export type AssignmentListener = (partitions: readonly number[]) => void;

export interface Assignment {
  close(): Promise<void>;
}

export interface EventLog {
  /** One append in flight per (topic, partition) and process: callers serialise (reliability.md 2). */
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<AppendOutcome>;
  /**
   * Records from `from` on, tombstones included. Non-compacted topics have no gaps. Refused with
   * SAPWOOD_LOG_SHORTER where the log ends before `from`: it is not the one that was read; with
   * SAPWOOD_LOG_UNREACHABLE where it goes on behind `from` and nobody answered how.
   */
  read(
    topic: string,
    partition: number,
    from: number,
    options: ReadOptions,
  ): Promise<readonly LogRecord[]>;
  bounds(topic: string, partition: number): Promise<Bounds>;
  partitions(topic: string): Promise<number>;
  /** Joins `group` for `topic`. Embedded: every partition, at once, for ever. */
  assign(group: string, topic: string, listener: AssignmentListener): Promise<Assignment>;
  /**
   * Removes records below `before` that every consumer has passed, and answers how many. Of a
   * compacted topic tombstones alone, where the engine does not do that by itself.
   */
  trim(topic: string, partition: number, before: number): Promise<number>;
  close(): Promise<void>;
}

/** Whose state: the fold's name (`facts`, `samples`), a topology and a partition. */
export interface Scope {
  readonly fold: string;
  readonly topology: number;
  readonly partition: number;
}

export interface Meta {
  readonly own: string;
  /** Next offset to apply: state = F(log[0, off)). */
  readonly off: number;
  /** Hash of record off-1, hex; '' at 0. */
  readonly tail: string;
  /** Id of the last commit. */
  readonly cid: string;
  readonly code: string;
  /** Log time of the state. */
  readonly T: number;
}

export type ClaimAnswer =
  | { readonly kind: 'claimed'; readonly meta: Meta }
  | { readonly kind: 'EMPTY' }
  | { readonly kind: 'CODE'; readonly stored: string };

export type StoredPut = readonly [space: Space, field: string, bytes: Uint8Array | null];

export interface OutboxRecord extends NewRecord {
  readonly topic: string;
  readonly partition: number;
  readonly seq: number;
}

export interface Commit {
  readonly own: string;
  readonly expected: number;
  readonly next: number;
  readonly tail: string;
  readonly cid: string;
  readonly code: string;
  readonly T: number;
}

/** A lost race is an answer, not an error. Errors mean the store could not be reached. */
export type CommitAnswer = 'OK' | 'APPLIED' | 'FENCED' | 'CODE' | 'OFFSET' | 'EMPTY';

export interface StateStore {
  claim(scope: Scope, own: string, code: string): Promise<ClaimAnswer>;
  meta(scope: Scope): Promise<Meta | null>;
  load(scope: Scope): AsyncIterable<StoredPut>;
  /** Drops every put of the scope and starts it at `meta`, iff it is EMPTY or of a foreign code. */
  bootstrap(scope: Scope, meta: Meta, puts: Iterable<StoredPut>): Promise<'OK' | 'EXISTS'>;
  commit(
    scope: Scope,
    commit: Commit,
    puts: readonly StoredPut[],
    outbox: readonly OutboxRecord[],
  ): Promise<CommitAnswer>;
  /**
   * Outbox entries not yet appended, by topic and seq. Always empty where commit appends them.
   * `seq` rises within a topic and may have holes.
   */
  pending(scope: Scope, max: number): Promise<readonly OutboxRecord[]>;
  settle(scope: Scope, own: string, entries: readonly OutboxRecord[]): Promise<void>;
  /** Small named records: the normalizer's position, screens, tokens. */
  getRecord(name: string): Promise<Uint8Array | null>;
  putRecord(name: string, bytes: Uint8Array | null): Promise<void>;
  close(): Promise<void>;
}

export interface Timer {
  cancel(): void;
}

/** Two faces: `now` for stamps, ticks and heartbeats; `after` and `monotonic` for time-outs. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Milliseconds that only move forward, origin arbitrary. */
  monotonic(): number;
  /** How fast `now` runs against the timers; absent: alike. What is due by `now` divides by it. */
  readonly speed?: number;
  /** Runs `task` once, `ms` from now. */
  after(ms: number, task: () => void): Timer;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** A fresh identifier, 32 hex. */
  id(): string;
}

/** A loop or service that can say whether anything is left to do without time passing. */
export interface Idle {
  readonly name: string;
  idle(): boolean | Promise<boolean>;
}
