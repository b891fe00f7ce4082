/** `sapwood metrics`: the reference of all metrics, out of their definitions (design D12). */
import { type MetricDefinition, metricDefinition } from '@sapwood/core/catalogue';
import { EVEN_WEIGHTS, type HealthWeights } from '@sapwood/core/config';
import { SCORE_TERMS } from '@sapwood/core/scores';
import { type MetricSheet, NEEDS } from '@sapwood/core/sheet';
import { METRIC_IDS, metricSheet, missingOf, SHEETS, valuelessOf } from '@sapwood/core/sheets';
import { didYouMean } from '@sapwood/core/suggest';
import { UserError } from '../exit.ts';
import { wantsOf } from '../tree/wants.ts';
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
const UNIT_TEXTS: Readonly<Partial<Record<MetricSheet['unit'], string>>> = {
  ppm: 'ppm (a millionth)',
  milli: 'milli (a thousandth)',
  micro: 'micro (a millionth of the currency)',
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

function viewText(sheet: MetricSheet): string {
  const { id, version, label, prose, viewOf } = sheet;
  return [
    `${id}@${version}  ${label}`,
    `  ${prose}`,
    `  a view: ${valuelessOf(id)}`,
    ...lastLines(sheet),
    `  ${viewOf!.metrics.map((shown) => `sapwood metrics ${shown}`).join('; ')}`,
  ].join('\n');
}

function textOf(sheet: MetricSheet): string {
  if (sheet.viewOf) return viewText(sheet);
  const { id, version, form, unit, better, grade, floor, dims, dimsLater = [], label } = sheet;
  const metric = metricDefinition(id);
  const by = metric ? dims : dimsLater;
  const value = metric ? valueText(metric) : '';
  const kind = unit === 'milli' ? 'MEAN' : form;
  return [
    `${id}@${version}  ${label}`,
    `  ${sheet.prose}`,
    `  ${FORM_TEXTS[kind]} in ${UNIT_TEXTS[unit] ?? unit}${value}; ${BETTER_TEXTS[`${better}`]}; ${GRADE_TEXTS[grade]}`,
    `  ${sheet.formula}`,
    `  ${metric ? `from ${sourcesOf(metric)}${needsOf(metric)}` : `unknown: ${valuelessOf(id)}`}`,
    ...(metric?.composite ? scoreLines(metric.composite) : []),
    `  by ${by.length === 0 ? 'nothing' : by.join(', ')}${floor > 0 ? `; no colour below n ${floor}` : ''}${withheldText(metric)}`,
    ...lastLines(sheet),
  ].join('\n');
}

/** Over what it is told, what has to be there for it, and who is asked about it. */
function lastLines({ id, windows, frequency, needs, owner }: MetricSheet): readonly string[] {
  const over = typeof windows === 'string' ? windows : windows.join(', ') || 'now';
  const declared = wantsOf({ nodes: [{ id, by: [] }] }, null);
  return [
    `  over ${over}; changes ${frequency}; usually answered for by ${owner}`,
    ...(needs.length === 0 || missingOf(id) !== null
      ? []
      : [`  needs ${needs.map((need) => NEEDS[need]).join('; ')}`]),
    ...declared.map(({ write, at }) => `  to be declared below ${at} of sapwood.yaml: ${write}`),
  ];
}

/** What a score is made of, and what its parts weigh. */
function scoreLines({ kind, each, of, within }: Composite): readonly string[] {
  const { parts, least, leastN } = SCORE_TERMS[kind];
  const weights =
    kind === 'health'
      ? `${parts.map((part) => `${part} ${EVEN_WEIGHTS[part as keyof HealthWeights]}`).join(', ')}, unless healthWeights of the workspace says otherwise`
      : `${parts.join(', ')}, one as much as another`;
  return [
    `  weights: ${weights}; ${least} of them must be known${leastN > 0 ? `, and n be ${leastN}` : ''}`,
    `  scored is each ${each}${within ? `, within ${within} too` : ''}: sapwood get '${of[0]}{${each}=…}' shows what it is read from`,
  ];
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

type Composite = NonNullable<MetricDefinition['composite']>;

/** The transitions, or the other metrics, that it is made of. */
function sourcesOf(metric: MetricDefinition): string {
  const { form, adds, distinct, customers, isFlow, per, hoursOf, composite } = metric;
  if (composite) return [...composite.of, ...addsText(adds)].join(', ');
  if (form === 'GAUGE') return 'what stands open now';
  if (hoursOf) return `${hoursOf}, hour by hour`;
  if (distinct) return `${distinct.num.join(', ')} among ${distinct.den.join(', ')}`;
  if (customers)
    return customers === 'all' ? 'opened, by customer' : 'repeated among opened, by customer';
  if (isFlow) return Object.keys(adds ?? {}).join(' over ');
  if (!adds) return typeof per === 'string' ? `cost over ${per}` : 'cost entries';
  return addsText(adds).join(', ');
}

const addsText = (adds: MetricDefinition['adds'] = {}): string[] =>
  Object.entries(adds).map(([kind, what]) => `${kind}${amountText(what)}`);

type Adds = NonNullable<MetricDefinition['adds']>;

function amountText(what: Adds[keyof Adds] & {}): string {
  if (what === 1) return '';
  if (what === 0) return ' (counted among, not counted)';
  if (typeof what !== 'object') return ` (${what})`;
  const when = 'known' in what ? `${what.known} is known` : `by ${what.handledBy.join(' or ')}`;
  return ` (where ${when})`;
}
