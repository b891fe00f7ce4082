/** Every shape is drawn: a TV's fallback font may lack it (wallboard.md 5). */
import type { ComponentChildren, JSX } from 'preact';

function Shape(props: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <svg class="shape" viewBox="0 0 20 20" aria-label={props.name} role="img">
      {props.children}
    </svg>
  );
}

export function Triangle(props: { readonly hollow?: boolean }): JSX.Element {
  const paint = props.hollow
    ? { fill: 'none', stroke: 'currentColor', 'stroke-width': 2 }
    : { fill: 'currentColor' };
  return (
    <Shape name={props.hollow ? 'pending' : 'warning'}>
      <path d="M10 2.5 18.5 17.5h-17z" stroke-linejoin="round" {...paint} />
    </Shape>
  );
}

export function Diamond(): JSX.Element {
  return (
    <Shape name="critical">
      <path d="M10 1 19 10 10 19 1 10z" fill="currentColor" />
    </Shape>
  );
}

export function DottedRing(): JSX.Element {
  return (
    <Shape name="stale">
      <circle
        cx="10"
        cy="10"
        r="8"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-dasharray="2.5 2.53"
      />
    </Shape>
  );
}

export function HalfRing(): JSX.Element {
  return (
    <Shape name="part">
      <circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M10 2a8 8 0 0 0 0 16z" fill="currentColor" />
    </Shape>
  );
}

/** Comparison signs, which the font's Latin subset lacks. */
export function Comparison(props: { readonly op: '<=' | '>=' | '<' | '>' }): JSX.Element {
  const less = props.op.startsWith('<');
  const names = { '<=': 'at most', '>=': 'at least', '<': 'below', '>': 'above' };
  return (
    <Shape name={names[props.op]}>
      <path
        d={less ? 'M17 3 4 8.5 17 14' : 'M3 3 16 8.5 3 14'}
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
      />
      {props.op.length === 2 && (
        <path d="M3.5 18h13.5" fill="none" stroke="currentColor" stroke-width="1.8" />
      )}
    </Shape>
  );
}

/** The mark of a card: its state where it cannot be trusted, else its status. */
export function StatusShape(props: {
  readonly status: string;
  readonly state: string;
}): JSX.Element | null {
  if (props.status === 'critical') return <Diamond />;
  if (props.state === 'stale') return <DottedRing />;
  if (props.status === 'warning') return <Triangle />;
  if (props.status === 'pending') return <Triangle hollow />;
  return props.state === 'partial' ? <HalfRing /> : null;
}
