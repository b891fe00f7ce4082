/** `sapwood verify` on a small log: silent where all is well, loud about one changed byte. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkshop, type Ending } from '../support/process.ts';

const LOG = `case,at,status,owner,team
a,2026-06-10T09:00:00Z,new,,tier1
a,2026-06-10T09:10:00Z,work,ada,tier1
b,2026-06-10T09:12:00Z,new,,tier2
a,2026-06-10T09:30:00Z,work,ben,tier2
b,2026-06-10T09:31:00Z,done,cleo,tier2
a,2026-06-10T10:00:00Z,done,ben,tier2
`;
const MAPPING = `case: case
time: { format: iso, zone: UTC }
messages: none
events:
  - at: at
team: team
assignee: owner
status:
  - { match: { status: done }, category: closed, slug: done }
  - { match: { status: new }, category: new, slug: new }
  - { match: { status: work }, category: waiting_on_you, slug: work }
constants: { channel: form }
`;
const SLOW_MS = 60_000;

const workshop = createWorkshop();
const data: string = workshop.folder();
const run = (args: readonly string[]): Promise<Ending> => workshop.start(args).ended;
const verify = (): Promise<Ending> => run(['verify', '--data', data, '--json']);

beforeAll(async () => {
  const log = join(data, 'log.csv');
  const mapping = join(data, 'mapping.yaml');
  writeFileSync(log, LOG);
  writeFileSync(mapping, MAPPING);
  const { code, stderr } = await run(['replay', log, '--mapping', mapping, '--data', data]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
}, SLOW_MS);
afterAll(() => workshop.clean());

it(
  'M1 a sound store has no difference, and a small one says so',
  async () => {
    const { code, stdout, stderr } = await verify();
    expect(JSON.parse(stdout)).toMatchObject({
      instants: 200,
      differences: [],
      stateDifferences: [],
      publishedDifferences: [],
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^$|log is small/) });
  },
  SLOW_MS,
);

it(
  'I3 one changed put of the state is a difference: exit 4',
  async () => {
    const db = new DatabaseSync(join(data, 'sapwood.db'));
    const { changes } = db
      .prepare(
        `UPDATE state SET bytes = x'7b7d' WHERE space = 'conv' AND field =
          (SELECT min(field) FROM state WHERE space = 'conv')`,
      )
      .run();
    db.close();
    expect(changes).toBe(1);
    const { code, stdout, stderr } = await verify();
    expect(JSON.parse(stdout)['stateDifferences']).toMatchObject([{ stored: '{}' }]);
    expect(stderr).toContain('1 in the stored state');
    expect(code).toBe(4);
  },
  SLOW_MS,
);

it('I3 a folder without a store is one sentence', async () => {
  const { code, stderr } = await run(['verify', '--data', workshop.folder()]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no store here') });
});
