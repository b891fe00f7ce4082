/** What the work for one source is given. */
import type { DraftFact } from '@sapwood/core/facts';
import type { AppendOutcome, Clock, EventLog, StateStore } from '@sapwood/runtime/ports';
import type { Telemetry } from '@sapwood/runtime/telemetry';
import type { NormalizerLimits, SourceConfig } from './config.ts';
import type { Memory } from './memory.ts';
import type { Sink } from './sink.ts';

export interface SourceDeps {
  readonly source: SourceConfig;
  /** Of the raw log. */
  readonly epoch: number;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly memory: Memory;
  readonly limits: NormalizerLimits;
  readonly appendFacts: (facts: readonly DraftFact[]) => Promise<AppendOutcome>;
  readonly labels: Sink;
  readonly dlq: Sink;
  readonly log: EventLog;
  /** Another source fills the same workspace. */
  readonly isShared: boolean;
  readonly signal: AbortSignal;
}
