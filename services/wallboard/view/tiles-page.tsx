import { rowsName, type Series } from '@sapwood/core/metrics';
import type { WireNode } from '@sapwood/protocol/tree';
import type { JSX } from 'preact';
import { fitLines, partsWidth } from '../measure.ts';
import { type Part, widest } from '../model/format.ts';
import type { Geometry } from '../model/geometry.ts';
import type { Names } from '../model/names.ts';
import { type Tile, type TileSpec, tileOf } from '../model/tiles.ts';
import type { Choice } from '../model/windows.ts';
import type { Store } from '../store.ts';
import { pressable } from './press.ts';
import { StatusShape } from './shapes.tsx';
import { markedParts, markWidth, Target, Value } from './value.tsx';

export interface TilesPageProps {
  readonly store: Store;
  readonly tiles: readonly TileSpec[];
  readonly geometry: Geometry;
  readonly windowOf: (key: string) => Choice;
  readonly onOpen: ((key: string) => void) | null;
}

/** Value sizes in labels: 50 minutes of arc, and the 33 it may shrink to. */
const VALUE_MAX = 3.125;
const VALUE_MIN = 2.06;

const nodeOf = ({ tree }: Names, id: string | undefined): WireNode | undefined =>
  tree?.nodes.find((node) => node.id === id);

export function tileFor(store: Store, spec: TileSpec, windowOf: TilesPageProps['windowOf']): Tile {
  const names = store.names.value;
  const rowsBy = (dimension: string): Series[] =>
    store.keys.value
      .filter((key) => rowsName(key) === `${spec.metric}{${dimension}`)
      .flatMap((key) => store.series(key).value ?? []);
  return tileOf({
    spec,
    series: store.series(spec.metric).value,
    byChannel: rowsBy('channel'),
    byTeam: rowsBy('team'),
    node: nodeOf(names, spec.metric) ?? nodeOf(names, spec.ruled),
    beside: new Map(
      (spec.beside ?? []).flatMap((id) => {
        const series = store.series(id).value;
        return series ? [[id, series]] : [];
      }),
    ),
    window: spec.window ?? windowOf(spec.metric).window,
    source: store.source.value,
    alerts: store.alerts.value,
    names,
    currency: store.currency.value,
    ageMs: store.staleAgeMs(),
    ticking: store.ticking.value,
  });
}

/** Header, footer and padding of a tile, in labels: the rest of its height is the value's. */
const TILE_FRAME = 3.25;
const LINE_HEIGHT = 1.05;

/** Height of one tile in labels; a page that scrolls gives each what it needs. */
function tileHeight(geometry: Geometry): number {
  if (geometry.mode !== 'wall') return Number.POSITIVE_INFINITY;
  const { labelPx, heightPx, tileRows } = geometry;
  return (heightPx / labelPx - 3.85 - 0.6 * (tileRows - 1)) / tileRows;
}

/** Below the number there are two lines where its full size leaves room for them, always or never. */
function linesOf(geometry: Geometry): 1 | 2 {
  const room = tileHeight(geometry) - TILE_FRAME - LINE_HEIGHT * VALUE_MAX;
  return room >= NOTES_LINE ? 2 : 1;
}
const NOTES_LINE = 1.2;
/** Room of a change, or of a target, in labels. */
const ASIDE = 4;

/** A number of conversations, whatever the metric's unit. */
const COUNTED_NOW: ReadonlySet<TileSpec['id']> = new Set([
  ...(['waiting', 'due-next', 'unassigned'] as const),
]);

function valuePx(tile: Tile, innerPx: number, geometry: Geometry): number {
  const { labelPx } = geometry;
  const byHeight = (tileHeight(geometry) - TILE_FRAME) / LINE_HEIGHT;
  const sample: readonly Part[] = COUNTED_NOW.has(tile.spec.id)
    ? [{ text: '888', small: false }]
    : widest(tile.card.unit, '');
  const widestPx = Math.max(partsWidth(sample, 1), partsWidth(markedParts(tile.card), 1));
  const roomPx = innerPx - markWidth(tile.card, labelPx);
  const wanted = Math.min(VALUE_MAX, byHeight, roomPx / widestPx / labelPx);
  return Math.max(VALUE_MIN, wanted) * labelPx;
}

function TileCard(
  props: TilesPageProps & { readonly spec: TileSpec; readonly innerPx: number },
): JSX.Element {
  const { geometry, store, spec } = props;
  const { labelPx } = geometry;
  const tile = tileFor(store, spec, props.windowOf);
  const { card } = tile;
  const gauge = tile.window === 'wait' || COUNTED_NOW.has(spec.id);
  const aside = !gauge || card.state === 'stale' ? card.aside : '';
  const room = props.innerPx - (aside ? ASIDE * labelPx : 0) - (card.target ? ASIDE * labelPx : 0);
  const widths = linesOf(geometry) === 1 ? [room] : [room, props.innerPx];
  const [notes, more] = fitLines(tile.notes, widths, labelPx, 500);
  const open = props.onOpen ? (): void => props.onOpen?.(spec.metric) : null;
  return (
    <article
      class={`card tile is-${card.status} state-${card.state}${card.muted ? ' muted' : ''}`}
      {...pressable(open)}
    >
      <header>
        <span class="icon">
          <StatusShape status={card.status} state={card.state} />
        </span>
        <span class="label">{spec.label}</span>
        <span class="window">{tile.window}</span>
      </header>
      <div class="value" style={{ fontSize: `${valuePx(tile, props.innerPx, geometry)}px` }}>
        {spec.id === 'oldest' && card.value.length === 0 && card.state !== 'unknown' ? (
          <span>–</span>
        ) : (
          <Value card={card} />
        )}
      </div>
      <footer>
        <span class="notes">{notes}</span>
        <Target card={card} />
        {aside && <span class={`aside tone-${card.asideTone}`}>{aside}</span>}
        {more && <span class="notes more">{more}</span>}
      </footer>
    </article>
  );
}

/** As the style sheet has them: a desk's tiles are at least so wide, a phone's stand in two columns. */
const DESK_TILE_PX = 190;
const PHONE_COLUMNS = 2;
const PADDING_PX = 24;

function innerWidth({ mode, widthPx, tileColumns, labelPx }: Geometry): number {
  if (mode === 'desk') return DESK_TILE_PX - PADDING_PX;
  if (mode === 'phone') return widthPx / PHONE_COLUMNS - 2 * PADDING_PX;
  return widthPx / tileColumns - 1.7 * labelPx;
}

export function TilesPage(props: TilesPageProps): JSX.Element {
  const innerPx = innerWidth(props.geometry);
  return (
    <section class={`tiles lines-${linesOf(props.geometry)}`} aria-label="Floor">
      {props.tiles.map((spec) => (
        <TileCard key={spec.id} {...props} spec={spec} innerPx={innerPx} />
      ))}
    </section>
  );
}
