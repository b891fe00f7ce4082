import type { IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { cellIn, over, shareIn, talk } from './returns.fixture.ts';

const CLEO: IssueObserved = { requesterId: 'cleo', accountId: 'acme' };
const KEY = 'customer-contact-frequency';

it('ORACLE-134 what known customers opened for each of them, in thousandths, over weeks alone', () => {
  const opened = [
    ...[CLEO, CLEO, { ...CLEO, accountId: 'globex' }],
    ...[
      { ...CLEO, requesterId: 'carl' },
      { requesterId: null, accountId: 'acme' },
    ],
    { requesterId: null, accountId: null },
  ].flatMap((seen, i) => talk(`${i}`, seen).ask(`1${i} 09:00`));
  const stateBy = over(opened, { by: { [KEY]: ['account'] } });
  const state = stateBy('16 12:00');
  expect(cellIn(state, KEY)).toMatchObject({ value: 1_667, num: 5, den: 3, n: 3, vsPrev: null });
  expect(shareIn(state, `${KEY}{account=acme}`)).toBe('4/3');
  expect(shareIn(state, `${KEY}{account=globex}`)).toBe('1/1');
  expect(state.series.has(`${KEY}{channel=email}`)).toBe(false);
  expect(state.series.get(KEY)!.cells.map(({ window }) => window)).toEqual(['7d', '28d', '90d']);
  // Nobody was there: nothing is known, before that neither.
  const later = stateBy('25 12:00');
  expect(cellIn(later, KEY, '7d')).toMatchObject({ value: null, num: 0, den: 0, vsPrev: null });
});

it('ORACLE-134 what was imported and what was removed is not in it', () => {
  const imported = talk('J', CLEO)
    .ask('10 09:00')
    .map((fact) => ({ ...fact, origin: 'import' }) as const);
  const spam = talk('K', CLEO);
  const told = [imported, spam.ask('10 10:00'), spam.look('10 11:00', { tags: ['spam'] })];
  expect(shareIn(over(told)('11 00:00'), KEY)).toBe('0/0');
  // Nor is what was forgotten by then.
  const closed = [spam.ask('10 10:00'), spam.close('10 11:00'), talk('L').ask('07-20 09:00')];
  const late = over([
    ...closed,
    spam.look('07-20 10:00', { stateCategory: 'closed', tags: ['spam'] }),
  ]);
  expect(shareIn(late('07-20 09:30'), KEY, '90d')).toBe('1/1');
  expect(shareIn(late('07-20 10:00'), KEY, '90d')).toBe('0/0');
});
