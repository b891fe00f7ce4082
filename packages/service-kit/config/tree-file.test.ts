import { expect, it } from 'vitest';
import { loadConfig, readTrees } from '../config.ts';

const tree = (id: string, more = ''): string =>
  `tree: ${id}\nroot: conversation-volume\ndefault-owner: lead\n${more}`;
const BOTH = `${tree('a')}---\n${tree('b')}`;

function load(reference: string, text: string) {
  const files: Record<string, string> = {
    '/etc/sapwood.yaml': `workspaces:\n  acme: {tree: "${reference}"}\n`,
    '/etc/tree.yaml': text,
  };
  const readText = (path: string): string | null => files[path] ?? null;
  const result = loadConfig({ file: 'sapwood.yaml', folder: '/etc', env: {}, readText });
  return result.ok ? result.trees.get('acme')!.id : result.errors;
}

it('TREEFILE-1 one tree or several in a file; several are told apart by name', () => {
  expect(load('tree.yaml', tree('a'))).toBe('a');
  expect(load('tree.yaml#b', BOTH)).toBe('b');
  expect(load('tree.yaml', BOTH)).toEqual([
    'tree.yaml:1:1 has the trees a, b: name one, as in "tree.yaml#a"',
  ]);
  expect(load('tree.yaml#retension', `${tree('retention')}---\n${tree('b')}`)).toEqual([
    'tree.yaml:1:1 has no tree "retension", but retention, b - did you mean "retention"?',
  ]);
  expect(load('gone.yaml#b', BOTH)).toEqual([
    'sapwood.yaml:2:16 workspaces.acme.tree: cannot read "gone.yaml#b"',
  ]);
});

it('TREEFILE-2 mistakes of all trees at once, in the order of the file', () => {
  const file = `${tree('a', 'nods: {}\n')}---\n${tree('b', 'nodes:\n  csat: {owner: [x]}\n  nps: {bye: [team]}\n')}`;
  expect(readTrees('t.yaml', file)).toEqual({
    errors: [
      't.yaml:4:1 nods: unknown key "nods" - did you mean "nodes"?',
      't.yaml:10:17 nodes.csat.owner: expected a map',
      't.yaml:11:9 nodes.nps.bye: unknown key "bye" - did you mean "by"?',
    ],
  });
  expect(readTrees('t.yaml', `${tree('a')}---\n${tree('a')}`)).toEqual({
    errors: ['t.yaml:5:7 tree: another tree here is "a" too'],
  });
  expect(readTrees('t.yaml', '# nothing yet\n')).toEqual({
    errors: ['t.yaml:1:1 the file is empty: no "tree" stands in it'],
  });
  expect(readTrees('t.yaml', `${tree('a')}---\na: [`)).toMatchObject({
    errors: [expect.stringMatching(/^t\.yaml:\d+:\d+ /)],
  });
});

it('CROSS-8 what is wrong with a cross is told with its line and column', () => {
  const by = '    by:\n      - [channel, team]\n      - [channel, age]\n';
  expect(readTrees('t.yaml', tree('a', `nodes:\n  conversation-volume:\n${by}`))).toEqual({
    errors: [
      expect.stringMatching(/^t\.yaml:7:9 nodes\.conversation-volume\.by\.0: .* 2400 rows/),
      't.yaml:8:9 nodes.conversation-volume.by.1: "conversation-volume" is not counted by age',
    ],
  });
});
