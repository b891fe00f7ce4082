/**
 * The natural logarithm by arithmetic that IEEE 754 fixes (anomaly.md 3, "Numbers"): the engine's
 * own may differ between engines, and a replay must give the same bytes everywhere.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SQRT_HALF = Math.SQRT1_2;
const TWO_TO_54 = 18_014_398_509_481_984;
const bits: DataView = new DataView(new ArrayBuffer(8));

/** `ln x` within 2.3e-16 relative. `x = 0` is -Infinity, below that NaN, as the engine's own. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return Infinity;
  let exponent = 0;
  let scaled = x;
  if (x < 2.2250738585072014e-308) {
    scaled = x * TWO_TO_54;
    exponent = -54;
  }
  bits.setFloat64(0, scaled);
  const high = bits.getUint32(0);
  exponent += (high >>> 20) - 1022;
  bits.setUint32(0, (high & 0x800fffff) | (1022 << 20));
  let mantissa = bits.getFloat64(0);
  if (mantissa <= SQRT_HALF) {
    mantissa *= 2;
    exponent -= 1;
  }
  return lnOfMantissa(mantissa, exponent);
}

/** `m` in (0.707, 1.414]. */
function lnOfMantissa(mantissa: number, exponent: number): number {
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  let series = 1 / 23;
  for (let odd = 21; odd >= 3; odd -= 2) series = series * z + 1 / odd;
  const r = 2 * z * series;
  const half = (f * f) / 2;
  return exponent * LN2_HIGH - (half - (s * (half + r) + exponent * LN2_LOW) - f);
}
