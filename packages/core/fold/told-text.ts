/** What is told of a conversation as rows and back: transitions, and what stands of it now. Dimensions once. */
import { sameDims } from '../conversation/dims.ts';
import { ALONE, type Asked, type Joined, type Opening } from '../conversation/joined.ts';
import type { Conversation, Open, RunningSla, Waiting } from '../conversation/model.ts';
import {
  DIMENSION_NAMES,
  type Dimensions,
  HANDLERS,
  NONE,
  TRANSITION_KINDS,
  type Transition,
  type TransitionKind,
} from '../conversation/transition.ts';
import { STATE_CATEGORIES } from '../facts/fact.ts';
import { parseStored, storedText, textsOf } from './stored-text.ts';
import {
  type Bit,
  bit,
  type PastRow,
  pastOf,
  pastRow,
  type TransitionRow,
  transitionOf,
  transitionRow,
} from './transition-rows.ts';

/** In the order of `DIMENSION_NAMES`, up to the last that is there; 0: none. */
type DimsRow = readonly (string | 0)[];

interface Stored {
  readonly past: PastRow | null;
  readonly marks: readonly TransitionRow[];
  readonly transitions: readonly TransitionRow[];
  readonly dims: readonly DimsRow[];
  readonly changes: readonly [state: number, team: number, assignee: number];
  readonly waiting: readonly [since: number, dims: number, turn: number, late?: 1] | null;
  readonly handledBy: number;
  readonly open: readonly [createdAt: number, dims: number, state: number, held: Bit] | null;
  /** When each clock is due; null: not as far as is known, 0: it was. */
  readonly sla: readonly [dims: number, clocks: readonly (number | null)[]] | null;
  readonly provisional: Bit;
  readonly dueAt: number | null;
  readonly asked: readonly [contact: string | 0, message: Bit, claimedAt?: number] | null;
  readonly joined: JoinedRow | null;
}

type OpeningRow = readonly [at: number, message: Bit, live: Bit] | 0;
type JoinedRow = readonly [
  repeated: Bit,
  any: Bit,
  recurred: Bit,
  afterClose: OpeningRow,
  afterClaim: OpeningRow,
];

/** What is not written. */
const EMPTY: Stored = {
  past: null,
  marks: [],
  transitions: [],
  dims: [],
  changes: [0, 0, 0],
  waiting: null,
  handledBy: 0,
  open: null,
  sla: null,
  provisional: 0,
  dueAt: null,
  asked: null,
  joined: null,
};
const EMPTY_TEXTS = textsOf(EMPTY);

/** What was derived last, and the chapter that stands for what was forgotten. */
export type Derivation = Pick<
  Conversation,
  | 'past'
  | 'marks'
  | 'transitions'
  | 'changes'
  | 'waiting'
  | 'handledBy'
  | 'open'
  | 'sla'
  | 'provisional'
  | 'dueAt'
  | 'asked'
  | 'joined'
>;

export function encodeTold(c: Derivation): string {
  const dims: Dimensions[] = [];
  const dimsIndex = (one: Dimensions): number => {
    const known = dims.findIndex((other) => sameDims(one, other));
    return known < 0 ? dims.push(one) - 1 : known;
  };
  const stored: Stored = {
    past: c.past && pastRow(c.past, (t) => transitionRow(t, dimsIndex(t.dims))),
    marks: c.marks.map((t) => transitionRow(t, dimsIndex(t.dims))),
    transitions: c.transitions.map((t) => transitionRow(t, dimsIndex(t.dims))),
    changes: [c.changes.state, c.changes.team, c.changes.assignee],
    waiting: waitingRow(c.waiting, dimsIndex),
    handledBy: HANDLERS.indexOf(c.handledBy),
    open: openRow(c.open, dimsIndex),
    sla: slaRow(c.sla, dimsIndex),
    provisional: bit(c.provisional),
    dueAt: c.dueAt,
    asked: askedRow(c.asked),
    joined: joinedRow(c.joined),
    // All of the above have named theirs by then.
    dims: dims.map(dimsRow),
  };
  return storedText(stored, EMPTY_TEXTS);
}

export function decodeTold(text: string): Derivation {
  const stored = parseTold(text);
  const dims = stored.dims.map(dimsOf);
  const [state, team, assignee] = stored.changes;
  return {
    past: stored.past && pastOf(stored.past, (row) => transitionOf(row, dims)),
    marks: stored.marks.map((row) => transitionOf(row, dims)),
    transitions: stored.transitions.map((row) => transitionOf(row, dims)),
    changes: { state, team, assignee },
    waiting: stored.waiting && waitingOf(stored.waiting, dims),
    open: stored.open && openOf(stored.open, dims),
    sla: stored.sla && slaOf(stored.sla, dims),
    provisional: stored.provisional === 1,
    dueAt: stored.dueAt,
    joined: joinedOf(stored.joined),
    ...ownersOf(stored),
  };
}

/** What a conversation counts by. */
export type Counting = Pick<Derivation, 'transitions' | 'handledBy' | 'asked' | 'past'>;
export type StoredTold = Stored;

