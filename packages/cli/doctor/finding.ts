/** What `doctor` found, each with what to do about it. */
export interface Finding {
  /** `wrong`: data or numbers are at risk. `degraded`: it works, with less than it could have. */
  readonly level: 'fine' | 'degraded' | 'wrong';
  readonly what: string;
  /** The line to change, or what to run. */
  readonly remedy?: string;
}

/** Where a setting stands: file:line:column. */
export type Place = (path: readonly string[]) => string;

export const fine = (what: string): Finding => ({ level: 'fine', what });
export const wrong = (what: string, remedy: string): Finding => ({ level: 'wrong', what, remedy });
export const degraded = (what: string, remedy: string): Finding => ({
  level: 'degraded',
  what,
  remedy,
});

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
