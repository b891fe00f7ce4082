/** Columns of a cost sheet (metrics.md 5.1): from a cell to a field of the feed, and back. */
import type { CostEntry } from '@sapwood/core/facts';
import { DateTime } from 'luxon';
import { decimalOf, microOf } from './money.ts';

/** What a cell says, or what is wrong with it. */
export type Cell = { readonly value: unknown } | { readonly fault: string };

export interface Column {
  readonly name: string;
  /** Its field in the feed, and so where the feed finds a fault. */
  readonly field: string;
  readonly required?: true;
  /** `zone` is where a day without a time begins. */
  readonly read: (text: string, zone: string) => Cell;
  readonly write: (entry: CostEntry) => string;
}

const text: Column['read'] = (value) => ({ value });

const whole: Column['read'] = (cell) =>
  /^\d{1,15}$/.test(cell) ? { value: Number(cell) } : { fault: 'expected a whole number' };

function decimal(example: string): Column['read'] {
  return (cell) => {
    const micro = microOf(cell);
    const fault = `expected a number such as ${example}, with at most 6 decimals`;
    return micro === null ? { fault } : { value: micro };
  };
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

const instant: Column['read'] = (cell, zone) => {
  const at = DateTime.fromISO(cell, { zone });
  if (INSTANT.test(cell) && at.isValid) return { value: at.toMillis() };
  return { fault: 'expected a day such as 2026-06-01, or a time such as 2026-06-01T09:00:00Z' };
};

const scope: Column['read'] = (cell) => {
  if (cell === 'all') return { value: undefined };
  const [, dimension, value] = /^([^=]+)=(.+)$/.exec(cell) ?? [];
  if (dimension !== undefined) return { value: { dimension, value } };
  return { fault: 'expected all, or one such as channel=email' };
};

const timeOf = (ms: number): string => new Date(ms).toISOString();

export const COLUMNS: readonly Column[] = [
  { name: 'costId', field: 'costId', required: true, read: text, write: (e) => e.costId },
  { name: 'revision', field: 'revision', read: whole, write: (e) => String(e.revision) },
  { name: 'stage', field: 'stage', read: text, write: (e) => e.stage },
  { name: 'category', field: 'category', required: true, read: text, write: (e) => e.category },
  {
    ...{ name: 'amount', field: 'amountMicro', required: true },
    ...{ read: decimal('50000.00'), write: (e) => decimalOf(e.amountMicro) },
  },
  { name: 'currency', field: 'currency', required: true, read: text, write: (e) => e.currency },
  { name: 'from', field: 'from', required: true, read: instant, write: (e) => timeOf(e.from) },
  { name: 'to', field: 'to', required: true, read: instant, write: (e) => timeOf(e.to) },
  { name: 'accrual', field: 'accrual', read: text, write: (e) => e.accrual },
  {
    ...{ name: 'scope', field: 'scope', read: scope },
    write: (e) => (e.scope ? `${e.scope.dimension}=${e.scope.value}` : 'all'),
  },
  { name: 'driver', field: 'driver', read: text, write: (e) => e.driver ?? '' },
  {
    ...{ name: 'fxRate', field: 'fx.rateMicro', read: decimal('0.785432') },
    write: (e) => (e.fx ? decimalOf(e.fx.rateMicro) : ''),
  },
  {
    ...{ name: 'fxAsOf', field: 'fx.asOf', read: instant },
    write: (e) => (e.fx ? timeOf(e.fx.asOf) : ''),
  },
  { name: 'fxSource', field: 'fx.source', read: text, write: (e) => e.fx?.source ?? '' },
];
