/** Shares whose outcome is open for days, from facts to cells (metrics.md 0, "COHORT"). */
import { describe, expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import type { TransitionEvent } from '../conversation/event.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

/** Wed 10 June 2026, a whole hour. */
const at = (text: string): number => Date.parse(`${text}Z`);
const NOON = Date.parse('2026-06-10T12:00Z');
const HEAD = config(NOON - 200 * DAY_MS, {
  ...{ messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } },
  ...{ teamRanks: {}, escalationTags: ['escalated'] },
});

const newFold = (): FactFold => createFactFold({ topology: 1, hash: (text) => text });

function folded(facts: readonly Fact[], T: number, fold = newFold()): FactFold {
  for (const fact of [...facts, tick(T)]) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, 0);
  }
  return fold;
}

const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => a.recordedAt - b.recordedAt);

function cell(fold: FactFold, key: string, window: WindowCode): Cell {
  const series = fold.read(`acme/${key}`)!.series!;
  return series.cells.find((one) => one.window === window)!;
}

function restored(fold: FactFold): FactFold {
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  for (const key of fold.keys()) expect(copy.read(key), key).toEqual(fold.read(key));
  return copy;
}

const asked = (id: string, at: number, channel = 'email'): Fact[] => [
  issue(id, at, { stateCategory: 'waiting_on_you', createdAt: at, channel }),
  message(id, at, 'customer'),
];
const answered = (id: string, at: number): Fact => message(id, at, 'human', { authorId: 'ann' });
const closed = (id: string, at: number): Fact => issue(id, at, { stateCategory: 'closed' });
const reopened = (id: string, at: number): Fact[] => [
  message(id, at, 'customer'),
  issue(id, at, { stateCategory: 'waiting_on_you' }),
];

