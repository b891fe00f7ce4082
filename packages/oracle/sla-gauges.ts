/** What of the promised runs now, is due soon, and is late (metrics.md 3.2, `sla-compliance`). */
import { cellOf, gauge } from './backlog.ts';
import type { Known } from './circumstances.ts';
import type { OracleSeries } from './flows.ts';
import type { FullRow } from './rows.ts';
import type { Running } from './sla.ts';

/** A conversation's clocks, and whether it is in the backlog. */
export interface Promised {
  readonly clocks: readonly Running[];
  readonly isOpen: boolean;
  readonly row: FullRow;
}

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
    ['sla-running', clocks],
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
  return [...gauges].flatMap(([metric, those]) =>
    sla === null
      ? [{ key: metric, cells: [{ ...cellOf(0, T), value: null }], waiting: null }]
      : gauge(
          metric,
          those.map(({ row }) => row),
          T,
          by,
        ),
  );
}
