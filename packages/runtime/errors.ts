/** What the runtime refuses, by code. Messages are one sentence a person can act on. */

export const RUNTIME_ERROR_CODES = [
  'SAPWOOD_STORE_LOCKED',
  'SAPWOOD_STORE_CORRUPT',
  'SAPWOOD_STORE_MISSING',
  'SAPWOOD_STORE_UNREACHABLE',
  'SAPWOOD_LOG_UNREACHABLE',
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
