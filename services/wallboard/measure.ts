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
  let text = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    const longer = `${text} · ${part}`;
    if (textWidth(longer, px, weight) > widthPx) break;
    text = longer;
  }
  return text;
}
