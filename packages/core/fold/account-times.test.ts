/** How fast each account is answered, and the account in the middle (metrics.md 3.2, `account-response-time`). */
import { expect, it } from 'vitest';
import { account, config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold, restored } from '../../../tests/support/folded.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import type { Cell, Clock, WindowCode } from '../metrics/value.ts';
import { bucketOf, bucketValue } from '../panes/quantile.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const ID = 'account-response-time';
/** A Wednesday. */
const TODAY = Date.parse('2026-06-10T00:00Z');
const ELEVEN = TODAY + 11 * HOUR_MS;
const AFTER = TODAY + 18 * HOUR_MS;
const SETUP = { messages: 'read', sources: [], tree: { nodes: [] } };
const declared = (more: object): Fact => config(TODAY - 200 * DAY_MS, { ...SETUP, ...more });
const HEAD = declared({ by: { [ID]: ['account', 'account_tier'] } });

/** Asked at eleven, answered so many minutes later; each in a conversation of its own. */
function answered(accountId: string | null, minutes: readonly number[], at = ELEVEN): Fact[] {
  return minutes.flatMap((after, i) => {
    const id = `${accountId} ${at} ${i}`;
    return [
      message(id, at, 'customer'),
      issue(id, at, { createdAt: at, stateCategory: 'waiting_on_you', accountId }),
      message(id, at + after * MINUTE_MS, 'human', { authorId: 'ann' }),
    ];
  });
}
const five = (minutes: number): number[] => Array.from({ length: 5 }, () => minutes);
const ACCOUNTS: readonly Fact[] = [
  ...answered('acme', [10, 10, 20, 30, 30]),
  ...answered('globex', five(40)),
  ...answered('initech', five(50)),
  ...answered('small', five(1).slice(1)),
  ...answered(null, five(1)),
];
const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => a.recordedAt - b.recordedAt);
const at = (T: number, facts: readonly Fact[], fold = newFold()): FactFold =>
  folded([...inOrder(facts), tick(T)], fold);

function cellOf(fold: FactFold, row = '', window: WindowCode = '7d', clock: Clock = 'wall'): Cell {
  const { cells } = fold.read(`acme/${ID}${row}`)!.series!;
  return cells.find((one) => one.window === window && one.clock === clock)!;
}
/** Its value, and of how many. */
const told = (...asked: Parameters<typeof cellOf>): [number | null, number] => {
  const { value, n } = cellOf(...asked);
  return [value, n];
};
const ms = (minutes: number): number => bucketValue(bucketOf(minutes * MINUTE_MS));
const takenUp = (fold: FactFold): string[] =>
  [...fold.touched().dirty].map((key) => key.split('/')[1]!);

it('ACCTIME-1 of accounts of 20, 40 and 50 minutes it is 40; four replies and nobody count in none', () => {
  const fold = at(AFTER, [HEAD, ...ACCOUNTS]);
  const found = cellOf(fold);
  expect(found).toMatchObject({ value: ms(40), n: 3, state: 'live', lowN: true });
  const { num, den, mean, p50, p90, max, low, high, censored, zeroPpm } = found;
  const nothing = [num, den, mean, p50, p90, max, low, high, censored, zeroPpm];
  expect(nothing.every((one) => one === null)).toBe(true);
  expect(cellOf(fold, '{account=acme}')).toMatchObject({
    ...{ value: ms(20), p50: ms(20), mean: 20 * MINUTE_MS, max: ms(30), n: 5, lowN: false },
  });
  expect(cellOf(fold, '{account=small}')).toMatchObject({ value: ms(1), n: 4, lowN: true });
  expect(told(fold, '{account=__none__}')).toEqual([ms(1), 5]);
  expect(told(fold, '', '28d')).toEqual([ms(40), 3]);
  const windows = fold.read(`acme/${ID}`)!.series!.cells.map(({ window }) => window);
  expect(windows).toEqual(['7d', '28d']);
});

it('ACCTIME-1 of two it is the lower one; of nobody it says whether anybody was answered', () => {
  const fold = at(AFTER, [HEAD, ...answered('acme', five(20)), ...answered('globex', five(40))]);
  expect(told(fold)).toEqual([ms(20), 2]);
  const few = cellOf(at(AFTER, [HEAD, ...answered('small', [1, 2])]));
  expect(few).toMatchObject({ value: null, n: 0, state: 'undefined', reasons: ['few_replies'] });
  expect(cellOf(at(AFTER, [HEAD])).reasons).toEqual(['no_replies']);
  const silent = at(AFTER, [declared({ messages: 'none' }), ...ACCOUNTS]);
  expect(cellOf(silent)).toMatchObject({ value: null, n: 0, reasons: ['no_messages'] });
});

