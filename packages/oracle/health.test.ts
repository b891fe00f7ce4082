import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { account } from '../../tests/support/facts.ts';
import { DECLARED } from './families.fixture.ts';
import { cellIn, on, over, talk } from './returns.fixture.ts';
import { min } from './sla.fixture.ts';

const KEY = 'account-health-score';
const ROW = `${KEY}{account=acme}`;
const by = { [KEY]: ['account', 'account_tier'] };
const PROMISE = { sla: { targets: { resolution: { '*': min(120) } }, pauseOn: [] } } as const;

const seen = (accountId: string): IssueObserved => ({ accountId, tags: [] });
/** Asked at nine. */
const asked = (id: string, day: string, accountId = 'acme'): Fact[] =>
  talk(id, seen(accountId)).ask(`${day} 09:00`);
const closed = (id: string, day: string, hour: number, accountId = 'acme'): Fact[] => [
  ...asked(id, day, accountId),
  talk(id, seen(accountId)).close(`${day} ${hour}:00`),
];
const escalated = (id: string, day: string, accountId = 'acme'): Fact[] => [
  ...asked(id, day, accountId),
  talk(id, seen(accountId)).look(`${day} 09:30`, { tags: ['Escalated'] }),
];
const many = (n: number, tell: (id: string) => Fact[]): Fact[] =>
  Array.from({ length: n }, (_, i) => tell(`${i}`)).flat();

/** Nine in the 84 days before, four in these 28: two in time, one late, one escalated. */
const PAST = many(9, (i) => asked(`past ${i}`, '06-20'));
const NOW = [
  ...[closed('A', '09-18', 10), closed('B', '09-18', 11), closed('C', '09-18', 12)],
  escalated('D', '09-18'),
];
/** The first record is of 1 June: 112 days before 21 September. */
const T = '09-21 12:00';
const at = (
  told: readonly (readonly Fact[])[],
  declared: Partial<WorkspaceConfig> = {},
  time = T,
) => over(told, { ...DECLARED, by, ...declared })(time);

it('ORACLE-172 an account has the mean of the parts that are known of it', () => {
  const told = [PAST, ...NOW];
  // Opened 4 of 3 usual: 666,667. Escalated 1 of 4: 166,667.
  expect(cellIn(at(told), ROW)).toMatchObject({ value: 41_667, n: 4, vsPrev: null });
  // Two of three in time: 666,667.
  expect(cellIn(at(told, PROMISE), ROW)).toMatchObject({ value: 50_000, n: 4 });
  const healthWeights = { volume: 3, resolution: 0, sentiment: 5 };
  expect(cellIn(at(told, { ...PROMISE, healthWeights }), ROW)).toMatchObject({ value: 54_167 });
  const alone = { ...PROMISE, healthWeights: { volume: 0, resolution: 0 } };
  expect(cellIn(at(told, alone), ROW)).toMatchObject({ value: null, n: 4, reason: 'few_parts' });
  expect(
    at(told)
      .series.get(KEY)!
      .cells.map(({ window }) => window),
  ).toEqual(['28d']);
  expect(at(told, { by: {} }).series.has(KEY)).toBe(false);
});

it('ORACLE-172 what is usual is known once 112 days are', () => {
  // A day earlier the first of the 84 days is the last of May.
  const cells = (time: string) => cellIn(at([PAST, ...NOW], {}, time), ROW)!;
  expect(cells('09-20 23:59')).toMatchObject({ value: null, n: 4, reason: 'few_parts' });
  expect(cells('09-21 00:00')).toMatchObject({ value: 41_667 });
});

it('ORACLE-172 volume is that of the window to that of 28 days before it, nothing above twice as much', () => {
  /** All are closed and none is escalated: half of it is the volume's. */
  const score = (past: number, now: number): number | null => {
    const before = many(past, (i) => asked(`past ${i}`, '06-20'));
    return cellIn(at([before, many(now, (i) => closed(i, '09-18', 10))]), ROW)!.value;
  };
  expect([score(3, 1), score(30, 1), score(3, 2), score(3, 3)]).toEqual([
    ...[100_000, 100_000, 50_000, 50_000],
  ]);
  expect([score(0, 2), score(0, 3), score(7, 3)]).toEqual([100_000, 50_000, 85_714]);
  // The window begins on 24 August; what is older is usual.
  const [last, first] = [asked('last', '08-23'), asked('first', '08-24')];
  expect(cellIn(at([closed('A', '09-18', 10), last]), ROW)).toMatchObject({ value: 50_000, n: 1 });
  expect(cellIn(at([closed('A', '09-18', 10), first]), ROW)).toMatchObject({
    value: 100_000,
    n: 2,
  });
});

it('ORACLE-172 of a tier and of all the mean of the accounts that have one, each by what stands there', () => {
  const tiers = [
    ...[account('acme', on('06-02 00:00'), 'vip'), account('beta', on('06-02 00:00'), 'vip')],
    account('acme', on('09-19 00:00'), 'basic'),
  ];
  const told = [
    [talk('D', seen('acme')).reply('09-19 12:00')],
    ...[tiers, PAST, ...NOW, closed('beta', '09-18', 10, 'beta')],
    // Nothing was opened; nothing was done; nobody's.
    [...asked('gamma', '08-20', 'gamma'), talk('gamma', seen('gamma')).close('09-18 09:00')],
    ...[asked('delta', '09-18', 'delta'), talk('nobody').ask('09-18 09:00')],
  ];
  const cell = (row: string) => cellIn(at(told), `${KEY}${row}`);
  expect(cell('{account=beta}')).toMatchObject({ value: 100_000, n: 1 });
  expect(cell('{account=gamma}')).toMatchObject({ value: null, n: 0, reason: 'quiet' });
  expect(cell('{account=delta}')).toMatchObject({ value: null, n: 1, reason: 'few_parts' });
  expect(cell('{account=__none__}')).toBeUndefined();
  expect(cell('')).toMatchObject({ value: 70_834, n: 2 });
  // Closed while it was one: three of none usual, of which none was escalated.
  expect(cell('{account_tier=vip}')).toMatchObject({ value: 75_000, n: 2 });
  // Answered since: one of three usual, escalated.
  expect(cell('{account_tier=basic}')).toMatchObject({ value: 50_000, n: 1 });
  expect(cell('{account_tier=__none__}')).toMatchObject({ value: null, n: 0, reason: 'few_parts' });
  expect(cellIn(at([PAST]), KEY)).toMatchObject({ value: null, n: 0, reason: 'quiet' });
});

it('ORACLE-172 a resolution is in time by the outcome of its clock, reopened and forgotten chapters considered', () => {
  const cell = (...told: readonly (readonly Fact[])[]) => cellIn(at(told, PROMISE), ROW)!;
  const { close, reopen } = talk('A', seen('acme'));
  // Volume and escalation are whole: two thirds of a hundred, and the resolution's third.
  expect(cell(closed('A', '09-18', 10)).value).toBe(100_000);
  expect(cell(closed('A', '09-18', 12)).value).toBe(66_667);
  // Closed after an hour, and once more after 30 min of the next day, or two hours of it.
  const again = (hour: string) => [...closed('A', '09-18', 10), reopen('09-19 09:00'), close(hour)];
  expect(cell(again('09-19 09:30')).value).toBe(100_000);
  expect(cell(again('09-19 11:00')).value).toBe(66_667);
  // Late in June, forgotten, opened again for minutes: half are in time, and none of the volume.
  const old = [...closed('A', '06-20', 12), reopen('09-18 09:00'), close('09-18 09:05')];
  expect(cell(old, closed('B', '09-18', 10)).value).toBe(50_000);
});
