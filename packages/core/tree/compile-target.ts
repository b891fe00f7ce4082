/** Targets as people write them: `<=8 GBP ref`, `60-80 % ref`, `p90 <5 s`, `8 business h` (metrics.md 6). */
import type { NamedMetric } from '../metrics/sheet.ts';
import { parseQuantity } from './quantity.ts';
import { type Benchmark, STATISTICS, type Statistic, type Target } from './tree.ts';

export type ParsedTarget =
  | { readonly target: Target }
  | { readonly benchmark: Benchmark }
  | { readonly problem: string };

interface Words {
  readonly of: string | null;
  readonly op: Target['op'] | null;
  readonly low: string;
  readonly high: string | null;
  readonly isBusiness: boolean;
  readonly source: 'ref' | 'def' | null;
  readonly currency: string | null;
  /** Money in another currency than the reported one. */
  readonly isForeign: boolean;
}

const SHAPE =
  /^(?:(p\d+|mean|max)\s+)?(<=|>=|<|>)?\s*(-?\d+(?:\.\d+)?)(?:\s*-\s*(\d+(?:\.\d+)?))?\s*(business\s+)?((?!(?:ref|def)\b)[A-Za-z]+|%)?(?:\s+(ref|def))?$/;
const EXPECTED =
  'a target is written as in "<=8 GBP", ">=90 %", "60-80 %", "p90 <5 s" or "8 business h"';

/** `currency` null accepts money in any. */
export function parseTarget(
  input: unknown,
  metric: NamedMetric,
  currency: string | null,
): ParsedTarget {
  if (typeof input !== 'string' && typeof input !== 'number') return { problem: EXPECTED };
  const words = wordsOf(String(input).trim(), metric, currency);
  if (words === null) return { problem: `${EXPECTED}, got "${input}"` };
  const { isForeign, source } = words;
  if (isForeign && source !== 'ref') {
    return {
      problem: `money is reported in ${currency}: convert it, or end it with "ref" if it is a benchmark that nothing is compared with`,
    };
  }
  const problem = problemOf(words, metric);
  if (problem !== null) return { problem };
  const read = readAmounts(words, metric, currency);
  if ('problem' in read || !isForeign) return read;
  return { benchmark: { ...read.target, currency: words.currency! } };
}

function wordsOf(text: string, metric: NamedMetric, currency: string | null): Words | null {
  const match = SHAPE.exec(text);
  if (!match) return null;
  const [, of = null, op = null, low = '', high = null, business, unit = '', source = null] = match;
  const isMoney = metric.unit === 'micro' || metric.unit === 'micro/h';
  const written = isMoney && /^[A-Z]{3}$/.test(unit) ? unit : null;
  return {
    of,
    op: op as Words['op'],
    low: `${low} ${unit}`.trim(),
    high: high === null ? null : `${high} ${unit}`.trim(),
    isBusiness: business !== undefined,
    source: source as Words['source'],
    currency: written,
    isForeign: written !== null && currency !== null && written !== currency,
  };
}

function problemOf({ of, op, high, isBusiness }: Words, metric: NamedMetric): string | null {
  if (of !== null && metric.form !== 'DUR') {
    return `"${metric.id}" is one number: only durations have "${of}"`;
  }
  if (of !== null && !STATISTICS.includes(of as Statistic)) {
    return `expected one of ${STATISTICS.join(', ')}, got "${of}"`;
  }
  if (isBusiness && metric.unit !== 'ms') return 'only durations are measured in business hours';
  if (high !== null && op !== null) return 'a band has two ends and no <=, >=, < or >';
  if (high === null && op === null && metric.better === 0) {
    return 'neither more nor less of it is better: begin with <=, >=, < or >';
  }
  return null;
}

function readAmounts(
  words: Words,
  metric: NamedMetric,
  currency: string | null,
): { readonly target: Target } | { readonly problem: string } {
  const { of, op, low, high, isBusiness, source } = words;
  const money = words.currency ?? currency;
  const value = parseQuantity(low, metric.unit, money);
  if ('problem' in value) return value;
  const upTo = high === null ? null : parseQuantity(high, metric.unit, money);
  if (upTo !== null && 'problem' in upTo) return upTo;
  if (upTo !== null && upTo.value <= value.value)
    return { problem: 'a band goes from less to more' };
  // Written as a bare amount it is the bound on the side that is worse.
  const bound = metric.better === 1 || upTo !== null ? '>=' : '<=';
  return {
    target: {
      op: op ?? bound,
      value: value.value,
      ...(upTo === null ? {} : { upTo: upTo.value }),
      ...(of === null ? {} : { of: of as Statistic }),
      ...(isBusiness ? { clock: 'business' as const } : {}),
      ...(words.currency === null ? {} : { currency: words.currency }),
      ...(source === null ? {} : { source }),
    },
  };
}
