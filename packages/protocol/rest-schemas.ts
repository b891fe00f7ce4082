/** zod of what REST answers (PROTOCOL.md 6): the published description is made of it, and tests check answers with that. */
import { COST_ACCRUALS, COST_CATEGORIES, COST_STAGES } from '@sapwood/core/facts';
import { CLOCKS, FORMS, UNITS, WINDOW_CODES } from '@sapwood/core/metrics';
import type { MetricSheet } from '@sapwood/core/sheet';
import { SHEETS } from '@sapwood/core/sheets';
import { z } from 'zod';
import type { ExplainedValue } from './explained.ts';
import type { HonestValue } from './honest.ts';
import {
  AlertSchema,
  CensoredSchema,
  GoalSchema,
  LongWaitSchema,
  SettledSchema,
  WireTreeSchema,
} from './schemas.ts';

const Int: z.ZodType<number> = z.number().int();
const nullableInt = Int.nullable();
const Text = z.string();
const Instant = Int.meta({ description: 'Epoch milliseconds, UTC.' });

const STATES = [
  'unknown',
  'stale',
  'catching_up',
  'partial',
  'undefined',
  'provisional',
  'live',
] as const satisfies readonly HonestValue['state'][];
const State = z
  .enum(STATES)
  .meta({ description: 'The first of these that applies; a known zero is 0 and live.' });
const Audience = z.enum(['floor', 'lead', 'finance']);
const Version = z
  .object({ topology: Int, offset: Int })
  .meta({ description: 'A later one is newer: topologies first, then offsets.' });
const Window = z.object({ code: z.enum(WINDOW_CODES), from: Instant, to: Instant });
const Units = z.enum(UNITS).meta({
  description:
    'count; ms; ppm: a millionth; micro: a millionth of the reporting currency; milli: a thousandth.',
});
const Reasons = z.array(Text).meta({
  description:
    'All that apply. privacy: withheld, for fewer than 5 customers said it of that person; no number is told.',
});
const Labels = z.record(Text, Text).meta({ description: '`kind/id` to name.' });

const HonestValueSchema: z.ZodType<HonestValue> = z.object({
  key: Text,
  definition: Text,
  version: Version,
  value: nullableInt.meta({ description: 'In `unit`; null: there is none, see `state`.' }),
  unit: Units,
  num: nullableInt,
  den: nullableInt,
  n: Int,
  state: State,
  reasons: Reasons,
  window: Window,
  clock: z.enum(CLOCKS),
  mean: nullableInt,
  p50: nullableInt,
  p90: nullableInt,
  max: nullableInt,
  zeroPpm: nullableInt,
  censored: CensoredSchema.nullable(),
  settled: SettledSchema.nullable(),
  waiting: nullableInt,
  since: nullableInt,
  top: z.array(LongWaitSchema).nullable(),
  firstDueAt: nullableInt.meta({
    description: 'Of `sla-running`: when the first of the targets that run is due.',
  }),
  interval: z.object({ low: Int, high: Int }).nullable(),
  lowN: z.boolean(),
  vsPrev: nullableInt,
  vsHow: nullableInt,
  target: GoalSchema.nullable(),
  better: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  grade: Text,
  provisionalPpm: Int,
  additive: z.boolean(),
  shares: z.array(z.object({ child: Text, share: z.number() })),
  audience: Audience,
  asOf: nullableInt,
  watermark: nullableInt,
  lagMs: nullableInt,
});

const UnknownValue = z.object({
  key: Text,
  definition: Text,
  value: z.null(),
  unit: Text,
  state: z.literal('unknown'),
  reasons: z.tuple([z.enum(['not_computed', 'view'])]),
  missing: Text.meta({ description: 'What it lacks, in words, or of which metrics it is a view.' }),
  audience: Audience,
});

