import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { check, diff, graph, schema } from './tree.ts';

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
      `${file}:8:30 nodes.conversation-volume.by.0: expected one of account, account_tier, age, assignee, category, channel, field, handled_by, hour_of_week, priority, state, tag, tag_pair, team - did you mean "channel"?`,
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
  expect(data.filter((line) => line.startsWith('unknown cost-per'))).toEqual([]);
  expect(data).toContain(
    'unknown net-revenue-retention: not computed yet; it will need a revenue feed and accounts of the customers',
  );
});

it('TREECLI-8 what nothing leads to from the root is named: no board draws it', () => {
  const file = fileWith(`tree: small
root: cost-per-contact
nodes:
  cost-per-contact: {identity: total-support-cost / contacts-handled, owner: me}
  total-support-cost: {owner: me}
  contacts-handled: {owner: me}
  csat: {owner: me}
  reopen-rate: {owner: me}
influence:
  cost-per-contact: {reopen-rate: [pos]}
`);
  const { data } = said(() => check(file, {}));
  expect(data).toEqual([
    'not drawn csat: nothing leads to it from cost-per-contact; name it in an identity or an influence to see it in the tree',
  ]);
});

it('TREECLI-3 diff names what differs and what it means for keys and history', () => {
  const cost = readFileSync(join(SHIPPED, 'cost.yaml'), 'utf8');
  const changed = fileWith(
    cost
      .replace('<=8 GBP', '<=7 GBP')
      .replace('C: finance', 'C: cfo')
      .replace('reopen-rate: [pos', 'reopens: [pos, null, x] #')
      .replace('by: [category, channel', 'by: [priority, channel'),
  );
  const { data } = said(() => diff(join(SHIPPED, 'cost.yaml'), changed, {}));
  expect(data).toContain('  - edge reopen-rate -> handling-time-per-contact: influence +');
  expect(data).toContain('  ~ target cost-per-contact{channel=email}: <=8 GBP ref -> <=7 GBP ref');
  expect(data.slice(data.indexOf('  for keys and history:') + 1)).toEqual([
    '    reopens: counted all along: no key is new, and the past is there',
    '    reopen-rate: the key stays, with its history; no board shows it, its rules end',
    '    conversation-volume{priority=…}: new keys, filled from everything that still counts; longer ago is not told apart',
    '    conversation-volume{category=…}: these keys end; told again later they are filled from what still counts then',
    '    cost-per-contact{channel=email}: no key changes; judged by the new one from when it is applied',
    '    cost-per-contact: no key changes; alerts name the new one from when it is applied',
  ]);
  vi.restoreAllMocks();
  const same = said(() => diff(join(SHIPPED, 'cost.yaml'), join(SHIPPED, 'cost.yaml'), {}));
  expect(same).toEqual({ data: [], talk: ['The trees say the same.'] });
});

it('TREECLI-3 trees of files with several are compared by their names', () => {
  const cost = readFileSync(join(SHIPPED, 'cost.yaml'), 'utf8');
  const both = fileWith(`${cost}---\n${readFileSync(join(SHIPPED, 'retention.yaml'), 'utf8')}`);
  const { data } = said(() => diff(join(SHIPPED, 'cost.yaml'), both, {}));
  expect(data).toEqual(['+ tree retention']);
});

it('TREECLI-4 graph and schema are written to stdout', () => {
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  graph(join(SHIPPED, 'retention.yaml'), { format: 'mermaid' });
  schema();
  const [picture, text] = out.mock.calls.map(([part]) => String(part));
  out.mockRestore();
  expect(picture).toMatch(/^flowchart LR\n {2}net-revenue-retention\["/);
  expect(picture).toContain('account-health-score -.->|"+, after 28 d"| csat\n');
  expect(text).toBe(readFileSync(join(SHIPPED, 'tree.schema.json'), 'utf8'));
  expect(() => graph(join(SHIPPED, 'cost.yaml'), { format: 'png' })).toThrow('mermaid, dot');
});
