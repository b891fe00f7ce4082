/** Windows as they lie at an instant (metrics.md 0). */
import type { WindowCode } from '@sapwood/core/metrics';
import type { Days } from './days.ts';

const MINUTE_MS = 60_000;

/** Instants [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A window as it lies at T. */
export interface Window {
  readonly code: WindowCode;
  /** Whole panes; what lies after T counts in the newest. */
  readonly now: Span;
  readonly before: Span;
  /** For money: up to the last pane edge. */
  readonly money: Span;
  readonly moneyBefore: Span;
  /** As it lay so many days back: by the clock in whole panes, by the calendar in whole local days. */
  shifted(days: number): Span;
  /** Durations are known by their buckets alone. */
  readonly inBuckets: boolean;
  /** What was distinct before it is forgotten. */
  readonly isLong: boolean;
}

const FOREVER = Number.POSITIVE_INFINITY;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function rolling(code: WindowCode, T: number, lengthMs: number, paneMs: number): Window {
  const edge = Math.floor(T / paneMs) * paneMs;
  const [from, fromBefore] = [edge - lengthMs, edge - 2 * lengthMs];
  return {
    code,
    now: { from, to: FOREVER },
    before: { from: fromBefore, to: from + paneMs },
    money: { from, to: edge },
    moneyBefore: { from: fromBefore, to: from },
    shifted: (days) => ({ from: from - days * DAY_MS, to: edge - days * DAY_MS + paneMs }),
    inBuckets: paneMs > MINUTE_MS,
    isLong: false,
  };
}

function businessDay(T: number, { business }: Days): Window {
  const { start, same } = business(1);
  const from = business(0).start;
  const edge = Math.floor(T / MINUTE_MS) * MINUTE_MS;
  return {
    code: 'bday',
    now: { from, to: FOREVER },
    before: { from: start, to: same + MINUTE_MS },
    money: { from, to: edge },
    moneyBefore: { from: start, to: same },
    shifted: (days) => {
      const then = business(days);
      return { from: then.start, to: then.same + MINUTE_MS };
    },
    inBuckets: false,
    isLong: false,
  };
}

function daily(code: WindowCode, length: number, { midnight }: Days): Window {
  return {
    code,
    now: { from: midnight(length), to: FOREVER },
    before: { from: midnight(2 * length), to: midnight(length - 1) },
    money: { from: midnight(length), to: midnight(0) },
    moneyBefore: { from: midnight(2 * length), to: midnight(length) },
    shifted: (days) => ({ from: midnight(length + days), to: midnight(days - 1) }),
    inBuckets: true,
    isLong: true,
  };
}

export const windowsAt = (T: number, days: Days): readonly Window[] => [
  ...([5, 15, 30, 60] as const).map((n) => rolling(`${n}m`, T, n * MINUTE_MS, 5_000)),
  rolling('24h', T, 24 * HOUR_MS, MINUTE_MS),
  businessDay(T, days),
  rolling('7d', T, 7 * 24 * HOUR_MS, HOUR_MS),
  daily('28d', 28, days),
  daily('90d', 90, days),
];

/** When the business day began. */
export const resetOf = (windows: readonly Window[]): number =>
  windows.find(({ code }) => code === 'bday')!.now.from;

const MINUTES: readonly WindowCode[] = ['5m', '15m', '30m', '60m'];
const LONG: readonly WindowCode[] = ['7d', '28d', '90d'];

/** Told over no more than a day (metrics.md 3: R). */
const SHORT_ALONE = ['reopens', 'channel-switches', 'backlog-net-flow'];
/** Told over no less: of the last minutes nothing is known yet. */
const NEVER_SHORTER = [
  ...['resolution-rate', 'escalation-rate-all', 'reopen-rate', 'reopen-rate-any'],
  ...['fcr-no-return', 'fcr-one-owner', 'fcr-one-touch', 'resolution-rate-no-human'],
  ...[
    'repeat-contact-rate',
    'repeat-contact-rate-any-topic',
    'tag-consistency',
    'escalation-bounce',
  ],
];

/** Told over weeks alone: of a day nothing is known, or it says too little. */
const LONG_ALONE = [
  'escalation-rate-all',
  'customer-contact-frequency',
  'category-recurrence-rate',
  'csat-gap-ai',
];

/** And those that are told over some windows of no rule. */
const ALONE: Readonly<Record<string, readonly WindowCode[]>> = {
  'account-health-score': ['28d'],
  'account-response-time': ['7d', '28d'],
  'agent-productivity-index': ['7d', '28d'],
  'agent-specialisation': ['28d', '90d'],
  'knowledge-gap-score': ['28d'],
  'tag-cooccurrence': ['24h', 'bday', '7d'],
};

export function isTold(metric: string, { code }: Window): boolean {
  if (ALONE[metric]) return ALONE[metric].includes(code);
  if (LONG_ALONE.includes(metric)) return LONG.includes(code);
  if (SHORT_ALONE.includes(metric)) return !LONG.includes(code);
  return !NEVER_SHORTER.includes(metric) || !MINUTES.includes(code);
}
