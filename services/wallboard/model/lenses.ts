/** Another exact view of a node, in the numbers of one window (metrics.md 6, lenses). */
import type { Series } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import { divRound } from '@sapwood/core/num';
import type { Lens } from '@sapwood/core/tree';

const OPERATORS = { sum: ['+', '−'], product: ['×'], ratio: ['÷'] } as const;

/** One line of a view: what it stands for and how it goes into the whole. */
export interface LensLine {
  readonly key: string;
  /** Before it, where it is not the first. */
  readonly operator: string;
  /** How much of the whole is of this kind, ppm; null: it is no share, or nobody knows. */
  readonly share: number | null;
}

/** What it is made of, in its own order; of a mix the largest shares first. */
export function lensLines(
  lens: Lens,
  keys: readonly string[],
  weightOf: (key: string) => number | null,
): readonly LensLine[] {
  return 'identity' in lens ? identityLines(lens.identity) : mixLines(lens, keys, weightOf);
}

function identityLines(identity: Extract<Lens, { identity: unknown }>['identity']): LensLine[] {
  const line = (key: string, operator: string): LensLine => ({ key, operator, share: null });
  if (identity.op === 'sum') {
    const [plus, minus] = OPERATORS.sum;
    return identity.parts.map(({ node, sign }, i) =>
      line(node, sign === -1 ? minus : i === 0 ? '' : plus),
    );
  }
  const ids = identity.op === 'ratio' ? [identity.num, identity.den] : identity.factors;
  return ids.map((id, i) => line(id, i === 0 ? '' : OPERATORS[identity.op][0]));
}

function mixLines(
  { metric, by }: Extract<Lens, { by: string }>,
  keys: readonly string[],
  weightOf: (key: string) => number | null,
): LensLine[] {
  const rows = keys.filter((key) => isRow(key, metric, by));
  const weights = rows.map((key) => weightOf(key) ?? 0);
  // With one that is withheld nobody knows what the whole is.
  const all = weights.includes(WITHHELD) ? 0 : weights.reduce((sum, weight) => sum + weight, 0);
  return rows
    .map((key, i) => ({
      key,
      operator: '',
      share: all === 0 ? null : divRound(weights[i]! * 1_000_000, all),
    }))
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
}

function isRow(key: string, metric: string, by: string): boolean {
  const parsed = parseSeriesKey(key);
  const dims = Object.keys(parsed?.dims ?? {});
  return parsed?.id === metric && dims.length === 1 && dims[0] === by;
}

/** A row has a weight, and it is not to be told. */
const WITHHELD = -1;

/** What a row weighs in its node's mix: what it is told per, of a share what it is counted among. */
export function weightIn(series: Series | undefined, window: Series['cells'][number]['window']) {
  const cell = series?.cells.find((one) => one.window === window && one.clock === 'wall');
  if (cell?.reasons.includes('privacy')) return WITHHELD;
  return cell ? (cell.den ?? cell.n) : null;
}
