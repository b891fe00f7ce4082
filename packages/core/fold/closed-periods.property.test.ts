/** Corrections against values of each hour and day worked out from all transitions, before and after each fact. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factsOfDesk } from '../../../tests/support/independent/any-desk.ts';
import { deskSteps, longDeskSteps } from '../../../tests/support/independent/any-desk-steps.ts';
import type { Amount, Transition } from '../conversation/transition.ts';
import type { Fact } from '../facts/fact.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import type { ValueCorrection } from './correction.ts';
import { createFactFold, type FactFold } from './fold.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of hours before that the panes are gone, of days before it a conversation may be a summary. */
const HOURS_KEPT_MS = 13 * DAY_MS;
const DAYS_KEPT_MS = 30 * DAY_MS;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Of each form some, and all that feeds them is a number, a duration or an amount. */
const LOOKED_AT = [
  ...['conversation-volume', 'contacts-resolved', 'contacts-handled', 'holds'],
  ...['first-response-time', 'message-response-time-last', 'average-resolution-time'],
  ...['no-reply-rate', 'handoffs-per-conversation', 'resolution-rate-flow'],
];

const live = (fold: FactFold): Transition[] =>
  [...fold.workspaces()].flatMap((workspace) =>
    [...workspace.conversations()].flatMap(({ transitions }) =>
      transitions.filter((one) => one.live && !one.courtesy),
    ),
  );

function added(id: string, t: Transition): number[] {
  const adds = metricDefinition(id)!.adds![t.kind];
  const value = typeof adds === 'string' ? (t.amounts?.[adds as Amount] ?? null) : (adds ?? null);
  const told = adds === 'ms' ? t.ms : value;
  return told === null ? [] : [told as number];
}

/** In days and hours the buckets of durations are half a percent wide at most. */
function isClose(form: string, a: number | null, b: number | null): boolean {
  if (a === null || b === null || form !== 'DUR') return a === b;
  return Math.abs(a - b) <= Math.max(1, 0.01 * b);
}

function periodValueOf(id: string, values: readonly number[]): number | null {
  const { form, unit, isFlow, headline } = metricDefinition(id)!;
  const sum = values.reduce((total, one) => total + one, 0);
  if (form === 'COUNT') return sum;
  const n = isFlow ? values.length - sum : values.length;
  if (n === 0) return null;
  if (form === 'RATIO') return Math.round((sum * (unit === 'milli' ? 1_000 : 1_000_000)) / n);
  const sorted = [...values].sort((a, b) => a - b);
  return headline === 'mean' ? Math.round(sum / n) : sorted[Math.ceil(n / 2) - 1]!;
}

/** By series and period, what each came to. */
function periodsOf(transitions: readonly Transition[]): Map<string, number | null> {
  const values = new Map<string, number[]>();
  for (const t of transitions) {
    for (const id of LOOKED_AT) {
      for (const ms of [HOUR_MS, DAY_MS]) {
        const key = `${id} ${Math.floor(t.at / ms) * ms} ${ms}`;
        for (const one of added(id, t)) values.set(key, [...(values.get(key) ?? []), one]);
      }
    }
  }
  return new Map([...values].map(([key, own]) => [key, periodValueOf(key.split(' ')[0]!, own)]));
}

const tellsOf = ({ outbox }: ReturnType<FactFold['touched']>): ValueCorrection[] =>
  outbox.flatMap(({ topic, record }) =>
    topic === 'corrections.v1' ? [record as ValueCorrection] : [],
  );

/** What each fact changed of hours and days that were over by then. */
function judge(facts: readonly Fact[], seen: Set<string>): void {
  const fold = createFactFold({ topology: 1, hash });
  const since = facts[0]!.recordedAt;
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.touched();
    const before = periodsOf(live(fold));
    fold.ingest(fact, offset);
    const told = new Map(
      tellsOf(fold.touched()).map((one) => [`${one.series} ${one.from} ${one.to - one.from}`, one]),
    );
    const after = periodsOf(live(fold));
    for (const key of new Set([...before.keys(), ...after.keys(), ...told.keys()])) {
      const [id, from, ms] = key.split(' ') as [string, string, string];
      if (!LOOKED_AT.includes(id)) continue;
      const { form } = metricDefinition(id)!;
      const nothing = form === 'COUNT' ? 0 : null;
      const [was, is] = [before.get(key) ?? nothing, after.get(key) ?? nothing];
      const isOver = Number(from) + Number(ms) <= fold.T && Number(from) >= since;
      const keptMs = Number(ms) === DAY_MS ? DAYS_KEPT_MS : HOURS_KEPT_MS;
      if (Number(from) <= fold.T - keptMs) continue;
      const found = told.get(key);
      if (!isOver || (was === is && form !== 'DUR')) expect([key, found]).toEqual([key, undefined]);
      if (!isOver || was === is) continue;
      // Of two durations in one bucket nothing is told.
      if (!found) expect(isClose(form, was, is)).toBe(true);
      else {
        expect([key, isClose(form, found.old, was)]).toEqual([key, true]);
        expect([key, isClose(form, found.new, is)]).toEqual([key, true]);
        seen.add(`${form} ${ms}`);
      }
    }
  }
}

it('PERIOD-8 what a fact changes of an hour or a day that is over is told: each, old and new, and nothing else', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.oneof(deskSteps, longDeskSteps), (steps) => {
      // Days of UTC: no calendar is declared.
      const own = steps.map((step) => ({ ...step, livesBy: 0 }));
      judge(factsOfDesk(own, { messages: 'read', source: 'email' }), seen);
    }),
    { seed: SEED, numRuns: 150, endOnFailure: true },
  );
  const kinds = ['COUNT', 'DUR', 'RATIO'].flatMap((form) => [
    `${form} ${HOUR_MS}`,
    `${form} ${DAY_MS}`,
  ]);
  expect([...seen].sort()).toEqual(kinds.sort());
});