it('ACCTIME-1 it is told of all where no rows are declared', () => {
  const fold = at(AFTER, [declared({}), ...ACCOUNTS]);
  expect(told(fold)).toEqual([ms(40), 3]);
  expect([...fold.keys()].filter((key) => key.startsWith(`acme/${ID}`))).toHaveLength(1);
});

it('ACCTIME-1 in open hours each account has its own median, and the share is of accounts', () => {
  const week = [2 * DAY_MS + 9 * HOUR_MS, 2 * DAY_MS + 12 * HOUR_MS];
  const schedules = { desk: { zone: 'UTC', week, holidays: [] } };
  const calendar = { ...PLAIN_CALENDAR, workspace: 'desk', schedules };
  const late = answered('late', five(10), TODAY + 13 * HOUR_MS);
  const fold = at(AFTER, [
    ...[
      declared({ calendar }),
      ...answered('acme', five(90)),
      ...answered('globex', five(30)),
      ...late,
    ],
  ]);
  expect(told(fold)).toEqual([ms(30), 3]);
  expect(told(fold, '', '7d', 'business')).toEqual([ms(30), 3]);
  expect(cellOf(fold, '', '7d', 'business').zeroPpm).toBe(333_333);
  // 10, 30, 90, 90, 95 by the wall; 0, 30, 60, 60, 60 of it were open.
  at(AFTER + 1, [...answered('initech', five(95)), ...answered('umbrella', five(90))], fold);
  expect(told(fold)).toEqual([ms(90), 5]);
  expect(told(fold, '', '7d', 'business')).toEqual([ms(60), 5]);
  restored(fold);
});

it('ACCTIME-2 a reply stands in the tier that its account had then', () => {
  const tiers = [
    account('acme', TODAY, 'vip'),
    account('globex', TODAY, 'vip'),
    account('acme', TODAY + 14 * HOUR_MS, 'basic'),
  ];
  const fold = at(AFTER, [HEAD, ...tiers, ...ACCOUNTS]);
  expect(told(fold, '{account_tier=vip}')).toEqual([ms(20), 2]);
  expect(told(fold, '{account_tier=__none__}')).toEqual([ms(50), 1]);
  at(AFTER + 3 * HOUR_MS, answered('acme', five(60), AFTER + HOUR_MS), fold);
  expect(told(fold, '{account_tier=basic}')).toEqual([ms(60), 1]);
  expect(told(fold, '{account_tier=vip}')).toEqual([ms(20), 2]);
  // Ten replies: 10, 10, 20, 30, 30 and five of an hour.
  expect(told(fold, '{account=acme}')).toEqual([ms(30), 10]);
  expect(told(fold)).toEqual([ms(40), 3]);
  restored(fold);
});

it('ACCTIME-2 one reply taken back is one account less, and nothing is told of other tiers', () => {
  const fold = at(AFTER, [HEAD, account('acme', TODAY, 'vip'), ...ACCOUNTS]);
  expect(told(fold)).toEqual([ms(40), 3]);
  fold.touched();
  at(AFTER + 1_000, [issue(`globex ${ELEVEN} 0`, AFTER + 500, { tags: ['spam'] })], fold);
  const rows = takenUp(fold).filter((key) => key.startsWith(ID));
  expect(rows.sort()).toEqual([ID, `${ID}{account=globex}`, `${ID}{account_tier=__none__}`]);
  expect(told(fold)).toEqual([ms(20), 2]);
  restored(fold);
});

it('ACCTIME-2 an account leaves with its fifth reply, and is what there was the week before', () => {
  const early = answered('acme', [10], ELEVEN - 2 * DAY_MS);
  const late = [...answered('acme', five(10).slice(1)), ...answered('globex', five(40))];
  const fold = at(AFTER, [HEAD, ...early, ...late]);
  expect(told(fold)).toEqual([ms(10), 2]);
  fold.touched();
  at(ELEVEN + 5 * DAY_MS + 2 * HOUR_MS, [], fold);
  expect(takenUp(fold)).toContain(ID);
  expect(told(fold)).toEqual([ms(40), 1]);
  expect(told(fold, '', '28d')).toEqual([ms(10), 2]);
  at(ELEVEN + 8 * DAY_MS, [], fold);
  expect(told(fold)).toEqual([null, 0]);
  expect(cellOf(fold)).toMatchObject({ reasons: ['no_replies'], vsPrev: ms(10) });
  at(ELEVEN + 13 * DAY_MS, [], fold);
  expect(cellOf(fold).vsPrev).toBe(ms(40));
});

