/**
 * A verified body becomes a hint with claims, or a reason for quarantine (pylon.md 3.5). The body is
 * a template that a customer wrote and other customers' text may run through it: nothing here throws.
 */
import sjson from 'secure-json-parse';
import { at, type Claims, first, type Json, readClaims } from './claims.ts';
import { type HintKind, kindOf } from './kinds.ts';
import { asId, asInteger, asName, type Notes, newNotes, readScalar } from './scalars.ts';
import { scanJson } from './scan.ts';

export const BODY_BYTES_MAX: number = 256 * 1024;

/** Closed words, fit for a metric label. */
export type BodyFault =
  | 'body_too_large'
  | 'too_deep'
  | 'too_many_tokens'
  | 'forbidden_key'
  | 'not_an_object'
  | 'unparseable_body'
  | 'ambiguous_issue_id'
  | 'no_issue_id';

export interface Hint {
  readonly kind: 'hint';
  readonly hint: HintKind;
  /** Pylon's issue id; null if the body only gave a number. REST takes either. */
  readonly issueId: string | null;
  readonly issueNumber: number | null;
  readonly messageId: string | null;
  readonly claims: Claims;
  /** Found in text that is not JSON: only the id can be trusted, so nothing is claimed. */
  readonly salvaged: boolean;
  readonly notes: Notes;
}
export type MappedBody = Hint | { readonly kind: 'quarantine'; readonly reason: BodyFault };

const NO_CLAIMS: Claims = { issue: {}, message: {}, names: {} };
const ISSUE_ID_PATHS = [
  ...['issue_id', 'issue.id', 'data.issue_id', 'data.issue.id', 'ticket_id', 'data.id', 'id'],
];
const MESSAGE_ID_PATHS = [
  ...['message_id', 'message.id', 'issue.last_message.id', 'data.message_id', 'data.message.id'],
];
const NUMBER_PATHS = ['issue_number', 'issue.number', 'number'];
const KIND_PATHS = ['event_type', 'event', 'type', 'data.event_type'];

const ISSUE_ID_IN_TEXT =
  /"(?:issue_id|ticket_id)"\s*:\s*"\s*([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\s*"/g;

const quarantine = (reason: BodyFault): MappedBody => ({ kind: 'quarantine', reason });

/** Distinct issue ids that stand in the text as a JSON key and value. */
function idsInText(text: string): string[] {
  return [...new Set([...text.matchAll(ISSUE_ID_IN_TEXT)].map((match) => match[1]!.toLowerCase()))];
}

/** Not JSON, but exactly one id in it: a read can still be steered by it. */
function salvage(text: string): MappedBody {
  const ids = idsInText(text);
  if (ids.length !== 1) return quarantine('unparseable_body');
  return {
    kind: 'hint',
    hint: 'issue_changed',
    issueId: ids[0]!,
    issueNumber: null,
    messageId: null,
    claims: NO_CLAIMS,
    salvaged: true,
    notes: newNotes(),
  };
}

function decode(raw: Uint8Array): { readonly text: string; readonly valid: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(raw), valid: true };
  } catch {
    return { text: new TextDecoder('utf-8').decode(raw), valid: false };
  }
}

function hintKind(root: Json, notes: Notes): HintKind {
  for (const path of KIND_PATHS) {
    const literal = readScalar(path, at(root, path), asName, notes);
    const kind = literal === undefined ? null : kindOf(literal);
    if (kind) return kind;
  }
  return 'issue_changed';
}

function mapObject(root: Json, believed: boolean): MappedBody {
  const notes = newNotes();
  const issueId = first(root, ISSUE_ID_PATHS, asId, notes) ?? null;
  const issueNumber = first(root, NUMBER_PATHS, asInteger, notes) ?? null;
  if (issueId === null && (issueNumber === null || issueNumber < 1))
    return quarantine('no_issue_id');
  return {
    kind: 'hint',
    hint: hintKind(root, notes),
    issueId,
    issueNumber,
    messageId: first(root, MESSAGE_ID_PATHS, asId, notes) ?? null,
    claims: believed ? readClaims(root, notes) : NO_CLAIMS,
    salvaged: false,
    notes,
  };
}

/** Maps one verified body. Never throws; the same bytes always give the same answer. */
export function mapBody(raw: Uint8Array): MappedBody {
  if (raw.length > BODY_BYTES_MAX) return quarantine('body_too_large');
  const { text, valid } = decode(raw);
  if (!valid) return salvage(text);
  const scan = scanJson(text);
  if (scan.fault) return quarantine(scan.fault);
  // null: a key that would reach a prototype; undefined: not JSON.
  const root: unknown = text.trim() === 'null' ? 0 : sjson.safeParse(text);
  if (root === undefined) return salvage(text);
  if (root === null) return quarantine('forbidden_key');
  if (typeof root !== 'object' || Array.isArray(root)) return quarantine('not_an_object');
  // An unescaped title can inject keys; JSON keeps the last of equal keys, which may be the injected one.
  if (idsInText(text).length > 1 && scan.repeatedRootKeys.includes('issue_id')) {
    return quarantine('ambiguous_issue_id');
  }
  return mapObject(root as Json, scan.repeatedRootKeys.length === 0);
}
