/** Customers who come back with another conversation, from facts to values (metrics.md 1.4, 1.5, 3.1). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold, restored } from '../../../tests/support/folded.ts';
import type { TransitionEvent } from '../conversation/event.ts';
import type { Fact, IssueObserved } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

/** `10 09:00`, in June 2026, or `07-10 09:00`; in UTC. */
const on = (time: string): number =>
  Date.parse(`2026-${time.includes('-') ? '' : '06-'}${time.replace(' ', 'T')}Z`);

const HEAD = config(on('01 00:00'), {
  ...{ messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } },
  by: { 'repeat-contact-rate': ['category', 'account_tier'] },
});
const CLEO: IssueObserved = { requesterId: 'cleo', accountId: 'acme', category: 'login' };

const look = (id: string, at: number, seen: IssueObserved): Fact => issue(id, at, seen);
const asked = (id: string, seen: IssueObserved, time: string): Fact[] => [
  message(id, on(time), 'customer', { channel: seen.channel ?? 'email' }),
  look(id, on(time), { stateCategory: 'waiting_on_you', createdAt: on(time), ...seen }),
];
const closed = (id: string, time: string, seen: IssueObserved = {}): Fact =>
  look(id, on(time), { stateCategory: 'closed', resolutionAt: on(time), ...seen });
/** Asked, answered and closed. */
const solved = (id: string, seen: IssueObserved, from: string, to: string): Fact[] => [
  ...asked(id, seen, from),
  message(id, on(from) + MINUTE_MS, 'human', { authorId: 'ada' }),
  closed(id, to),
];
const back = (id: string, time: string): Fact[] => [
  message(id, on(time), 'customer'),
  look(id, on(time), { stateCategory: 'waiting_on_you' }),
];

const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => a.recordedAt - b.recordedAt);
const foldOf = (...told: readonly (readonly Fact[])[]): FactFold =>
  folded(inOrder([HEAD, ...told.flat()]));
const repeated = (...told: readonly (readonly Fact[])[]): number =>
  foldOf(...told).totals('acme')!.totals.transitions['repeated'] ?? 0;

function cellOf(fold: FactFold, key: string, window: WindowCode = '28d'): Cell {
  return fold.read(`acme/${key}`)!.series!.cells.find((one) => one.window === window)!;
}
function shareIn(fold: FactFold, key: string, window: WindowCode = '28d'): string {
  const { num, den } = cellOf(fold, key, window);
  return `${num}/${den}`;
}
const at = (time: string, fold: FactFold): FactFold => folded([tick(on(time))], fold);

const FIRST = solved('I', CLEO, '10 09:00', '10 12:00');

