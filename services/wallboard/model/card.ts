/** What a card shows of one series: words, status and tone, decided without a browser. */
import type { Alert } from '@sapwood/core/alert';
import { metricDefinition } from '@sapwood/core/catalogue';
import type { Series, Unit, WindowCode } from '@sapwood/core/metrics';
import { parseSeriesKey } from '@sapwood/core/metrics';
import type { Target } from '@sapwood/core/tree';
import { targetOf } from '@sapwood/core/tree-segments';
import type { HonestState, HonestValue, SourceState } from '@sapwood/protocol/honest';
import { honestValue, missesTarget } from '@sapwood/protocol/honest';
import type { WireNode } from '@sapwood/protocol/tree';
import { type Delta, deltaOf, durationParts, type Part, plain, valueParts } from './format.ts';
import { cellShown, otherWindow } from './windows.ts';

export const STATUSES = ['normal', 'better', 'pending', 'warning', 'critical'] as const;
export type Status = (typeof STATUSES)[number];

/** A change smaller than this is as usual; there is no band to ask yet. */
const NOTABLE_RATIO = 0.2;

export interface Card {
  readonly key: string;
  readonly unit: Unit;
  readonly state: HonestState;
  readonly status: Status;
  readonly value: readonly Part[];
  /** In the place of a number that nobody knows. */
  readonly words: string;
  /** Beside the value: "part", "~", or nothing. */
  readonly mark: '' | '~' | 'part';
  /** In the delta's place: a change, an age, a sample size or a reason. */
  readonly aside: string;
  readonly asideTone: 'usual' | 'better' | 'worse';
  /** No sign where it is a band. */
  readonly target: { readonly op: Target['op'] | null; readonly text: string } | null;
  readonly muted: boolean;
  readonly honest: HonestValue | null;
}

export interface CardInput {
  readonly key: string;
  readonly series: Series | undefined;
  readonly node: WireNode | undefined;
  readonly window: WindowCode;
  readonly source: SourceState;
  /** Alerts of this card's series, and of what it hides. */
  readonly alerts: readonly Alert[];
  readonly currency: string;
  /** How old the data is where it is stale; null elsewhere. */
  readonly ageMs: number | null;
  /** Server time by which waits tick; left out, a card shows its window's value only. */
  readonly ticking?: number;
}

const REASONS: Readonly<Record<string, string>> = {
  no_frame: 'no feed',
  source_silent: 'source silent',
  source_never_spoke: 'no source yet',
  source_late: 'source late',
  body_only: 'from bodies only',
  window_filling: 'filling',
  no_cost_feed: 'no costs yet',
  privacy: 'withheld: fewer than 5 customers',
};

export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason.replace(/_/g, ' ');
}

export function statusOfAlerts(alerts: readonly Alert[]): Status {
  let worst: Status = 'normal';
  for (const alert of alerts) {
    const one: Status =
      alert.status === 'pending' ? 'pending' : alert.severity === 'high' ? 'critical' : 'warning';
    if (STATUSES.indexOf(one) > STATUSES.indexOf(worst)) worst = one;
  }
  return worst;
}

function statusOf(value: HonestValue, delta: Delta | null, alerts: readonly Alert[]): Status {
  const alerted = statusOfAlerts(alerts);
  if (alerted === 'critical' || alerted === 'warning') return alerted;
  const trusted = !value.lowN && (value.state === 'live' || value.state === 'provisional');
  if (!trusted || value.value === null) return alerted;
  if (missesTarget(value)) return 'warning';
  if (alerted === 'pending') return 'pending';
  return delta && delta.ratio * value.better >= NOTABLE_RATIO ? 'better' : 'normal';
}

/** What is in doubt besides is no reason that there is no value. */
const DOUBTS = /^(body_only|source_\w+|window_filling|unread\w*)$/;
const whyNone = (reasons: readonly string[]): string =>
  reasons.find((reason) => !DOUBTS.test(reason)) ?? reasons[0] ?? 'none';

function asideOf(value: HonestValue, usual: string, ageMs: number | null): string {
  if (value.state === 'stale' || value.state === 'unknown')
    return ageMs === null ? '' : plain(durationParts(ageMs));
  if (value.state === 'undefined') return reasonText(whyNone(value.reasons));
  if (value.lowN) return `n ${value.n}`;
  return usual;
}

