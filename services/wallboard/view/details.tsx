/** What a number means and how sure it is: the desk's answer to "why". */

import { metricDefinition } from '@sapwood/core/catalogue';
import type { WindowCode } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import { ownerOf } from '@sapwood/core/tree-segments';
import type { HonestValue } from '@sapwood/protocol/honest';
import type { WireNode } from '@sapwood/protocol/tree';
import type { JSX } from 'preact';
import { alertWords } from '../model/alert-text.ts';
import { type Card, cardOf, reasonText } from '../model/card.ts';
import { clockText, deltaOf, durationParts, plain, valueParts } from '../model/format.ts';
import { fullName, metricName, ownName } from '../model/names.ts';
import { proseOf } from '../model/prose.ts';
import { rowsOf } from '../model/rows.ts';
import { usualName, WINDOW_NAMES } from '../model/windows.ts';
import type { Store } from '../store.ts';
import { Lenses } from './lenses.tsx';
import { Triangle } from './shapes.tsx';
import { Target, Value } from './value.tsx';

export interface DetailsProps {
  readonly store: Store;
  readonly seriesKey: string;
  readonly window: WindowCode;
  readonly onClose: () => void;
}

/** Of an hour of the week it is the band of its weeks. */
const intervalName = (key: string): string =>
  metricDefinition(parseSeriesKey(key)?.id ?? key)?.hoursOf
    ? 'least, most of a week'
    : '95 % interval';

const STATE_WORDS: Readonly<Record<string, string>> = {
  live: 'live',
  provisional: 'provisional: it may still change',
  partial: 'part of it is missing',
  catching_up: 'catching up',
  stale: 'stale',
  undefined: 'undefined: nothing to divide by',
  unknown: 'unknown',
};

/** A cohort is told up to where nothing in it is open any more. */
function windowText({ window: { code, to }, settled, clock, asOf }: HonestValue): string {
  const last = `last ${WINDOW_NAMES[code]}, ${clock} clock`;
  return settled?.to === to ? `${last}, up to ${plain(durationParts(asOf! - to))} ago` : last;
}

/** A view lacks nothing. */
const missingText = ({ viewBy }: WireNode, missing: string): string =>
  `${viewBy === undefined ? 'No data' : 'A view'}: ${missing}.`;

export function Details(props: DetailsProps): JSX.Element {
  const { store, seriesKey, window } = props;
  const names = store.names.value;
  const currency = store.currency.value;
  const id = parseSeriesKey(seriesKey)?.id ?? seriesKey;
  const node = names.tree?.nodes.find((one) => one.id === id);
  const owner = node ? ownerOf(node, seriesKey) : '';
  const alerts = store.alerts.value.filter((alert) => alert.series.startsWith(seriesKey));
  const source = store.source.value;
  const cardAt = (key: string): Card =>
    cardOf({
      key,
      series: store.series(key).value,
      node,
      window,
      source,
      alerts: alerts.filter((alert) => alert.series === key),
      currency,
      ageMs: store.staleAgeMs(),
    });
  const card = cardAt(seriesKey);
  const { honest } = card;
  const show = (value: number | null): string =>
    value === null || !honest ? '–' : plain(valueParts(value, honest.unit, currency));
  const rows: [string, string][] = [];
  if (honest) {
    rows.push(['state', STATE_WORDS[honest.state] ?? honest.state]);
    if (honest.reasons.length > 0)
      rows.push(['reasons', honest.reasons.map(reasonText).join(', ')]);
    rows.push(['window', windowText(honest)]);
    if (!honest.reasons.includes('privacy')) rows.push(['n', String(honest.n)]);
    if (honest.num !== null) {
      const num = honest.unit === 'ms' ? show(honest.num) : honest.num;
      rows.push(['parts', `${num} of ${honest.den}`]);
    }
    if (honest.interval) {
      const { low, high } = honest.interval;
      rows.push([intervalName(seriesKey), `${show(low)} to ${show(high)}`]);
    }
    if (honest.p50 !== null) {
      rows.push(['p50, p90, mean', [honest.p50, honest.p90, honest.mean].map(show).join(', ')]);
    }
    const against = (than: number | null): string => {
      const change = deltaOf(honest.value, than);
      return `${show(than)}${change ? ` (${change.text})` : ''}`;
    };
    rows.push(['window before', against(honest.vsPrev)]);
    if (honest.vsHow !== null) rows.push([usualName(honest.window.code), against(honest.vsHow)]);
    if (honest.lagMs !== null) rows.push(['lag', plain(durationParts(honest.lagMs))]);
    rows.push(['definition', `${honest.definition}, grade ${honest.grade}`]);
    if (honest.asOf !== null) rows.push(['as of', clockText(honest.asOf, true)]);
  }
  if (owner !== '') rows.push(['owner', owner]);
  for (const id of node?.beside ?? []) {
    const { value } = cardAt(id);
    const text = value.length === 0 ? 'no data' : plain(value);
    rows.push([`beside: ${metricName(names, id)}`, text]);
  }
  const children = rowsOf(seriesKey, node, store.keys.value);
  return (
    <aside class="details" aria-label="Details">
      <button type="button" onClick={props.onClose} aria-label="Close">
        ×
      </button>
      <h2>{fullName(names, seriesKey)}</h2>
      <p class="big">
        <Value card={card} />
      </p>
      <p>{node?.prose ?? proseOf(id)}</p>
      {node?.missing !== undefined && <p>{missingText(node, node.missing)}</p>}
      <dl>
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {alerts
        .filter((alert) => alert.series === seriesKey)
        .map((alert) => (
          <p key={alert.alertId} class="alert">
            {alert.text} {alertWords(alert, names, currency, store.ticking.value).owner}
          </p>
        ))}
      {honest && honest.shares.length > 0 && (
        <dl>
          {honest.shares.map((share) => (
            <div key={share.child}>
              <dt>{ownName(names, share.child)}</dt>
              <dd>{show(Math.round(share.share))} of the change</dd>
            </div>
          ))}
        </dl>
      )}
      {node?.lenses && (
        <Lenses store={store} lenses={node.lenses} window={window} cardAt={cardAt} />
      )}
      {children.length > 0 && (
        <dl>
          {children.map((key) => {
            const row = cardAt(key);
            return (
              <div key={key}>
                <dt>{ownName(names, key)}</dt>
                <dd>
                  {row.status === 'warning' && <Triangle />} <Value card={row} />{' '}
                  <Target card={row} />
                </dd>
              </div>
            );
          })}
        </dl>
      )}
    </aside>
  );
}
