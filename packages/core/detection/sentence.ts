/** The cause in one sentence (anomaly.md 12.3). It says only numbers that stand in the record. */

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import type { TreeNode } from '../tree/tree.ts';
import type { MetricShape } from '../tree/units.ts';
import type { AlertPhase } from './alert.ts';
import type { Cause } from './cause.ts';
import { parseFeedKey } from './feeds.ts';
import type { Plan, Segment } from './plan.ts';

export interface SentenceInput {
  readonly plan: Plan;
  readonly segment: Segment;
  readonly nodes: ReadonlyMap<string, TreeNode>;
  readonly phase: AlertPhase;
  readonly value: number;
  readonly bound: number;
  readonly cause: Cause;
  readonly currency: string;
}

export function sentenceOf(input: SentenceInput): string {
  return [`${subject(input)}.`, comparison(input), explanation(input)]
    .filter((part) => part !== '')
    .join(' ');
}

function subject(input: SentenceInput): string {
  const { plan, phase, value, segment } = input;
  const show = shower(input);
  const where = segment === '' ? '' : ` (${segmentLabel(segment)})`;
  const name = `${plan.node.label}${where}`;
  const what: Record<Plan['rule']['on'], string> = {
    value: `${name} ${show(value)} in ${duration(plan.rule.overMs)}`,
    waiting: `${name}: ${show(value)} waiting`,
    oldest: value === 0 ? `${name}: nobody waits` : `${name}: the oldest waits ${show(value)}`,
  };
  return `${what[plan.rule.on]}, ${relation(phase, plan, show, input.bound)}`;
}

function relation(
  phase: AlertPhase,
  { rule }: Plan,
  show: (value: number) => string,
  bound: number,
): string {
  const isOver = phase === 'pending' || phase === 'open';
  if (!isOver) return `back ${rule.direction === 'above' ? 'under' : 'over'} its bound`;
  return `bound ${show(bound)}`;
}

const REFERENCE_WORDS: Readonly<Record<Cause['reference'], string>> = {
  week_before: 'a week earlier',
  span_before: 'the span before',
  no_reference: '',
};

function comparison(input: SentenceInput): string {
  const { cause, plan } = input;
  if (cause.before === null || cause.delta === null) return '';
  const percent =
    cause.before > 0 ? ` (${signed(Math.round((100 * cause.delta) / cause.before))} %)` : '';
  const all = plan.rule.on === 'waiting' && input.segment !== '' ? ' in all' : '';
  const words = REFERENCE_WORDS[cause.reference];
  return `${capital(words)}: ${shower(input)(Math.round(cause.before))}${all}${percent}.`;
}

/** "Explains" only along identity edges and exact splits; a leaf does not explain itself. */
function explanation(input: SentenceInput): string {
  const { cause, plan, segment } = input;
  const top = cause.drivers[0];
  if (top === undefined || cause.delta === null || cause.delta === 0) return '';
  const feed = parseFeedKey(top.key);
  const isItself = feed.base === plan.base && (feed.segment === segment || feed.segment === '');
  if (isItself && plan.rule.on === 'value') return '';
  const name =
    feed.base === plan.base
      ? segmentLabel(feed.segment)
      : (input.nodes.get(feed.base)?.label ?? feed.base);
  const share = Math.round((100 * top.share) / cause.delta);
  const amount = shower(input)(Math.abs(Math.round(top.share)));
  return `${capital(name)} explains ${top.share < 0 ? '-' : '+'}${amount} (${share} %).`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

function segmentLabel(segment: Segment): string {
  return decodeURIComponent(segment.slice(segment.indexOf('=') + 1)).replaceAll('_', ' ');
}

/** A value as text in the plan's unit. */
function shower({ plan, currency }: SentenceInput): (value: number) => string {
  const shows: Readonly<Record<MetricShape['unit'], (value: number) => string>> = {
    count: String,
    ms: duration,
    ppm: (value) => `${decimal(value / 10_000, 10)} %`,
    micro: (value) => `${decimal(value / 1_000_000, 100)} ${currency}`,
    milli: (value) => decimal(value / 1_000, 100),
  };
  return shows[plan.unit];
}

/** `scale` 100 gives two digits. */
function decimal(value: number, scale: number): string {
  const whole = Math.round(Math.abs(value) * scale);
  const sign = value < 0 && whole > 0 ? '-' : '';
  const fraction = String(scale + (whole % scale)).slice(1);
  return `${sign}${Math.floor(whole / scale)}.${fraction}`;
}

/** `45 s`, `31 min`, `2 h 5 min`, `3 d 4 h`. */
function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const [big, small, bigName, smallName] =
    ms < DAY_MS ? [HOUR_MS, MINUTE_MS, 'h', 'min'] : [DAY_MS, HOUR_MS, 'd', 'h'];
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}
