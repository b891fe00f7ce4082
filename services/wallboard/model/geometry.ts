/** Text size comes from distance (wallboard.md 3); everything else is a multiple of the label. */
const MM_PER_INCH = 25.4;
/** Height of a 16:9 panel over its diagonal. */
const PANEL_HEIGHT = 0.4903;
/** Cap height of Inter over its font size. */
const CAP_HEIGHT = 0.727;
const FLOOR_ARCMIN = 16;
/** The stage of a wall drifts by up to this much, so that nothing burns in. */
export const DRIFT_PX = 6;

export type Mode = 'wall' | 'phone' | 'desk';

export interface Screen {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly distanceM: number;
  readonly diagonalIn: number;
}

export interface Geometry {
  readonly mode: Mode;
  readonly widthPx: number;
  readonly heightPx: number;
  /** 16 minutes of arc: the smallest text of a wall. */
  readonly labelPx: number;
  readonly treeColumns: number;
  readonly tileColumns: number;
  readonly tileRows: number;
}

/** Font size in px whose capitals span `arcmin` on the given screen. */
export function arcminPx(screen: Screen, arcmin: number): number {
  const spanMm = screen.distanceM * 1_000 * Math.tan(((arcmin / 60) * Math.PI) / 180);
  const pxMm = (screen.diagonalIn * MM_PER_INCH * PANEL_HEIGHT) / screen.heightPx;
  return spanMm / pxMm / CAP_HEIGHT;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** How many columns a tree of three levels gets at most, by the widths of the font. */
function wallColumns(widthInLabels: number): number {
  if (widthInLabels >= 36) return 3;
  return widthInLabels >= 25 ? 2 : 1;
}

export function geometryOf(screen: Screen, desk: boolean): Geometry {
  const { widthPx, heightPx } = screen;
  if (widthPx < 760) {
    const tileColumns = widthPx < 330 ? 1 : 2;
    return {
      mode: 'phone',
      widthPx,
      heightPx,
      labelPx: 14,
      treeColumns: 1,
      tileColumns,
      tileRows: 99,
    };
  }
  if (desk) {
    return {
      mode: 'desk',
      widthPx,
      heightPx,
      labelPx: 15,
      treeColumns: 4,
      tileColumns: 6,
      tileRows: 1,
    };
  }
  const labelPx = arcminPx(screen, FLOOR_ARCMIN);
  return {
    mode: 'wall',
    widthPx: widthPx - DRIFT_PX,
    heightPx: heightPx - DRIFT_PX,
    labelPx,
    treeColumns: wallColumns(widthPx / labelPx),
    tileColumns: clamp(Math.floor((widthPx - 0.4 * labelPx) / (11.4 * labelPx)), 1, 3),
    tileRows: clamp(Math.floor((heightPx - 3.65 * labelPx) / (6.1 * labelPx)), 1, 2),
  };
}