function closeAll(fold: FactFold): void {
  const ids = new Set(ACCOUNTS.map(({ entity }) => entity));
  const closed = [...ids].map((id) => issue(id, AFTER + MINUTE_MS, { stateCategory: 'closed' }));
  at(AFTER + HOUR_MS, closed, fold);
}

it('ACCTIME-3 restored and summarised it is the same, and is compared with 28 days before', () => {
  const fold = at(AFTER, [HEAD, account('acme', TODAY, 'vip'), ...ACCOUNTS]);
  restored(fold);
  closeAll(fold);
  for (let day = 1; day <= 40; day++) at(AFTER + day * DAY_MS, [], fold);
  const copy = restored(fold);
  for (const one of [fold, copy]) {
    expect(told(one, '', '28d')).toEqual([null, 0]);
    expect(cellOf(one, '', '28d').vsPrev).toBe(ms(40));
    expect(cellOf(one, '{account_tier=vip}', '28d').vsPrev).toBe(ms(20));
  }
});

it('ACCTIME-7 days of accounts are kept as long as a window reaches them', () => {
  const fold = at(AFTER, [HEAD, ...ACCOUNTS]);
  closeAll(fold);
  const kept = (days: number): number => {
    at(AFTER + days * DAY_MS, [], fold);
    const fields = [...fold.encode()].map(([, field]) => field);
    return fields.filter((field) => field.startsWith(`acme/day/${ID}^`)).length;
  };
  // Of each account that is known.
  expect([30, 40, 56, 57].map(kept)).toEqual([0, 4, 4, 0]);
});

it('ACCTIME-4 it is explained by the replies of those accounts that count', () => {
  const fold = at(AFTER, [HEAD, ...ACCOUNTS]);
  const asked = { key: ID, window: '7d', clock: 'wall', limit: 100, after: null } as const;
  const { total, sums, excluded, parts, counts } = fold.explain('acme', asked)!;
  expect([total, sums]).toEqual([{ value: ms(40), num: null, den: null, n: 3 }, true]);
  expect(excluded).toEqual({ few_replies: 4, no_account: 5 });
  expect([parts.length, counts.events, counts.conversations]).toEqual([15, 15, 15]);
  const rows = parts.flatMap((part) => (part.part === 'counted' ? part.events : []));
  const amounts = rows.filter(({ row }) => row === `${ID}{account=acme}`).map((one) => one.amount);
  expect(amounts.map((one) => one / MINUTE_MS).sort()).toEqual([10, 10, 20, 30, 30]);
  const own = fold.explain('acme', { ...asked, key: `${ID}{account=small}` })!;
  expect(own.total).toEqual({ value: ms(1), num: 4 * MINUTE_MS, den: 4, n: 4 });
  expect([own.sums, own.excluded]).toEqual([true, {}]);
});

it('ACCTIME-5 accounts of tiers that are not shown count together, each once', () => {
  const tiers = Array.from({ length: 18 }, (_, i) => `t${String(i).padStart(2, '0')}`);
  const [first, second] = tiers.slice(16) as [string, string];
  const fold = at(AFTER, [
    HEAD,
    ...[...tiers, 'both'].map((one) => account(one, TODAY, one === 'both' ? first : one)),
    account('both', ELEVEN + 2 * HOUR_MS, second),
    ...tiers.slice(0, 16).flatMap((one) => answered(one, [...five(30), ...five(30)])),
    ...[...answered(first, five(50)), ...answered(second, five(60))],
    ...answered('both', [20, 20, 20]),
    ...answered('both', [20, 20, 20], ELEVEN + 3 * HOUR_MS),
  ]);
  expect(told(fold)).toEqual([ms(30), 19]);
  expect(cellOf(fold, `{account_tier=${first}}`).reasons).toEqual(['in_other']);
  // Six replies to one account, three in each of two tiers: 20, 50, 60.
  expect(told(fold, '{account_tier=__other__}')).toEqual([ms(50), 3]);
  const question = { window: '7d', clock: 'wall', limit: 100, after: null } as const;
  const key = `${ID}{account_tier=__other__}`;
  const { total, sums } = fold.explain('acme', { ...question, key })!;
  expect([total.value, total.n, sums]).toEqual([ms(50), 3, true]);
  restored(fold);
  // The first of them counts more than the sixteenth, and changes places with it.
  at(AFTER + 2 * HOUR_MS, answered(first, five(50), AFTER + HOUR_MS), fold);
  expect(told(fold, `{account_tier=${first}}`)).toEqual([ms(50), 1]);
  expect(told(fold, '{account_tier=__other__}')).toEqual([ms(30), 2]);
  restored(fold);
});
