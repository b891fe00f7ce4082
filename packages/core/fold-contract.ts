/**
 * The one interface of both folds (style.md 2, point 8): F over facts, D over samples.
 * A fold is pure: no clock, no randomness, no I/O, integers only. It owns its state in memory and
 * collects what it touched; the runner decodes, commits and publishes.
 */
import type { Explanation, Question } from './metrics/explanation.ts';
import type { LogTime } from './time/instant.ts';

/** State is stored as [space, field, text]; null deletes. Text is JSON with sorted keys. */
export type Space = 'conv' | 'pane' | 'dir' | 'rule';
export type Put = readonly [space: Space, field: string, text: string | null];

/** What the runner may do with a decoded record, asked before the fold changes anything. */
export type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'quarantine'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string };

export type Fate = 'applied' | 'redundant' | 'quarantined';

/** A record that leaves with the commit. `seq` counts per topic; consumers skip seq <= last. */
export interface OutboxEntry<Topic extends string = string, Record = unknown> {
  readonly topic: Topic;
  readonly seq: number;
  readonly key: string;
  /** Typed record of that topic; the runner encodes it by the topic's codec. */
  readonly record: Record;
}

/** Everything a slice of records changed, collected since the last call. Absolute values. */
export interface Touched {
  readonly puts: readonly Put[];
  readonly outbox: readonly OutboxEntry[];
  /** Keys of series whose published value may have changed, `<workspace>/<series key>`. */
  readonly dirty: ReadonlySet<string>;
  readonly counters: Readonly<Record<Fate, number>>;
}

/** A fold on its way back from stored puts. It is of no use before the last step. */
export interface Restoring {
  /** Takes some of the puts; each once, in any order. */
  take(puts: Iterable<Put>): void;
  /** After the last of them: some milliseconds of work. False: that was the last step. */
  step(): boolean;
}

export interface Fold<Input, Series, Frame> {
  /** Version of the fold, its dimensions and windows. A store written by another one is refused. */
  readonly code: string;
  /** Rebuilds memory from stored puts; `T` is the log time of the commit they belong to. */
  restore(puts: Iterable<Put>, T: LogTime): void;
  /** The same in pieces, where a state may be large: others run in between. */
  restoring?(T: LogTime): Restoring;
  judge(input: Input): Verdict;
  /** Log time an input moves the fold to: never before the current one. */
  timeOf(input: Input): LogTime;
  /** Applies everything that only time decides, up to and including T. */
  advance(to: LogTime): void;
  /** Applies one record at `offset`. Call `advance(timeOf(input))` first. */
  ingest(input: Input, offset: number): Fate;
  /** Counts a record that could not be decoded or was refused by `judge`. */
  quarantined(workspace: string, reason: string): void;
  /** Returns and clears what was touched since the last call. */
  touched(): Touched;
  /** The published value of one series as of now; null once it left the tree. */
  read(dirtyKey: string): Series | null;
  /** Every part of one value as of now; left out: this fold explains none. null: there is no such value. */
  explain?(workspace: string, question: Question): Explanation | null;
  /** The frame that ends a pass, for each workspace of the partition. */
  frames(): readonly { readonly workspace: string; readonly frame: Frame }[];
  /** Every series key that has a value: what a claim marks dirty. */
  keys(): Iterable<string>;
  /** The whole state as puts, in a fixed order: equal states give equal bytes. */
  encode(): Iterable<Put>;
}
