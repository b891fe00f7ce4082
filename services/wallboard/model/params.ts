/** The address line (wallboard.md 11). Bad values fall back, and the page says so. */
export interface Params {
  /** null: what the audience suggests. */
  readonly board: 'floor' | 'lead' | null;
  readonly theme: 'auto' | 'dark' | 'light';
  readonly distanceM: number;
  readonly diagonalIn: number;
  readonly rotateMs: number;
  readonly pin: string | null;
  readonly motion: boolean;
  readonly burnin: boolean;
  /** Names of parameters that were not understood. */
  readonly bad: readonly string[];
}

export function parseParams(search: string): Params {
  const query = new URLSearchParams(search);
  const bad: string[] = [];
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const text = query.get(name);
    const found = allowed.find((value) => value === text);
    if (text !== null && found === undefined) bad.push(name);
    return found ?? fallback;
  };
  const number = (name: string, min: number, max: number, fallback: number): number => {
    const text = query.get(name);
    const value = Number(text);
    if (text === null) return fallback;
    if (text !== '' && value >= min && value <= max) return value;
    bad.push(name);
    return fallback;
  };
  const board = oneOf('board', ['floor', 'lead', ''], '');
  return {
    board: board === '' ? null : board,
    theme: oneOf('theme', ['auto', 'dark', 'light'], 'dark'),
    distanceM: number('distance', 0.5, 30, 5),
    diagonalIn: number('diagonal', 10, 120, 55),
    rotateMs: number('rotate', 15, 120, 30) * 1_000,
    pin: query.get('pin'),
    motion: oneOf('motion', ['on', 'off'], 'on') === 'on',
    burnin: oneOf('burnin', ['on', 'off'], 'on') === 'on',
    bad,
  };
}
