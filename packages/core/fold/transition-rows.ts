/** Transitions as rows of stored text, and the chapter that some of them stand for. */
import type { Past } from '../conversation/chapter.ts';
import {
  AMOUNTS,
  type Amounts,
  type Dimensions,
  DURATIONS,
  HANDLERS,
  TRANSITION_KINDS,
  type Transition,
} from '../conversation/transition.ts';
import { CLOSERS } from '../facts/fact.ts';

export type Bit = 0 | 1;
export const bit = (value: boolean): Bit => (value ? 1 : 0);

export type TransitionRow = readonly [
  kind: number,
  at: number,
  atMin: number | null,
  live: Bit,
  dims: number,
  ms: number | null,
  courtesy?: Bit,
  /** Place in the list, from 1; 0: it rests on no close. */
  closedBy?: number,
  /** Which of `AMOUNTS` are there, a bit each, and these in their order. */
  amounts?: readonly number[],
  /** In the order of `DURATIONS`. */
  open?: readonly (number | null)[],
  fields?: string,
  /** Place in the list, from 1; 0: whoever has handled it by now. */
  by?: number,
];

type OwnSla = NonNullable<Past['resolutionSla']>;
/** What of a chapter stands for good: as rows, for the same transitions stand in the list. */
export type PastRow = Omit<
  Past,
  'opened' | 'closed' | 'rated' | 'removed' | 'resolved' | 'resolutionSla'
> & {
  readonly opened?: TransitionRow;
  readonly closed?: { readonly told: TransitionRow; readonly isReturned: boolean };
  readonly rated?: TransitionRow;
  readonly removed?: readonly TransitionRow[];
  readonly resolved: TransitionRow | null;
  readonly resolutionSla?: Omit<OwnSla, 'met'> & { readonly met: TransitionRow | null };
};

/** Ends with the last that says something. */
export function transitionRow(t: Transition, dims: number): TransitionRow {
  const kind = TRANSITION_KINDS.indexOf(t.kind);
  const row = [kind, t.at, t.atMin, bit(t.live), dims, t.ms] as const;
  const { courtesy, closedBy, amounts, open, fields = '', by } = t;
  const rest = [
    bit(courtesy === true),
    closedBy === undefined ? 0 : CLOSERS.indexOf(closedBy) + 1,
    amounts ? amountsRow(amounts) : [],
    open ? rowOf(DURATIONS, open) : [],
    fields,
    by ? HANDLERS.indexOf(by) + 1 : 0,
  ] as const;
  const length = rest.findLastIndex((one) => (typeof one === 'number' ? one > 0 : one.length > 0));
  return [...row, ...rest.slice(0, length + 1)] as unknown as TransitionRow;
}

export function transitionOf(row: TransitionRow, dims: readonly Dimensions[]): Transition {
  const [kind, at, atMin, live, index, ms, courtesy, closer = 0, ...rest] = row;
  const [amounts = [], open = [], fields, by = 0] = rest;
  return {
    kind: TRANSITION_KINDS[kind]!,
    at,
    atMin,
    live: live === 1,
    dims: dims[index]!,
    ms,
    ...(amounts.length > 0 ? { amounts: amountsOf(amounts) } : {}),
    ...(open.length > 0 ? { open: namedOf(DURATIONS, open) } : {}),
    ...(closer > 0 ? { closedBy: CLOSERS[closer - 1]! } : {}),
    ...(courtesy ? { courtesy: true as const } : {}),
    ...(fields ? { fields } : {}),
    ...(by > 0 ? { by: HANDLERS[by - 1]! } : {}),
  };
}

export function pastRow(past: Past, rowOf: (t: Transition) => TransitionRow): PastRow {
  const { opened, closed, rated, removed, resolved, resolutionSla, ...rest } = past;
  const met = resolutionSla?.met;
  return {
    ...rest,
    resolved: resolved && rowOf(resolved),
    ...(opened ? { opened: rowOf(opened) } : {}),
    ...(closed ? { closed: { ...closed, told: rowOf(closed.told) } } : {}),
    ...(rated ? { rated: rowOf(rated) } : {}),
    ...(removed ? { removed: removed.map(rowOf) } : {}),
    ...(resolutionSla ? { resolutionSla: { ...resolutionSla, met: met ? rowOf(met) : null } } : {}),
  };
}

export function pastOf(row: PastRow, of: (row: TransitionRow) => Transition): Past {
  const { opened, closed, rated, removed, resolved, resolutionSla, ...rest } = row;
  const met = resolutionSla?.met;
  return {
    ...rest,
    resolved: resolved && of(resolved),
    ...(opened ? { opened: of(opened) } : {}),
    ...(closed ? { closed: { ...closed, told: of(closed.told) } } : {}),
    ...(rated ? { rated: of(rated) } : {}),
    ...(removed ? { removed: removed.map(of) } : {}),
    ...(resolutionSla ? { resolutionSla: { ...resolutionSla, met: met ? of(met) : null } } : {}),
  };
}

/** Few of them are there of any one. */
function amountsRow(amounts: Amounts): number[] {
  const there = AMOUNTS.filter((name) => amounts[name] !== undefined);
  if (there.length === 0) return [];
  const mask = there.reduce((bits, name) => bits | (1 << AMOUNTS.indexOf(name)), 0);
  return [mask, ...there.map((name) => amounts[name]!)];
}

function amountsOf([mask = 0, ...numbers]: readonly number[]): Amounts {
  const there = AMOUNTS.filter((_, i) => (mask & (1 << i)) !== 0);
  return Object.fromEntries(there.map((name, i) => [name, numbers[i]!]));
}

/** Numbers by name in the order of their names, up to the last that is there. */
function rowOf<N extends string>(
  names: readonly N[],
  numbers: Readonly<Partial<Record<N, number>>>,
): (number | null)[] {
  const row = names.map((name) => numbers[name] ?? null);
  return row.slice(0, row.findLastIndex((value) => value !== null) + 1);
}

function namedOf<N extends string>(
  names: readonly N[],
  row: readonly (number | null)[],
): Partial<Record<N, number>> {
  const numbers: Partial<Record<N, number>> = {};
  for (const [i, value] of row.entries()) if (value !== null) numbers[names[i]!] = value;
  return numbers;
}
