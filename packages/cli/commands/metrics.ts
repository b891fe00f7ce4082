/** `sapwood metrics`: the reference of all metrics, out of their definitions (design D12). */
import { type MetricDefinition, metricDefinition } from '@sapwood/core/catalogue';
import type { MetricSheet } from '@sapwood/core/sheet';
import { METRIC_IDS, metricSheet, SHEETS, valuelessOf } from '@sapwood/core/sheets';
import { didYouMean } from '@sapwood/core/suggest';
import { UserError } from '../exit.ts';
import { print } from './shared.ts';

const FORM_TEXTS: Readonly<Record<MetricSheet['form'], string>> = {
  COUNT: 'count',
  RATIO: 'share',
  DUR: 'durations',
  MONEY: 'money',
  GAUGE: 'as it stands now',
  COHORT: 'share, settled when nothing can change it any more',
  DIST: 'shares of classes',
  MEAN: 'average',
  VIEW: 'a view',
};
const BETTER_TEXTS = { '-1': 'lower is better', '0': 'neither is better', '1': 'higher is better' };
const GRADE_TEXTS: Readonly<Record<MetricSheet['grade'], string>> = {
  E: 'exact on what Pylon tells',
  B: 'dated between two looks',
  S: 'estimated',
  P: 'a proxy',
  F: 'exact with a feed',
};

export interface MetricsOptions {
  readonly json?: boolean;
}

export function metrics(id: string | undefined, options: MetricsOptions): void {
  const chosen = id === undefined ? SHEETS : [sheetOf(id)];
  if (options.json)
    print(
      chosen.map((sheet) => ({ ...sheet, missing: valuelessOf(sheet.id) })),
      true,
    );
  else process.stdout.write(`${chosen.map(textOf).join('\n\n')}\n`);
}

function sheetOf(id: string): MetricSheet {
  const known = metricSheet(id);
  if (known) return known;
  const help = didYouMean(id, METRIC_IDS) || '; sapwood metrics lists them.';
  throw new UserError(`There is no metric "${id}"${help}`);
}

const viewLines = ({ id, version, label, prose, viewOf }: MetricSheet): string =>
  [
    `${id}@${version}  ${label}`,
    `  ${prose}`,
    `  a view: ${valuelessOf(id)}`,
    `  ${viewOf!.metrics.map((shown) => `sapwood metrics ${shown}`).join('; ')}`,
  ].join('\n');

function textOf(sheet: MetricSheet): string {
  if (sheet.viewOf) return viewLines(sheet);
  const { id, version, form, unit, better, grade, floor, dims, dimsLater = [], label } = sheet;
  const metric = metricDefinition(id);
  const by = metric ? dims : dimsLater;
  const value = metric ? valueText(metric) : '';
  const kind = unit === 'milli' ? 'MEAN' : form;
  return [
    `${id}@${version}  ${label}`,
    `  ${sheet.prose}`,
    `  ${FORM_TEXTS[kind]} in ${unit}${value}; ${BETTER_TEXTS[`${better}`]}; ${GRADE_TEXTS[grade]}`,
    `  ${sheet.formula}`,
    `  ${metric ? `from ${sourcesOf(metric)}${needsOf(metric)}` : `unknown: ${valuelessOf(id)}`}`,
    `  by ${by.length === 0 ? 'nothing' : by.join(', ')}${floor > 0 ? `; no colour below n ${floor}` : ''}${withheldText(metric)}`,
  ].join('\n');
}

const withheldText = (metric: MetricDefinition | null): string =>
  metric?.privateBelow ? `; by assignee withheld below ${metric.privateBelow} customers` : '';

function valueText({ form, cohort, headline, waiting }: MetricDefinition): string {
  if (cohort)
    return `, open for ${cohort.days} days${cohort.chatDays ? ` (chat: ${cohort.chatDays})` : ''}`;
  const value = form === 'DUR' ? `, shown by the ${headline === 'mean' ? 'mean' : 'median'}` : '';
  return waiting
    ? `${value}, with who is owed ${waiting === 'first' ? 'the first' : 'a'} reply`
    : value;
}

function needsOf({
  needsMessages,
  needsScale,
  needsFields,
  needsTarget,
}: MetricDefinition): string {
  const needs = [
    ...(needsMessages ? ['messages'] : []),
    ...(needsScale ? ['a scale of ratings'] : []),
    ...(needsFields ? ['a tracked custom field'] : []),
    ...(needsTarget ? [`a target of ${needsTarget.join(' or ')}`] : []),
  ];
  return needs.length === 0 ? '' : `; unknown without ${needs.join(' and ')}`;
}

/** The transitions, or the other metric, that it is made of. */
function sourcesOf(metric: MetricDefinition): string {
  const { form, adds, distinct, customers, isFlow, per, hoursOf } = metric;
  if (form === 'GAUGE') return 'what stands open now';
  if (hoursOf) return `${hoursOf}, hour by hour`;
  if (distinct) return `${distinct.num.join(', ')} among ${distinct.den.join(', ')}`;
  if (customers)
    return customers === 'all' ? 'opened, by customer' : 'repeated among opened, by customer';
  if (isFlow) return Object.keys(adds ?? {}).join(' over ');
  if (!adds) return typeof per === 'string' ? `cost over ${per}` : 'cost entries';
  return Object.entries(adds)
    .map(([kind, what]) => `${kind}${amountText(what)}`)
    .join(', ');
}

type Adds = NonNullable<MetricDefinition['adds']>;

function amountText(what: Adds[keyof Adds] & {}): string {
  if (what === 1) return '';
  if (typeof what !== 'object') return ` (${what})`;
  const when = 'known' in what ? `${what.known} is known` : `by ${what.handledBy.join(' or ')}`;
  return ` (where ${when})`;
}
