/** What the runtime refuses, by code. Messages are one sentence a person can act on. */

export const RUNTIME_ERROR_CODES = [
  'SAPWOOD_STORE_LOCKED',
  'SAPWOOD_STORE_CORRUPT',
  'SAPWOOD_STORE_MISSING',
  'SAPWOOD_STORE_UNREACHABLE',
  'SAPWOOD_LOG_UNREACHABLE',
  'SAPWOOD_LOG_SHORTER',
  'SAPWOOD_BACKUP_EXISTS',
  'SAPWOOD_PARTITIONS_CHANGED',
  'SAPWOOD_TOPIC_UNKNOWN',
  'SAPWOOD_CLOCK_BEHIND_LOG',
  'SAPWOOD_HISTORY_GONE',
  'SAPWOOD_BUSY',
  'SAPWOOD_CLOSED',
] as const;
export type RuntimeErrorCode = (typeof RUNTIME_ERROR_CODES)[number];

export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode;
  readonly retriable: boolean;
  constructor(
    code: RuntimeErrorCode,
    message: string,
    options: ErrorOptions & { readonly retriable?: boolean } = {},
  ) {
    super(message, options);
    this.name = 'RuntimeError';
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

/** A reader stands behind the end of the log: it was cut, or made anew. */
export const logShorter = (place: string, high: number, from: number): RuntimeError =>
  new RuntimeError('SAPWOOD_LOG_SHORTER', `${place} ends at ${high}, it was read up to ${from}.`);

export const isLogShorter = (error: unknown): error is RuntimeError =>
  error instanceof RuntimeError && error.code === 'SAPWOOD_LOG_SHORTER';