const Sum = z.object({ value: nullableInt, num: nullableInt, den: nullableInt, n: Int });
const Conversation = z.object({
  id: Text,
  number: nullableInt,
  account: Text.nullable(),
  contact: Text.nullable(),
  link: Text.nullable(),
});
const ClockRun = z.object({
  from: Instant,
  to: Instant,
  paused: z.array(z.tuple([Instant, Instant])),
  openMs: nullableInt,
});
const Event = z.object({
  kind: Text,
  at: Instant,
  atMin: nullableInt,
  amount: z.number(),
  row: Text,
  channel: Text,
  team: Text,
  clock: ClockRun.nullable(),
  because: z.object({ kind: Text, at: Instant }).nullable(),
});
const Cost = z.object({
  costId: Text,
  revision: Int,
  stage: z.enum(COST_STAGES),
  category: z.enum(COST_CATEGORIES),
  amountMicro: Int,
  currency: Text,
  from: Instant,
  to: Instant,
  accrual: z.enum(COST_ACCRUALS),
  micro: nullableInt,
});
const Score = z.object({
  name: Text,
  value: Int,
  unit: Units,
  weight: Int,
  from: z.record(Text, z.number()),
});
const Part = z.discriminatedUnion('part', [
  z.object({ part: z.literal('score'), score: Score }),
  z.object({ part: z.literal('cost'), cost: Cost }),
  z.object({ part: z.literal('counted'), conversation: Conversation, events: z.array(Event) }),
  z.object({
    part: z.literal('open'),
    conversation: Conversation,
    since: Instant,
    state: Text,
    times: Int,
  }),
  z.object({ part: z.literal('waiting'), conversation: Conversation, since: Instant, turn: Int }),
]);
const Counts = z.object({
  events: Int,
  conversations: Int,
  contacts: nullableInt,
  accounts: Int,
  waiting: Int,
  costs: Int,
});

const Explained: z.ZodType<ExplainedValue> = z.object({
  key: Text,
  definition: Text,
  form: z.enum(FORMS),
  unit: Units,
  window: Window,
  clock: z.enum(CLOCKS),
  asOf: Instant,
  version: Version,
  value: nullableInt,
  state: State,
  reasons: Reasons,
  watermark: nullableInt,
  lagMs: nullableInt,
  published: Sum,
  total: Sum,
  sums: z.boolean(),
  counts: Counts,
  categories: z.record(Text, Int),
  excluded: z.record(Text, Int),
  notes: z.array(Text),
  parts: z.array(Part),
  next: Text.nullable(),
  labels: Labels,
});

/** An id and what it means, in the words of its sheet. */
const idOf = ({ id, label, prose, unit, form }: MetricSheet) =>
  z.literal(id).meta({ title: label, description: `${prose} (${form}, ${unit})` });
const MetricId = z.union(SHEETS.map(idOf));

export type RestSchema =
  | 'Metric'
  | 'HonestValue'
  | 'UnknownValue'
  | 'Values'
  | 'ExplainedValue'
  | 'Tree'
  | 'Alerts'
  | 'Ticket'
  | 'Pairing'
  | 'Screens'
  | 'NewNotice'
  | 'Notice'
  | 'Health'
  | 'Error'
  | 'Subjects'
  | 'Versions'
  | 'Subject'
  | 'Schema'
  | 'RegistryError';

/** By the name under which the description has them. */
export const REST_SCHEMAS: Readonly<Record<RestSchema, z.ZodType>> = {
  Metric: MetricId,
  HonestValue: HonestValueSchema,
  UnknownValue,
  Values: z.object({ values: z.array(HonestValueSchema) }),
  ExplainedValue: Explained,
  Tree: z.object({
    tree: WireTreeSchema.nullable(),
    values: z.array(HonestValueSchema),
    labels: Labels,
    currency: Text,
    asOf: nullableInt,
    watermark: nullableInt,
    lagMs: nullableInt,
  }),
  Alerts: z.object({ alerts: z.array(AlertSchema), epoch: Text, seq: Int }),
  Ticket: z.object({ ticket: Text, expiresAt: Instant }),
  Pairing: z.object({ code: Text.max(64) }),
  Screens: z.object({ screens: z.array(z.object({ id: Text, createdAt: Instant })) }),
  NewNotice: z.object({ text: Text, minutes: z.number().optional() }),
  Notice: z.object({ text: Text, until: Instant }),
  Health: z.object({ status: Text }),
  Error: z.object({ error: z.object({ code: Text, message: Text }) }),
  Subjects: z.array(Text),
  Versions: z.array(Int),
  Subject: z.object({ subject: Text, id: Int, version: Int, schema: Text }),
  Schema: z.object({ schema: Text }),
  RegistryError: z.object({ error_code: Int, message: Text }),
};
