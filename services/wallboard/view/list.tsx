/** The tree on a phone: a nested list in file order, one column, scrolling. */

import type { WindowCode } from '@sapwood/core/metrics';
import type { JSX } from 'preact';
import { cardOf } from '../model/card.ts';
import { itemsOf, TITLE_ID, type TreeItem } from '../model/layout.ts';
import { fullName, metricName } from '../model/names.ts';
import { type Standing, standingsOf } from '../model/tree-view.ts';
import type { Store } from '../store.ts';
import { pressable } from './press.ts';
import { StatusShape } from './shapes.tsx';
import { Target, Value } from './value.tsx';

export interface ListProps {
  readonly store: Store;
  readonly window: WindowCode;
  readonly onOpen: ((key: string) => void) | null;
}

const DEPTH_MAX = 8;

export function TreeList(props: ListProps): JSX.Element | null {
  const tree = props.store.names.value.tree;
  const root = tree && itemsOf(tree, DEPTH_MAX);
  if (!tree || !root) return null;
  const standings = standingsOf(tree, root, props.store.alerts.value);
  return (
    <ul class="list">
      {root.id === TITLE_ID ? (
        root.children.map((item) => (
          <Row key={item.id} {...props} item={item} standings={standings} />
        ))
      ) : (
        <Row {...props} item={root} standings={standings} />
      )}
    </ul>
  );
}

type RowProps = ListProps & {
  readonly item: TreeItem;
  readonly standings: ReadonlyMap<string, Standing>;
};

function Row(props: RowProps): JSX.Element {
  const { store, item } = props;
  const names = store.names.value;
  const standing = props.standings.get(item.id)!;
  const node = names.tree?.nodes.find((one) => one.id === item.id);
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
  const label = standing.risen ? fullName(names, standing.key) : metricName(names, item.id);
  const open = props.onOpen ? (): void => props.onOpen?.(standing.key) : null;
  const name = `card row is-${card.status} state-${card.state}${card.muted ? ' muted' : ''}`;
  return (
    <li class={item.influence ? 'influence' : ''}>
      <article class={name} {...pressable(open)}>
        <span class="icon">
          <StatusShape status={card.status} state={card.state} />
        </span>
        <span class="names">
          <bdi class="label">{label}</bdi>
          <Target card={card} />
        </span>
        <span class="value">
          <Value card={card} />
        </span>
        <span class={`slot aside tone-${card.asideTone}`}>{card.aside}</span>
      </article>
      {item.children.length > 0 && (
        <ul>
          {item.children.map((child) => (
            <Row key={child.id} {...props} item={child} />
          ))}
        </ul>
      )}
    </li>
  );
}
