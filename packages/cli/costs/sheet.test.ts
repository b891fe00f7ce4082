import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, microOf } from './money.ts';
import { readSheet, type Sheet, writeSheet } from './sheet.ts';

const read = (csv: string, zone = 'UTC'): Sheet => readSheet(csv, { file: 'costs.csv', zone });
const entriesOf = (sheet: Sheet) => (sheet.ok ? sheet.entries.map(({ entry }) => entry) : sheet);
const faultsOf = (csv: string): readonly string[] => {
  const sheet = read(csv);
  return sheet.ok ? [] : sheet.faults;
};

const HEAD = 'costId,category,amount,currency,from,to';
const WIDE = `${HEAD},revision,stage,accrual,scope,driver,fxRate,fxAsOf,fxSource`;
const JUNE = '2026-06-01,2026-07-01';

describe('cost sheet', () => {
  it('SHEET-1 a sheet becomes entries; what is left empty has its default', () => {
    const csv = `\uFEFF${WIDE}\r\n\r
pay,salaries,50000.00,GBP,${JUNE}\r
"pay","tooling", -12.000001 ,USD,2026-06-01T09:00:00+02:00,${JUNE},2,settled,schedule,channel=e mail,touches,0.785432,2026-06-01,ECB\r\n`;
    const shifted = csv.replace(`+02:00,${JUNE}`, '+02:00,2026-07-01');
    const [pay, tools, ...more] = entriesOf(read(`${shifted},,,,,,,,\r\n`)) as readonly unknown[];
    const [from, to] = [Date.parse('2026-06-01T00:00:00Z'), Date.parse('2026-07-01T00:00:00Z')];
    expect(more).toEqual([]);
    expect(pay).toEqual({
      ...{ costId: 'pay', revision: 1, stage: 'provisional', category: 'salaries' },
      ...{ amountMicro: 50_000_000_000, currency: 'GBP', from, to, accrual: 'even' },
    });
    expect(tools).toEqual({
      ...{ costId: 'pay', revision: 2, stage: 'settled', category: 'tooling' },
      ...{ amountMicro: -12_000_001, currency: 'USD', to, accrual: 'schedule' },
      ...{ from: Date.parse('2026-06-01T07:00:00Z'), driver: 'touches' },
      scope: { dimension: 'channel', value: 'e mail' },
      fx: { rateMicro: 785_432, asOf: from, source: 'ECB' },
    });
  });

  it('SHEET-2 a day begins where the workspace says, also when its clock has changed', () => {
    const csv = `${HEAD}\npay,salaries,1,GBP,2026-03-01,2026-04-01\n`;
    expect(entriesOf(read(csv, 'Europe/London'))).toMatchObject([
      { from: Date.parse('2026-03-01T00:00:00Z'), to: Date.parse('2026-03-31T23:00:00Z') },
    ]);
  });

  it('SHEET-3 every fault at once, with line and field, and then nothing is read', () => {
    const rows = [
      `good,salaries,1,GBP,${JUNE}`,
      'pay nov,fun,"50,000.00",gbp,2026-02-30,2026-07-01',
      'late,tooling,1,GBP,2026-07-01,2026-06-01',
      `tools,tooling,1,GBP,${JUNE},0,later,,desk=a,luck,0.5`,
      `,tooling,,GBP,${JUNE},,,,,,,,,more`,
      'short,tooling,1',
      `twice,tooling,1,GBP,${JUNE}`,
      `twice,tooling,2,GBP,${JUNE}`,
    ];
    const faults = faultsOf(`${WIDE}\n\n${rows.join('\n')}\n`);
    expect(faults.map((fault) => /^\S+ [^: ]+/.exec(fault)![0])).toEqual(
      [
        ...['4:1: costId', '4:2: category', '4:3: amount', '4:4: currency', '4:5: from'],
        ...['5:6: to', '6:7: revision', '6:8: stage', '6:10: scope', '6:11: driver'],
        ...['6:13: fxAsOf', '6:14: fxSource', '7:1: costId', '7:3: amount', '7:15: "more"'],
        ...['8:4: currency', '8:5: from', '8:6: to', '10:1: cost'],
      ].map((place) => `costs.csv:${place}`),
    );
    expect(faults).toContain(
      'costs.csv:4:3: amount: "50,000.00": expected a number such as 50000.00, with at most 6 decimals',
    );
    expect(faults).toContain('costs.csv:6:13: fxAsOf: is empty, and a rate needs it');
  });

  it('SHEET-3 a header that is not one, an empty file and no CSV', () => {
    expect(faultsOf('')).toEqual(['costs.csv:1:1: the file is empty']);
    expect(faultsOf(HEAD)).toEqual(['costs.csv:2:1: there is no entry']);
    expect(faultsOf(`${HEAD}\n"pay,1\n`)).toEqual([
      expect.stringMatching(/^costs\.csv:2:1: not CSV: Quote Not Closed/),
    ]);
    expect(faultsOf('cosId,category,amount,amount,currency,from')).toEqual([
      'costs.csv:1:1: there is no column "cosId" - did you mean "costId"?',
      'costs.csv:1:4: column "amount" stands twice',
      'costs.csv:1:1: there is no column "costId", and it is needed',
      'costs.csv:1:1: there is no column "to", and it is needed',
    ]);
  });

  it('SHEET-4 money is read digit by digit, and written so that it is read again', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micro) => {
        expect(microOf(decimalOf(micro))).toBe(micro || 0);
      }),
    );
    // As a float this is another amount.
    expect(microOf('9007199254.740991')).toBe(9_007_199_254_740_991);
    expect([microOf('8.7'), microOf('-0.000001'), microOf('007')]).toEqual([
      ...[8_700_000, -1, 7_000_000],
    ]);
    for (const text of ['', '1.', '.5', '1e3', '1,5', '0.0000001', '9007199254.740992', '+1']) {
      expect([text, microOf(text)]).toEqual([text, null]);
    }
  });

  it('SHEET-4 what is listed can be imported', () => {
    const csv = `${WIDE}
a,salaries,-0.5,GBP,${JUNE},3,corrected,schedule,handled_by=ai,contacts,1.25,2026-06-01,Bank 1
b,ai_usage,12,GBP,2026-06-01T00:00:00.250Z,2026-06-02
`;
    const entries = entriesOf(read(csv));
    if ('ok' in entries) throw new Error(entries.ok ? '' : entries.faults.join());
    expect(entries).toHaveLength(2);
    expect(entriesOf(read(writeSheet(entries)))).toEqual(entries);
  });
});
