/** zod of every message: the gateway checks what clients send, tests what the gateway sends. */
import type { Alert } from '@sapwood/core/alert';
import { ALERT_PHASES, SEVERITIES } from '@sapwood/core/alert';
import type { Censored, Frame, LongWait, Series, Settled } from '@sapwood/core/metrics';
import { CELL_STATES, CLOCKS, FORMS, UNITS, WINDOW_CODES } from '@sapwood/core/metrics';
import type { Lens } from '@sapwood/core/tree';
import { type Audience, ROLES, STATISTICS, type Target } from '@sapwood/core/tree';
import { z } from 'zod';
import type { ClientMessage, ServerMessage } from './messages.ts';
import { CLIENT_KINDS, ERROR_CODES, SUBSCRIPTIONS_MAX } from './messages.ts';
import type { WireNode, WireTree } from './tree.ts';

const TargetSchema = z.object({
  op: z.enum(['<=', '>=', '<', '>']),
  value: z.number().int(),
  upTo: z.number().int().exactOptional(),
  of: z.enum(STATISTICS).exactOptional(),
  clock: z.enum(CLOCKS).exactOptional(),
  currency: z.string().exactOptional(),
  source: z.enum(['ref', 'def']).exactOptional(),
});
/** Of a value or of a node. */
export const GoalSchema: z.ZodType<Target> = TargetSchema;
const BenchmarkSchema = TargetSchema.extend({ currency: z.string() });
const SegmentSchema = z.object({
  dimension: z.string(),
  value: z.string(),
  target: TargetSchema.exactOptional(),
  benchmark: BenchmarkSchema.exactOptional(),
  owner: z.string().exactOptional(),
  raci: z.partialRecord(z.enum(ROLES), z.string()).exactOptional(),
});

const IdentitySchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('sum'),
    parts: z.array(z.object({ node: z.string(), sign: z.union([z.literal(1), z.literal(-1)]) })),
  }),
  z.object({ op: z.literal('product'), factors: z.array(z.string()) }),
  z.object({ op: z.literal('ratio'), num: z.string(), den: z.string() }),
]);
const LensSchema: z.ZodType<Lens> = z.union([
  z.object({ name: z.string(), identity: IdentitySchema }),
  z.object({ name: z.string(), metric: z.string(), by: z.string() }),
]);

const NodeSchema: z.ZodType<WireNode> = z.object({
  id: z.string(),
  label: z.string(),
  shortLabel: z.string().nullable(),
  children: z.array(z.string()),
  influences: z.array(z.string()),
  by: z.array(z.string()),
  crosses: z.array(z.string()).exactOptional(),
  uncounted: z.array(z.string()).exactOptional(),
  segments: z.array(SegmentSchema).exactOptional(),
  target: TargetSchema.nullable(),
  benchmark: BenchmarkSchema.exactOptional(),
  beside: z.array(z.string()).exactOptional(),
  lenses: z.array(LensSchema).exactOptional(),
  missing: z.string().exactOptional(),
  viewBy: z.string().exactOptional(),
  prose: z.string().exactOptional(),
  audience: z.enum(['floor', 'lead', 'finance']),
  owner: z.string(),
});

export const WireTreeSchema: z.ZodType<WireTree> = z.object({
  id: z.string(),
  version: z.string(),
  roots: z.array(z.string()),
  nodes: z.array(NodeSchema),
});

const Int: z.ZodType<number> = z.number().int();
const Key: z.ZodType<string> = z.string().min(1).max(512);
const AudienceSchema: z.ZodType<Audience> = z.enum(['floor', 'lead', 'finance']);

const CursorSchema = z.object({ topology: Int, offset: Int });
const AlertCursorSchema = z.object({ epoch: z.string().max(64), seq: Int });

export const ClientMessageSchema: z.ZodType<ClientMessage> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    client: z.enum(CLIENT_KINDS).optional(),
    audience: AudienceSchema.optional(),
    resume: CursorSchema.extend({
      tree: z.string().max(64).optional(),
      alerts: AlertCursorSchema.optional(),
    }).optional(),
  }),
  z.object({ type: z.literal('subscribe'), keys: z.array(Key).min(1).max(SUBSCRIPTIONS_MAX) }),
  z.object({ type: z.literal('unsubscribe'), keys: z.array(Key).min(1).max(SUBSCRIPTIONS_MAX) }),
]);

