/** What may stand in `sapwood.yaml`: strict objects, one per section. Rules across fields: cross-check. */
import { COST_CATEGORIES, STATE_CATEGORIES } from '@sapwood/core/facts';
import { parseQuantity } from '@sapwood/core/quantity';
import { didYouMean } from '@sapwood/core/suggest';
import { DAY_MS } from '@sapwood/core/time';
import * as z from 'zod';
import { LOG_LEVELS } from './document.ts';
import { timeOfDay } from './schedules.ts';
import { slaSchema } from './sla.ts';
import { SCENARIOS } from './types.ts';

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const ENTRIES_MAX = 200;
const SECRETS_MAX = 5;
const WEIGHT_MAX = 1_000;

const id = z.string().regex(ID, 'expected lower-case letters, digits and hyphens');
const text = z.string().min(1, 'must not be empty').max(500);
const secret = z.string().min(8, 'a secret has at least 8 characters').max(500);
const port = z.int().min(0).max(65_535);
const entries = (value: z.ZodType): z.ZodType =>
  z.record(id, value).refine((map) => Object.keys(map).length <= ENTRIES_MAX, {
    message: `at most ${ENTRIES_MAX} entries`,
  });
const secretList = z.array(secret).min(1).max(SECRETS_MAX).optional();
const fileList = z.array(text).min(1).max(SECRETS_MAX).optional();

const scheme = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('pylon-hmac'),
      secrets: secretList,
      secretFiles: fileList,
    }),
    z.strictObject({
      kind: z.literal('static-header'),
      header: z.string().regex(/^[A-Za-z0-9-]{1,80}$/, 'expected a header name'),
      tokens: secretList,
      tokenFiles: fileList,
    }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union' ? 'expected pylon-hmac or static-header' : undefined,
  },
);

const DOMAINS_MAX = 100;
const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a domain in lower case such as example.com');

const source = z.strictObject({
  workspace: id,
  token: secret.optional(),
  tokenFile: text.optional(),
  region: z.enum(['us', 'eu']),
  baseUrl: text.optional(),
  bodies: z.enum(['facts', 'hints']),
  messages: z.enum(['read', 'none']),
  statuses: z
    .record(text, z.enum(STATE_CATEGORIES.filter((category) => category !== 'unknown')))
    .optional(),
  roster: z.record(text, z.enum(['human', 'bot', 'automation'])).optional(),
  priorityField: text.optional(),
  categoryField: text.optional(),
  accountFields: z
    .strictObject({ tier: text.optional(), arr: text.optional(), parent: text.optional() })
    .optional(),
  internalDomains: z.array(domain).max(DOMAINS_MAX).optional(),
  hooks: z.record(id, z.strictObject({ schemes: z.array(scheme).min(1).max(4) })).optional(),
});

const zone = text.refine(isZone, {
  error: ({ input }) =>
    `expected a time zone such as Europe/London${didYouMean(String(input), Intl.supportedValuesOf('timeZone'))}`,
});
const oneOrMore = z.union([text, z.array(text).min(1)], 'expected text or a list of it');
const schedule = z.strictObject({
  zone: zone.optional(),
  hours: z.record(text, oneOrMore),
  holidays: oneOrMore.optional(),
});
const words = z
  .array(text, { error: 'expected a list, such as [one, two]' })
  .max(ENTRIES_MAX)
  .optional();
const csatScale = z
  .strictObject({ min: z.int(), max: z.int(), positiveFrom: z.int() })
  .refine(({ min, max, positiveFrom }) => min < positiveFrom && positiveFrom <= max, {
    message: 'expected min < positiveFrom <= max, such as {min: 1, max: 5, positiveFrom: 4}',
  });
const weight = z.int().min(0).max(WEIGHT_MAX).optional();
const healthWeights = z
  .strictObject({ volume: weight, sentiment: weight, resolution: weight, escalation: weight })
  // Of sentiment nobody is told anything yet.
  .refine(
    (all) => [all.volume, all.resolution, all.escalation].filter((one) => one !== 0).length >= 2,
    {
      message:
        'of volume, resolution and escalation two at least must weigh more than 0, such as {escalation: 2, volume: 0}',
    },
  );

