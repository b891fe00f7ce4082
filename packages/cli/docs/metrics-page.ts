/** The reference of all metrics as a page, out of their sheets (design D12). */
import { metricDefinition } from '@sapwood/core/catalogue';
import { WINDOW_CODES } from '@sapwood/core/metrics';
import { type MetricSheet, NEEDS } from '@sapwood/core/sheet';
import { missingOf, SHEETS } from '@sapwood/core/sheets';
import type { Evidence } from './evidence.ts';

const BETTER = { '-1': 'lower', '0': 'neither', '1': 'higher' } as const;
const COLUMNS = [
  'id',
  'what it means',
  'formula',
  'form, unit',
  'better',
  'windows',
  'by',
  'needs',
  'grade',
  'changes',
  'answers',
] as const;
const WEEK = 'after a simulated week';

export function metricsPage(
  evidenceOf: (id: string) => Evidence,
  weekOf: (id: string) => string,
): string {
  const computed = SHEETS.filter(({ id }) => metricDefinition(id) !== null);
  const views = SHEETS.filter(({ viewOf }) => viewOf);
  const planned = SHEETS.filter(({ id }) => missingOf(id) !== null);
  return `${[
    '# Metrics',
    '',
    'Written by `npm run docs` from the definitions in `packages/core/metrics/catalogue`; a change here is lost.',
    '`sapwood metrics ID` tells one of them.',
    '',
    '- **Formula**: `W` is the window, `#e(W)` the number of transitions `e` in it, `X` 7 days (chat: 72 h).',
    `- **Windows** are those of the definition; computed are ${WINDOW_CODES.join(', ')}.`,
    '- **By**: rows are kept of channel and team, of the classes of a DIST, and of what a tree is told `by`;',
    '  *in italics* what is not counted yet.',
    '- **Grade**: E exact on what Pylon tells; B dated between two looks; S estimated; P a proxy; F exact with a feed that Pylon lacks.',
    '- **Below n** a value gets no colour, rank or alert. Units: ms, ppm (a millionth), micro (a millionth of the currency), milli (a thousandth).',
    '- **Withheld**: of one person it is told where that many customers said it in the window (`privacy`), and where it would not give away another.',
    `- **Needs** beyond issues, messages and threads: ${Object.entries(NEEDS)
      .map(([need, text]) => `*${need}* (${text})`)
      .join('; ')}.`,
    '- **Oracle**: each computed metric is worked out a second time, by arrays and sorts, and compared with the fold over random',
    '  conversations (`packages/cli/verify/*-against-oracle.property.test.ts`) and over your own log (`sapwood verify`).',
    '- **After a simulated week**: what it comes to for a simulated desk of twelve agents that declares all it can, over seven days',
    '  or the longest window up to that, on the wall clock; or why it has no value (`packages/cli/docs/week.ts`).',
    '',
    `## Computed: ${computed.length}`,
    '',
    ...table([...COLUMNS, 'test', 'oracle', WEEK], computed, (sheet) => {
      const { test, oracle } = evidenceOf(sheet.id);
      return [...cellsOf(sheet), fileCell(test), fileCell(oracle), weekOf(sheet.id)];
    }),
    '',
    `## Views: ${views.length}`,
    '',
    'A name over other metrics, without a number of its own: in a tree it is a node above these, each told by that dimension.',
    '',
    ...table(['id', 'what it means', 'shows'], views, ({ id, version, label, prose, formula }) => [
      `\`${id}\`@${version}`,
      `**${label}.** ${prose}`,
      formula,
    ]),
    '',
    `## Known, and not computed yet: ${planned.length}`,
    '',
    'A tree may name them: they are unknown, with what is missing.',
    '',
    ...table([...COLUMNS, WEEK], planned, (sheet) => [
      ...cellsOf(sheet),
      `unknown: ${missingOf(sheet.id)}`,
    ]),
  ].join('\n')}\n`;
}

function table(
  columns: readonly string[],
  sheets: readonly MetricSheet[],
  rowOf: (sheet: MetricSheet) => readonly string[],
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...sheets.map((s) => line(rowOf(s)))];
}

/** A bar would end the cell. */
const escaped = (cell: string): string => cell.replaceAll('|', '\\|');

function cellsOf(sheet: MetricSheet): readonly string[] {
  const { id, version, label, prose, form, unit, better, floor, dims, dimsLater = [] } = sheet;
  const later = dimsLater.filter((one) => !(dims as readonly string[]).includes(one));
  const below = floor === 0 ? '' : `; below n ${floor}`;
  const { privateBelow: least } = metricDefinition(id) ?? {};
  const withheld = least === undefined ? '' : `; by assignee withheld below ${least} customers`;
  return [
    `\`${id}\`@${version}`,
    `**${label}.** ${prose}`,
    sheet.formula,
    `${form}, ${unit}${sheet.additive ? ', adds up' : ''}${below}${withheld}`,
    BETTER[`${better}`],
    windowsOf(sheet),
    [...dims, ...later.map((one) => `*${one}*`)].join(', ') || 'nothing',
    sheet.needs.join(', ') || 'nothing more',
    sheet.grade,
    sheet.frequency,
    `${sheet.owner} (${sheet.source})`,
  ];
}

function windowsOf({ windows }: MetricSheet): string {
  if (typeof windows === 'string') return windows;
  return windows.length === 0 ? 'now' : windows.join(', ');
}

const fileCell = (path: string | null): string =>
  path === null ? 'none names it' : `[${path.split('/').at(-1)}](../${path})`;
