/** A cost sheet by the real command line into a running process: told once, or not at all. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { clock, createWorkshop, runCli } from '../support/process.ts';
import { until } from '../support/pylon.ts';

const workshop = createWorkshop();
afterEach(() => workshop.clean());

const YEAR = new Date().getUTCFullYear();
const SHEET = `costId,category,amount,currency,from,to,scope,fxRate,fxAsOf,fxSource
pay,salaries,50000.00,USD,${YEAR}-01-01,${YEAR + 1}-01-01,,,,
phone,telephony,12.5,EUR,${YEAR}-01-01,${YEAR + 1}-01-01,channel=phone,1.085,${YEAR}-01-01,ECB
`;

it('SHEET-7 import tells a sheet once, list has it, and a wrong line keeps all of it out', async () => {
  const data = workshop.folder();
  const file = join(data, 'costs.csv');
  const url = await workshop.start(['start', '--manual', '--data', data, '--port', '0']).url();
  const costs = (...args: readonly string[]) => runCli(['costs', ...args, '--data', data]);
  const toUrl = ['--url', `${url}/v1/costs`];
  const importOf = (sheet: string, ...more: readonly string[]) => {
    writeFileSync(file, sheet);
    return costs('import', file, ...toUrl, ...more);
  };
  const listed = async (): Promise<string> => (await costs('list')).stdout;
  const [header] = (await listed()).split('\n');

  const wrong = await importOf(SHEET.replace('12.5', '12,5'));
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toMatch(/costs\.csv:3:/);
  expect(wrong.stderr).toMatch(/Nothing was imported\.\n$/);
  expect(await importOf(SHEET, '--check')).toMatchObject({
    ...{ code: 0, stderr: `${file}: no mistakes found. 2 of 2 entries are new.\n` },
  });
  expect(await listed()).toBe(`${header}\n`);

  const first = await importOf(SHEET);
  expect(first).toMatchObject({ code: 0, stderr: `${file}: 2 of 2 entries are told.\n` });
  await until(clock, 'both are facts', async () => (await listed()).split('\n').length === 4);
  const told = await listed();
  expect(told).toContain('pay,1,provisional,salaries,50000,USD,');
  const again = await importOf(SHEET);
  expect(again.stderr).toBe(`${file}: 0 of 2 entries are told; 2 were told before.\n`);
  // What was listed is a sheet.
  expect((await importOf(told)).stderr).toContain(': 0 of 2 entries are told');
  expect(await listed()).toBe(told);
  const changed = await importOf(SHEET.replace('12.5', '13'));
  expect(changed.stderr).toContain('phone revision 1 was told with other content: make it 2\n');

  const priced = async (): Promise<boolean> => {
    const answer = await fetch(`${url}/v1/metrics/total-support-cost?window=60m`);
    const { value, reasons } = (await answer.json()) as { value: number; reasons: string[] };
    return value > 0 && !reasons.includes('no_rate');
  };
  await until(clock, 'both are in the cost', priced);
  const key = readFileSync(join(data, 'costs.key'), 'utf8');
  writeFileSync(join(data, 'costs.key'), `x${key}`);
  const refused = await importOf(SHEET.replace('pay,', 'pay2,'));
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stderr).toContain('answered 401');
  expect(refused.stderr).not.toContain(key.trim());
});
