/** One node of the tree: root, middle or a one-line leaf. */
import type { JSX } from 'preact';
import { partsWidth, textWidth } from '../measure.ts';
import type { Card as CardModel } from '../model/card.ts';
import { widest } from '../model/format.ts';
import type { Box } from '../model/layout.ts';
import { pressable } from './press.ts';
import { StatusShape } from './shapes.tsx';
import { Sparkline } from './sparkline.tsx';
import { markedParts, markWidth, Target, Value } from './value.tsx';

/** Value sizes in labels: wanted, and the floor they may shrink to. */
const SIZES = { root: [3.125, 1.75], middle: [1.875, 1.375], leaf: [1.375, 1.25] } as const;
const ICON = 1.15;
const DELTA = 3.4;
const MIDDLE_DELTA = 2.9;
const PAD = 0.45;

export interface CardProps {
  readonly card: CardModel;
  readonly box: Box;
  readonly label: string;
  readonly shortLabel: string | null;
  readonly labelPx: number;
  readonly currency: string;
  readonly hot: boolean;
  /** One size for a column, so that its numbers compare. */
  readonly valuePx: number;
  readonly spark: readonly number[] | null;
  readonly onOpen: (() => void) | null;
}

export interface Fit {
  readonly label: string;
  readonly valuePx: number;
  readonly fits: boolean;
}

/** Label and value size that fit; the short label, then the smaller value, before giving up. */
export function fitCard(
  props: Pick<CardProps, 'box' | 'label' | 'shortLabel' | 'labelPx' | 'currency'> & {
    readonly card: Pick<CardModel, 'unit'>;
  },
): Fit {
  const { box, labelPx, card } = props;
  const [wanted, floor] = SIZES[box.role];
  const inner = box.width - 2 * PAD * labelPx;
  const text = widest(card.unit, props.currency);
  const labels = props.shortLabel ? [props.label, props.shortLabel] : [props.label];
  const leaf = box.role === 'leaf';
  const aside = box.role === 'middle' ? MIDDLE_DELTA * labelPx : 0;
  for (const size of [wanted, (wanted + floor) / 2, floor]) {
    const valuePx = size * labelPx;
    const valueWidth = partsWidth(text, valuePx);
    const room = leaf
      ? inner - (ICON + DELTA + 0.6) * labelPx - valueWidth
      : inner - ICON * labelPx;
    if (!leaf && valueWidth + aside > inner) continue;
    for (const label of labels) {
      if (textWidth(label, labelPx, 500) <= room) return { label, valuePx, fits: true };
    }
  }
  return { label: labels[labels.length - 1]!, valuePx: floor * labelPx, fits: false };
}

/** Size of a value whose mark needs room too; a number without one keeps its column's size. */
function sizeOf(props: CardProps, fit: Fit): number {
  const { card, box, labelPx } = props;
  const px = Math.min(fit.valuePx, props.valuePx);
  if (card.mark === '') return px;
  const taken =
    box.role === 'leaf'
      ? (ICON + DELTA + 0.6) * labelPx + textWidth(fit.label, labelPx, 500)
      : (card.aside && box.role === 'middle' ? MIDDLE_DELTA : 0) * labelPx;
  const roomPx = box.width - 2 * PAD * labelPx - taken - markWidth(card, labelPx);
  const floorPx = SIZES[box.role][1] * labelPx;
  return Math.min(px, Math.max(floorPx, roomPx / partsWidth(markedParts(card), 1)));
}

function classOf(props: CardProps): string {
  const { card, box } = props;
  const names = ['card', box.role, `is-${card.status}`, `state-${card.state}`];
  if (card.muted) names.push('muted');
  if (props.hot) names.push('hot');
  return names.join(' ');
}

export function Card(props: CardProps): JSX.Element {
  const { card, box } = props;
  const fit = fitCard(props);
  const place = {
    left: `${box.left}px`,
    top: `${box.top}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  };
  const aside = card.aside && <span class={`aside tone-${card.asideTone}`}>{card.aside}</span>;
  const value = (
    <span class="value" style={{ fontSize: `${sizeOf(props, fit)}px` }}>
      <Value card={card} />
    </span>
  );
  const icon = (
    <span class="icon">
      <StatusShape status={card.status} state={card.state} />
    </span>
  );
  const label = <bdi class="label">{fit.label}</bdi>;
  return (
    <article class={classOf(props)} style={place} {...pressable(props.onOpen)}>
      {box.role === 'leaf' ? (
        <>
          {icon}
          {label}
          {value}
          <span class="slot">{aside}</span>
        </>
      ) : (
        <>
          <header>
            {icon}
            {label}
          </header>
          {box.role === 'root' ? (
            <>
              <div>{value}</div>
              {props.spark && <Sparkline values={props.spark} />}
              <footer>
                <Target card={card} />
                {aside}
              </footer>
            </>
          ) : (
            <footer>
              {value}
              {aside}
            </footer>
          )}
        </>
      )}
    </article>
  );
}
