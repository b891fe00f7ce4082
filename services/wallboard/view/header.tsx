import type { JSX } from 'preact';
import { fitParts, textWidth } from '../measure.ts';
import { clockText, durationParts, plain } from '../model/format.ts';
import type { Geometry } from '../model/geometry.ts';
import type { Store } from '../store.ts';

export interface HeaderProps {
  readonly store: Store;
  readonly geometry: Geometry;
  readonly title: string;
  /** What the page covers, best first: as many as fit. */
  readonly notes: readonly string[];
}

function feedText(store: Store): string {
  if (store.blindSince.value !== null) return 'not live';
  const source = store.source.value;
  if (source.state === 'catching_up') {
    const behindMs = source.asOf === null ? 0 : store.clock.value - source.asOf;
    return `${plain(durationParts(behindMs))} behind`;
  }
  return source.state === 'unknown'
    ? 'no source'
    : source.state === 'stale'
      ? 'source late'
      : 'live';
}

export function Header(props: HeaderProps): JSX.Element {
  const { store, geometry } = props;
  const { labelPx } = geometry;
  const now = store.clock.value;
  const right = `${now > 0 ? clockText(now, true) : '–'} · ${feedText(store)}`;
  const padding = geometry.mode === 'wall' ? 1.6 * labelPx : 40;
  const room = geometry.widthPx - textWidth(right, labelPx, 500) - padding;
  const fitted = fitParts([props.title, ...props.notes], room, labelPx, 600);
  const notes = fitted.slice(props.title.length);
  return (
    <header class="head">
      <span class="title">
        <strong>{props.title}</strong>
        {notes}
      </span>
      <span class="clock">{right}</span>
    </header>
  );
}
