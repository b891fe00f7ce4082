/** An explanation for a person: what it says at a glance, then a table of its parts. */
import type { Unit } from '@sapwood/core/metrics';
import type { ExplainedPart, ExplainedValue } from '@sapwood/protocol/explained';

type Row = readonly string[];

export function explainedLines(explained: ExplainedValue): string[] {
  const { parts, next } = explained;
  const rest = next === null ? [] : ['', `There is more: --after '${next}'`];
  if (isWithheld(explained)) return summaryOf(explained);
  return [...summaryOf(explained), '', ...tableOf(parts, explained.unit), ...rest];
}

/** What few customers said of one person: there is nothing to list. */
const isWithheld = ({ reasons }: ExplainedValue): boolean => reasons.includes('privacy');

function summaryOf(explained: ExplainedValue): string[] {
  const { key, window, clock, value, state, reasons, published, unit } = explained;
  const { parts, notes } = explained;
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
  const span = `${instant(window.from)} to ${instant(window.to)}`;
  const told = `${key}, ${window.code}, ${clock}: ${amountText(value, unit)}, ${state}${why}`;
  if (isWithheld(explained)) return [told, `${span}: withheld, too few customers said it.`];
  return [
    told,
    `${span}: ${amountText(published.value, unit)}, num ${published.num ?? '-'}, den ${published.den ?? '-'}, n ${published.n}`,
    sumsText(explained),
    ...(parts.some(({ part }) => part === 'score') ? [] : [countsText(explained)]),
    ...notes.map((note) => `It is a ${note}.`),
    ...listed('Cost by category', explained.categories, (sum) => amountText(sum, 'micro')),
    ...listed('Left out', explained.excluded, String),
  ];
}

function sumsText(explained: ExplainedValue): string {
  const { published, sums } = explained;
  if (published.value === null && published.num === null) {
    return 'There is no value, and so there are no parts.';
  }
  return sums
    ? 'The parts add up to that.'
    : `THE PARTS DO NOT ADD UP TO THAT: ${totalText(explained)}.`;
}

const totalText = ({ total, unit }: ExplainedValue): string =>
  `they come to ${amountText(total.value, unit)}, num ${total.num}, den ${total.den}, n ${total.n}`;

function countsText({ counts }: ExplainedValue): string {
  const { events, conversations, contacts, accounts, waiting, costs } = counts;
  const told = [
    `${events} in ${conversations} conversations`,
    `${contacts === null ? '' : `${contacts} contacts, `}${accounts} accounts known`,
    ...(costs > 0 ? [`${costs} cost entries`] : []),
    ...(waiting > 0 ? [`${waiting} waiting beside`] : []),
  ];
  return `${told.join('; ')}.`;
}

function listed(
  title: string,
  numbers: Readonly<Record<string, number>>,
  text: (number: number) => string,
): string[] {
  const entries = Object.entries(numbers).map(([name, number]) => `${name} ${text(number)}`);
  return entries.length === 0 ? [] : [`${title}: ${entries.join(', ')}.`];
}

const HEAD: Row = ['WHAT', 'WHICH', 'ID', 'AT', 'AMOUNT', 'ROW OR SPAN'];

function tableOf(parts: readonly ExplainedPart[], unit: Unit): string[] {
  if (parts.length === 0) return ['There is nothing in it.'];
  const rows = [HEAD, ...parts.flatMap((part) => rowsOf(part, unit))];
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}

function rowsOf(part: ExplainedPart, unit: Unit): Row[] {
  if (part.part === 'cost') {
    const { costId, category, stage, micro, from, to } = part.cost;
    const accrued = micro === null ? 'no rate' : amountText(micro, 'micro');
    return [['cost', `${category}, ${stage}`, costId, instant(from), accrued, `to ${instant(to)}`]];
  }
  if (part.part === 'score') {
    const { name, value, unit: own, weight, from } = part.score;
    const inputs = Object.entries(from).map(([input, number]) => `${input} ${number}`);
    const how = [`weight ${weight}`, ...inputs].join(', ');
    return [['score', name, '-', '-', amountText(value, own), how]];
  }
  const { id, number } = part.conversation;
  const which = number === null ? '-' : `#${number}`;
  if (part.part !== 'counted') {
    const how = part.part === 'open' ? part.state : `turn ${part.turn}`;
    return [[part.part, which, id, instant(part.since), '-', how]];
  }
  const eventUnit = unit === 'ms' ? 'ms' : 'count';
  return part.events.map(({ kind, at, amount, row, clock }) => {
    const span = clock ? `${row}, ran from ${instant(clock.from)}${pausesText(clock.paused)}` : row;
    return [kind, which, id, instant(at), amountText(amount, eventUnit), span];
  });
}

const pausesText = (paused: readonly (readonly [number, number])[]): string =>
  paused.map(([from, to]) => `, at rest ${instant(from)} to ${instant(to)}`).join('');

const instant = (at: number): string => new Date(at).toISOString();

/** Exact: nothing of it is rounded away. */
function amountText(amount: number | null, unit: Unit): string {
  if (amount === null) return 'no value';
  if (unit === 'ms') return `${amount} ms`;
  if (unit === 'ppm') return `${(amount / 10_000).toFixed(4)} %`;
  if (unit === 'micro') return (amount / 1_000_000).toFixed(6);
  if (unit === 'milli') return (amount / 1_000).toFixed(3);
  return String(amount);
}
