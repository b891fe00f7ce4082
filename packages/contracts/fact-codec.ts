/** Facts on the wire: one envelope, one nullable sub-record per kind, `observed` for observations. */
import { hash } from 'node:crypto';
import type { DraftFact, Fact, FactKind, IssueField, IssueObserved } from '@sapwood/core/facts';
import { FACT_KINDS } from '@sapwood/core/facts';
import avro from 'avsc';
import { type Codec, createCodec } from './codec.ts';
import { latestSchema } from './schemas.ts';

/** `issue.observed` is `issue_observed` as a symbol and `issueObserved` as a field: Avro has no dot. */
const symbolOf = (kind: FactKind): string => kind.replace('.', '_');
const KIND_OF_SYMBOL: ReadonlyMap<string, FactKind> = new Map(
  FACT_KINDS.map((kind) => [symbolOf(kind), kind]),
);
const FIELD_OF_KIND: ReadonlyMap<FactKind, string> = new Map(
  FACT_KINDS.map((kind) => [
    kind,
    kind.replace(/[._]([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
  ]),
);
const fieldOf = (kind: FactKind): string => FIELD_OF_KIND.get(kind)!;

const ISSUE_FIELDS: readonly IssueField[] = [
  'number',
  'stateCategory',
  'stateSlug',
  'type',
  'isGroup',
  'channel',
  'accountId',
  'requesterId',
  'assigneeId',
  'teamId',
  'tags',
  'priority',
  'category',
  'createdAt',
  'updatedAt',
  'latestMessageAt',
  'snoozedUntil',
  'resolutionAt',
  'fieldsFilled',
  'external',
  'csat',
  'breachAt',
  'aiResolved',
  'vendorSeconds',
];
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const FIELD_OF_SYMBOL: ReadonlyMap<string, IssueField> = new Map(
  ISSUE_FIELDS.map((field) => [snake(field), field]),
);
const SYMBOL_OF_FIELD: ReadonlyMap<IssueField, string> = new Map(
  ISSUE_FIELDS.map((field) => [field, snake(field)]),
);

type Wire = Record<string, unknown>;
const EMPTY = Buffer.alloc(0);

function bodyToWire(kind: FactKind, body: object): unknown {
  if (kind === 'issue.observed') {
    const seen = body as IssueObserved;
    const observed = ISSUE_FIELDS.filter((field) => seen[field] !== undefined);
    const wire: Wire = { observed: observed.map((field) => SYMBOL_OF_FIELD.get(field)!) };
    for (const field of ISSUE_FIELDS) wire[field] = seen[field] ?? null;
    return wire;
  }
  if (kind === 'issue.gone') return { reads: 2 };
  return body;
}

function bodyFromWire(kind: FactKind, wire: Wire | null): object {
  if (kind === 'tick' || kind === 'issue.gone') return {};
  if (wire === null) throw new TypeError(`no ${fieldOf(kind)} in a fact of kind ${kind}`);
  if (kind === 'cost.entry') return costFromWire(wire);
  // Made for this record alone, so it need not be copied.
  if (kind !== 'issue.observed') return wire;
  const body: Wire = {};
  for (const symbol of wire['observed'] as string[]) {
    const field = FIELD_OF_SYMBOL.get(symbol);
    if (field) body[field] = wire[field];
  }
  return body;
}

/** What an entry leaves to its defaults is absent in it, and null on the wire. */
function costFromWire(wire: Wire): object {
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== null));
}

function toWire(fact: Fact): Wire {
  const { kind, body, factId, ...envelope } = fact;
  const wire: Wire = { ...envelope, kind: symbolOf(kind), factId: Buffer.from(factId, 'hex') };
  if (kind !== 'tick') wire[fieldOf(kind)] = bodyToWire(kind, body);
  return wire;
}

function fromWire(wire: Wire): Fact {
  const kind = KIND_OF_SYMBOL.get(wire['kind'] as string);
  if (!kind) throw new TypeError(`fact of an unknown kind ${String(wire['kind'])}`);
  return {
    v: 1,
    workspace: wire['workspace'],
    kind,
    factId: (wire['factId'] as Buffer).toString('hex'),
    entity: wire['entity'],
    at: wire['at'],
    observedAt: wire['observedAt'],
    recordedAt: wire['recordedAt'],
    origin: wire['origin'],
    via: wire['via'],
    srcs: wire['srcs'],
    readAfter: wire['readAfter'],
    group: wire['group'],
    body: bodyFromWire(kind, (wire[fieldOf(kind)] ?? null) as Wire | null),
  } as Fact;
}

export const factCodec: Codec<Fact> = createCodec<Fact, Wire>('fact', toWire, fromWire);

const bodyTypes: ReadonlyMap<FactKind, avro.Type> = (() => {
  const type = avro.Type.forSchema(latestSchema('fact').document as unknown as avro.Schema);
  const fields = (type as avro.types.RecordType).fields;
  const types = new Map<FactKind, avro.Type>();
  for (const kind of FACT_KINDS) {
    const field = fields.find((f) => f.name === fieldOf(kind));
    if (field) types.set(kind, (field.type as avro.types.UnwrappedUnionType).types[1]!);
  }
  return types;
})();

/**
 * Identity of a fact's content (metrics.md 1.1): first 16 bytes of SHA-256 over workspace, via, kind,
 * entity, at (decimal, empty if absent), each UTF-8 ended by 0x1F, then the Avro bytes of the
 * sub-record. Ticks and heartbeats are told apart by their instant, which is their `at`.
 */
export function factIdOf(draft: DraftFact): string {
  const { workspace, via, kind, entity, at } = draft;
  const parts = [workspace, via, kind, entity, at === null ? '' : String(at)];
  const head = Buffer.from(parts.map((part) => `${part}\x1f`).join(''), 'utf8');
  const type = bodyTypes.get(kind);
  const body = type ? type.toBuffer(bodyToWire(kind, draft.body)) : EMPTY;
  return hash('sha256', Buffer.concat([head, body]), 'hex').slice(0, 32);
}
