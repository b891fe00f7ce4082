/** How often customers write, and topics that several accounts wrote about (metrics.md 3.1), from facts to values. */
import { describe, expect, it } from 'vitest';
import { account, config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact, IssueObserved } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const START = Date.parse('2026-06-10T12:00:00Z');
const HEAD = config(START - 200 * DAY_MS, {
  ...{ messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } },
  by: {
    'customer-contact-frequency': ['account', 'account_tier'],
    'category-recurrence-rate': ['category', 'account_tier'],
  },
});

/** A customer of an account writes about a topic. */
function asked(
  id: string,
  at: number,
  category: string | null,
  accountId: string | null,
  more: IssueObserved = {},
): Fact[] {
  const seen = { stateCategory: 'waiting_on_you', createdAt: at, category, accountId, ...more };
  return [message(id, at, 'customer', { channel: 'email' }), issue(id, at, seen as IssueObserved)];
}

const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => a.recordedAt - b.recordedAt);
const foldOf = (T: number, ...told: readonly (readonly Fact[])[]): FactFold =>
  folded([...inOrder([HEAD, ...told.flat()]), tick(T)]);

function cellOf(fold: FactFold, key: string, window: WindowCode = '28d'): Cell {
  return fold.read(`acme/${key}`)!.series!.cells.find((one) => one.window === window)!;
}
function shareIn(fold: FactFold, key: string, window?: WindowCode): string {
  const { num, den } = cellOf(fold, key, window);
  return `${num}/${den}`;
}
function sameRestored(fold: FactFold): FactFold {
  const copy = restored(fold);
  return copy;
}

describe('a topic that comes back', () => {
  const rate = 'category-recurrence-rate';
  /** Three of two accounts on a topic, hours apart, and a fourth so long after the first. */
  const fourth = (ms: number, more: readonly Fact[] = []): FactFold => {
    const facts = [
      ...asked('a', START, 'login', 'acme'),
      ...asked('b', START + HOUR_MS, 'login', 'acme'),
      ...asked('c', START + 2 * HOUR_MS, 'login', 'globex'),
      ...asked('d', START + ms, 'login', 'initech'),
    ];
    return foldOf(START + ms + HOUR_MS, facts, more);
  };

  it('RECUR-1 recurs from the fourth on, of two accounts or more, within 28 days to the millisecond', () => {
    expect(shareIn(fourth(3 * HOUR_MS), rate)).toBe('1/4');
    expect(shareIn(fourth(28 * DAY_MS), rate, '90d')).toBe('1/4');
    expect(shareIn(fourth(28 * DAY_MS + 1), rate, '90d')).toBe('0/4');
    // Those of one account, or of none that is known, make no second; of one instant none is before the other.
    const same = (accounts: readonly (string | null)[], at = HOUR_MS): string => {
      const facts = accounts.map((one, i) => asked(`i${i}`, START + i * at, 'login', one));
      return shareIn(foldOf(START + DAY_MS, ...facts), rate);
    };
    expect(same(['acme', 'acme', 'acme', 'acme'])).toBe('0/4');
    expect(same(['acme', null, null, 'globex'])).toBe('0/4');
    expect(same(['acme', null, 'globex', null])).toBe('1/4');
    expect(same(['acme', 'globex', 'initech', 'acme'], 0)).toBe('0/4');
  });

  it('RECUR-1 in rows of its topic and tier, and only of what has a topic', () => {
    const vip = account('initech', START, 'vip');
    const fold = fourth(3 * HOUR_MS, [vip, ...asked('e', START + HOUR_MS, null, 'acme')]);
    expect(shareIn(fold, rate)).toBe('1/4');
    const rows = ['category=login', 'account_tier=vip', 'account_tier=__none__'];
    expect(rows.map((row) => shareIn(fold, `${rate}{${row}}`))).toEqual(['1/4', '1/1', '0/3']);
    expect([...fold.keys()]).not.toContain(`acme/${rate}{category=__none__}`);
    expect(cellOf(fold, rate)).toMatchObject({ value: 250_000, n: 4, lowN: true, vsPrev: null });
    const silent = cellOf(foldOf(START), rate);
    expect(silent).toMatchObject({ state: 'undefined', value: null, reasons: ['none_opened'] });
  });

  it('RECUR-2 what an earlier one becomes takes that back, and tells it anew', () => {
    const fold = fourth(3 * HOUR_MS);
    const at = START + 5 * HOUR_MS;
    const now = (id: string, n: number, seen: IssueObserved): string => {
      folded([issue(id, at + n, seen)], fold);
      return shareIn(fold, rate);
    };
    expect(now('a', 0, { tags: ['spam'] })).toBe('0/3');
    expect(now('a', 1, { tags: [] })).toBe('1/4');
    expect(now('c', 2, { accountId: 'acme' })).toBe('0/4');
    expect(now('c', 3, { accountId: 'globex' })).toBe('1/4');
    expect(now('b', 4, { category: 'billing' })).toBe('0/4');
    expect(now('b', 5, { category: 'login' })).toBe('1/4');
    // Told of late, and one that is imported: it had been written about all the same.
    const late = asked('z', START - HOUR_MS, 'login', 'initech').map((fact) => ({
      ...fact,
      ...{ recordedAt: at + 6, origin: 'import' as const },
    }));
    folded(late, fold);
    expect(shareIn(fold, rate)).toBe('2/4');
    sameRestored(fold);
  });

  it('RECUR-2 it outlives what is forgotten', () => {
    const done = ['a', 'b', 'c'].map((id, i) =>
      issue(id, START + (4 + i) * HOUR_MS, { stateCategory: 'closed' }),
    );
    const fold = fourth(20 * DAY_MS, done);
    expect(shareIn(fold, rate, '90d')).toBe('1/4');
    folded([tick(START + 40 * DAY_MS)], fold);
    expect(shareIn(fold, rate, '90d')).toBe('1/4');
    const copy = sameRestored(fold);
    for (const one of [fold, copy]) {
      folded([issue('a', START + 41 * DAY_MS, { tags: ['spam'], stateCategory: 'closed' })], one);
    }
    expect(shareIn(fold, rate, '90d')).toBe('0/3');
    for (const key of fold.keys()) expect(copy.read(key), key).toEqual(fold.read(key));
  });
});

