import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { account } from '../../tests/support/facts.ts';
import { OFFICE } from './hours.fixture.ts';
import { bucketValue } from './quantile.ts';
import { cellIn, on, over, talk } from './returns.fixture.ts';

const KEY = 'account-response-time';
const MINUTE_MS = 60_000;
/** Asked at eleven, answered so many minutes later; again and again. */
const answered = (accountId: string | null, ...minutes: readonly number[]): Fact[] =>
  minutes.flatMap((after, i) => {
    const { ask, reply } = talk(`${accountId} ${i}`, { accountId });
    return [...ask('10 11:00'), reply(`10 ${11 + Math.floor(after / 60)}:${pad(after % 60)}`)];
  });
const pad = (minute: number): string => `${minute}`.padStart(2, '0');
const TOLD = [
  ...answered('acme', 10, 10, 20, 30, 30),
  ...answered('globex', 40, 40, 40, 40, 40),
  ...answered('initech', 50, 50, 50, 50, 50),
  ...answered('small', 1, 1, 1, 1),
  ...answered(null, 1, 1, 1, 1, 1),
];
const ms = (minutes: number): number => bucketValue(minutes * MINUTE_MS);
const TIERS = [account('acme', on('09 00:00'), 'vip'), account('globex', on('09 00:00'), 'vip')];

it('ORACLE-148 the median of each account, and of all that of the one in the middle', () => {
  const state = over([...TIERS, ...TOLD], { by: { [KEY]: ['account', 'account_tier'] } })(
    '11 00:00',
  );
  expect(cellIn(state, KEY)).toMatchObject({ value: ms(40), n: 3 });
  expect(cellIn(state, `${KEY}{account=acme}`)).toMatchObject({ value: ms(20), n: 5 });
  expect(cellIn(state, `${KEY}{account=small}`)).toMatchObject({ value: ms(1), n: 4 });
  // Of two the lower one.
  expect(cellIn(state, `${KEY}{account_tier=vip}`)).toMatchObject({ value: ms(20), n: 2 });
  expect(cellIn(state, `${KEY}{account_tier=__none__}`)).toMatchObject({ value: ms(50), n: 1 });
  expect(state.series.has(`${KEY}{team=tier1}`)).toBe(false);
  expect(state.series.get(KEY)!.cells.map(({ window }) => window)).toEqual(['7d', '28d']);
});

it('ORACLE-148 in open hours too; of nobody, and without messages, nothing', () => {
  // Closed for lunch from noon.
  const late = answered('acme', 90, 90, 90, 90, 90);
  const cells = over(late, { calendar: OFFICE })('11 00:00').series.get(KEY)!.cells;
  const business = cells.find(({ window, clock }) => window === '7d' && clock === 'business');
  expect(business).toMatchObject({ value: ms(60), n: 1 });
  expect(cellIn(over(answered('small', 1))('11 00:00'), KEY)).toMatchObject({ value: null, n: 0 });
  const silent = over(TOLD, { messages: 'none' })('11 00:00');
  expect(cellIn(silent, KEY)).toMatchObject({ value: null, n: 0 });
});
