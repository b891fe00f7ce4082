/**
 * The body of the cost feed (metrics.md 5.1): validated whole before any of it is kept, and read
 * again from the raw log with the same schema.
 */
import {
  COST_ACCRUALS,
  COST_CATEGORIES,
  COST_DIMENSIONS,
  COST_DRIVERS,
  COST_STAGES,
  type CostEntry,
} from '@sapwood/core/facts';
import { z } from 'zod';
import { faultsOf, instant, type ListFault, readJson, word } from './feed-body.ts';

export const COST_ENTRIES_MAX = 1_000;
/** An entry of twelve fields, two of them objects, takes some 40 tokens. */
const COST_TOKENS_MAX: number = COST_ENTRIES_MAX * 60;
const MICRO = 1_000_000;

export type CostFault = ListFault;
export type CostBody =
  | { readonly ok: true; readonly entries: readonly CostEntry[] }
  | { readonly ok: false; readonly errors: readonly CostFault[] };

const HANDLED_BY = ['human', 'ai', 'mixed', 'none'];
const scope = z
  .strictObject({ dimension: z.enum(COST_DIMENSIONS), value: word })
  .refine(({ dimension, value }) => dimension !== 'handled_by' || HANDLED_BY.includes(value), {
    path: ['value'],
    message: `must be one of ${HANDLED_BY.join(', ')}`,
  });

const fx = z.strictObject({ rateMicro: z.number().int().min(1), asOf: instant, source: word });

const Entry = z
  .strictObject({
    costId: z
      .string()
      .regex(/^[A-Za-z0-9_.:/-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 _ . : / -'),
    revision: z.number().int().min(1).max(1_000_000).default(1),
    stage: z.enum(COST_STAGES).default('provisional'),
    category: z.enum(COST_CATEGORIES),
    amountMicro: z.number().int(),
    currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as GBP'),
    from: instant,
    to: instant,
    accrual: z.enum(COST_ACCRUALS).default('even'),
    scope: z
      .preprocess((value) => (value === 'all' ? undefined : value), scope.optional())
      .optional(),
    driver: z.enum(COST_DRIVERS).optional(),
    fx: fx.optional(),
  })
  .refine((entry) => entry.from <= entry.to, { path: ['to'], message: 'must not be before from' })
  .refine(({ amountMicro, fx: rate }) => isConvertible(amountMicro, rate?.rateMicro), {
    path: ['fx', 'rateMicro'],
    message: 'makes the amount too large',
  })
  // What is left out stays out: an entry of the first version reads as it always did.
  .transform(
    ({ scope, driver, fx, ...entry }): CostEntry => ({
      ...entry,
      ...(scope ? { scope } : {}),
      ...(driver ? { driver } : {}),
      ...(fx ? { fx } : {}),
    }),
  );

function isConvertible(amountMicro: number, rateMicro = MICRO): boolean {
  return Math.abs(amountMicro) * (rateMicro / MICRO) < Number.MAX_SAFE_INTEGER;
}

const List = z.array(Entry).min(1).max(COST_ENTRIES_MAX);
const Wrapped = z.strictObject({ entries: List });

/** Equal (costId, revision) with unequal content: nobody could say which of them holds. */
export function conflictsIn(entries: readonly CostEntry[]): CostFault[] {
  const seen = new Map<string, string>();
  const faults: CostFault[] = [];
  entries.forEach((entry, i) => {
    const key = `${entry.costId} ${entry.revision}`;
    const content = JSON.stringify(entry);
    const earlier = seen.get(key);
    if (earlier !== undefined && earlier !== content) {
      faults.push({
        path: `[${i}]`,
        message: `cost ${entry.costId} revision ${entry.revision} stands twice with different content`,
      });
    }
    seen.set(key, content);
  });
  return faults;
}

/** The same over bytes as received; text that is not JSON is one fault. */
export function readCostBytes(raw: Uint8Array): CostBody {
  const read = readJson(raw, COST_TOKENS_MAX);
  return read.ok ? readCostBody(read.body) : read;
}

/** A JSON array of entries, or `{entries}`. All faults at once; nothing is kept if there is one. */
export function readCostBody(body: unknown): CostBody {
  const parsed = Array.isArray(body) ? List.safeParse(body) : Wrapped.safeParse(body);
  if (!parsed.success) {
    return { ok: false, errors: faultsOf(parsed.error) };
  }
  const entries: readonly CostEntry[] = Array.isArray(parsed.data)
    ? parsed.data
    : parsed.data.entries;
  const errors = conflictsIn(entries);
  return errors.length > 0 ? { ok: false, errors } : { ok: true, entries };
}
