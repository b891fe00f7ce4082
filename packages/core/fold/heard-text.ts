/** What was heard of a conversation as rows and back: of each look what differs from the one before. */
import type { Closer } from '../conversation/closer.ts';
import type { Conversation, LatestMessage, Message, Observation } from '../conversation/model.ts';
import {
  AUTHOR_KINDS,
  CLOSERS,
  type RawPosition,
  VENDOR_SECONDS,
  type VendorSeconds,
} from '../facts/fact.ts';
import { parseStored, storedText, textsOf } from './stored-text.ts';
import { type Bit, bit } from './transition-rows.ts';

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

interface Stored {
  readonly observations: readonly ObservationRow[];
  readonly rest: readonly MessageRow[];
  readonly body: readonly MessageRow[];
  readonly vanished: readonly (readonly [string, number])[];
  readonly hints: readonly (readonly [epoch: number, offset: number, receivedAt: number])[];
  readonly closers: readonly CloserRow[];
  readonly goneAt: number | null;
  readonly readAfter: readonly [issue: Raw, thread: Raw, threadRead: Bit];
  readonly latest: readonly [updatedAt: number, observedAt: number, at: number | null] | null;
}

/** What is not written. */
const EMPTY: Stored = {
  observations: [],
  rest: [],
  body: [],
  vanished: [],
  hints: [],
  closers: [],
  goneAt: null,
  readAfter: [0, 0, 0],
  latest: null,
};
const EMPTY_TEXTS = textsOf(EMPTY);

/** What facts say of it, and no derivation. */
export type Heard = Pick<
  Conversation,
  | 'observations'
  | 'restMessages'
  | 'bodyMessages'
  | 'vanished'
  | 'hints'
  | 'closers'
  | 'goneAt'
  | 'issueReadAfter'
  | 'threadReadAfter'
  | 'threadRead'
  | 'latestMessage'
>;

export function encodeHeard(c: Heard): string {
  const stored: Stored = {
    observations: c.observations.map((o, i) => observationRow(o, c.observations[i - 1])),
    rest: messageRows(c.restMessages),
    body: messageRows(c.bodyMessages),
    vanished: [...c.vanished].sort(([a], [b]) => (a < b ? -1 : 1)),
    hints: c.hints.map(({ raw, receivedAt }) => [raw.epoch, raw.offset, receivedAt]),
    closers: c.closers.map(closerRow),
    goneAt: c.goneAt,
    readAfter: [rawRow(c.issueReadAfter), rawRow(c.threadReadAfter), bit(c.threadRead)],
    latest: latestRow(c.latestMessage),
  };
  return storedText(stored, EMPTY_TEXTS);
}

export function decodeHeard(text: string): Heard {
  const stored = parseStored(text, EMPTY);
  const observations: Observation[] = [];
  for (const row of stored.observations) {
    observations.push(observationOf(row, observations.at(-1)));
  }
  const [issue, thread, threadRead] = stored.readAfter;
  return {
    observations,
    restMessages: messagesOf(stored.rest),
    bodyMessages: messagesOf(stored.body),
    vanished: new Map(stored.vanished),
    hints: stored.hints.map(([epoch, offset, receivedAt]) => ({
      raw: { epoch, offset },
      receivedAt,
    })),
    closers: stored.closers.map(closerOf),
    goneAt: stored.goneAt,
    issueReadAfter: rawOf(issue),
    threadReadAfter: rawOf(thread),
    threadRead: threadRead === 1,
    latestMessage: latestOf(stored.latest),
  };
}

const messagesOf = (rows: readonly MessageRow[]): Map<string, Message> =>
  new Map(rows.map((row) => [row[0], messageOf(row)]));

const rawRow = (raw: RawPosition | null): Raw => (raw ? [raw.epoch, raw.offset] : 0);
const rawOf = (row: Raw): RawPosition | null => (row ? { epoch: row[0], offset: row[1] } : null);

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

const latestRow = (latest: LatestMessage | null): Stored['latest'] =>
  latest && [latest.updatedAt, latest.observedAt, latest.at];

const latestOf = (row: Stored['latest']): LatestMessage | null =>
  row && { updatedAt: row[0], observedAt: row[1], at: row[2] };