export const parseTold = (text: string): StoredTold => parseStored(text, EMPTY);

/** Of the transitions those of some kinds: most are not asked for, and to make them is half the work. */
export function countingOf(stored: StoredTold, kinds: ReadonlySet<TransitionKind>): Counting {
  const dims: Dimensions[] = [];
  const made = (row: TransitionRow): Transition => {
    const [, , , , index] = row;
    dims[index] ??= dimsOf(stored.dims[index]!);
    return transitionOf(row, dims);
  };
  const wanted = stored.transitions.filter(([kind]) => kinds.has(TRANSITION_KINDS[kind]!));
  return {
    transitions: wanted.map(made),
    past: stored.past && pastOf(stored.past, made),
    ...ownersOf(stored),
  };
}

const ownersOf = ({ handledBy, asked }: Stored): Pick<Derivation, 'handledBy' | 'asked'> => ({
  handledBy: HANDLERS[handledBy]!,
  asked: askedOf(asked),
});

function waitingRow(
  waiting: Waiting | null,
  dimsIndex: (dims: Dimensions) => number,
): Stored['waiting'] {
  if (!waiting) return null;
  const row = [waiting.since, dimsIndex(waiting.dims), waiting.turn] as const;
  return waiting.isLate ? [...row, 1] : row;
}

function waitingOf(
  [since, index, turn, late]: NonNullable<Stored['waiting']>,
  dims: readonly Dimensions[],
): Waiting {
  return { since, turn, dims: dims[index]!, ...(late ? { isLate: true as const } : {}) };
}

/** What nothing is known of is 0. */
function dimsRow(dims: Dimensions): DimsRow {
  const row = DIMENSION_NAMES.map((name) => (dims[name] === ABSENT[name] ? 0 : dims[name]));
  return row.slice(0, row.findLastIndex((value) => value !== 0) + 1);
}

const dimsOf = (row: DimsRow): Dimensions => {
  const dims: { -readonly [K in keyof Dimensions]: string } = { ...ABSENT };
  for (const [i, value] of row.entries()) if (value !== 0) dims[DIMENSION_NAMES[i]!] = value;
  return dims;
};

const ABSENT: { readonly [K in keyof Dimensions]: string } = {
  channel: NONE,
  team: NONE,
  assignee: NONE,
  account: NONE,
  account_tier: NONE,
  priority: NONE,
  category: NONE,
  tags: '',
};

const openRow = (open: Open | null, dimsIndex: (dims: Dimensions) => number): Stored['open'] =>
  open && [
    open.createdAt,
    dimsIndex(open.dims),
    STATE_CATEGORIES.indexOf(open.state),
    bit(open.isHeld),
  ];

function openOf(
  [createdAt, index, state, held]: NonNullable<Stored['open']>,
  dims: readonly Dimensions[],
): Open {
  return { createdAt, state: STATE_CATEGORIES[state]!, isHeld: held === 1, dims: dims[index]! };
}

const slaRow = (sla: RunningSla | null, dimsIndex: (dims: Dimensions) => number): Stored['sla'] =>
  sla && [
    dimsIndex(sla.dims),
    sla.clocks.map(({ dueAt, isBreached }) => (isBreached ? BREACHED : dueAt)),
  ];

function slaOf(
  [index, clocks]: NonNullable<Stored['sla']>,
  dims: readonly Dimensions[],
): RunningSla {
  return {
    clocks: clocks.map((at) => ({
      dueAt: at === BREACHED ? null : at,
      isBreached: at === BREACHED,
    })),
    dims: dims[index]!,
  };
}
const BREACHED = 0;

const askedRow = (asked: Asked | null): Stored['asked'] =>
  asked && [
    asked.contact ?? 0,
    bit(asked.isMessage),
    ...(asked.claimedAt === null ? ([] as const) : ([asked.claimedAt] as const)),
  ];

const askedOf = (row: Stored['asked']): Asked | null =>
  row && { contact: row[0] || null, isMessage: row[1] === 1, claimedAt: row[2] ?? null };

const openingRow = (one: Opening | null): OpeningRow =>
  one ? [one.at, bit(one.isMessage), bit(one.live)] : 0;
const openingOf = (row: OpeningRow): Opening | null =>
  row === 0 ? null : { at: row[0], isMessage: row[1] === 1, live: row[2] === 1 };

function joinedRow(joined: Joined): JoinedRow | null {
  const { repeated, repeatedAny, recurred, afterClose, afterClaim } = joined;
  const row: JoinedRow = [
    ...([bit(repeated), bit(repeatedAny), bit(recurred)] as const),
    ...([openingRow(afterClose), openingRow(afterClaim)] as const),
  ];
  return row.some((one) => one !== 0) ? row : null;
}

function joinedOf(row: JoinedRow | null): Joined {
  if (!row) return ALONE;
  const [repeated, any, recurred, afterClose, afterClaim] = row;
  return {
    ...{ repeated: repeated === 1, repeatedAny: any === 1, recurred: recurred === 1 },
    ...{ afterClose: openingOf(afterClose), afterClaim: openingOf(afterClaim) },
  };
}
