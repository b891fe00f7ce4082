/** What has no value for a reason of the metric's own: the fold has none either, and says the same. */
import type { Cell } from '@sapwood/core/metrics';
import type { OracleCell } from '@sapwood/oracle';
import type { Parted } from './compare-withheld.ts';

/** Beside these it is told of how much it is that has no value. */
const COUNTED: readonly string[] = ['low_n', 'few_parts', 'quiet'];

/** null: the oracle gives no reason, and the cells are compared as any. */
export function compareUnknown(
  cell: Cell | undefined,
  other: OracleCell | undefined,
): readonly Parted[] | null {
  const reason = other?.reason;
  if (reason === undefined) return null;
  // What has no value need not be told.
  if (!cell) return [];
  const differences: Parted[] = [];
  const { value, reasons, n } = cell;
  if (value !== null) differences.push({ what: 'value', fold: value, oracle: null });
  const isSaid = reasons.includes(reason) || reasons.includes('window_filling');
  if (!isSaid) differences.push({ what: 'reasons', fold: reasons.join(), oracle: reason });
  if (COUNTED.includes(reason) && n !== other!.n) {
    differences.push({ what: 'n', fold: n, oracle: other!.n });
  }
  return differences;
}
