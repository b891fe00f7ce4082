import { loadConfig } from '@sapwood/service-kit/config';
import { expect, it } from 'vitest';
import { judgeTrees } from './trees.ts';

function found(nodes: string, more = ''): string[] {
  const files: Record<string, string> = {
    '/etc/sapwood.yaml': `workspaces:\n  acme:\n    tree: tree.yaml\n${more}`,
    '/etc/tree.yaml': `tree: t\nroot: conversation-volume\ndefault-owner: lead\nnodes: {${nodes}}\n`,
  };
  const readText = (path: string): string | null => files[path] ?? null;
  const loaded = loadConfig({ file: 'sapwood.yaml', folder: '/etc', env: {}, readText });
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return judgeTrees(loaded).map(({ level, what, remedy = '' }) =>
    `${level}: ${what} -> ${remedy}`.replace(/ -> $/, ''),
  );
}
const HOURS = `    schedules: {desk: {hours: {mon-fri: 09:00-17:00}}}
    scheduleOf: {workspace: desk}
`;

it('DOC-15 nothing is said against a tree that is computed, nor of the built-in one', () => {
  expect(found('first-response-time: {target: 8 business h}', HOURS)).toEqual([
    'fine: tree of acme: 2 nodes, all of them computed',
  ]);
  const plain = loadConfig({ file: 'a', env: {}, readText: () => 'workspaces: {acme: {}}' });
  expect(plain.ok && judgeTrees(plain)).toEqual([]);
});

it('DOC-15 nodes and rows that are unknown are named, and targets that nothing is compared with', () => {
  expect(found('nps: {}, csat: {by: [account_tier]}')).toEqual([
    'degraded: tree of acme: unknown are nps -> what each lacks: sapwood tree check /etc/tree.yaml',
  ]);
  expect(found('first-response-time: {target: {urgent: 8 business h}}')).toEqual([
    'degraded: tree of acme: targets in business hours have no effect where no schedule holds: first-response-time -> schedules, and scheduleOf with a workspace, beside sapwood.yaml:3:11',
  ]);
});
