/** Money as people write it: decimal text to millionths and back, digit by digit, never a float. */

const DECIMALS = 6;
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,6}))?$/;

/** Micro-units of `12.5`; null if it is no such number, is finer than a millionth, or too large. */
export function microOf(text: string): number | null {
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const [, minus, whole, fraction = ''] = match;
  const micro = Number(BigInt(`${whole}${fraction.padEnd(DECIMALS, '0')}`));
  if (!Number.isSafeInteger(micro)) return null;
  return minus === '-' ? -micro || 0 : micro;
}

/** The shortest text that `microOf` reads as this: `12.5`. */
export function decimalOf(micro: number): string {
  const digits = String(Math.abs(micro)).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  const whole = digits.slice(0, -DECIMALS);
  return `${micro < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
