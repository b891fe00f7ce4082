/**
 * A conversation as stored text and back. Rows instead of objects, of each look what differs from
 * the one before, dimensions once, nothing that is empty: a conversation is written with every fact
 * about it, so its size is what a commit costs.
 */
import type { Closer } from '../conversation/amendments.ts';
import { sameDims } from '../conversation/dims.ts';
import { ALONE, type Asked, type Joined, type Opening } from '../conversation/joined.ts';
import {
  type Conversation,
  type LatestMessage,
  type Message,
  newConversation,
  type Observation,
  type Open,
  type RunningSla,
  type Waiting,
} from '../conversation/model.ts';
import type { Dimensions } from '../conversation/transition.ts';
import { DIMENSION_NAMES, HANDLERS, NONE } from '../conversation/transition.ts';
import {
  AUTHOR_KINDS,
  CLOSERS,
  type RawPosition,
  STATE_CATEGORIES,
  VENDOR_SECONDS,
  type VendorSeconds,
} from '../facts/fact.ts';
import { canonicalJson } from '../num/integer.ts';
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

type Raw = readonly [epoch: number, offset: number] | 0;
type Fields = Observation['fields'];
/** What differs from the look before, and what it no longer says; 0: the same. */
type Patch = readonly [changed: Fields, unsaid?: readonly (keyof Fields)[]] | 0;
type ObservationRow = readonly [
  id: string,
  body: Bit,
  updatedAt: number,
  observedAt: number,
  raw: Raw,
  live: Bit,
  patch: Patch,
  vendorSeconds?: VendorRow,
];
/** In the order of `VENDOR_SECONDS`; null: there is nothing to say. */
type VendorRow = readonly (number | null)[] | null;
type MessageRow = readonly [
  id: string,
  at: number,
  author: number,
  authorId: string | null,
  note: Bit,
  channel: string | null,
  observedAt: number,
  raw: Raw,
  live: Bit,
];
type CloserRow = readonly [
  id: string,
  at: number,
  closedBy: number,
  declared: Bit,
  recordedAt: number,
];

/** In the order of `DIMENSION_NAMES`, up to the last that is there; 0: none. */
type DimsRow = readonly (string | 0)[];

interface Stored {
  readonly past: PastRow | null;
  readonly observations: readonly ObservationRow[];
  readonly rest: readonly MessageRow[];
  readonly body: readonly MessageRow[];
  readonly vanished: readonly (readonly [string, number])[];
  readonly hints: readonly (readonly [epoch: number, offset: number, receivedAt: number])[];
  readonly closers: readonly CloserRow[];
  readonly goneAt: number | null;
  readonly readAfter: readonly [issue: Raw, thread: Raw, threadRead: Bit];
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
  readonly latest: readonly [updatedAt: number, observedAt: number, at: number | null] | null;
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
  observations: [],
  rest: [],
  body: [],
  vanished: [],
  hints: [],
  closers: [],
  goneAt: null,
  readAfter: [0, 0, 0],
  marks: [],
  transitions: [],
  dims: [],
  changes: [0, 0, 0],
  waiting: null,
  handledBy: 0,
  open: null,
  sla: null,
  provisional: 0,
  latest: null,
  dueAt: null,
  asked: null,
  joined: null,
};

const rawRow = (raw: RawPosition | null): Raw => (raw ? [raw.epoch, raw.offset] : 0);
const rawOf = (row: Raw): RawPosition | null => (row ? { epoch: row[0], offset: row[1] } : null);

export function encodeConversation(c: Conversation): string {
  const dims: Dimensions[] = [];
  const dimsIndex = (one: Dimensions): number => {
    const known = dims.findIndex((other) => sameDims(one, other));
    return known < 0 ? dims.push(one) - 1 : known;
  };
  const stored: Stored = {
    past: c.past && pastRow(c.past, (t) => transitionRow(t, dimsIndex(t.dims))),
    observations: c.observations.map((o, i) => observationRow(o, c.observations[i - 1])),
    rest: messageRows(c.restMessages),
    body: messageRows(c.bodyMessages),
    vanished: [...c.vanished].sort(([a], [b]) => (a < b ? -1 : 1)),
    hints: c.hints.map(({ raw, receivedAt }) => [raw.epoch, raw.offset, receivedAt]),
    closers: c.closers.map(closerRow),
    goneAt: c.goneAt,
    readAfter: [rawRow(c.issueReadAfter), rawRow(c.threadReadAfter), bit(c.threadRead)],
    marks: c.marks.map((t) => transitionRow(t, dimsIndex(t.dims))),
    transitions: c.transitions.map((t) => transitionRow(t, dimsIndex(t.dims))),
    changes: [c.changes.state, c.changes.team, c.changes.assignee],
    waiting: waitingRow(c.waiting, dimsIndex),
    handledBy: HANDLERS.indexOf(c.handledBy),
    open: openRow(c.open, dimsIndex),
    sla: slaRow(c.sla, dimsIndex),
    provisional: bit(c.provisional),
    latest: latestRow(c.latestMessage),
    dueAt: c.dueAt,
    asked: askedRow(c.asked),
    joined: joinedRow(c.joined),
    dims: dims.map(dimsRow),
  };
  const parts: string[] = [];
  for (const [name, value] of Object.entries(stored)) {
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    // What is not a row has no order of its own.
    const text = name === 'past' ? canonicalJson(value) : JSON.stringify(value);
    if (text !== EMPTY_TEXTS.get(name)) parts.push(`"${name}":${text}`);
  }
  return `{${parts.join(',')}}`;
}

const EMPTY_TEXTS: ReadonlyMap<string, string> = new Map(
  Object.entries(EMPTY).map(([name, value]) => [name, JSON.stringify(value)]),
);

