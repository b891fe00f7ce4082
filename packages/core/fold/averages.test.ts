/** How many of something each conversation has, from facts to cells. */
import { describe, expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const NOON = Date.parse('2026-06-10T12:00Z');
const START = NOON - 3 * HOUR_MS;
const HEAD = config(NOON - 200 * DAY_MS, { messages: 'read', sources: [], tree: { nodes: [] } });
const ID = 'handoffs-per-conversation';

const seen = (id: string, after: number, body: object): Fact =>
  issue(id, START + after * MINUTE_MS, { createdAt: START, channel: 'email', ...body });

/** Answered by the first, who hands it on; closed after an hour. */
function solved(id: string, ...owners: readonly string[]): Fact[] {
  const state = { stateCategory: 'waiting_on_you' } as const;
  return [
    message(id, START, 'customer'),
    seen(id, 0, { ...state, assigneeId: owners[0], teamId: 'T' }),
    message(id, START + MINUTE_MS, 'human', { authorId: owners[0]! }),
    ...owners
      .slice(1)
      .map((assigneeId, i) => seen(id, 5 * (i + 1), { ...state, assigneeId, teamId: 'T' })),
    seen(id, 60, { stateCategory: 'closed', assigneeId: owners.at(-1), teamId: 'T' }),
  ];
}

const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => a.recordedAt - b.recordedAt);
const at = (T: number, facts: readonly Fact[], fold = newFold()): FactFold =>
  folded([...inOrder(facts), tick(T)], fold);

function cell(fold: FactFold, window: WindowCode, key = ID): Cell {
  const { cells } = fold.read(`acme/${key}`)!.series!;
  return cells.find((one) => one.window === window)!;
}

describe('handoffs per conversation', () => {
  it('EACH-1 two, one and none of three are one each: 1,000 thousandths', () => {
    const facts = [...solved('a', 'u1', 'u2', 'u1'), ...solved('b', 'u1', 'u2')];
    const fold = at(NOON, [HEAD, ...facts, ...solved('c', 'u3')]);
    expect(cell(fold, '24h')).toMatchObject({
      ...{ value: 1_000, num: 3, den: 3, n: 3, low: null, high: null },
      ...{ state: 'live', vsPrev: null },
    });
    expect(fold.read(`acme/${ID}`)!.series).toMatchObject({ unit: 'milli', form: 'RATIO' });
    expect(cell(fold, '24h', `${ID}{team=T}`)).toMatchObject({ value: 1_000, n: 3 });
    restored(fold);
  });

  it('EACH-1 more than one each is more than 1,000; the window before is compared', () => {
    const fold = at(NOON, [HEAD, ...solved('a', 'u1', 'u2', 'u1', 'u2'), ...solved('b', 'u1')]);
    expect(cell(fold, '24h')).toMatchObject({ value: 1_500, num: 3, den: 2 });
    at(NOON + DAY_MS, [], fold);
    expect(cell(fold, '24h')).toMatchObject({ value: null, state: 'undefined', vsPrev: 1_500 });
    expect(cell(fold, '24h').reasons).toEqual(['none_ended']);
  });

  it('EACH-2 what is handed on after the close counts at the resolution that stands', () => {
    const fold = at(NOON, [HEAD, ...solved('a', 'u1', 'u2')]);
    expect(cell(fold, '7d')).toMatchObject({ value: 1_000, num: 1 });
    const closed = { stateCategory: 'closed', assigneeId: 'u3', teamId: 'T' } as const;
    at(NOON + 10 * MINUTE_MS, [seen('a', 185, closed)], fold);
    expect(cell(fold, '7d')).toMatchObject({ value: 2_000, num: 2, den: 1 });
    expect(cell(fold, '60m')).toMatchObject({ value: null, den: 0 });
    restored(fold);
  });

  it('EACH-2 a reopening takes it back, and a summary keeps what was counted', () => {
    const fold = at(NOON + 40 * DAY_MS, [HEAD, ...solved('a', 'u1', 'u2')]);
    expect(cell(fold, '90d')).toMatchObject({ value: 1_000, num: 1, den: 1 });
    restored(fold);
    const back = NOON + 40 * DAY_MS;
    const state = { stateCategory: 'waiting_on_you', teamId: 'T' } as const;
    const reopened = [message('a', back, 'customer'), issue('a', back, state)];
    at(back + MINUTE_MS, reopened, fold);
    expect(cell(fold, '90d')).toMatchObject({ value: null, den: 0 });
    const again = [
      issue('a', back + 2 * MINUTE_MS, { ...state, assigneeId: 'u9' }),
      issue('a', back + 3 * MINUTE_MS, { stateCategory: 'closed', assigneeId: 'u9', teamId: 'T' }),
    ];
    at(back + HOUR_MS, again, fold);
    expect(cell(fold, '90d')).toMatchObject({ value: 2_000, num: 2, den: 1 });
    restored(fold);
  });

  it('EACH-1 each resolution is explained by what it adds', () => {
    const fold = at(NOON, [HEAD, ...solved('a', 'u1', 'u2', 'u1'), ...solved('c', 'u3')]);
    const asked = { key: ID, window: '24h', clock: 'wall', limit: 10, after: null } as const;
    const told = fold.explain('acme', asked)!;
    expect(told).toMatchObject({ sums: true, total: { value: 1_000, num: 2, den: 2, n: 2 } });
    const amounts = told.parts.flatMap((part) =>
      part.part === 'counted' ? part.events.map(({ amount }) => amount) : [],
    );
    expect(amounts.sort()).toEqual([0, 2]);
  });
});
