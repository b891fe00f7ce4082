/** Days and months that are over and are corrected (metrics.md 2 "Late", 5.3), through the whole fold. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { config, correction, cost, issue, message, tick } from '../../../tests/support/facts.ts';
import type { CostEntry, Fact } from '../facts/fact.ts';
import { bucketOf, bucketValue } from '../panes/quantile.ts';
import type { ValueCorrection } from './correction.ts';
import { createFactFold, type FactFold } from './fold.ts';

const at = (text: string): number => Date.parse(`2026-${text}Z`);
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const HEAD = config(at('04-28T00:00'), { currency: 'GBP', sources: [], tree: { nodes: [] } });

function told(facts: readonly Fact[], fold: FactFold = createFactFold({ topology: 1, hash })) {
  const found: ValueCorrection[] = [];
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
    for (const { topic, record } of fold.touched().outbox) {
      if (topic === 'corrections.v1') found.push(record as ValueCorrection);
    }
  }
  return found;
}
const said = (list: readonly ValueCorrection[]): string[] =>
  list.map(({ series, period, old, new: now }) => `${series} ${period}: ${old} > ${now}`);

/** Asked and answered on a day. */
const handledOn = (id: string, day: string): Fact[] => [
  message(id, at(`${day}T10:00`), 'customer'),
  message(id, at(`${day}T10:30`), 'human'),
];
const salary = (revision: number, pounds: number): CostEntry => ({
  ...{ costId: 'salaries-may', revision, category: 'salaries', currency: 'GBP' },
  ...{ stage: revision === 1 ? 'provisional' : 'corrected', amountMicro: pounds * 1_000_000 },
  ...{ from: at('05-01T00:00'), to: at('06-01T00:00'), accrual: 'even' },
});

