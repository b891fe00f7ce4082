/** Customers counted one conversation after the other, and all at once. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Dimensions, NONE, type Transition } from '../conversation/transition.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import { rowsUnder } from '../metrics/rows.ts';
import { createWindowsState, type WindowsState } from '../metrics/windows-state.ts';
import { hastyDays, START } from '../panes/hasty-days.fixture.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { Customers, DEEDS, type Opener } from './customers.ts';
import type { ShownSeries } from './shown-series.ts';

const OPENING = DEEDS.find(({ kind }) => kind === 'cohort.opened')!;
const SHOWN = { placesOf: (row: string) => [row], touch: () => {} } as unknown as ShownSeries;
const PLAIN = rowsUnder(undefined);
const BY_PRIORITY = rowsUnder({ 'repeat-contact-rate': ['priority'] });

const change = (ids: readonly string[]) =>
  fc
    .record({
      gapMs: fc.constantFrom(0, 0, 7_000, HOUR_MS, 2 * DAY_MS),
      id: fc.constantFrom(...ids),
      isThere: fc.constantFrom(true, true, true, false),
      contact: fc.constantFrom('cleo', 'cleo', 'cleo', 'carl'),
      backMs: fc.constantFrom(-MINUTE_MS, 0, 5_000, HOUR_MS, 9 * DAY_MS, 40 * DAY_MS),
      team: fc.constantFrom('Billing', 'Login', NONE),
      priority: fc.constantFrom('high', 'low'),
      channel: fc.constantFrom('email', 'chat'),
      repeated: fc.constantFrom(0, 1),
    })
    .map(({ gapMs, id, isThere, contact, backMs, repeated, ...dims }) => ({
      gapMs,
      told: (T: number): Opener => {
        const none = {
          account: NONE,
          assignee: NONE,
          category: NONE,
          tags: '',
          account_tier: NONE,
        };
        const opened: Transition = {
          ...{ kind: 'cohort.opened', at: T - backMs, atMin: null, live: true, ms: null },
          ...{ dims: { ...none, ...dims } as Dimensions, amounts: { repeated, repeatedAny: 1 } },
        };
        const asked = { contact, isMessage: true, claimedAt: null };
        return { id, asked, handledBy: 'human', transitions: isThere ? [opened] : [] };
      },
    }));

function windowsAt(T: number): WindowsState {
  const windows = createWindowsState(hastyDays(0));
  windows.advance(T);
  return windows;
}

/** What every row counts in every window. */
const countsOf = (windows: WindowsState, all: readonly Opener[], rowsOf: typeof PLAIN): object[] =>
  OPENING.metrics.flatMap((metric) => {
    const told = all.flatMap(({ transitions, handledBy }) =>
      transitions.flatMap(({ dims }) => rowsOf(metric, { dims, handledBy })),
    );
    return [...new Set(told)].flatMap((row) =>
      metricDefinition(metric.id)!.windows.map((code) => ({
        ...{ row, code },
        ...windows.level(code).distinct.read(row, code),
      })),
    );
  });

it('JOIN-6 of customers with many conversations each is counted as if all were told at once', () => {
  const ids = Array.from({ length: 70 }, (_, i) => `c${i}`);
  const changes = fc.array(change(ids), { minLength: 90, maxLength: 160 });
  fc.assert(
    fc.property(changes, fc.nat({ max: 160 }), (all, cut) => {
      let T = START;
      const windows = windowsAt(T);
      const customers = new Customers(windows, SHOWN, OPENING);
      const now = new Map<string, Opener>();
      let rowsOf = PLAIN;
      for (const [i, { gapMs, told }] of all.entries()) {
        T += gapMs;
        windows.advance(T);
        if (i === cut) {
          customers.retell(rowsOf, BY_PRIORITY);
          rowsOf = BY_PRIORITY;
        }
        const after = told(T);
        const before = now.get(after.id) ?? { ...after, transitions: [] };
        customers.replace(before, after, rowsOf);
        now.set(after.id, after);
      }
      const fresh = windowsAt(T);
      const again = new Customers(fresh, SHOWN, OPENING);
      for (const one of now.values()) again.add(one, rowsOf);
      const openers = [...now.values()];
      expect(countsOf(windows, openers, rowsOf)).toEqual(countsOf(fresh, openers, rowsOf));
    }),
    { seed: 20260610, numRuns: 40, endOnFailure: true },
  );
});
