/**
 * Values as OpenMetrics 1.0 text: a gauge for each metric, in base units, with the words of its sheet. A
 * number that cannot be relied on now is left out: what is scraped has no room for a state beside it, and
 * a gap is seen where a frozen line is not.
 */
import { parseSeriesKey, type Unit } from '@sapwood/core/metrics';
import { metricSheet } from '@sapwood/core/sheets';
import type { HonestState, HonestValue } from '@sapwood/protocol/honest';

export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const PREFIX = 'sapwood_metric';
const UNRELIABLE: ReadonlySet<HonestState> = new Set(['unknown', 'stale', 'catching_up']);

export interface Exposed {
  /** Any order; series of one metric are told together. */
  readonly values: readonly HonestValue[];
  /** ISO 4217: the unit of money. */
  readonly currency: string;
  /** Log time of the newest frame, and up to where the sources are known, epoch ms; null: not known. */
  readonly asOf: number | null;
  readonly watermark: number | null;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

interface Family {
  readonly name: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export function openMetricsText(exposed: Exposed): string {
  const { asOf, watermark } = exposed;
  const known = exposed.values.filter(({ state }) => !UNRELIABLE.has(state));
  const ids = [...new Set(known.map(({ key }) => idOf(key)))].sort();
  const families = [
    ...ids.map((id) => valueFamily(id, ofMetric(known, id), exposed.currency)),
    ...countFamilies(known),
    instant('as_of', 'Log time of the newest frame: what is told holds as of then.', asOf),
    instant('covered', 'Up to when every source is known.', watermark),
  ];
  return `${families.flatMap(linesOf).join('\n')}\n# EOF\n`;
}

const idOf = (key: string): string => parseSeriesKey(key)!.id;
const ofMetric = (values: readonly HonestValue[], id: string): HonestValue[] =>
  values.filter(({ key }) => idOf(key) === id);

/** What a duration has beside its value, which is the median. */
const STATISTICS = ['mean', 'p50', 'p90', 'max'] as const;

function valueFamily(id: string, values: readonly HonestValue[], currency: string): Family {
  const sheet = metricSheet(id);
  const { unit } = values[0]!;
  const base = baseUnit(unit, currency);
  const samples = values.flatMap((value) => {
    const labels = labelsOf(value);
    const own = sample(labels, value.value, unit);
    if (unit !== 'ms') return own;
    const parts = STATISTICS.map((stat) => sample({ ...labels, stat }, value[stat], unit));
    return [...own, ...parts.flat()];
  });
  const name = `${PREFIX}_${id.replaceAll('-', '_')}`;
  return {
    // Ids such as `issues-created` would end like a sample of another type.
    name: `${name}_${base === '' ? 'value' : base}`,
    ...{ unit: base, help: sheet ? `${sheet.label}. ${sheet.prose}` : id, samples },
  };
}

/** Of every metric: how much a value rests on, and who waits behind a duration. */
function countFamilies(values: readonly HonestValue[]): Family[] {
  const of = (name: string, help: string, read: (value: HonestValue) => number | null): Family => ({
    name: `${PREFIX}_${name}`,
    ...{ unit: '', help },
    samples: values.flatMap((value) =>
      sample({ metric: idOf(value.key), ...labelsOf(value) }, read(value), 'count'),
    ),
  });
  const since = of('oldest_wait_timestamp', 'Since when the oldest of them waits.', (v) => v.since);
  return [
    of('n', 'How many cases a value rests on.', ({ n }) => n),
    of('waiting', 'Who waits now for what the metric measures.', ({ waiting }) => waiting),
    {
      ...since,
      ...{ name: `${since.name}_seconds`, unit: 'seconds' },
      samples: since.samples.map((one) => ({ ...one, value: decimal(Number(one.value), 3) })),
    },
  ];
}

function instant(name: string, help: string, at: number | null): Family {
  const family = { name: `${PREFIX}_${name}_timestamp_seconds`, unit: 'seconds', help };
  return { ...family, samples: at === null ? [] : [{ labels: {}, value: decimal(at, 3) }] };
}

function labelsOf({ key, window, clock }: HonestValue): Record<string, string> {
  return { window: window.code, clock, ...parseSeriesKey(key)!.dims };
}

function sample(labels: Sample['labels'], value: number | null, unit: Unit): Sample[] {
  return value === null ? [] : [{ labels, value: decimal(value, DIGITS[unit]) }];
}

const DIGITS: Readonly<Record<Unit, number>> = { count: 0, ms: 3, ppm: 6, micro: 6, milli: 3 };

function baseUnit(unit: Unit, currency: string): string {
  if (unit === 'ms') return 'seconds';
  if (unit === 'ppm') return 'ratio';
  return unit === 'micro' ? currency.toLowerCase() : '';
}

/** An integer with its last digits behind the point, exactly. */
function decimal(value: number, digits: number): string {
  const sign = value < 0 ? '-' : '';
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  const [whole, fraction] = [text.slice(0, text.length - digits), text.slice(text.length - digits)];
  const rest = digits === 0 ? '' : fraction.replace(/0+$/, '');
  return `${sign}${whole}${rest === '' ? '' : `.${rest}`}`;
}

function linesOf({ name, unit, help, samples }: Family): string[] {
  if (samples.length === 0) return [];
  return [
    `# TYPE ${name} gauge`,
    ...(unit === '' ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(({ labels, value }) => `${name}${braced(labels)} ${value}`),
  ];
}

function braced(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
