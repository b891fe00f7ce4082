/** Medians as exact integers: of an even number of values it is the mean of the two in the middle. */

/** Twice the median; of at least one value. */
export function twiceMedian(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length >> 1;
  const upper = ascending[middle]!;
  return (ascending.length % 2 === 1 ? upper : ascending[middle - 1]!) + upper;
}

/** Four times the median of how far the values lie from their median, which is given twice. */
export const fourfoldMad = (values: readonly number[], twice: number): number =>
  twiceMedian(values.map((x) => Math.abs(2 * x - twice)));