describe('corrections of what was over', () => {
  const may = ['05-04', '05-11', '05-12', '05-20'].flatMap((day, i) => handledOn(`c${i}`, day));

  it('PERIOD-1 a late fact corrects the day it belongs to: old, new and what did it', () => {
    const late = message('x', at('05-11T23:50'), 'customer', { recordedAt: at('05-12T00:10') });
    const found = told([HEAD, ...may.slice(0, 4), late]);
    expect(found).toContainEqual({
      ...{
        workspace: 'acme',
        topology: 1,
        seq: expect.any(Number),
        correctionId: expect.any(String),
      },
      ...{ series: 'conversation-volume', unit: 'count', period: '2026-05-11' },
      ...{ from: at('05-11T00:00'), to: at('05-12T00:00'), old: 1, new: 2 },
      ...{ reason: 'late', cause: 'facts.v1/5', at: at('05-12T00:10') },
    });
    expect(told([HEAD, ...may])).toEqual([]);
  });

  it('PERIOD-2 a resolution that is taken back on another day corrects the day it was counted', () => {
    const closed = issue('c0', at('05-04T11:00'), { stateCategory: 'closed' });
    const opened = issue('c0', at('05-06T09:00'), { stateCategory: 'new' });
    const found = told([HEAD, ...may.slice(0, 2), closed, opened]);
    expect(said(found)).toContain('contacts-resolved 2026-05-04: 1 > 0');
    const out = correction('correction.retract', 'c0', at('05-07T09:00'), { messageId: null });
    const gone = told([HEAD, ...may.slice(0, 2), out]);
    expect(said(gone)).toContain('conversation-volume 2026-05-04: 1 > 0');
    expect(new Set(gone.map(({ reason }) => reason))).toEqual(new Set(['retracted']));
  });

  it('PERIOD-3 a salary revised in a closed month corrects that month once, and its days; they add up', () => {
    const first = cost(at('05-01T00:00'), salary(1, 3_100));
    const revised = cost(at('06-10T09:00'), salary(2, 3_410));
    const found = told([HEAD, first, ...may, tick(at('06-05T00:00')), revised]);
    const months = found.filter(({ period }) => period === '2026-05');
    expect(said(months).sort()).toEqual([
      'cost-per-contact 2026-05: 775000000 > 852500000',
      'cost-per-episode 2026-05: 775000000 > 852500000',
      'cost-per-handling-hour 2026-05: 4650000000 > 5115000000',
      'total-support-cost 2026-05: 3100000000 > 3410000000',
    ]);
    expect(months[0]).toMatchObject({ reason: 'cost_corrected', cause: 'salaries-may@2' });
    const days = found.filter(({ period }) => period.length === '2026-05-01'.length);
    expect(days).toHaveLength(31);
    const sumOf = (side: 'old' | 'new'): number => days.reduce((sum, one) => sum + one[side]!, 0);
    expect([sumOf('old'), sumOf('new')]).toEqual([3_100_000_000, 3_410_000_000]);
    // The same revision again is no news.
    expect(told([HEAD, first, ...may, revised, revised])).toHaveLength(35);
  });

  it('PERIOD-4 what the workspace did not live through was told to nobody', () => {
    const old = message('x', at('04-27T23:50'), 'customer', { recordedAt: at('04-28T00:10') });
    expect(told([HEAD, old])).toEqual([]);
    const april = { ...salary(1, 100), from: at('04-01T00:00'), to: at('05-01T00:00') };
    const found = told([HEAD, tick(at('05-02T00:00')), cost(at('05-03T00:00'), april)]);
    expect(found.map(({ period }) => period)).toEqual(['2026-04-28', '2026-04-29', '2026-04-30']);
  });

  it('PERIOD-9 what is declared anew corrects nothing, and leaves nothing to be told later', () => {
    const closed = issue('c0', at('05-04T11:00'), { stateCategory: 'closed' });
    const facts = [HEAD, ...may.slice(0, 2), closed, tick(at('05-06T09:00'))];
    const other = { currency: 'GBP', sources: [], tree: { nodes: [] } };
    const again = config(at('05-06T10:00'), { ...other, by: { 'contacts-handled': ['account'] } });
    const late = message('c0', at('05-04T10:05'), 'human', { recordedAt: at('05-07T00:10') });
    const fold = createFactFold({ topology: 1, hash });
    expect(told([...facts, again], fold)).toEqual([]);
    const copy = createFactFold({ topology: 1, hash });
    copy.restore(fold.encode(), fold.T);
    const corrected = told([late], fold);
    expect(corrected.length).toBeGreaterThan(2);
    expect(told([late], copy)).toEqual(corrected);
  });

  it('PERIOD-6 a late fact corrects the hour too, named by UTC, whatever the zone', () => {
    const late = message('x', at('05-11T23:50'), 'customer', { recordedAt: at('05-12T00:10') });
    const found = told([HEAD, ...may.slice(0, 4), late]);
    expect(found).toContainEqual(
      expect.objectContaining({
        ...{ series: 'conversation-volume', unit: 'count', period: '2026-05-11T23Z' },
        ...{ from: at('05-11T23:00'), to: at('05-12T00:00'), old: 0, new: 1 },
      }),
    );
    // It is over once another has begun.
    const soon = message('x', at('05-11T23:50'), 'customer', { recordedAt: at('05-11T23:59') });
    expect(told([HEAD, ...may.slice(0, 4), soon])).toEqual([]);
  });

  it('PERIOD-7 durations and shares of a day are corrected too, in their own units', () => {
    const late = [
      message('x', at('05-11T23:30'), 'customer', { recordedAt: at('05-12T00:10') }),
      message('x', at('05-11T23:40'), 'human', { recordedAt: at('05-12T00:10') }),
    ];
    const closed = issue('c1', at('05-11T11:00'), { stateCategory: 'closed' });
    const unanswered = [
      message('y', at('05-11T12:00'), 'customer', { recordedAt: at('05-12T00:20') }),
      issue('y', at('05-11T13:00'), { stateCategory: 'closed' }, { recordedAt: at('05-12T00:20') }),
    ];
    const found = told([HEAD, ...may.slice(0, 4), closed, ...late, ...unanswered]);
    const ofDay = found.filter(({ period }) => period === '2026-05-11');
    // As a day keeps them: in buckets.
    const [ten, thirty] = [10, 30].map((minutes) => bucketValue(bucketOf(minutes * 60_000)));
    const times = ofDay.filter(({ series }) => series === 'first-response-time');
    expect(times).toMatchObject([{ unit: 'ms', old: thirty, new: ten }]);
    const rates = ofDay.filter(({ series }) => series === 'no-reply-rate');
    expect(rates).toMatchObject([{ unit: 'ppm', old: 0, new: 500_000 }]);
  });

  it('PERIOD-5 restored, it corrects as one that never stopped', () => {
    const facts = [HEAD, cost(at('05-01T00:00'), salary(1, 3_100)), ...may];
    const more = [
      tick(at('06-05T00:00')),
      cost(at('06-10T09:00'), salary(2, 3_410)),
      message('x', at('06-09T23:50'), 'customer', { recordedAt: at('06-10T09:10') }),
    ];
    const fold = createFactFold({ topology: 1, hash });
    told(facts, fold);
    const again = createFactFold({ topology: 1, hash });
    again.restore(fold.encode(), fold.T);
    const plain = told(more, fold);
    expect(plain.length).toBeGreaterThan(35);
    expect(told(more, again)).toEqual(plain);
  });
});
