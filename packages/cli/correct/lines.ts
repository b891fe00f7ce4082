/** What a correction changes, a line for each change: what was and comes again otherwise is one. */
import type { TransitionEvent } from '@sapwood/core/event';

type Change = Pick<
  TransitionEvent,
  'op' | 'kind' | 'at' | 'conversation' | 'number' | 'dimensions'
>;

export function changeLines(changes: readonly Change[]): readonly string[] {
  const rest = [...changes];
  const lines: string[] = [];
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    const one = next;
    const other = rest.findIndex((later) => isSame(one, later) && later.op !== one.op);
    const [partner] = other < 0 ? [] : rest.splice(other, 1);
    lines.push(partner ? pairLine(one, partner) : `${headOf(one)}${detailOf(one)}`);
  }
  return numbered(lines);
}

const isSame = (a: Change, b: Change): boolean =>
  a.conversation === b.conversation && a.kind === b.kind && a.at === b.at;

function headOf({ op, kind, at, conversation, number }: Change): string {
  const named = number === null ? conversation : `${conversation} (#${number})`;
  return `${op} ${kind} ${new Date(at).toISOString()} ${named}`;
}

/** Which correction says so is told once, below all. */
const namesIn = (...changes: readonly Change[]): string[] =>
  [...new Set(changes.flatMap(({ dimensions }) => Object.keys(dimensions)))]
    .filter((name) => name !== 'correction')
    .sort();

function detailOf(change: Change): string {
  const { dimensions } = change;
  const told = namesIn(change).filter((name) => dimensions[name] !== '__none__');
  return told.map((name) => ` ${name}=${dimensions[name]}`).join('');
}

function pairLine(one: Change, other: Change): string {
  const [before, after] = one.op === 'retract' ? [one, other] : [other, one];
  const differ = namesIn(before, after).filter(
    (name) => before.dimensions[name] !== after.dimensions[name],
  );
  const said = ({ dimensions }: Change, name: string): string => dimensions[name] ?? 'nothing';
  const what = differ.map((name) => ` ${name}: ${said(before, name)} -> ${said(after, name)}`);
  const head = headOf(after).replace('add ', 'change ');
  return what.length === 0
    ? `${head}${detailOf(after)}, of another amount`
    : `${head}${what.join(',')}`;
}

/** What no dimension tells apart, such as two notes of one moment, is one line with its number. */
function numbered(lines: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  for (const line of lines) times.set(line, (times.get(line) ?? 0) + 1);
  return [...times].map(([line, n]) => (n === 1 ? line : `${line} (${n} times)`));
}
