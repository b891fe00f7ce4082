/** How a command ends (ecosystem.md 11). */
export const EXIT: Readonly<{
  done: 0;
  unexpected: 1;
  usage: 2;
  unreachable: 3;
  difference: 4;
  interrupted: 130;
}> = { done: 0, unexpected: 1, usage: 2, unreachable: 3, difference: 4, interrupted: 130 };

/** A mistake of the user's, told in plain lines and without a stack trace. */
export class UserError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}