describe('how often customers write', () => {
  const frequency = 'customer-contact-frequency';
  const by = (requesterId: string | null): IssueObserved => ({ requesterId });
  const facts = [
    ...asked('a', START, 'login', 'acme', by('cleo')),
    ...asked('b', START + HOUR_MS, 'login', 'acme', by('cleo')),
    ...asked('c', START + DAY_MS, 'login', 'acme', by('carl')),
    // Without a contact the account is the customer; without either nobody is.
    ...asked('d', START + DAY_MS, 'login', 'globex', by(null)),
    ...asked('e', START + DAY_MS, 'login', 'globex', by(null)),
    ...asked('f', START + DAY_MS, 'login', null, by(null)),
  ];

  it('RECUR-3 conversations per distinct customer, in thousandths, without an interval', () => {
    const fold = foldOf(START + DAY_MS + HOUR_MS, facts);
    const series = fold.read(`acme/${frequency}`)!.series!;
    expect([series.form, series.unit]).toEqual(['RATIO', 'milli']);
    expect(series.cells.map(({ window }) => window)).toEqual(['7d', '28d', '90d']);
    const told = { value: 1_667, num: 5, den: 3, n: 3, low: null, high: null, vsPrev: null };
    expect(cellOf(fold, frequency)).toMatchObject({ ...told, lowN: false, state: 'live' });
    const rows = ['account=acme', 'account=globex', 'account_tier=__none__'];
    expect(rows.map((row) => shareIn(fold, `${frequency}{${row}}`))).toEqual(['3/2', '2/1', '5/3']);
    expect([...fold.keys()]).not.toContain(`acme/${frequency}{account=__none__}`);
    sameRestored(fold);
    // The first of them leave the window: who wrote since then is still there.
    const week = (hours: number): string => {
      folded([tick(START + 7 * DAY_MS + hours * HOUR_MS)], fold);
      return shareIn(fold, frequency, '7d');
    };
    expect([week(0), week(1), week(2), week(24), week(25)]).toEqual([
      ...['5/3', '4/3', '3/2', '3/2', '0/0'],
    ]);
    expect(cellOf(fold, frequency, '7d')).toMatchObject({ value: null, reasons: ['none_opened'] });
  });

  it('RECUR-3 whoever it turns out to be, and what is removed, is told anew', () => {
    const fold = foldOf(START + DAY_MS + HOUR_MS, facts);
    const now = (id: string, n: number, seen: IssueObserved): string => {
      folded([issue(id, START + DAY_MS + 2 * HOUR_MS + n, seen)], fold);
      return shareIn(fold, frequency);
    };
    expect(now('f', 0, by('carl'))).toBe('6/3');
    expect(now('b', 1, by('carl'))).toBe('6/3');
    expect(now('a', 2, { tags: ['spam'] })).toBe('5/2');
    expect(now('d', 3, { accountId: 'acme' })).toBe('5/3');
    sameRestored(fold);
  });

  it('RECUR-4 each customer is a part, once, with how many of them', () => {
    const fold = foldOf(START + DAY_MS + HOUR_MS, facts);
    const question = { window: '7d', clock: 'wall', limit: 100, after: null } as const;
    const explained = fold.explain('acme', { key: frequency, ...question })!;
    expect(explained.sums).toBe(true);
    const amounts = explained.parts.flatMap((part) =>
      part.part === 'counted'
        ? part.events.map(({ amount }) => `${part.conversation.id} ${amount}`)
        : [],
    );
    expect(amounts.sort()).toEqual(['b 2', 'c 1', 'e 2']);
  });
});