const nullableInt = Int.nullable();
export const SettledSchema: z.ZodType<Settled> = z.object({
  from: Int,
  to: Int,
  state: z.enum(CELL_STATES),
  value: nullableInt,
  num: Int,
  den: Int,
  n: Int,
});
export const CensoredSchema: z.ZodType<Censored> = z.object({
  n: Int,
  p50: nullableInt,
  p90: nullableInt,
  p50AtLeast: z.boolean(),
  p90AtLeast: z.boolean(),
});
export const CellSchema: z.ZodType<Series['cells'][number]> = z.object({
  window: z.enum(WINDOW_CODES),
  clock: z.enum(CLOCKS),
  from: Int,
  to: Int,
  state: z.enum(CELL_STATES),
  reasons: z.array(z.string()),
  value: nullableInt,
  num: nullableInt,
  den: nullableInt,
  n: Int,
  lowN: z.boolean(),
  mean: nullableInt,
  p50: nullableInt,
  p90: nullableInt,
  max: nullableInt,
  zeroPpm: nullableInt,
  low: nullableInt,
  high: nullableInt,
  vsPrev: nullableInt,
  vsHow: nullableInt,
  provisionalPpm: Int,
  censored: CensoredSchema.nullable(),
  settled: SettledSchema.nullable(),
  shares: z.array(z.object({ child: z.string(), share: z.number() })),
});

export const LongWaitSchema: z.ZodType<LongWait> = z.object({
  conversation: z.string(),
  since: Int,
});

export const SeriesSchema: z.ZodType<Series> = z.object({
  workspace: z.string(),
  topology: Int,
  key: Key,
  definition: z.string(),
  form: z.enum(FORMS),
  unit: z.enum(UNITS),
  better: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  grade: z.string(),
  additive: z.boolean(),
  offset: Int,
  waiting: z.object({ count: Int, oldestSince: nullableInt }).nullable(),
  top: z.array(LongWaitSchema).nullable(),
  firstDueAt: nullableInt,
  cells: z.array(CellSchema),
});

export const FrameSchema: z.ZodType<Frame> = z.object({
  workspace: z.string(),
  topology: Int,
  offset: Int,
  asOf: Int,
  watermarks: z.array(
    z.object({
      source: z.string(),
      coveredThrough: Int,
      basis: z.enum(['reconciled', 'endpoint_up']),
    }),
  ),
  catchingUp: z.boolean(),
});

export const AlertSchema: z.ZodType<Alert> = z.object({
  workspace: z.string(),
  topology: Int,
  seq: Int,
  alertId: z.string(),
  revision: Int,
  phase: z.enum(ALERT_PHASES),
  status: z.enum(['pending', 'firing', 'resolved']),
  severity: z.enum(SEVERITIES),
  rule: z.string(),
  node: z.string(),
  series: z.string(),
  on: z.enum(['value', 'waiting', 'oldest']),
  direction: z.enum(['above', 'below']),
  value: Int,
  bound: Int,
  unit: z.string(),
  since: Int,
  at: Int,
  path: z.array(z.string()),
  reference: z.enum(['week_before', 'span_before', 'no_reference']),
  delta: z.number().nullable(),
  drivers: z.array(z.object({ key: z.string(), share: z.number() })),
  owner: z.string(),
  audience: AudienceSchema,
  text: z.string(),
});

const framed = {
  frame: FrameSchema.nullable(),
  frameAgeMs: Int.nullable(),
  serverTime: Int,
};

export const ServerMessageSchema: z.ZodType<ServerMessage> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    v: Int,
    build: z.string(),
    serverTime: Int,
    heartbeatMs: Int,
    epoch: z.string(),
    audience: AudienceSchema,
  }),
  z.object({
    type: z.literal('snapshot'),
    ...framed,
    values: z.array(SeriesSchema),
    tree: WireTreeSchema.nullable(),
    labels: z.record(z.string(), z.string()),
    alerts: AlertCursorSchema.extend({ current: z.array(AlertSchema) }),
    currency: z.string(),
  }),
  z.object({
    type: z.literal('values'),
    ...framed,
    values: z.array(SeriesSchema),
    gone: z.array(z.string()),
  }),
  z.object({ type: z.literal('live') }),
  z.object({
    type: z.literal('reset'),
    reason: z.enum(['topology', 'cursor', 'alerts', 'tree']),
  }),
  AlertCursorSchema.extend({ type: z.literal('alert'), alert: AlertSchema }),
  z.object({ type: z.literal('labels'), labels: z.record(z.string(), z.string().nullable()) }),
  z.object({ type: z.literal('notice'), text: z.string(), until: Int }),
  z.object({ type: z.literal('heartbeat'), ...framed }),
  z.object({ type: z.literal('goaway'), resume: CursorSchema.nullable(), withinMs: Int }),
  z.object({ type: z.literal('error'), code: z.enum(ERROR_CODES), message: z.string() }),
]);
