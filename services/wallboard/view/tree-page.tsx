/** The tree: cards in columns, edges behind them. */

import type { WindowCode } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { JSX } from 'preact';
import { cardOf } from '../model/card.ts';
import type { Geometry } from '../model/geometry.ts';
import { place, TITLE_ID, type TreeItem } from '../model/layout.ts';
import { memoLast } from '../model/memo.ts';
import { fullName, metricName } from '../model/names.ts';
import { hotIds, standingsOf } from '../model/tree-view.ts';
import type { Store } from '../store.ts';
import { Card } from './card.tsx';
import { Edges } from './edges.tsx';
import { columnSizes } from './fit.ts';

const lastPlace = memoLast(place);
const lastSizes = memoLast(columnSizes);
const lastStandings = memoLast(standingsOf);

export interface TreePageProps {
  readonly store: Store;
  readonly root: TreeItem;
  readonly plan: readonly number[];
  readonly geometry: Geometry;
  readonly window: WindowCode;
  readonly title: string;
  readonly onOpen: ((key: string) => void) | null;
}

export function TreePage(props: TreePageProps): JSX.Element {
  const { store, geometry, window } = props;
  const { boxes } = lastPlace(props.root, props.plan, geometry);
  const tree = store.names.value.tree!;
  const alerts = store.alerts.value;
  const standings = lastStandings(tree, props.root, alerts);
  const hot = hotIds(props.root, standings);
  const sizes = lastSizes(store.names.value, boxes, geometry, store.currency.value);
  const bottom = Math.max(0, ...boxes.map((box) => box.top + box.height));
  return (
    <section
      class="tree"
      aria-label={props.title}
      style={geometry.mode === 'desk' ? { height: `${bottom}px` } : undefined}
    >
      <Edges
        boxes={boxes}
        widthPx={geometry.widthPx}
        heightPx={geometry.mode === 'desk' ? bottom : geometry.heightPx}
        hot={hot}
        abnormal={[...standings.values()].some((one) => one.status !== 'normal')}
        seriesOf={(id) => store.series(id).value}
        window={window}
        scale={geometry.mode === 'wall' ? geometry.labelPx / 50 : 0.4}
      />
      {boxes.map((box) =>
        box.item.id === TITLE_ID ? (
          <article
            key={TITLE_ID}
            class="card title"
            style={{
              left: `${box.left}px`,
              top: `${box.top}px`,
              width: `${box.width}px`,
              height: `${box.height}px`,
            }}
          >
            {props.title}
          </article>
        ) : (
          <NodeCard
            key={box.item.id}
            {...props}
            box={box}
            standing={standings.get(box.item.id)!}
            hot={hot.has(box.item.id)}
            valuePx={sizes[box.role]}
          />
        ),
      )}
    </section>
  );
}

type NodeCardProps = TreePageProps & {
  readonly box: ReturnType<typeof place>['boxes'][number];
  readonly standing: NonNullable<ReturnType<ReturnType<typeof standingsOf>['get']>>;
  readonly hot: boolean;
  readonly valuePx: number;
};

function NodeCard(props: NodeCardProps): JSX.Element {
  const { store, box, standing, geometry } = props;
  const names = store.names.value;
  const node = names.tree?.nodes.find((one) => one.id === box.item.id);
  const card = cardOf({
    key: standing.key,
    series: store.series(standing.key).value,
    node,
    window: props.window,
    source: store.source.value,
    alerts: standing.alerts,
    currency: store.currency.value,
    ageMs: store.staleAgeMs(),
    ticking: store.ticking.value,
  });
  const label = standing.risen ? fullName(names, standing.key) : metricName(names, box.item.id);
  const risenShort = Object.values(parseSeriesKey(standing.key)?.dims ?? {}).length > 0;
  return (
    <Card
      card={card}
      box={box}
      label={label}
      shortLabel={
        standing.risen ? (risenShort ? shortRisen(label) : null) : (node?.shortLabel ?? null)
      }
      labelPx={geometry.labelPx}
      currency={store.currency.value}
      hot={props.hot}
      valuePx={props.valuePx}
      onOpen={props.onOpen ? () => props.onOpen?.(standing.key) : null}
      spark={box.role === 'root' ? store.spark.value : null}
    />
  );
}

/** "Volume › Email" where only "› Email" has room: the place says the rest. */
function shortRisen(label: string): string {
  return `› ${label.split(' › ').pop()}`;
}
