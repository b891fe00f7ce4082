/**
 * OpenMetrics of a process (reliability.md 10, style.md 17): every name stands in one table, driven
 * by telemetry events; a name that does not stand here does not compile.
 */
import type { Telemetry, TelemetryEvent } from '@sapwood/runtime/telemetry';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { createHttpServer } from './http.ts';

type Kind = 'counter' | 'gauge' | 'histogram';
interface MetricSpec {
  readonly kind: Kind;
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}
const counter = (help: string, ...labels: string[]): MetricSpec => ({
  kind: 'counter',
  help,
  labels,
});
const gauge = (help: string, ...labels: string[]): MetricSpec => ({ kind: 'gauge', help, labels });
const histogram = (help: string, buckets: readonly number[]): MetricSpec => ({
  kind: 'histogram',
  help,
  labels: [],
  buckets,
});

const SECONDS: readonly number[] = [
  0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5,
];

export const METRIC_NAMES = [
  'sapwood_webhook_requests_total',
  'sapwood_webhook_ack_seconds',
  'sapwood_auth_failures_total',
  'sapwood_append_outcome_unknown_total',
  'sapwood_raw_quarantined_total',
  'sapwood_facts_applied_total',
  'sapwood_facts_redundant_total',
  'sapwood_facts_quarantined_total',
  'sapwood_commit_conflicts_total',
  'sapwood_partitions_stopped_total',
  'sapwood_lag_records',
  'sapwood_relay_pass_seconds',
  'sapwood_relay_pass_series',
  'sapwood_reads_owed',
  'sapwood_read_failures_total',
  'sapwood_ws_connections',
  'sapwood_ws_closed_total',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export const METRIC_SPECS: Readonly<Record<MetricName, MetricSpec>> = {
  sapwood_webhook_requests_total: counter('Webhooks answered.', 'result'),
  sapwood_webhook_ack_seconds: histogram('Arrival of a webhook to its answer.', SECONDS),
  sapwood_auth_failures_total: counter('Refused signatures and tokens.', 'kind'),
  sapwood_append_outcome_unknown_total: counter('Appends without an answer.', 'topic'),
  sapwood_raw_quarantined_total: counter('Raw records set aside.', 'reason'),
  sapwood_facts_applied_total: counter('Records that changed the state.', 'fold'),
  sapwood_facts_redundant_total: counter('Records that told nothing new.', 'fold'),
  sapwood_facts_quarantined_total: counter('Records a fold set aside.', 'fold', 'reason'),
  sapwood_commit_conflicts_total: counter('Commits refused.', 'fold', 'kind'),
  sapwood_partitions_stopped_total: counter('Partitions stopped: page.', 'fold', 'reason'),
  sapwood_lag_records: gauge('Records still to fold during a rebuild.', 'fold'),
  sapwood_relay_pass_seconds: histogram('Duration of a pass.', SECONDS),
  sapwood_relay_pass_series: histogram('Series in a pass.', [1, 3, 10, 30, 100, 300, 1_000, 3_000]),
  sapwood_reads_owed: gauge('Reads from the source still to be made.'),
  sapwood_read_failures_total: counter('Reads that failed.', 'status', 'endpoint'),
  sapwood_ws_connections: gauge('Open websockets and streams.'),
  sapwood_ws_closed_total: counter('Websockets closed.', 'code'),
};

type Labels = Readonly<Record<string, string>>;
type Record_ = (name: MetricName, value: number, labels?: Labels) => void;
type Effects = {
  readonly [T in TelemetryEvent['type']]?: (
    event: Extract<TelemetryEvent, { type: T }>,
    record: Record_,
  ) => void;
};

const MS_PER_SECOND = 1_000;

/** Counters and histograms take an amount, gauges a difference or (`set`) a value. */
const EFFECTS: Effects = {
  WebhookAnswered: ({ result, ackMs }, record) => {
    record('sapwood_webhook_requests_total', 1, { result });
    record('sapwood_webhook_ack_seconds', ackMs / MS_PER_SECOND);
  },
  AuthFailed: ({ kind }, record) => record('sapwood_auth_failures_total', 1, { kind }),
  AppendOutcomeUnknown: ({ topic }, record) =>
    record('sapwood_append_outcome_unknown_total', 1, { topic }),
  RawQuarantined: ({ reason }, record) => record('sapwood_raw_quarantined_total', 1, { reason }),
  FactsApplied: ({ fold, applied, redundant }, record) => {
    record('sapwood_facts_applied_total', applied, { fold });
    record('sapwood_facts_redundant_total', redundant, { fold });
  },
  RecordQuarantined: ({ fold, reason }, record) =>
    record('sapwood_facts_quarantined_total', 1, { fold, reason }),
  CommitConflict: ({ fold, kind }, record) =>
    record('sapwood_commit_conflicts_total', 1, { fold, kind }),
  PartitionStopped: ({ fold, reason }, record) =>
    record('sapwood_partitions_stopped_total', 1, { fold, reason }),
  PassPublished: ({ series, tookMs }, record) => {
    record('sapwood_relay_pass_seconds', tookMs / MS_PER_SECOND);
    record('sapwood_relay_pass_series', series);
  },
  RebuildProgress: ({ fold, off, high }, record) =>
    record('sapwood_lag_records', high - off, { fold }),
  ReadFailed: ({ status, endpoint }, record) =>
    record('sapwood_read_failures_total', 1, { status: String(status), endpoint }),
  ReadsOwed: ({ count }, record) => record('sapwood_reads_owed', count),
  ClientConnected: (_event, record) => record('sapwood_ws_connections', 1),
  ClientGone: ({ code }, record) => {
    record('sapwood_ws_connections', -1);
    record('sapwood_ws_closed_total', 1, { code: String(code) });
  },
};

export interface Metrics {
  readonly telemetry: Telemetry;
  /** The exposition, OpenMetrics text. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const recorders = new Map(METRIC_NAMES.map((name) => [name, createRecorder(name, registry)]));
  const record: Record_ = (name, value, labels = {}) => recorders.get(name)!(value, labels);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    telemetry: (event) => {
      const effect = EFFECTS[event.type] as
        | ((event: TelemetryEvent, record: Record_) => void)
        | undefined;
      effect?.(event, record);
    },
  };
}

type Recorder = (value: number, labels: Labels) => void;

/** A gauge that is told absolute values. The others count up and down. */
const SET: ReadonlySet<MetricName> = new Set<MetricName>([
  'sapwood_lag_records',
  'sapwood_reads_owed',
]);

function createRecorder(name: MetricName, registry: Registry<OpenMetricsContentType>): Recorder {
  const { kind, help, labels, buckets } = METRIC_SPECS[name];
  const common = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === 'counter') {
    const metric = new Counter(common);
    return (value, given) => metric.inc(given, value);
  }
  if (kind === 'histogram') {
    const metric = new Histogram({ ...common, buckets: [...(buckets ?? SECONDS)] });
    return (value) => metric.observe(value);
  }
  const metric = new Gauge(common);
  return SET.has(name)
    ? (value, given) => metric.set(given, value)
    : (value, given) => metric.inc(given, value);
}

/** `/metrics` on a port of its own; `listen` is the caller's. */
export function createMetricsServer(metrics: Metrics): FastifyInstance {
  const server = createHttpServer({ bodyBytesMax: 1_024 });
  server.get('/metrics', async (_request, reply) => {
    return reply.header('content-type', metrics.contentType).send(await metrics.text());
  });
  return server;
}
