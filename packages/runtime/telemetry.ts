/**
 * What the code says about itself: events, not log lines (style.md 16). One module in `service-kit`
 * turns them into log lines and counters. `reason` and `kind` values are closed words.
 */
export type TelemetryEvent =
  | { readonly type: 'WebhookAnswered'; readonly result: string; readonly ackMs: number }
  | { readonly type: 'AuthFailed'; readonly kind: string }
  | { readonly type: 'AppendOutcomeUnknown'; readonly topic: string; readonly reason: string }
  | { readonly type: 'RawQuarantined'; readonly reason: string; readonly offset: number }
  | {
      readonly type: 'FactsApplied';
      readonly fold: string;
      readonly applied: number;
      readonly redundant: number;
    }
  | { readonly type: 'RecordQuarantined'; readonly fold: string; readonly reason: string }
  | { readonly type: 'CommitConflict'; readonly fold: string; readonly kind: string }
  | {
      readonly type: 'PartitionStopped';
      readonly fold: string;
      readonly partition: number;
      readonly reason: string;
    }
  | { readonly type: 'PassPublished'; readonly series: number; readonly tookMs: number }
  | {
      readonly type: 'RebuildProgress';
      readonly fold: string;
      readonly off: number;
      readonly high: number;
    }
  | { readonly type: 'ReadFailed'; readonly status: number; readonly endpoint: string }
  | { readonly type: 'ReadsOwed'; readonly count: number }
  | { readonly type: 'ClientConnected' }
  | { readonly type: 'ClientGone'; readonly code: number }
  | {
      readonly type: 'Notice';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly text: string;
    };

export type Telemetry = (event: TelemetryEvent) => void;
