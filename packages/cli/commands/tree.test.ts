import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { check as checkConfig } from './config.ts';
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
  const [lines, words] = [data, talk].map((spy) => spy.mock.calls.map(([line]) => String(line)));
  vi.restoreAllMocks();
  return { data: lines!, talk: words! };
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
  expect(() => check(file, { currency: 'pounds' })).toThrow('expected a code such as GBP');
  expect(() => check(join(folder, 'gone.yaml'), {})).toThrow(
    'cannot be read: there is no such file',
  );
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
  expect(data.filter((line) => line.includes('unknown cost-per'))).toEqual([]);
  expect(data).toContain(
    `${join(SHIPPED, 'retention.yaml')}:7:3 note: unknown net-revenue-retention: not computed yet; it will need a revenue feed and accounts of the customers`,
  );
});

it('TREECLI-8 what nothing leads to from the root is named where it is written, with what is below it', () => {
  const file = fileWith(`tree: small
root: conversation-volume
default-owner: me
nodes:
  cost-per-contact: {identity: total-support-cost / contacts-handled}
  channel-performance: {}
  reopen-rate: {}
influence:
  conversation-volume: {reopen-rate: [pos]}
  sla-compliance: {backlog: [neg]}
`);
  const { data } = said(() => check(file, {}));
  const help = 'name it in an identity or an influence to see it in the tree';
  const from = 'nothing leads to it from conversation-volume';
  expect(data.filter((line) => line.includes('not drawn'))).toEqual([
    `${file}:6:3 note: not drawn channel-performance: ${from}, and so nothing to first-response-time, average-resolution-time, csat; ${help}`,
    `${file}:5:3 note: not drawn cost-per-contact: ${from}, and so nothing to total-support-cost, contacts-handled; ${help}`,
    `${file}:10:3 note: not drawn sla-compliance: ${from}, and so nothing to backlog; ${help}`,
  ]);
});

it('TREECLI-9 what the configuration has to declare for a node to be known is noted, and no mistake', () => {
  const file = fileWith(`tree: small
root: backlog
default-owner: me
by: [category]
nodes:
  first-response-time: {target: {priority=p1: 1 h, priority=high: 2 h}}
influence:
  backlog: {agent-productivity-index: [pos], csat: [pos], channel-performance: [pos]}
`);
  const { data } = said(() => check(file, {}));
  expect(data).toEqual([
    `${file}:8:59 note: a view, channel-performance: it has no number of its own; it shows conversation-volume, first-response-time, average-resolution-time and csat by channel`,
    `${file}:6:3 note: first-response-time{priority=p1}: nothing counts there unless Pylon says "p1"; its own are urgent, high, medium, low`,
    `${file} note: agent-productivity-index: unknown without "agentIndex: true" (workspaces of sapwood.yaml)`,
    `${file} note: csat: unknown without "csatScale: {min: 1, max: 5, positiveFrom: 4}" (workspaces of sapwood.yaml)`,
    `${file} note: backlog, csat, conversation-volume, first-response-time, average-resolution-time: category is __none__ for all without "categoryField: <slug of an issue field>" (sources of sapwood.yaml)`,
  ]);
});

it('TREECLI-9 of what is declared nothing is noted', () => {
  writeFileSync(
    join(folder, 'tree.yaml'),
    'tree: t\nroot: csat\ndefault-owner: me\nnodes:\n  csat: {by: [account_tier]}\n  cost-per-contact: {}\n  sla-first: {}\n',
  );
  const configWith = (workspace: string, source: string, costs: string): string[] => {
    const file = join(folder, 'sapwood.yaml');
    const hooks = 'hooks: {h: {schemes: [{kind: static-header, header: X, tokens: [12345678]}]}}';
    const schemes = hooks.replace('12345678', '"12345678"');
    writeFileSync(
      file,
      `workspaces:\n  acme: {tree: tree.yaml${workspace}}\nsources:\n  desk: {workspace: acme, ${schemes}${source}}\n${costs}`,
    );
    return said(() => checkConfig(file)).data.map((line) => line.replace(folder, ''));
  };
  expect(configWith('', ', messages: none', '')).toEqual([
    '/sapwood.yaml:2:3 note: csat: unknown without "csatScale: {min: 1, max: 5, positiveFrom: 4}" (workspaces.acme)',
    '/sapwood.yaml:2:3 note: sla-first: unknown without "sla: {first: {"*": 4 h}}" (workspaces.acme)',
    '/sapwood.yaml:1:1 note: cost-per-contact: unknown without "keys: {<name>: {workspace: <workspace>, keyFile: <file>}}" (costs)',
    '/sapwood.yaml:3:1 note: sla-first: unknown without "messages: read" (sources)',
    '/sapwood.yaml:3:1 note: csat: account_tier is __none__ for all without "accountFields: {tier: <slug of an account field>}" (sources)',
  ]);
  expect(
    configWith(
      ', csatScale: {min: 1, max: 5, positiveFrom: 4}, sla: {tiers: {a: {first: {"*": 1 h}}}}',
      ', token: a-long-secret, accountFields: {tier: t}',
      'costs: {keys: {k: {workspace: acme, key: a-long-secret}}}\n',
    ),
  ).toEqual([]);
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
