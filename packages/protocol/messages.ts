/**
 * The messages of `sapwood.v1` (PROTOCOL.md). Types and constants; `schemas.ts` has their zod. Unknown fields are
 * ignored by both sides, and a client ignores server messages whose `type` it does not know.
 */
import type { Alert } from '@sapwood/core/alert';
import type { Frame, Series } from '@sapwood/core/metrics';
import type { Audience } from '@sapwood/core/tree';
import type { WireTree } from './tree.ts';

export const SUBPROTOCOL = 'sapwood.v1';
/** A ticket travels as one more offered subprotocol: `ticket.<text>`. */
export const TICKET_PREFIX = 'ticket.';
export const PROTOCOL_VERSION = 1;
/** A frame or a heartbeat comes at least this often. */
export const HEARTBEAT_MS = 5_000;
/** Without a new frame for this long, everything on a screen is stale. */
export const FRAME_SILENCE_MS = 10_000;
export const MESSAGE_BYTES_MAX: number = 16 * 1024;
export const SUBSCRIPTIONS_MAX = 50;

/** Close codes; 1012 is the standard "service restart". */
export const CLOSE = {
  ticket: 4001,
  scope: 4003,
  tooSlow: 4008,
  protocol: 4009,
  draining: 1012,
  tooBig: 1009,
} as const;

export const ERROR_CODES = [
  'bad_message',
  'too_many_subscriptions',
  'too_many_messages',
  'too_late',
  'bad_ticket',
  'too_slow',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** How often a client can paint: a wall gets at most 1 batch a second, others 4. */
export const CLIENT_KINDS = ['wall', 'desk', 'sdk'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

export interface Cursor {
  readonly topology: number;
  readonly offset: number;
}
export interface AlertCursor {
  readonly epoch: string;
  readonly seq: number;
}

export interface ClientHello {
  readonly type: 'hello';
  readonly client?: ClientKind | undefined;
  /** Asks to see no more than this; it cannot widen what the ticket allows. */
  readonly audience?: Audience | undefined;
  readonly resume?:
    | (Cursor & { readonly tree?: string | undefined; readonly alerts?: AlertCursor | undefined })
    | undefined;
}
export interface Subscribe {
  readonly type: 'subscribe';
  /** Series keys; `*` is everything the ticket may see, `id{*}` an id with all its children. */
  readonly keys: readonly string[];
}
export interface Unsubscribe {
  readonly type: 'unsubscribe';
  readonly keys: readonly string[];
}
export type ClientMessage = ClientHello | Subscribe | Unsubscribe;

/** Carried by whatever tells the time of the values. */
export interface Framed {
  readonly frame: Frame | null;
  /** How old the newest frame was when this was sent: a dead aggregator shows here. */
  readonly frameAgeMs: number | null;
  readonly serverTime: number;
}

export interface ServerHello {
  readonly type: 'hello';
  readonly v: number;
  readonly build: string;
  readonly serverTime: number;
  readonly heartbeatMs: number;
  readonly epoch: string;
  readonly audience: Audience;
}
export interface Snapshot extends Framed {
  readonly type: 'snapshot';
  readonly values: readonly Series[];
  readonly tree: WireTree | null;
  /** `kind/id` to name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly alerts: AlertCursor & { readonly current: readonly Alert[] };
  readonly currency: string;
}
export interface Values extends Framed {
  readonly type: 'values';
  readonly values: readonly Series[];
  /** Keys that left. */
  readonly gone: readonly string[];
}
export interface Live {
  readonly type: 'live';
}
export interface Reset {
  readonly type: 'reset';
  readonly reason: 'topology' | 'cursor' | 'alerts' | 'tree';
}
export interface AlertMessage extends AlertCursor {
  readonly type: 'alert';
  readonly alert: Alert;
}
export interface Labels {
  readonly type: 'labels';
  readonly labels: Readonly<Record<string, string | null>>;
}
export interface NoticeMessage {
  readonly type: 'notice';
  readonly text: string;
  readonly until: number;
}
export interface Heartbeat extends Framed {
  readonly type: 'heartbeat';
}
export interface Goaway {
  readonly type: 'goaway';
  readonly resume: Cursor | null;
  /** Wait a random time up to this before the next connection. */
  readonly withinMs: number;
}
export interface ErrorMessage {
  readonly type: 'error';
  readonly code: ErrorCode;
  readonly message: string;
}
export type ServerMessage =
  | ServerHello
  | Snapshot
  | Values
  | Live
  | Reset
  | AlertMessage
  | Labels
  | NoticeMessage
  | Heartbeat
  | Goaway
  | ErrorMessage;
