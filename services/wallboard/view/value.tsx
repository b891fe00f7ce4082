import type { JSX } from 'preact';
import { textWidth } from '../measure.ts';
import type { Card } from '../model/card.ts';
import type { Part } from '../model/format.ts';
import { Comparison } from './shapes.tsx';

const PART = ' part';

export function Parts(props: { readonly parts: readonly Part[] }): JSX.Element {
  return (
    <>
      {props.parts.map((part, i) =>
        part.small ? (
          <small key={`${i}`}>{part.text}</small>
        ) : (
          <span key={`${i}`}>{part.text}</span>
        ),
      )}
    </>
  );
}

/** The number, or the words that stand in its place: never a 0 for something missing. */
export function Value(props: { readonly card: Card }): JSX.Element {
  const { card } = props;
  if (card.state === 'unknown') return <span class="words">{card.words}</span>;
  if (card.value.length === 0) return <span>–</span>;
  return (
    <>
      <Parts parts={markedParts(card)} />
      {card.mark === 'part' && <small class="part">{PART}</small>}
    </>
  );
}

/** The number with the mark that grows with it. */
export function markedParts(card: Card): readonly Part[] {
  return card.mark === '~' ? [...card.value, { text: '~', small: true }] : card.value;
}

/** Width of the mark that is of the label's size: 0 where there is none. */
export function markWidth(card: Card, labelPx: number): number {
  return card.mark === 'part' ? textWidth(PART, labelPx, 500) : 0;
}

export function Target(props: { readonly card: Card }): JSX.Element | null {
  const { target } = props.card;
  if (!target) return null;
  return (
    <span class="target">
      {target.op && <Comparison op={target.op} />} {target.text}
    </span>
  );
}
