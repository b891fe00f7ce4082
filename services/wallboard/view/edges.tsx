/** Edges: thickness is the share of the parent's change, hot on the way to a critical node. */

import type { Series, WindowCode } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { JSX } from 'preact';
import type { Box } from '../model/layout.ts';

const THIN_PX = 4;
const THICK_PX = 30;

export interface EdgesProps {
  readonly boxes: readonly Box[];
  readonly widthPx: number;
  readonly heightPx: number;
  readonly hot: ReadonlySet<string>;
  /** With nothing abnormal all edges are thin. */
  readonly abnormal: boolean;
  readonly seriesOf: (id: string) => Series | undefined;
  readonly window: WindowCode;
  readonly scale: number;
}

/** Share of the parent's change that a child explains, 0 to 1. */
export function shareOf(parent: Series | undefined, child: string, window: WindowCode): number {
  const shares = parent?.cells.find((cell) => cell.window === window)?.shares ?? [];
  const total = shares.reduce((sum, one) => sum + Math.abs(one.share), 0);
  const mine = shares.find((one) => (parseSeriesKey(one.child)?.id ?? one.child) === child);
  return mine && total > 0 ? Math.abs(mine.share) / total : 0;
}

function curve(from: Box, to: Box): string {
  const x1 = from.left + from.width;
  const y1 = from.top + from.height / 2;
  const x2 = to.left;
  const y2 = to.top + to.height / 2;
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

export function Edges(props: EdgesProps): JSX.Element {
  const byId = new Map(props.boxes.map((box) => [box.item.id, box]));
  const edges = props.boxes.flatMap((box) => {
    const parent = box.parentId === null ? undefined : byId.get(box.parentId);
    return parent ? [{ box, parent, hot: props.hot.has(box.item.id) }] : [];
  });
  // Hot ones last, so that they lie on top.
  edges.sort((a, b) => Number(a.hot) - Number(b.hot));
  return (
    <svg
      class="edges"
      width={props.widthPx}
      height={props.heightPx}
      viewBox={`0 0 ${props.widthPx} ${props.heightPx}`}
      aria-hidden="true"
    >
      {edges.map(({ box, parent, hot }) => {
        const share = props.abnormal
          ? shareOf(props.seriesOf(parent.item.id), box.item.id, props.window)
          : 0;
        const solid = Math.max(hot ? 10 : THIN_PX, THIN_PX + (THICK_PX - THIN_PX) * share);
        const width = (box.item.influence ? 2.5 : solid) * props.scale;
        const name = `edge${hot ? ' hot' : ''}${box.item.influence ? ' influence' : ''}`;
        return <path key={box.item.id} class={name} d={curve(parent, box)} stroke-width={width} />;
      })}
    </svg>
  );
}