export function decodeConversation(id: string, text: string): Conversation {
  const stored: Stored = { ...EMPTY, ...(JSON.parse(text) as Partial<Stored>) };
  const dims = stored.dims.map(dimsOf);
  const conversation = newConversation(id);
  for (const row of stored.observations) {
    conversation.observations.push(observationOf(row, conversation.observations.at(-1)));
  }
  for (const row of stored.rest) conversation.restMessages.set(row[0], messageOf(row));
  for (const row of stored.body) conversation.bodyMessages.set(row[0], messageOf(row));
  for (const [message, at] of stored.vanished) conversation.vanished.set(message, at);
  conversation.hints = stored.hints.map(([epoch, offset, receivedAt]) => ({
    raw: { epoch, offset },
    receivedAt,
  }));
  const [issue, thread, threadRead] = stored.readAfter;
  const [state, team, assignee] = stored.changes;
  return Object.assign(conversation, {
    past: stored.past && pastOf(stored.past, (row) => transitionOf(row, dims)),
    closers: stored.closers.map(closerOf),
    goneAt: stored.goneAt,
    issueReadAfter: rawOf(issue),
    threadReadAfter: rawOf(thread),
    threadRead: threadRead === 1,
    marks: stored.marks.map((row) => transitionOf(row, dims)),
    transitions: stored.transitions.map((row) => transitionOf(row, dims)),
    changes: { state, team, assignee },
    waiting: stored.waiting && waitingOf(stored.waiting, dims),
    handledBy: HANDLERS[stored.handledBy]!,
    open: stored.open && openOf(stored.open, dims),
    sla: stored.sla && slaOf(stored.sla, dims),
    provisional: stored.provisional === 1,
    latestMessage: latestOf(stored.latest),
    dueAt: stored.dueAt,
    asked: askedOf(stored.asked),
    joined: joinedOf(stored.joined),
  });
}

function observationRow(o: Observation, before: Observation | undefined): ObservationRow {
  const same = before?.fields === o.fields;
  const { id, via, updatedAt, observedAt, raw, live, fields, vendorSeconds } = o;
  const row = [
    id,
    bit(via === 'body'),
    updatedAt,
    observedAt,
    rawRow(raw),
    bit(live),
    same ? 0 : patchOf(fields, before?.fields ?? {}),
  ] as const;
  if (vendorSeconds === undefined) return row;
  return [...row, vendorSeconds && VENDOR_SECONDS.map((name) => vendorSeconds[name])];
}

function observationOf(row: ObservationRow, before: Observation | undefined): Observation {
  const [id, body, updatedAt, observedAt, raw, live, patch, told] = row;
  return {
    id,
    via: body ? 'body' : 'rest',
    updatedAt,
    observedAt,
    raw: rawOf(raw),
    live: live === 1,
    fields: patch === 0 ? before!.fields : patched(before?.fields ?? {}, patch),
    ...(told === undefined ? {} : { vendorSeconds: told && vendorSecondsOf(told) }),
  };
}

const vendorSecondsOf = (row: readonly (number | null)[]): VendorSeconds =>
  Object.fromEntries(VENDOR_SECONDS.map((name, i) => [name, row[i]!])) as unknown as VendorSeconds;

function patchOf(fields: Fields, before: Fields): Patch {
  const saysAnew = ([name, value]: [string, unknown]): boolean =>
    before[name as keyof Fields] !== value &&
    JSON.stringify(before[name as keyof Fields]) !== JSON.stringify(value);
  const changed = Object.fromEntries(
    Object.entries(fields).filter(saysAnew).sort(byName),
  ) as Fields;
  const unsaid = namesOf(before)
    .filter((name) => !(name in fields))
    .sort();
  return unsaid.length === 0 ? [changed] : [changed, unsaid];
}

function patched(before: Fields, [changed, unsaid = []]: Exclude<Patch, 0>): Fields {
  const fields: Fields = { ...before, ...changed };
  return unsaid.length === 0 ? fields : omit(fields, unsaid);
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
const namesOf = (fields: Fields): (keyof Fields)[] => Object.keys(fields) as (keyof Fields)[];
const omit = (fields: Fields, names: readonly (keyof Fields)[]): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => !names.includes(name as keyof Fields)),
  );

function messageRows(messages: ReadonlyMap<string, Message>): MessageRow[] {
  return [...messages.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((m) => [
      m.id,
      m.at,
      AUTHOR_KINDS.indexOf(m.author),
      m.authorId,
      bit(m.private),
      m.channel,
      m.observedAt,
      rawRow(m.raw),
      bit(m.live),
    ]);
}

function messageOf(row: MessageRow): Message {
  const [id, at, author, authorId, note, channel, observedAt, raw, live] = row;
  return {
    id,
    at,
    author: AUTHOR_KINDS[author]!,
    authorId,
    private: note === 1,
    channel,
    observedAt,
    raw: rawOf(raw),
    live: live === 1,
  };
}

const closerRow = ({ id, at, closedBy, basis, recordedAt }: Closer): CloserRow => [
  ...([id, at, CLOSERS.indexOf(closedBy), bit(basis === 'declared'), recordedAt] as const),
];
const closerOf = ([id, at, closedBy, isDeclared, recordedAt]: CloserRow): Closer => ({
  ...{ id, at, recordedAt, closedBy: CLOSERS[closedBy]! },
  basis: isDeclared ? 'declared' : 'audited',
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

const latestRow = (latest: LatestMessage | null): Stored['latest'] =>
  latest && [latest.updatedAt, latest.observedAt, latest.at];

const latestOf = (row: Stored['latest']): LatestMessage | null =>
  row && { updatedAt: row[0], observedAt: row[1], at: row[2] };

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
