/** Errors that end a process or a command, by code (style.md 13). No message is ever parsed. */

export const ERROR_CODES = [
  'SAPWOOD_CONFIG_INVALID',
  'SAPWOOD_USAGE',
  'SAPWOOD_NODE_TOO_OLD',
  'SAPWOOD_PORT_IN_USE',
  'SAPWOOD_DEPENDENCY_UNREACHABLE',
  'SAPWOOD_CHECK_DIFFERS',
  'SAPWOOD_INTERRUPTED',
  'SAPWOOD_UNEXPECTED',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What the shell sees (ecosystem.md 11). */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  SAPWOOD_CONFIG_INVALID: 2,
  SAPWOOD_USAGE: 2,
  SAPWOOD_NODE_TOO_OLD: 2,
  SAPWOOD_PORT_IN_USE: 3,
  SAPWOOD_DEPENDENCY_UNREACHABLE: 3,
  SAPWOOD_CHECK_DIFFERS: 4,
  SAPWOOD_INTERRUPTED: 130,
  SAPWOOD_UNEXPECTED: 1,
};

/** `message` is one clear sentence for the person at the terminal. */
export class SapwoodError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;
  /** Further lines, such as every configuration error with its place. */
  readonly details: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly retriable?: boolean;
      readonly details?: readonly string[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'SapwoodError';
    this.code = code;
    this.retriable = options.retriable ?? false;
    this.details = options.details ?? [];
  }
}

/** Exit code of whatever was thrown: an error of another kind is a bug. */
export function exitCodeOf(error: unknown): number {
  return error instanceof SapwoodError ? EXIT_CODES[error.code] : EXIT_CODES.SAPWOOD_UNEXPECTED;
}
