/** The accountant must notice: each way of being wrong is done to a store or a journal that is right. */
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from './embedded-books.ts';
import { quiet } from './quiet.ts';
import { openSite, type Site } from './site.ts';

const LETTERS = 150;
const TOPIC = (name: string): string => `(SELECT id FROM topic WHERE name = '${name}')`;

let site: Site;
beforeAll(async () => {
  site = await openSite();
  const { cli } = await site.ready();
  const accountant = site.accountant({ seed: 7 });
  await accountant.acked(LETTERS);
  await accountant.pause();
  await quiet(site, accountant);
  await accountant.finish();
  await cli.stop();
});
afterAll(() => site.clean());

interface Wrong {
  /** Done to the store, one after the other. */
  readonly sql?: readonly string[];
  /** Written at the end of the journal. */
  readonly lines?: readonly string[];
}

/** What is found in a copy of the books that was made wrong. Each look is a `verify`: few of them. */
async function problemsAfter(name: string, { sql = [], lines = [] }: Wrong): Promise<string> {
  const folder = join(site.data, '..', name);
  cpSync(site.data, folder, { recursive: true });
  const journal = `${folder}.journal`;
  cpSync(site.journal, journal);
  for (const line of lines) appendFileSync(journal, `${line}\n`);
  const db = new DatabaseSync(join(folder, 'sapwood.db'));
  for (const one of sql) expect(db.prepare(one).run().changes).toBeGreaterThan(0);
  db.close();
  return (await judge(folder, journal)).problems.join('\n');
}

describe('the accountant', () => {
  it('I1 I2 I3 I4 finds nothing in right books', async () => {
    expect(await problemsAfter('right', {})).toBe('');
  });
  it('I1 I4 finds a letter that was acknowledged and lost, and a version that went back on a screen', async () => {
    const lost = `acked 1 ${'0'.repeat(64)} hook issue-1`;
    const back = 'back shown conversation-volume 1,9 1,8';
    const found = await problemsAfter('misheard', { lines: [lost, back] });
    expect(found).toContain('acknowledged and lost');
    expect(found).toContain('went back');
  });
  it('I3 finds a stored state that is not that of the log', async () => {
    const field = "(SELECT min(field) FROM state WHERE space = 'conv')";
    const sql = [`DELETE FROM state WHERE space = 'conv' AND field = ${field}`];
    expect(await problemsAfter('forgotten', { sql })).toContain('verify');
  });
  it('I2 I7 finds a transition that was told twice, and a delivery without a fate', async () => {
    const events = TOPIC('events.v1');
    // The last transition takes the place of the one before it.
    const newest = `(SELECT max(off) FROM log WHERE topic = ${events})`;
    const value = `(SELECT value FROM log WHERE topic = ${events} AND off = ${newest})`;
    const twice = `UPDATE log SET value = ${value} WHERE topic = ${events} AND off = ${newest} - 1`;
    const fate = `DELETE FROM log WHERE topic = ${TOPIC('dlq.raw.v1')}`;
    const found = await problemsAfter('rewritten', { sql: [twice, fate] });
    expect(found).toContain('events that a fold anew does not tell');
    expect(found).toContain('events out of sequence');
    expect(found).toContain('without a fate');
  });
});
