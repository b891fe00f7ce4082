/** What of the promised runs now, is due soon, and is late (metrics.md 3.2, `sla-compliance`). */
import { cellOf, gauge } from './backlog.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import { byRow, type InRow, keyOf, placesOf } from './places.ts';
import type { FullRow } from './rows.ts';
import type { Running } from './sla.ts';

/** A conversation's clocks, and whether it is in the backlog. */
export interface Promised {
  readonly clocks: readonly Running[];
  readonly isOpen: boolean;
  readonly row: FullRow;
}

interface Clock extends InRow {
  readonly due: number | null;
}

const RUNNING = 'sla-running';
const MINUTE_MS = 60_000;
const SOON_MIN = [5, 15, 30, 60];

/** Clocks, and conversations of which any is late; where nothing is promised nothing is known. */
export function slaSeries(
  promised: readonly Promised[],
  T: number,
  { sla, by }: Pick<Known, 'sla' | 'by'>,
): OracleSeries[] {
  const clocks = promised.flatMap(({ clocks: own, row }) =>
    own.filter(({ isBreached }) => !isBreached).map(({ due }) => ({ due, row })),
  );
  const late = promised.filter((one) => one.isOpen && one.clocks.some((own) => own.isBreached));
  const gauges = new Map<string, readonly { readonly row: FullRow }[]>([
    [RUNNING, clocks],
    ['sla-breached-open', late],
  ]);
  for (const min of SOON_MIN) {
    // One that is not late is due after T.
    const isSoon = (due: number | null): boolean => due !== null && due <= T + min * MINUTE_MS;
    gauges.set(
      `sla-due-${min}m`,
      clocks.filter(({ due }) => isSoon(due)),
    );
  }
  if (sla === null) {
    const cells = [{ ...cellOf(0, T), value: null }];
    return [...gauges.keys()].map((key) => ({ key, cells, waiting: null }));
  }
  const firstDues = firstDuesOf(clocks, by);
  return [...gauges].flatMap(([metric, those]) =>
    gauge(
      metric,
      those.map(({ row }) => row),
      T,
      by,
    ).map((series) =>
      metric === RUNNING ? { ...series, firstDueAt: firstDues.get(series.key) ?? null } : series,
    ),
  );
}

/** Of each row the least; none where it is not known of any when it is due. */
function firstDuesOf(clocks: readonly Clock[], by: Known['by']): ReadonlyMap<string, number> {
  const rowOf = byRow(clocks);
  return new Map(
    placesOf(clocks, by).flatMap((place) => {
      const dues = rowOf(place).flatMap(({ due }) => due ?? []);
      return dues.length === 0 ? [] : [[keyOf(RUNNING, place), Math.min(...dues)] as const];
    }),
  );
}
