/** Views in a tree file: a name over other metrics (metrics.md 3.1, 13). */
import { describe, expect, it } from 'vitest';
import { VIEWS } from '../metrics/catalogue/views.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { metricSheet, missingOf, valuelessOf } from '../metrics/sheets.ts';
import { compileTree } from './compile.ts';
import { declaredRows } from './declared-rows.ts';
import { graphOf } from './graph.ts';
import type { CompiledTree } from './tree.ts';

const VIEW = 'channel-performance';
const SHOWN = ['conversation-volume', 'first-response-time', 'average-resolution-time', 'csat'];

const compiled = (document: object) =>
  compileTree({ tree: 't', root: VIEW, 'default-owner': 'leads', ...document }, metricSheet);
function treeOf(document: object): CompiledTree {
  const result = compiled(document);
  if ('tree' in result) return result.tree;
  throw new Error(result.errors.map(({ message }) => message).join('\n'));
}
function errorsOf(document: object): string[] {
  const result = compiled(document);
  if ('tree' in result) return [];
  return result.errors.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
const nodeOf = (tree: CompiledTree, id: string) => tree.nodes.find((node) => node.id === id)!;

describe('views', () => {
  it('VIEW-1 as a root it stands above the four, and each of them is told by channel', () => {
    const tree = treeOf({});
    expect(tree.nodes.map(({ id }) => id)).toEqual([VIEW, ...SHOWN]);
    expect(nodeOf(tree, VIEW)).toMatchObject({
      ...{ label: 'Channels', identity: null, children: [], influences: SHOWN, target: null },
    });
    for (const id of SHOWN) {
      expect(nodeOf(tree, id)).toMatchObject({ by: ['channel'], owner: 'leads', influences: [] });
    }
    // Rows by channel are always kept: nothing has to be declared for them.
    expect(declaredRows(tree, metricSheet)).toEqual({});
    // No hypothesis: it says nothing of what causes what.
    expect(tree.edges).toBeUndefined();
  });

  it('VIEW-1 its owner and audience hold for what it shows, whatever order the file has', () => {
    const nodes = {
      csat: { owner: 'cx', audience: 'floor', by: ['team'] },
      'conversation-volume': null,
      [VIEW]: { label: 'How channels do', owner: { R: 'channel-leads' }, audience: 'lead' },
    };
    const tree = treeOf({
      root: 'contacts-handled',
      nodes,
      influence: { 'contacts-handled': { [VIEW]: ['pos', '4 h'] } },
    });
    expect(tree.nodes.map(({ id }) => id)).toEqual(['contacts-handled', VIEW, ...SHOWN]);
    expect(nodeOf(tree, VIEW).label).toBe('How channels do');
    const told = (id: string): unknown[] => {
      const { owner, audience, by } = nodeOf(tree, id);
      return [owner, audience, [...by].sort()];
    };
    expect(told('csat')).toEqual(['cx', 'floor', ['channel', 'team']]);
    expect(told('conversation-volume')).toEqual(['channel-leads', 'lead', ['channel']]);
    expect(told('contacts-handled')).toEqual(['leads', 'floor', []]);
    expect(errorsOf({ 'default-owner': undefined, nodes: { [VIEW]: { owner: 'x' } } })).toEqual([]);
  });

  it('VIEW-2 a number of its own is refused where it stands, with what it shows', () => {
    const refused = { target: '<5', alerts: [], identity: 'a / b', lenses: {}, beside: ['csat'] };
    const found = errorsOf({ nodes: { [VIEW]: { ...refused, label: 'x' } } });
    expect(found.map((one) => one.split(':')[0])).toEqual(
      ['identity', 'lenses', 'target', 'beside', 'alerts'].map((key) => `nodes.${VIEW}.${key}`),
    );
    expect(found[2]).toBe(
      `nodes.${VIEW}.target: "${VIEW}" has no "target": it has no number of its own; it shows conversation-volume, first-response-time, average-resolution-time and csat by channel`,
    );
    const influence = { csat: { [VIEW]: ['pos', '<5'] } };
    expect(errorsOf({ root: 'csat', influence })[0]).toContain(`csat.${VIEW}.1: "${VIEW}" has no`);
    expect(errorsOf({ nodes: { [VIEW]: { by: ['team'] } } })[0]).toContain('not counted by team');
  });

  it('VIEW-2 nothing is made of it, nor told beside it', () => {
    const handled = (node: object): string[] =>
      errorsOf({ root: 'contacts-handled', nodes: { 'contacts-handled': node } });
    const told = [expect.stringContaining(`"${VIEW}" has no number of its own`)];
    expect(handled({ identity: `contacts-resolved + ${VIEW}` })).toEqual(told);
    expect(handled({ lenses: { x: `contacts-resolved + ${VIEW}` } })).toEqual(told);
    expect(handled({ beside: [VIEW] })).toEqual(told);
    const influence = { csat: { [VIEW]: ['pos'] } };
    expect(errorsOf({ root: 'csat', influence })).toEqual([
      expect.stringContaining(`a cycle: csat -> ${VIEW} -> csat`),
    ]);
  });

  it('VIEW-1 it is drawn as one more view of what it shows, and is not faint', () => {
    const isUnknown = (id: string): boolean => missingOf(id) !== null;
    const drawn = graphOf(treeOf({}), 'mermaid', metricSheet, isUnknown);
    for (const id of SHOWN) expect(drawn).toContain(`  ${VIEW} ==>|"by channel"| ${id}\n`);
    expect(drawn).not.toContain('unknown');
  });

  it('VIEW-1 every view shows computed metrics by what they have rows of', () => {
    for (const { id, viewOf } of VIEWS) {
      for (const shown of viewOf!.metrics) {
        expect(CATALOGUE.find((one) => one.id === shown)?.dims).toContain(viewOf!.by);
      }
      expect([missingOf(id), valuelessOf(id)]).toEqual([null, expect.any(String)]);
    }
  });
});
