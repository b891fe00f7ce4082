/** Widths with the real font, remembered: layout asks for the same texts again and again. */
import type { Part } from './model/format.ts';

const FAMILY = "'Inter Variable', 'Inter', sans-serif";
/** Font size and left margin of `.value small`, in em. */
const SMALL = 0.62;
const SMALL_GAP = 0.04;
const cache: Map<string, number> = new Map();
let context: CanvasRenderingContext2D | null = null;

/** Width in px of `text` at `px` and a weight. Digits are tabular: each as wide as a 0. */
export function textWidth(shown: string, px: number, weight: number): number {
  const text = shown.replace(/\d/g, '0');
  const id = `${weight}|${text}`;
  const known = cache.get(id);
  if (known !== undefined) return known * px;
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * px * 0.6;
  context.font = `${weight} 100px ${FAMILY}`;
  const width = context.measureText(text).width / 100;
  if (cache.size > 5_000) cache.clear();
  cache.set(id, width);
  return width * px;
}

/** Width of a number whose units are smaller, as `.value small` draws them. */
export function partsWidth(parts: readonly Part[], px: number): number {
  return parts.reduce(
    (sum, part) =>
      sum +
      (part.small
        ? textWidth(part.text, px * SMALL, 600) + px * SMALL * SMALL_GAP
        : textWidth(part.text, px, 700)),
    0,
  );
}

/** Call once the font has loaded: what was measured before is wrong. */
export function forgetWidths(): void {
  cache.clear();
}

/** As many leading parts as fit, joined; the first always. */
export function fitParts(
  parts: readonly string[],
  widthPx: number,
  px: number,
  weight: number,
): string {
  return joined(parts.slice(0, Math.max(1, fitting(parts, widthPx, px, weight))));
}

/** Over lines of these widths; past the first line only what fits. */
export function fitLines(
  parts: readonly string[],
  widthsPx: readonly number[],
  px: number,
  weight: number,
): readonly string[] {
  let rest = parts;
  return widthsPx.map((widthPx, line) => {
    const fits = Math.max(line === 0 ? 1 : 0, fitting(rest, widthPx, px, weight));
    const text = joined(rest.slice(0, fits));
    rest = rest.slice(fits);
    return text;
  });
}

const joined = (parts: readonly string[]): string => parts.join(' · ');

/** How many leading parts fit on one line. */
function fitting(parts: readonly string[], widthPx: number, px: number, weight: number): number {
  let fits = 0;
  while (
    fits < parts.length &&
    textWidth(joined(parts.slice(0, fits + 1)), px, weight) <= widthPx
  ) {
    fits += 1;
  }
  return fits;
}
