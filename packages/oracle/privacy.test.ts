import type { Fact } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { DECLARED } from './families.fixture.ts';
import type { OracleCell } from './index.ts';
import { cellIn, over, talk } from './returns.fixture.ts';

/** Closed by an agent on a day of June and rated an hour later, by a contact or else an account. */
function rated(id: string, assigneeId: string, customer: string | null, day: number): Fact[] {
  const isAccount = customer?.startsWith('@') === true;
  const { ask, close } = talk(id, {
    assigneeId,
    requesterId: isAccount ? null : customer,
    accountId: isAccount ? customer : null,
  });
  const end = close(`${day} 12:00`);
  return [...ask(`${day} 09:00`), end, close(`${day} 13:00`, { csat: [id.endsWith('0') ? 1 : 5] })];
}
const by = (agent: string, day: number, customers: readonly (string | null)[]): Fact[] =>
  customers.flatMap((one, i) => rated(`${agent}${day}${i}`, agent, one, day));
const cell = (agent: string, told: readonly Fact[], window = '24h', id = 'csat'): OracleCell =>
  cellIn(over([...told], DECLARED)('12 12:00'), `${id}{assignee=${agent}}`, window)!;

const FIVE = ['a', 'b', 'c', 'd', '@acme'];
const NOTHING = { value: null, num: null, den: null, n: 0, vsPrev: null };

it('ORACLE-170 what fewer than five customers say of a person in a window is withheld', () => {
  expect(cell('ada', by('ada', 11, FIVE))).toMatchObject({ value: 800_000, num: 4, den: 5 });
  const told = [...by('ben', 10, ['a']), ...by('ben', 11, FIVE.slice(1))];
  expect(cell('ben', told)).toMatchObject({ ...NOTHING, withheld: { ratings: 4, customers: 4 } });
  expect(cell('ben', told, '24h', 'ratings')).toMatchObject({ ...NOTHING });
  // Of the week they are five.
  expect(cell('ben', told, '7d')).toMatchObject({ value: 600_000, den: 5 });
  const same = by('ada', 11, ['a', 'b', 'c', 'd', 'd']);
  expect(cell('ada', same).withheld).toEqual({ ratings: 5, customers: 4 });
  expect(cell('ada', by('ada', 11, ['a', 'b', 'c', 'd', null])).withheld).toEqual({
    ...{ ratings: 5, customers: 4 },
  });
});

it('ORACLE-170 the window before is told if that was of five', () => {
  const now = by('ada', 12, FIVE);
  const few = [...by('ada', 11, FIVE.slice(1)), ...now];
  const T = '13 00:00';
  const at = (told: readonly Fact[]) =>
    cellIn(over([...told], DECLARED)(T), 'csat{assignee=ada}', '24h')!;
  expect(at(few)).toMatchObject({ value: 800_000, vsPrev: null });
  expect(at([...by('ada', 11, FIVE), ...now])).toMatchObject({ value: 800_000, vsPrev: 800_000 });
});

it('ORACLE-170 who would follow from the total and the others is not alone withheld', () => {
  const told = [...by('ada', 11, [...FIVE, 'e']), ...by('ben', 11, FIVE)];
  expect(cell('ben', told).withheld).toBeUndefined();
  const more = [...told, ...by('cleo', 11, ['a'])];
  expect(cell('ben', more).withheld).toEqual({ ratings: 5, customers: 5 });
  expect(cell('ada', more).withheld).toBeUndefined();
  const enough = [...more, ...by('dan', 11, ['b', 'c', 'd', 'e'])];
  expect(cell('ben', enough).withheld).toBeUndefined();
});