describe('a customer who comes back with another conversation', () => {
  it('JOIN-1 on the topic, within 7 days of the last close that resolved one, on chat 72 h', () => {
    const times = ['11 09:00', '17 12:00', '17 12:00:00.999', '17 12:00:01', '10 12:00:00.500'];
    expect(times.map((time) => repeated(FIRST, asked('J', CLEO, time)))).toEqual([1, 1, 1, 0, 0]);
    const chat = solved('K', { ...CLEO, channel: 'chat' }, '10 10:00', '10 13:00');
    expect(repeated(chat, asked('J', CLEO, '13 13:00'))).toBe(1);
    // The newest resolution tells how long, though an older one would tell more.
    expect(repeated(FIRST, chat, asked('J', CLEO, '13 13:00:01'))).toBe(0);
  });

  it('JOIN-2 by the contact, else the account; nobody’s, or without a topic, never', () => {
    const other = (seen: IssueObserved): number =>
      repeated(FIRST, asked('J', { ...CLEO, ...seen }, '11 09:00'));
    expect(other({ accountId: 'globex' })).toBe(1);
    expect(other({ requesterId: 'carl' })).toBe(0);
    expect(other({ requesterId: null })).toBe(0);
    expect(other({ category: 'billing' })).toBe(0);
    expect(other({ category: null })).toBe(0);
    const whole = (seen: IssueObserved): number => {
      const who = { ...CLEO, ...seen };
      return repeated(solved('I', who, '10 09:00', '10 12:00'), asked('J', who, '11 09:00'));
    };
    expect(whole({ requesterId: null })).toBe(1);
    expect(whole({ requesterId: null, accountId: null })).toBe(0);
    expect(whole({ category: null })).toBe(0);
  });

  it('JOIN-3 what either of them becomes takes it back, and tells it anew', () => {
    const fold = foldOf(FIRST, asked('J', CLEO, '12 09:00'));
    const now = (...facts: readonly Fact[]): number => {
      folded(facts, fold);
      return fold.totals('acme')!.totals.transitions['repeated'] ?? 0;
    };
    expect(now()).toBe(1);
    expect(now(...back('I', '12 10:00'))).toBe(0);
    // Resolved, but later than the other was opened.
    expect(now(closed('I', '12 11:00'))).toBe(0);
    const other = solved('K', CLEO, '11 09:00', '11 10:00').map((fact) => ({
      ...fact,
      recordedAt: on('12 12:00'),
    }));
    expect(now(...other)).toBe(1);
    const seen = (time: string, more: IssueObserved): number => now(look('J', on(time), more));
    expect(seen('12 13:00', { category: 'billing' })).toBe(0);
    expect(seen('12 13:01', { category: 'login' })).toBe(1);
    expect(seen('12 13:02', { requesterId: 'carl' })).toBe(0);
    expect(seen('12 13:03', { requesterId: 'cleo' })).toBe(1);
    expect(seen('12 13:04', { tags: ['spam'] })).toBe(0);
    expect(seen('12 13:05', { tags: [] })).toBe(1);
    expect(now(look('K', on('12 13:06'), { tags: ['spam'] }))).toBe(0);
  });

  it('JOIN-4 a first close is solved at once if the customer neither reopened it nor came back so', () => {
    const rate = (...told: readonly (readonly Fact[])[]): string =>
      shareIn(at('30 00:00', foldOf(FIRST, ...told)), 'fcr-no-return');
    expect(rate()).toBe('1/1');
    expect(rate(asked('J', CLEO, '17 12:00'))).toBe('0/1');
    expect(rate(asked('J', CLEO, '17 12:00:01'))).toBe('1/1');
    expect(rate(asked('J', { ...CLEO, category: 'billing' }, '11 09:00'))).toBe('1/1');
    expect(rate(back('I', '11 09:00'))).toBe('0/1');
    expect(rate(solved('J', CLEO, '11 09:00', '11 10:00'))).toBe('1/2');
    const beside = solved('J', CLEO, '10 10:00', '10 13:00');
    expect(rate(beside, asked('K', CLEO, '11 09:00'))).toBe('0/2');
  });

  it('JOIN-5 such a return makes the AI’s claim fail on day 6, and corrects what was told', () => {
    const claimed = [
      ...asked('I', CLEO, '10 09:00'),
      message('I', on('10 09:01'), 'bot', { authorId: 'robot' }),
      closed('I', '10 10:00', { aiResolved: true }),
    ];
    const fold = at('16 09:00', foldOf(claimed));
    expect(shareIn(fold, 'resolution-rate-no-human')).toBe('1/1');
    fold.touched();
    folded(asked('J', CLEO, '16 10:00'), fold);
    expect(shareIn(fold, 'resolution-rate-no-human')).toBe('0/1');
    const told = fold.touched().outbox.flatMap(({ topic, record }) => {
      const { op, kind, at: when, reason } = record as TransitionEvent;
      const isIt = topic === 'events.v1' && kind.startsWith('ai_outcome.');
      return isIt ? [`${op} ${kind} ${(when - on('10 10:00')) / HOUR_MS} h ${reason}`] : [];
    });
    expect(told).toEqual([
      'retract ai_outcome.pending 0 h derived_anew',
      'add ai_outcome.failed 144 h null',
    ]);
    at('25 00:00', fold);
    expect(shareIn(fold, 'deflection-proxy')).toBe('0/0');
    // On day 8 it is too late for that.
    const late = at('25 00:00', foldOf(claimed, asked('J', CLEO, '18 10:00')));
    expect(shareIn(late, 'resolution-rate-no-human')).toBe('1/1');
    expect(shareIn(late, 'deflection-proxy')).toBe('1/1');
  });

  it('JOIN-6 a customer counts once in each row where one was opened, and as back for any return there', () => {
    const carl = { ...CLEO, requesterId: 'carl', category: 'billing' };
    const nobody = { ...CLEO, requesterId: null, accountId: null };
    const fold = foldOf(
      ...[FIRST, asked('J', CLEO, '11 09:00'), asked('K', CLEO, '11 10:00')],
      solved('L', carl, '11 09:00', '11 09:30'),
      asked('M', { ...carl, category: null }, '11 11:00'),
      asked('N', nobody, '11 09:00'),
    );
    at('11 12:00', fold);
    const rate = 'repeat-contact-rate';
    expect([rate, `${rate}-any-topic`].map((key) => shareIn(fold, key))).toEqual(['1/2', '2/2']);
    expect(cellOf(fold, rate, '24h')).toMatchObject({ value: 500_000, n: 2, lowN: true });
    const rows = ['channel=email', 'category=login', 'category=billing', 'category=__none__'];
    expect(rows.map((row) => shareIn(fold, `${rate}{${row}}`))).toEqual([
      ...['1/2', '1/1', '0/1', '0/1'],
    ]);
    const question = { window: '24h', clock: 'wall', limit: 100, after: null } as const;
    const told = [...fold.keys()].filter((key) => key.startsWith(`acme/${rate}`));
    expect(told.length).toBeGreaterThan(8);
    for (const key of told) {
      const { sums, parts } = fold.explain('acme', { ...question, key: key.slice(5) })!;
      expect([key, sums]).toEqual([key, true]);
      // Carl's is the last that he opened.
      const ids = parts.flatMap((part) => (part.part === 'counted' ? part.conversation.id : []));
      if (key === `acme/${rate}`) expect(ids).toEqual(['M', 'K']);
    }
    at('12 12:00', fold);
    expect(cellOf(fold, rate, '24h')).toMatchObject({ value: null, vsPrev: 500_000 });
    expect(cellOf(fold, rate, '24h').reasons).toContain('none_opened');
    expect(cellOf(fold, rate).vsPrev).toBeNull();
  });

  it('JOIN-7 it outlives what is forgotten: who had come back, and after what', () => {
    const anew = asked('J', CLEO, '12 09:00');
    const fold = at('07-30 00:00', foldOf(FIRST, anew, [closed('J', '12 10:00')]));
    const told = (): unknown[] => [
      fold.totals('acme')!.totals.transitions['repeated'] ?? 0,
      shareIn(fold, 'fcr-no-return', '90d'),
      shareIn(fold, 'repeat-contact-rate', '90d'),
    ];
    expect(told()).toEqual([1, '1/2', '1/1']);
    const copy = restored(fold);
    // The one before is opened again after all.
    for (const one of [fold, copy]) folded(back('I', '07-30 09:00'), one);
    expect(told()).toEqual([0, '2/2', '0/1']);
    for (const key of fold.keys()) expect(copy.read(key), key).toEqual(fold.read(key));
    // What is out of the numbers is nobody's return; that it was closed stays counted.
    folded([closed('I', '07-30 10:00'), look('J', on('07-30 11:00'), { tags: ['spam'] })], fold);
    expect(told()).toEqual([0, '2/2', '0/1']);
  });

  it('JOIN-7 what no window reaches any more may be taken out of the numbers, or told otherwise', () => {
    for (const seen of [{ tags: ['spam'] }, { requesterId: 'carl' }]) {
      const fold = at('12-31 00:00', foldOf(FIRST));
      folded([look('I', on('12-31 09:00'), seen)], fold);
      expect(shareIn(fold, 'repeat-contact-rate', '90d')).toBe('0/0');
    }
  });

  it('JOIN-8 in whatever order facts come, and how often the fold is restored, it is the same', () => {
    const facts = [
      ...[...FIRST, ...asked('J', CLEO, '11 09:00'), closed('J', '11 10:00')],
      ...[...asked('K', CLEO, '11 11:00'), look('K', on('11 11:05'), { category: 'billing' })],
      ...[...back('I', '11 12:00'), closed('I', '11 13:00'), ...asked('L', CLEO, '11 14:00')],
    ].map((fact) => ({ ...fact, recordedAt: on('11 15:00') }));
    const told = (order: readonly Fact[], cut: number): unknown => {
      let fold = folded([HEAD, ...order.slice(0, cut)]);
      const copy = newFold();
      copy.restore([...fold.encode()], fold.T);
      fold = folded(order.slice(cut), copy);
      const keys = ['fcr-no-return', 'repeat-contact-rate', 'repeat-contact-rate-any-topic'];
      const { transitions } = fold.totals('acme')!.totals;
      return [transitions, ...keys.map((key) => cellOf(fold, key))];
    };
    const expected = told(facts, 0);
    expect(expected).toMatchObject([{ repeated: 1 }, {}, { num: 1, den: 1 }, {}]);
    const order = fc.shuffledSubarray(facts, { minLength: facts.length });
    fc.assert(
      fc.property(order, fc.nat({ max: facts.length }), (shuffled, cut) => {
        expect(told(shuffled, cut)).toEqual(expected);
      }),
      { seed: 20260610, numRuns: 30 },
    );
  });
});
