/** What customers say of single people is withheld where few of them said it (metrics.md 4). */
import { describe, expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';
import { Withheld } from './withheld.ts';

const NOON = Date.parse('2026-06-10T12:00Z');
const HEAD = config(NOON - 200 * DAY_MS, {
  ...{ messages: 'read', sources: [], tree: { nodes: [] } },
  csatScale: { min: 1, max: 5, positiveFrom: 4 },
  by: { csat: ['assignee'], ratings: ['assignee'] },
});

it('PRIV-6 who is told together with others is withheld: no score is made of what few say of one', () => {
  const rows = new Set(['csat{assignee=ada}', 'csat{assignee=ben}']);
  const shown = {
    rows,
    rowsShown: () => ['csat{assignee=ben}'],
    isHidden: (row: string) => row === 'csat{assignee=ada}',
  };
  const { windows } = [...folded([HEAD, tick(NOON)]).workspaces()][0]!;
  const withheld = new Withheld({ windows, shown: shown as never });
  expect(withheld.read('csat{assignee=ada}', '28d')).toEqual({ now: true, before: true });
});

let n = 0;
/** Asked by a customer, answered and closed by an agent, and rated within the hour before noon. */
function rated(
  agent: string,
  customer: { contact?: string; account?: string },
  score = 5,
  ago = HOUR_MS,
): Fact[] {
  n += 1;
  const id = `I${n}`;
  const at = NOON - ago + n * 1_000;
  const { contact = null, account = null } = customer;
  const seen = { createdAt: at, requesterId: contact, accountId: account, assigneeId: agent };
  return [
    message(id, at, 'customer', { authorId: contact ?? 'somebody' }),
    message(id, at + 100, 'human', { authorId: agent }),
    issue(id, at + MINUTE_MS, { ...seen, stateCategory: 'closed' }),
    issue(id, at + 2 * MINUTE_MS, { ...seen, stateCategory: 'closed', csat: [score] }),
  ];
}
const by = (agent: string, contacts: readonly string[], ago?: number): Fact[] =>
  contacts.flatMap((contact, i) => rated(agent, { contact }, i === 0 ? 1 : 5, ago));
const FIVE = ['a', 'b', 'c', 'd', 'e'];

const at = (T: number, facts: readonly Fact[], fold = newFold()): FactFold =>
  folded([...[...facts].sort((a, b) => a.recordedAt - b.recordedAt), tick(T)], fold);
function cellOf(fold: FactFold, agent: string, window: WindowCode = '24h', id = 'csat'): Cell {
  const { cells } = fold.read(`acme/${id}{assignee=${agent}}`)!.series!;
  return cells.find((one) => one.window === window)!;
}
const isWithheld = (...asked: Parameters<typeof cellOf>): boolean =>
  cellOf(...asked).reasons.includes('privacy');
const NOTHING_TOLD = {
  ...{ state: 'unknown', reasons: ['privacy'], value: null, num: null, den: null, n: 0 },
  ...{ low: null, high: null, vsPrev: null, vsHow: null, settled: null, shares: [] },
};

describe('what customers say of a person', () => {
  it('PRIV-1 of four customers nothing is told, of five it is, by the window', () => {
    const fold = at(NOON, [HEAD, ...by('ada', ['a'], 10 * DAY_MS), ...by('ada', FIVE.slice(1))]);
    for (const id of ['csat', 'ratings']) {
      expect(cellOf(fold, 'ada', '7d', id)).toMatchObject(NOTHING_TOLD);
    }
    expect(cellOf(fold, 'ada', '28d')).toMatchObject({ value: 600_000, num: 3, den: 5 });
    expect(cellOf(fold, 'ada', '28d', 'ratings')).toMatchObject({ value: 5, n: 5 });
    const total = fold.read('acme/csat')!.series!.cells.find(({ window }) => window === '7d');
    expect(total).toMatchObject({ num: 3, den: 4 });
  });

  it('PRIV-1 who gave five ratings is one customer, and a rating that is replaced counts no more', () => {
    const again = Array.from({ length: 5 }, () => rated('ada', { contact: 'a' })).flat();
    expect(isWithheld(at(NOON, [HEAD, ...again]), 'ada')).toBe(true);
    const fold = at(NOON, [HEAD, ...by('ada', FIVE)]);
    const last = `I${n}`;
    at(NOON + 1_000, [issue(last, NOON, { csat: [5, 3] })], fold);
    expect(cellOf(fold, 'ada')).toMatchObject({ num: 3, den: 5 });
  });

  it('PRIV-1 of the window before nothing is told if that was of fewer', () => {
    const before = by('ada', FIVE.slice(0, 4), 25 * HOUR_MS);
    const fold = at(NOON, [HEAD, ...before, ...by('ada', FIVE)]);
    expect(cellOf(fold, 'ada')).toMatchObject({ value: 800_000, vsPrev: null });
    const known = at(NOON, [HEAD, ...by('ada', FIVE, 25 * HOUR_MS), ...by('ada', FIVE)]);
    expect(cellOf(known, 'ada')).toMatchObject({ value: 800_000, vsPrev: 800_000 });
  });

  it('PRIV-2 a customer is the contact, else the account; who is not known is none', () => {
    const four = by('ada', FIVE.slice(0, 4));
    const withAccount = [...four, ...rated('ada', { account: 'acme' })];
    expect(isWithheld(at(NOON, [HEAD, ...withAccount]), 'ada')).toBe(false);
    const twice = [...by('ben', FIVE.slice(0, 3)), ...rated('ben', { account: 'acme' })];
    const fold = at(NOON, [HEAD, ...twice, ...rated('ben', { account: 'acme' })]);
    expect(isWithheld(fold, 'ben')).toBe(true);
    expect(isWithheld(at(NOON, [HEAD, ...four, ...rated('ada', {})]), 'ada')).toBe(true);
  });

  it('PRIV-3 one of few among others takes the next fewest with it, so that it is no difference', () => {
    const six = [...FIVE, 'f'];
    const shown = [...by('ada', six), ...by('ben', six), ...by('cleo', FIVE)];
    const fold = at(NOON, [HEAD, ...shown, ...by('dan', ['a'])]);
    expect(['ada', 'ben', 'cleo', 'dan'].map((one) => isWithheld(fold, one))).toEqual([
      ...[false, false, true, true],
    ]);
    const pair = [...by('dan', ['a', 'b']), ...by('eve', ['c', 'd', 'e'])];
    const two = at(NOON, [HEAD, ...shown, ...pair]);
    expect(['cleo', 'dan', 'eve'].map((one) => isWithheld(two, one))).toEqual([false, true, true]);
    // Of one by nobody known there is a rating too.
    const unknown = at(NOON, [HEAD, ...shown, ...rated('dan', {})]);
    expect(isWithheld(unknown, 'cleo')).toBe(true);
  });

  it('PRIV-3 whoever is told again, or no longer, is published with whom that was for', () => {
    const facts = [HEAD, ...by('ada', FIVE), ...by('ben', ['a', 'b', 'c', 'd'])];
    const fold = at(NOON, facts);
    expect(['ada', 'ben'].map((one) => isWithheld(fold, one))).toEqual([true, true]);
    fold.touched();
    at(NOON + MINUTE_MS, by('ben', ['e'], 0), fold);
    expect(fold.touched().dirty).toContain('acme/csat{assignee=ada}');
    expect(['ada', 'ben'].map((one) => isWithheld(fold, one))).toEqual([false, false]);
  });

  it('PRIV-4 what is withheld is not explained', () => {
    const fold = at(NOON, [HEAD, ...by('ada', FIVE.slice(0, 4))]);
    const asked = { window: '24h', clock: 'wall', limit: 100, after: null } as const;
    for (const id of ['csat', 'ratings']) {
      const told = fold.explain('acme', { key: `${id}{assignee=ada}`, ...asked });
      expect(told).toMatchObject({
        ...{ state: 'unknown', reasons: ['privacy'], parts: [], next: null, sums: true },
        ...{ excluded: {}, counts: { events: 0, conversations: 0, contacts: 0, accounts: 0 } },
      });
    }
  });

  it('PRIV-5 it stands over restarts and summaries, and follows who asked and whom they spoke with', () => {
    const fold = at(NOON, [HEAD, ...by('ada', FIVE)]);
    restored(fold);
    at(NOON + 40 * DAY_MS, [], fold);
    expect(cellOf(fold, 'ada', '90d')).toMatchObject({ num: 4, den: 5 });
    const copy = restored(fold);
    for (const one of [fold, copy]) {
      const last = `I${n}`;
      at(NOON + 40 * DAY_MS + 1_000, [issue(last, NOON + 40 * DAY_MS, { requesterId: 'a' })], one);
    }
    expect(cellOf(copy, 'ada', '90d')).toEqual(cellOf(fold, 'ada', '90d'));
  });
});
