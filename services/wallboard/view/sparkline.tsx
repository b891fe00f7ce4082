import type { JSX } from 'preact';

const WIDTH = 300;
const HEIGHT = 40;
/** Fewer points than this draw no shape worth looking at. */
const POINTS_MIN = 8;

/** The root's recent course, as seen by this page. */
export function Sparkline(props: { readonly values: readonly number[] }): JSX.Element {
  const { values } = props;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((v, i) => {
    const y = HEIGHT - 3 - ((v - low) / span) * (HEIGHT - 6);
    return `${(i * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {values.length >= POINTS_MIN && (
        <polyline points={points.join(' ')} vector-effect="non-scaling-stroke" />
      )}
    </svg>
  );
}
