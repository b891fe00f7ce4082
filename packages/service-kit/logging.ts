/** Log lines from telemetry events (style.md 16, 18): one table says how each event reads. */
import type { Clock } from '@sapwood/runtime/ports';
import type { Telemetry, TelemetryEvent } from '@sapwood/runtime/telemetry';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config/document.ts';
import type { Config } from './config/types.ts';

export interface LoggingOptions {
  readonly level: LogLevel;
  readonly service: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Values that must never appear, from `secretsOf(config)`. */
  readonly secrets?: readonly string[];
  /** Where lines go; standard error if absent, so that standard output stays data. */
  readonly destination?: DestinationStream;
}

export interface Logging {
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

type Line = readonly [level: 'debug' | 'info' | 'warn' | 'error', text: string];
type Lines = {
  readonly [T in TelemetryEvent['type']]: (event: Extract<TelemetryEvent, { type: T }>) => Line;
};

/** 120,000: a number that is read while it scrolls by. */
const grouped = (count: number): string => count.toLocaleString('en-GB');

/** Things that happen a thousand times a second are counted; their lines are for debugging. */
const LINES: Lines = {
  WebhookAnswered: () => ['debug', 'webhook answered'],
  AuthFailed: () => ['warn', 'authentication failed'],
  AppendOutcomeUnknown: () => ['warn', 'the log did not say whether it took a record'],
  RawQuarantined: () => ['warn', 'raw record quarantined'],
  FactsApplied: () => ['debug', 'records applied'],
  RecordQuarantined: () => ['warn', 'record quarantined'],
  CommitConflict: () => ['warn', 'a commit was refused; the state is loaded again'],
  PartitionStopped: () => ['error', 'partition stopped'],
  PassPublished: () => ['debug', 'pass published'],
  RebuildProgress: ({ fold, off, high }) => [
    'info',
    `rebuilding the state: ${grouped(off)} of ${grouped(high)} ${fold}`,
  ],
  ReadFailed: () => ['warn', 'a read from the source failed'],
  ReadsOwed: () => ['debug', 'reads owed'],
  ClientConnected: () => ['debug', 'client connected'],
  ClientGone: () => ['debug', 'client gone'],
  Notice: (event) => [event.level, event.text],
};

/** Keys whose values are hidden wherever they are logged. */
const REDACTED = ['token', 'secret', 'secrets', 'tokens', 'key', 'authorization', 'cookie'];
const HIDDEN = '(hidden)';

export function createLogging(options: LoggingOptions): Logging {
  const { level, service, clock, secrets = [] } = options;
  const scrub = createScrubber(secrets);
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":${clock.now()}`,
      redact: { paths: REDACTED.flatMap((key) => [key, `*.${key}`]), censor: HIDDEN },
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  );
  const telemetry: Telemetry = (event) => {
    const line = LINES[event.type] as (event: TelemetryEvent) => Line;
    const [lineLevel, text] = line(event);
    const { type, ...fields } = event;
    logger[lineLevel]({ event: type, ...(type === 'Notice' ? {} : fields) }, scrub(text));
  };
  return { logger, telemetry };
}

/** Replaces secret values in text: an error message of a library may quote what it was given. */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const longest = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return (text) => longest.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

/** Every secret value of a configuration. */
export function secretsOf(config: Config): string[] {
  const sources = Object.values(config.sources);
  const schemes = sources.flatMap(({ hooks }) => Object.values(hooks).flatMap((h) => h.schemes));
  return [
    ...sources.flatMap(({ token }) => (token === null ? [] : [token])),
    ...schemes.flatMap((s) => (s.kind === 'pylon-hmac' ? s.secrets : s.tokens)),
    ...Object.values(config.costs.keys).map(({ key }) => key),
    ...[config.kafka?.sasl?.password, config.redis?.password].filter((text) => text != null),
  ];
}

/** One telemetry out of several: each event goes to all. */
export function fanOut(...targets: readonly Telemetry[]): Telemetry {
  return (event) => {
    for (const target of targets) target(event);
  };
}
