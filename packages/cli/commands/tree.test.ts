import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { check } from './tree.ts';

const SHIPPED = new URL('../../contracts/trees/', import.meta.url).pathname;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sapwood-tree-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function fileWith(text: string): string {
  const file = join(folder, 'tree.yaml');
  writeFileSync(file, text);
  return file;
}

/** What a command says: its data, then its talk. */
function said(run: () => void): { readonly data: string[]; readonly talk: string[] } {
  const data = vi.spyOn(console, 'log').mockImplementation(() => {});
  const talk = vi.spyOn(console, 'error').mockImplementation(() => {});
  run();
  return {
    data: data.mock.calls.map(([line]) => String(line)),
    talk: talk.mock.calls.map(([line]) => String(line)),
  };
}

const FIVE_ERRORS = `tree: cost
root: cost-per-contact
nodes:
  cost-per-contact:
    identity: total-support-cost / contact-handled
    target: {emial: <=8 GBP}
    owner: {r: finance}
  conversation-volume: {by: [chanel], owner: me}
  total-support-cost: {colour: red, owner: me}
`;

it('TREECLI-1 a tree file with five mistakes names all five, each where it stands and what to do', () => {
  const file = fileWith(FIVE_ERRORS);
  expect(() => check(file, {})).toThrow(
    [
      `${file}:5:15 nodes.cost-per-contact.identity: unknown metric "contact-handled" - did you mean "contacts-handled"?`,
      `${file}:6:14 nodes.cost-per-contact.target.emial: no channel is called "emial" - did you mean "email"?`,
      `${file}:7:13 nodes.cost-per-contact.owner.r: roles are written in capitals: R`,
      `${file}:8:30 nodes.conversation-volume.by.0: expected one of account, account_tier, age, assignee, category, channel, handled_by, priority, state, tag, team - did you mean "channel"?`,
      `${file}:9:24 nodes.total-support-cost.colour: unknown key "colour": expected one of label, shortLabel, identity, lenses, by, target, beside, audience, owner, alerts`,
      `${file}: 5 mistakes.`,
    ].join('\n'),
  );
  expect(() => check(join(folder, 'gone.yaml'), {})).toThrow('cannot be read (ENOENT)');
});

it('TREECLI-2 both trees that ship are without mistakes, in any currency, apart and in one file', () => {
  const cost = readFileSync(join(SHIPPED, 'cost.yaml'), 'utf8');
  const retention = readFileSync(join(SHIPPED, 'retention.yaml'), 'utf8');
  const file = fileWith(`${cost}---\n${retention}`);
  const { data, talk } = said(() => {
    check(join(SHIPPED, 'cost.yaml'), { currency: 'GBP' });
    check(join(SHIPPED, 'retention.yaml'), {});
    check(file, { currency: 'USD' });
  });
  expect(talk.map((line) => line.replace(/^.*: tree/, 'tree'))).toEqual([
    'tree "cost", 18 nodes, no mistakes found.',
    'tree "retention", 12 nodes, no mistakes found.',
    'tree "cost", 18 nodes, no mistakes found.',
    'tree "retention", 12 nodes, no mistakes found.',
  ]);
  expect(data).toContain('unknown cost-per-contact by channel: not counted by channel yet');
  expect(data).toContain(
    'unknown net-revenue-retention: not computed yet; it will need a revenue feed and accounts of the customers',
  );
});
