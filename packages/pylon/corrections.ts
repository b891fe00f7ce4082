/**
 * Corrections as somebody sends them (metrics.md 1.1, `correction.*`): validated whole before any of
 * it is kept, and read again from the raw log with the same schema.
 */
import {
  CLOSERS,
  type CorrectionKind,
  type DraftFact,
  type FactBodies,
  type Source,
} from '@sapwood/core/facts';
import { z } from 'zod';
import { faultsOf, instant, type ListFault, readJson, word } from './feed-body.ts';

export const CORRECTIONS_MAX = 1_000;
/** One of seven fields takes some 15 tokens. */
const TOKENS_MAX: number = CORRECTIONS_MAX * 30;

/** What is said of one issue, author or correction, and when; left out: when it is received. */
export type Correction = {
  readonly [K in CorrectionKind]: {
    readonly kind: K;
    readonly entity: string;
    readonly at: number | null;
    readonly body: FactBodies[K];
  };
}[CorrectionKind];

export type CorrectionBody =
  | { readonly ok: true; readonly corrections: readonly Correction[] }
  | { readonly ok: false; readonly errors: readonly ListFault[] };

/** An id as a source gives it. */
const id = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 visible characters');
const reason = z
  .string()
  .regex(/^(?!\s)[^\p{C}]{1,300}(?<!\s)$/u, 'must be 1 to 300 characters on one line');
const said = { reason, by: word.nullable().default(null), at: instant.nullable().default(null) };

const oneOf = <const V extends readonly [string, ...string[]]>(values: V) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const Entry = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('retract'),
      conversation: id,
      message: id.nullable().default(null),
      ...said,
    }),
    z.strictObject({ kind: z.literal('merge'), conversation: id, into: id, ...said }),
    z.strictObject({
      kind: z.literal('closed_by'),
      conversation: id,
      closedBy: oneOf(CLOSERS),
      ...said,
    }),
    z.strictObject({
      kind: z.literal('author_kind'),
      author: id,
      is: oneOf(['customer', 'human', 'bot', 'automation']),
      ...said,
    }),
    z.strictObject({
      kind: z.literal('supersede'),
      correction: z.string().regex(/^[0-9a-f]{32}$/, 'must be the id of a correction, 32 hex'),
      ...said,
    }),
  ])
  .refine((one) => one.kind !== 'merge' || one.into !== one.conversation, {
    path: ['into'],
    message: 'must be another conversation',
  });
const List = z.strictObject({ corrections: z.array(Entry).min(1).max(CORRECTIONS_MAX) });

function correctionOf(entry: z.output<typeof Entry>): Correction {
  const { at, reason: why, by } = entry;
  const because = { reason: why, by };
  switch (entry.kind) {
    case 'retract': {
      const body = { messageId: entry.message, ...because };
      return { kind: 'correction.retract', entity: entry.conversation, at, body };
    }
    case 'merge': {
      const body = { into: entry.into, ...because };
      return { kind: 'correction.merge', entity: entry.conversation, at, body };
    }
    case 'closed_by': {
      const body = { closedBy: entry.closedBy, ...because };
      return { kind: 'correction.closed_by', entity: entry.conversation, at, body };
    }
    case 'author_kind': {
      const body = { author: entry.is, ...because };
      return { kind: 'correction.author_kind', entity: entry.author, at, body };
    }
    case 'supersede':
      return { kind: 'correction.supersede', entity: entry.correction, at, body: because };
  }
}

/** `{corrections: [...]}`; all faults at once, nothing is kept if there is one. */
export function readCorrections(body: unknown): CorrectionBody {
  const parsed = List.safeParse(body);
  if (!parsed.success) return { ok: false, errors: faultsOf(parsed.error) };
  return { ok: true, corrections: parsed.data.corrections.map(correctionOf) };
}

/** The same over bytes as received; text that is not JSON is one fault. */
export function readCorrectionBytes(raw: Uint8Array): CorrectionBody {
  const read = readJson(raw, TOKENS_MAX);
  return read.ok ? readCorrections(read.body) : read;
}

/** Null: the bytes are a list of something else. */
export function correctionsIn(raw: Uint8Array): CorrectionBody | null {
  const read = readJson(raw, TOKENS_MAX);
  const isList = read.ok && typeof read.body === 'object' && 'corrections' in read.body;
  return isList ? readCorrections(read.body) : null;
}

export function correctionFact(
  workspace: string,
  { kind, entity, at, body }: Correction,
  { receivedAt, src }: { readonly receivedAt: number; readonly src: Source },
): DraftFact {
  return {
    ...{ workspace, kind, entity, at: at ?? receivedAt, observedAt: receivedAt },
    ...{ origin: 'manual', via: 'feed', srcs: [src], readAfter: null, group: null, body },
  } as DraftFact;
}