const MARKS: Readonly<Partial<Record<HonestState, Card['mark']>>> = {
  partial: 'part',
  provisional: '~',
};

const NO_DATA = 'no data';

function emptyCard({ key, node, alerts, currency }: CardInput): Card {
  const metric = metricDefinition(parseSeriesKey(key)?.id ?? '');
  const target = metric && targetOf(node, key);
  return {
    key,
    unit: metric?.unit ?? 'count',
    state: 'unknown',
    status: statusOfAlerts(alerts),
    value: [],
    words: node?.viewBy === undefined ? NO_DATA : `by ${node.viewBy}`,
    mark: '',
    aside: '',
    asideTone: 'usual',
    target: metric && target ? targetShown(target, metric.unit, currency) : null,
    muted: true,
    honest: null,
  };
}

/**
 * Who waits now, where an alert is about that: a median of the answered ones would look its best in
 * the middle of an outage. null where the card's own alerts watch its value, or nothing.
 */
export function waitOf(
  series: Series | undefined,
  alert: Pick<Alert, 'on' | 'series'>,
  ticking: number,
): readonly Part[] | null {
  if (!series?.waiting || alert.series !== series.key || alert.on === 'value') return null;
  const { count, oldestSince } = series.waiting;
  if (alert.on === 'waiting') return valueParts(count, 'count', '');
  return oldestSince === null ? null : durationParts(ticking - oldestSince);
}

export function cardOf(input: CardInput): Card {
  const card = windowCard(input);
  const { alerts, series, ticking } = input;
  const worst = alerts.find((alert) => statusOfAlerts([alert]) === card.status);
  const seen = card.state !== 'stale' && card.state !== 'unknown';
  const firing = card.status === 'critical' || card.status === 'warning';
  if (!worst || !seen || !firing || ticking === undefined) return card;
  const value = waitOf(series, worst, ticking);
  if (!value) return card;
  return {
    ...card,
    value,
    mark: '',
    muted: false,
    aside: 'wait',
    asideTone: 'usual',
    target: null,
  };
}

function windowCard(input: CardInput): Card {
  const { key, series, node, currency } = input;
  const cell = series && cellShown(series, input.window);
  if (!series || !cell) return emptyCard(input);
  const honest = honestValue({
    series,
    cell,
    target: targetOf(node, key),
    audience: node?.audience ?? 'floor',
    source: input.source,
  });
  const delta = deltaOf(honest.value, honest.vsHow ?? honest.vsPrev, (difference) =>
    plain(valueParts(difference, honest.unit, currency)),
  );
  const status = statusOf(honest, delta, input.alerts);
  const blind = honest.state === 'stale' || honest.state === 'unknown';
  const muted =
    honest.state !== 'live' && honest.state !== 'partial' && honest.state !== 'provisional';
  return {
    key,
    unit: honest.unit,
    state: honest.state,
    status,
    value: honest.value === null ? [] : valueParts(honest.value, honest.unit, currency),
    words: NO_DATA,
    mark: MARKS[honest.state] ?? '',
    aside: asideOf(honest, otherWindow(cell, input.window) || (delta?.text ?? ''), input.ageMs),
    asideTone:
      blind || honest.lowN
        ? 'usual'
        : status === 'better'
          ? 'better'
          : toneOf(status, delta, honest),
    target: honest.target && targetShown(honest.target, honest.unit, currency),
    muted: muted || honest.lowN,
    honest,
  };
}

/** "4h", "60%–80%", "5s p90". */
export function targetShown(
  { op, value, upTo, of }: Target,
  unit: Unit,
  currency: string,
): NonNullable<Card['target']> {
  const amount = (of: number): string => plain(valueParts(of, unit, currency));
  const bound = upTo === undefined ? amount(value) : `${amount(value)}–${amount(upTo)}`;
  return { op: upTo === undefined ? op : null, text: of === undefined ? bound : `${bound} ${of}` };
}

/** Amber belongs to a warning that the change is part of, not to every change. */
function toneOf(status: Status, delta: Delta | null, honest: HonestValue): Card['asideTone'] {
  if (status !== 'warning' || !delta) return 'usual';
  return delta.ratio * (honest.better || -Math.sign(delta.ratio)) < 0 ? 'worse' : 'usual';
}
