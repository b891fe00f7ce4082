/** Integer arithmetic of metrics.md 0: sums are exact, one division comes last. */

/** `sign(a) * floor((2|a| + b) / (2b))`: nearest, halves away from zero. `b > 0`; both safe integers. */
export function divRound(a: number, b: number): number {
  const n = BigInt(Math.abs(a)) * 2n + BigInt(b);
  const q = Number(n / (2n * BigInt(b)));
  return a < 0 ? -q || 0 : q;
}

/** `divRound(a * m, b)` with an exact product. */
export const mulDivRound = (a: number, m: number, b: number): number =>
  bigDivRound(BigInt(a) * BigInt(m), BigInt(b));

/** `divRound` of what may be more than a safe integer, as its quotient is not. */
export function bigDivRound(a: bigint, b: bigint): number {
  const q = Number(((a < 0n ? -a : a) * 2n + b) / (2n * b));
  return a < 0n ? -q || 0 : q;
}

/** `floor(a * m / b)` with an exact product; `a, m >= 0`, `b > 0`. */
export function mulDivFloor(a: number, m: number, b: number): number {
  return Number((BigInt(a) * BigInt(m)) / BigInt(b));
}

/** JSON with sorted keys: equal values give equal text, whatever order they were built in. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const parts: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined) parts.push(`${JSON.stringify(name)}:${canonicalJson(field)}`);
  }
  return `{${parts.join(',')}}`;
}