const workspace = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected a currency code such as GBP'),
  zone,
  dayStarts: text.refine(isTimeOfDay, { message: 'expected a time of day such as 04:00' }),
  schedules: entries(schedule).optional(),
  scheduleOf: z
    .strictObject({
      workspace: id.optional(),
      teams: z.record(text, id).optional(),
      accounts: z.record(text, id).optional(),
    })
    .optional(),
  tree: text.optional(),
  autoCloseAfter: text
    .refine(isDuration, { message: 'expected a duration such as 72 h or 5 d' })
    .optional(),
  costPlan: z
    .array(z.enum(COST_CATEGORIES))
    .refine((plan) => new Set(plan).size === plan.length, 'names a category twice')
    .optional(),
  teamRanks: z.record(text, z.int()).optional(),
  managers: words,
  managerRoles: words,
  escalation: z.strictObject({ tags: words, fields: words }).optional(),
  trackedFields: words,
  handoverFields: words,
  csatScale: csatScale.optional(),
  healthWeights: healthWeights.optional(),
  agentIndex: z.boolean().optional(),
  spam: z.strictObject({ statuses: words, tags: words }).optional(),
  sla: slaSchema.optional(),
});

const costKey = z.strictObject({
  workspace: id,
  key: secret.optional(),
  keyFile: text.optional(),
});

const BROKERS_MAX = 50;
/** A workspace's partition never changes, so there is room for more than one needs today. */
const PARTITIONS_MAX = 1_000;
const broker = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, 'expected host:port, such as kafka:9092');

const kafka = z.strictObject({
  brokers: z.array(broker).min(1).max(BROKERS_MAX),
  partitions: z.int().min(1).max(PARTITIONS_MAX).optional(),
  replicas: z.int().min(1).max(9).optional(),
  sessionMs: z.int().min(1_000).max(300_000).optional(),
  tls: z.boolean().optional(),
  caFile: text.optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: text,
      password: secret.optional(),
      passwordFile: text.optional(),
    })
    .optional(),
});

const redis = z.strictObject({
  url: text.regex(/^rediss?:\/\/\S+$/, 'expected an address such as redis://127.0.0.1:6379'),
  password: secret.optional(),
  passwordFile: text.optional(),
  prefix: z
    .string()
    .regex(/^[a-z0-9.-]{0,40}$/, 'expected lower-case letters, digits, dots and hyphens')
    .optional(),
});

const address = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+\/?$/, 'expected an address such as http://aggregator:9464');

function isDuration(amount: string): boolean {
  const parsed = parseQuantity(amount, 'ms', null);
  return 'value' in parsed && parsed.value > 0;
}

function isTimeOfDay(given: string): boolean {
  const ms = timeOfDay(given);
  return ms !== null && ms < DAY_MS;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}

/** The merged document, defaults included; secrets may still be file names. */
export const documentSchema: z.ZodType = z.strictObject({
  http: z.strictObject({ host: text, port, lan: z.boolean(), workspace: text.optional() }),
  metrics: z.strictObject({ host: text, port }),
  data: text,
  workspaces: entries(workspace).optional(),
  sources: entries(source).optional(),
  costs: z.strictObject({ keys: entries(costKey).optional() }).optional(),
  simulator: z.strictObject({
    seed: z.int().min(0),
    scenario: z.enum(SCENARIOS),
    eventsPerSecond: z.number().positive().max(10_000),
  }),
  log: z.strictObject({ level: z.enum(LOG_LEVELS) }),
  kafka: kafka.optional(),
  redis: redis.optional(),
  aggregators: z.array(address).max(BROKERS_MAX).optional(),
});

/** Keys that an object at `path` may have: for "did you mean". */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schemas: Definition[] = [documentSchema as unknown as Definition];
  for (const segment of path) schemas = schemas.flatMap((s) => childrenAt(s, segment));
  return [...new Set(schemas.flatMap((s) => Object.keys(unwrap(s)._zod.def.shape ?? {})))];
}

interface Definition {
  readonly _zod: {
    readonly def: {
      readonly type: string;
      readonly shape?: Record<string, Definition>;
      readonly innerType?: Definition;
      readonly valueType?: Definition;
      readonly element?: Definition;
      readonly options?: readonly Definition[];
    };
  };
}

function unwrap(schema: Definition): Definition {
  const { innerType } = schema._zod.def;
  return innerType === undefined ? schema : unwrap(innerType);
}

function childrenAt(schema: Definition, segment: PropertyKey): Definition[] {
  const { shape, valueType, element } = unwrap(schema)._zod.def;
  const next = shape?.[String(segment)] ?? valueType ?? element;
  if (next === undefined) return [];
  return unwrap(next)._zod.def.options?.slice() ?? [next];
}