describe('a share that is open for days', () => {
  const start = NOON - 3 * HOUR_MS;
  const facts = [HEAD, ...asked('a', start), ...asked('b', start + 1), ...asked('c', start + 2)];

  it('COHORT-7 is provisional until the last of its outcomes is decided, by time alone', () => {
    const solved = [...facts, answered('a', start + MINUTE_MS), closed('a', start + HOUR_MS)];
    const fold = folded(inOrder(solved), NOON);
    const day = cell(fold, 'resolution-rate', '24h');
    expect(day).toMatchObject({ state: 'provisional', num: 1, den: 3, n: 3, value: 333_333 });
    expect(day).toMatchObject({ provisionalPpm: 1_000_000, lowN: true });
    expect(day.low).toBeLessThan(day.value!);
    const open = (T: number): unknown => {
      const { state, provisionalPpm, num } = cell(folded([], T, fold), 'resolution-rate', '28d');
      return [state, provisionalPpm, num];
    };
    const week = start + 7 * DAY_MS;
    expect(open(week - 1)).toEqual(['provisional', 1_000_000, 1]);
    expect(open(week)).toEqual(['provisional', 666_667, 1]);
    expect(open(week + 1)).toEqual(['provisional', 333_333, 1]);
    restored(fold);
    expect(open(week + 2)).toEqual(['live', 0, 1]);
  });

  it('COHORT-8 is settled over the window as it lay 7 days before', () => {
    const fold = folded(inOrder([...facts, closed('a', start + HOUR_MS)]), NOON);
    expect(cell(fold, 'resolution-rate', '24h').settled).toMatchObject({
      ...{ state: 'undefined', value: null, num: 0, den: 0, n: 0 },
      ...{ from: NOON - 8 * DAY_MS, to: NOON - 7 * DAY_MS + MINUTE_MS },
    });
    folded([], NOON + 7 * DAY_MS, fold);
    const day = cell(fold, 'resolution-rate', '24h');
    expect(day).toMatchObject({ state: 'undefined', den: 0, reasons: ['none_opened'] });
    expect(day.settled).toMatchObject({ state: 'live', value: 333_333, num: 1, den: 3, n: 3 });
    expect(cell(fold, 'resolution-rate', 'bday').settled).toMatchObject({
      ...{ from: Date.parse('2026-06-10T00:00Z'), den: 3 },
    });
    expect(cell(fold, 'resolution-rate', '7d').settled).toMatchObject({
      ...{ from: NOON - 7 * DAY_MS, to: NOON + HOUR_MS, den: 3 },
    });
    restored(fold);
    folded([], NOON + 8 * DAY_MS, fold);
    expect(cell(fold, 'resolution-rate', '24h').settled).toMatchObject({ den: 0 });
    expect(cell(fold, 'resolution-rate', '28d').settled).toMatchObject({ den: 3 });
  });

  it('COHORT-8 of a business day it is the day of the week before up to the same time on the wall', () => {
    const calendar = {
      ...{ ...PLAIN_CALENDAR, zone: 'Europe/London' },
      zones: { 'Europe/London': { changes: [at('2026-03-29T01:00')], offsets: [0, HOUR_MS] } },
    };
    const head = config(at('2026-01-01T00:00'), {
      messages: 'read',
      sources: [],
      tree: { nodes: [] },
      calendar,
    });
    const early = asked('early', at('2026-03-26T10:59'));
    const late = asked('late', at('2026-03-26T11:01'));
    // Eleven o'clock of summer time, which began on the 29th.
    const fold = folded([head, ...early, ...late], at('2026-04-02T10:00'));
    expect(cell(fold, 'resolution-rate', 'bday')).toMatchObject({
      from: at('2026-04-01T23:00'),
      settled: { from: at('2026-03-26T00:00'), to: at('2026-03-26T11:01'), den: 1 },
    });
    // Seven days of the calendar are an hour longer than so many times 24 h.
    expect(cell(fold, 'resolution-rate', '28d').settled).toMatchObject({
      ...{ from: at('2026-02-26T00:00'), to: at('2026-03-27T00:00'), den: 2 },
    });
    restored(fold);
  });

  it('COHORT-8 it is partial as long as it begins before all was counted', () => {
    const young = config(NOON - 9 * DAY_MS, { messages: 'read', sources: [], tree: { nodes: [] } });
    const fold = folded([young, ...asked('a', NOON - 8 * DAY_MS)], NOON);
    expect(cell(fold, 'reopen-rate', '24h').settled).toMatchObject({ state: 'undefined' });
    expect(cell(fold, 'reopen-rate', '7d').settled).toMatchObject({ state: 'partial', den: 0 });
    expect(cell(fold, 'resolution-rate', '7d').settled).toMatchObject({ state: 'partial', den: 1 });
    expect(cell(fold, 'resolution-rate', '7d')).toMatchObject({
      state: 'undefined',
      reasons: ['none_opened'],
    });
  });

  it('COHORT-1 an outcome that changes is taken back and told anew, with what it is', () => {
    const end = start + HOUR_MS;
    const fold = newFold();
    folded(
      [HEAD, ...asked('a', start), closed('a', end), ...reopened('a', end + 1_000)],
      NOON,
      fold,
    );
    const told = fold.touched().outbox.flatMap(({ topic, record }) => {
      const { op, kind, at: when, reason, dimensions } = record as TransitionEvent;
      const isIt = topic === 'events.v1' && kind === 'cohort.opened';
      return isIt ? [[op, when - start, reason, dimensions['outcome']]] : [];
    });
    expect(told).toEqual([
      ['add', 0, null, '[]'],
      ['retract', 0, 'derived_anew', '[]'],
      ['add', 0, null, '["resolved"]'],
      ['retract', 0, 'derived_anew', '["resolved"]'],
      ['add', 0, null, '[]'],
    ]);
  });

  it('COHORT-7 a chat is decided after 72 h, others after 7 days, and all after 7 settled', () => {
    const both = ['chat', 'email'].flatMap((channel) => [
      ...asked(channel, start, channel),
      closed(channel, start + HOUR_MS),
    ]);
    const fold = folded(inOrder([HEAD, ...both]), start + HOUR_MS + 3 * DAY_MS - 1);
    const open = (T: number): number => {
      folded([], T, fold);
      return cell(fold, 'reopen-rate', '7d').provisionalPpm;
    };
    const end = start + HOUR_MS;
    expect([open(fold.T), open(end + 3 * DAY_MS)]).toEqual([1_000_000, 500_000]);
    expect([open(end + 7 * DAY_MS - 1), open(end + 7 * DAY_MS)]).toEqual([500_000, 0]);
    expect(cell(fold, 'reopen-rate', '24h').settled).toMatchObject({ den: 2 });
    expect(cell(fold, 'reopen-rate{channel=chat}', '24h').settled).toMatchObject({ den: 1 });
  });

  it('COHORT-3 "thanks" is only in the reading of any reopening', () => {
    const end = start + HOUR_MS;
    const thanks = [...reopened('a', end + 1_000), closed('a', end + 41_000)];
    const fold = folded(inOrder([HEAD, ...asked('a', start), closed('a', end), ...thanks]), NOON);
    expect(cell(fold, 'reopen-rate', '24h')).toMatchObject({ num: 0, den: 2 });
    expect(cell(fold, 'reopen-rate-any', '24h')).toMatchObject({ num: 1, den: 2 });
    // Whoever is back after that is back after both closes.
    folded(inOrder(reopened('a', end + HOUR_MS)), NOON, fold);
    expect(cell(fold, 'reopen-rate', '24h')).toMatchObject({ num: 2, den: 2 });
    expect(cell(fold, 'fcr-no-return', '24h')).toMatchObject({ num: 0, den: 1 });
  });

  it('COHORT-4 what is deleted or spam leaves all of it in one update', () => {
    const end = start + HOUR_MS;
    const told = inOrder([...facts, answered('a', start + 1_000), closed('a', end)]);
    const fold = folded(told, NOON);
    const kinds = ['resolution-rate', 'fcr-one-owner', 'fcr-one-touch', 'reopen-rate'] as const;
    const dens = (): (number | null)[] => kinds.map((id) => cell(fold, id, '24h').den);
    expect(dens()).toEqual([3, 1, 1, 1]);
    expect(cell(fold, 'fcr-one-owner', '24h')).toMatchObject({ num: 1 });
    folded([issue('a', NOON, { stateCategory: 'closed', stateSlug: 'spam' })], NOON, fold);
    expect(dens()).toEqual([2, 0, 0, 0]);
    expect(cell(fold, 'resolution-rate', '28d').provisionalPpm).toBe(1_000_000);
  });

  it('COHORT-6 the interval of what no person handled reaches from what is sure to all of it', () => {
    const claim = (id: string, at: number): Fact[] => [
      ...[...asked(id, at), message(id, at + 1_000, 'bot')],
      issue(id, at + HOUR_MS, { stateCategory: 'closed', aiResolved: true }),
    ];
    const old = NOON - 7 * DAY_MS - 3 * HOUR_MS;
    const fold = folded(inOrder([HEAD, ...claim('a', old), ...claim('b', start)]), NOON);
    expect(cell(fold, 'resolution-rate-no-human', '28d')).toMatchObject({
      ...{ value: 1_000_000, num: 2, den: 2, low: 500_000, high: 1_000_000 },
      ...{ provisionalPpm: 500_000, state: 'provisional' },
    });
    restored(fold);
  });

  it('COHORT-6 the customer who is back on day 6 of a claim corrects the rate, with the reason', () => {
    const claim = [
      ...[...asked('a', start), message('a', start + 1_000, 'bot')],
      issue('a', start + HOUR_MS, { stateCategory: 'closed', aiResolved: true }),
    ];
    const fold = folded([HEAD, ...claim], start + 5 * DAY_MS);
    expect(cell(fold, 'resolution-rate-no-human', '7d')).toMatchObject({ num: 1, den: 1 });
    fold.touched();
    folded(reopened('a', start + 6 * DAY_MS), start + 6 * DAY_MS, fold);
    expect(cell(fold, 'resolution-rate-no-human', '7d')).toMatchObject({
      ...{ value: 0, num: 0, den: 1, low: 0, high: 0, state: 'provisional' },
    });
    const { outbox, dirty } = fold.touched();
    const told = outbox.flatMap(({ topic, record }) => {
      const { op, kind, reason, dimensions } = record as TransitionEvent;
      const isIt = topic === 'events.v1' && kind === 'cohort.handled';
      return isIt ? [[op, reason, dimensions['outcome']]] : [];
    });
    expect(told).toEqual([
      ['retract', 'derived_anew', '["unaided"]'],
      ['add', null, '[]'],
    ]);
    expect([...dirty]).toContain('acme/resolution-rate-no-human');
  });

  it('COHORT-5 ever escalated is told of the long windows, and open for 28 days', () => {
    const linked = (id: string, at: number): Fact =>
      issue(id, at, { stateCategory: 'waiting_on_you', tags: ['escalated'] });
    const untagged = issue('a', start + 1, { stateCategory: 'waiting_on_you', tags: [] });
    const fold = folded(inOrder([...facts, untagged, linked('a', start + HOUR_MS)]), NOON);
    const series = fold.read('acme/escalation-rate-all')!.series!;
    expect(series.cells.map(({ window }) => window)).toEqual(['7d', '28d', '90d']);
    expect(cell(fold, 'escalation-rate-all', '7d')).toMatchObject({ num: 1, den: 3 });
    folded([], start + 28 * DAY_MS, fold);
    expect(cell(fold, 'escalation-rate-all', '28d').provisionalPpm).toBe(666_667);
    expect(cell(fold, 'escalation-rate-all', '7d').settled).toMatchObject({ num: 1, den: 3 });
    restored(fold);
  });

  it('COHORT-9 of too many values those are shown that counted most, the others together, with what is open', () => {
    const by = { 'escalation-rate-all': ['priority'] };
    const head = config(NOON - 200 * DAY_MS, {
      messages: 'read',
      sources: [],
      tree: { nodes: [] },
      by,
    });
    // Of priority p9 ten, of p8 nine, and so on; the eight that came first are shown until the hour.
    const many = Array.from({ length: 10 }, (_, p) =>
      Array.from({ length: p + 1 }, (_, n) => [
        issue(`${p}-${n}`, start + p, {
          stateCategory: 'new',
          createdAt: start + p,
          priority: `p${p}`,
        }),
        message(`${p}-${n}`, start + p, 'customer'),
      ]).flat(),
    ).flat();
    const fold = folded([head, ...many], NOON);
    const row = (value: string): Cell =>
      cell(fold, `escalation-rate-all{priority=${value}}`, '28d');
    expect([row('p9').den, row('p2').den, row('__other__').den]).toEqual([10, 3, 3]);
    expect(row('p0')).toMatchObject({ state: 'unknown', reasons: ['in_other'], settled: null });
    // Nothing counts in the shortest window any more, so that of equals the smaller keys are shown.
    folded([], start + 28 * DAY_MS + 8, fold);
    expect(row('__other__')).toMatchObject({ den: 19, provisionalPpm: 526_316 });
    expect(cell(fold, 'escalation-rate-all{priority=__other__}', '7d').settled!.den).toBe(19);
    restored(fold);
  });

  it('COHORT-10 more is resolved than opened: over 100 %, and no interval', () => {
    const old = ['a', 'b'].flatMap((id) => [...asked(id, NOON - 2 * DAY_MS), closed(id, start)]);
    const fold = folded(inOrder([HEAD, ...old, ...asked('c', start)]), NOON);
    expect(cell(fold, 'resolution-rate-flow', '60m')).toMatchObject({
      ...{ value: null, num: 0, den: 0, state: 'undefined', reasons: ['none_opened'] },
    });
    expect(cell(fold, 'resolution-rate-flow', '24h')).toMatchObject({
      ...{ value: 2_000_000, num: 2, den: 1, n: 1, low: null, high: null, state: 'live' },
    });
    expect(cell(fold, 'resolution-rate-flow', '7d')).toMatchObject({ num: 2, den: 3 });
    expect(cell(fold, 'resolution-rate-flow', '7d').high).toBeGreaterThan(666_667);
  });

  it('COHORT-9 a summary that is reopened takes its resolution back, in restored folds too', () => {
    const told = inOrder([HEAD, ...asked('a', start), closed('a', start + HOUR_MS)]);
    const fold = folded(told, NOON + 60 * DAY_MS);
    const rate = (of: FactFold): unknown => {
      const { num, den, state } = cell(of, 'resolution-rate', '90d');
      return [num, den, state];
    };
    expect(rate(fold)).toEqual([1, 1, 'live']);
    const copy = restored(fold);
    for (const one of [fold, copy]) {
      folded(reopened('a', NOON + 61 * DAY_MS), NOON + 61 * DAY_MS, one);
      expect(rate(one)).toEqual([0, 1, 'live']);
      expect(rate(restored(one))).toEqual([0, 1, 'live']);
      // Closed again, after the seven days, and forgotten once more.
      folded([closed('a', NOON + 62 * DAY_MS)], NOON + 88 * DAY_MS, one);
      expect(rate(one)).toEqual([0, 1, 'live']);
      folded([], NOON + 89 * DAY_MS, one);
      expect(rate(restored(one))).toEqual([0, 1, 'live']);
    }
  });

  it('COHORT-13 what was opened in a forgotten chapter stays with whoever had a hand in that', () => {
    const by = { 'resolution-rate': ['handled_by'], 'repeat-contact-rate': ['handled_by'] };
    const head = config(NOON - 200 * DAY_MS, {
      ...{ messages: 'read', sources: [], tree: { nodes: [] }, by },
    });
    const asks = asked('a', start).map((fact) =>
      fact.kind === 'issue.observed'
        ? ({ ...fact, body: { ...fact.body, requesterId: 'cleo', category: 'login' } } as Fact)
        : fact,
    );
    const claim = [message('a', start + 1_000, 'bot'), closed('a', start + HOUR_MS)];
    const fold = folded(inOrder([head, ...asks, ...claim]), NOON + 40 * DAY_MS);
    const dens = (of: FactFold): (number | null)[] =>
      ['resolution-rate', 'repeat-contact-rate'].flatMap((id) =>
        ['ai', 'mixed'].map((hand) => cell(of, `${id}{handled_by=${hand}}`, '90d').den),
      );
    const standsAt = (T: number, ...news: readonly Fact[]): void => {
      folded(inOrder(news), T, fold);
      expect(dens(fold)).toEqual([1, 0, 1, 0]);
      expect(dens(restored(fold))).toEqual([1, 0, 1, 0]);
    };
    standsAt(NOON + 40 * DAY_MS);
    const again = NOON + 41 * DAY_MS;
    const told = [
      ...reopened('a', again),
      answered('a', again + 1_000),
      closed('a', again + 2_000),
    ];
    standsAt(again + HOUR_MS, ...told);
    // Forgotten once more, and touched after that.
    standsAt(again + 38 * DAY_MS);
    standsAt(again + 39 * DAY_MS, ...reopened('a', again + 39 * DAY_MS));
  });
});
