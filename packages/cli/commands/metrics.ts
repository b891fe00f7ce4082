/** `sapwood metrics`: the reference of all metrics, out of their definitions (design D12). */
import { CATALOGUE, type MetricDefinition, metricDefinition } from '@sapwood/core/catalogue';
import { nearest } from '@sapwood/core/suggest';
import { UserError } from '../exit.ts';
import { print } from './shared.ts';

const FORM_TEXTS: Readonly<Record<MetricDefinition['form'], string>> = {
  COUNT: 'count',
  RATIO: 'share',
  DUR: 'durations',
  MONEY: 'money',
  GAUGE: 'as it stands now',
};
const BETTER_TEXTS = { '-1': 'lower is better', '0': 'neither is better', '1': 'higher is better' };
const GRADE_TEXTS: Readonly<Record<MetricDefinition['grade'], string>> = {
  E: 'exact on what Pylon tells',
  B: 'dated between two looks',
  S: 'estimated',
  F: 'exact with a feed',
  P: 'stands for what cannot be seen',
};

export interface MetricsOptions {
  readonly json?: boolean;
}

export function metrics(id: string | undefined, options: MetricsOptions): void {
  const chosen = id === undefined ? CATALOGUE : [definitionOf(id)];
  if (options.json) print(chosen, true);
  else process.stdout.write(`${chosen.map(textOf).join('\n\n')}\n`);
}

function definitionOf(id: string): MetricDefinition {
  const known = metricDefinition(id);
  if (known) return known;
  const near = nearest(
    id,
    CATALOGUE.map((metric) => metric.id),
  );
  throw new UserError(
    near
      ? `There is no metric "${id}" - did you mean "${near}"?`
      : `There is no metric "${id}"; sapwood metrics lists them.`,
  );
}

function textOf(metric: MetricDefinition): string {
  const { id, version, form, unit, better, grade, floor, dims, label, prose } = metric;
  return [
    `${id}@${version}  ${label}`,
    `  ${prose}`,
    `  ${FORM_TEXTS[form]} in ${unit}${valueText(metric)}; ${BETTER_TEXTS[`${better}`]}; ${GRADE_TEXTS[grade]}`,
    `  from ${sourcesOf(metric)}${needsOf(metric)}`,
    `  by ${dims.length === 0 ? 'nothing' : dims.join(', ')}${floor > 0 ? `; no colour below n ${floor}` : ''}`,
  ].join('\n');
}

function valueText({ form, headline, waiting }: MetricDefinition): string {
  const value = form === 'DUR' ? `, shown by the ${headline === 'mean' ? 'mean' : 'median'}` : '';
  return waiting
    ? `${value}, with who is owed ${waiting === 'first' ? 'the first' : 'a'} reply`
    : value;
}

function needsOf({ needsMessages, needsTarget }: MetricDefinition): string {
  const needs = [
    ...(needsMessages ? ['messages'] : []),
    ...(needsTarget ? [`a target of ${needsTarget.join(' or ')}`] : []),
  ];
  return needs.length === 0 ? '' : `; unknown without ${needs.join(' and ')}`;
}

/** The transitions, or the other metric, that it is made of. */
function sourcesOf({ form, adds, distinct, per }: MetricDefinition): string {
  if (form === 'GAUGE') return 'what stands open now';
  if (distinct) return `${distinct.num.join(', ')} among ${distinct.den.join(', ')}`;
  if (!adds) return typeof per === 'string' ? `cost over ${per}` : 'cost entries';
  return Object.entries(adds)
    .map(([kind, what]) => (what === 1 ? kind : `${kind} (${what})`))
    .join(', ');
}
