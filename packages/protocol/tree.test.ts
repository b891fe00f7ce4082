import type { CompiledTree, TreeNode } from '@sapwood/core/tree';
import { describe, expect, it } from 'vitest';
import { maySee, visibleTree } from './tree.ts';

function node(id: string, change: Partial<TreeNode> = {}): TreeNode {
  return {
    id,
    label: id,
    shortLabel: null,
    identity: null,
    by: [],
    children: [],
    influences: [],
    target: null,
    audience: 'floor',
    owner: 'lead',
    alerts: [],
    ...change,
  };
}

const tree: CompiledTree = {
  id: 'cost',
  root: 'cost-per-contact',
  nodes: [
    node('cost-per-contact', {
      audience: 'lead',
      children: ['total-support-cost', 'contacts-handled'],
      influences: ['conversation-handoff-rate'],
    }),
    node('total-support-cost', { audience: 'lead', children: ['hidden-child'] }),
    node('hidden-child'),
    node('contacts-handled', { children: ['conversation-volume'] }),
    node('conversation-volume', { by: ['channel'] }),
    node('conversation-handoff-rate'),
  ],
};

describe('visible tree', () => {
  it('WS-14 leads see the tree as it is', () => {
    const shown = visibleTree(tree, '1.7', 'lead');
    expect(shown.roots).toEqual(['cost-per-contact']);
    expect(shown.nodes.map((n) => n.id)).toEqual([
      'cost-per-contact',
      'total-support-cost',
      'hidden-child',
      'contacts-handled',
      'conversation-volume',
      'conversation-handoff-rate',
    ]);
  });

  it('WS-14 the floor sees no money; what it hides moves up', () => {
    const shown = visibleTree(tree, '1.7', 'floor');
    expect(shown.roots).toEqual(['hidden-child', 'contacts-handled', 'conversation-handoff-rate']);
    expect(JSON.stringify(shown)).not.toContain('cost-per-contact');
    expect(JSON.stringify(shown)).not.toContain('total-support-cost');
  });

  it('WS-14 a cycle ends', () => {
    const loop = {
      id: 't',
      root: 'a',
      nodes: [node('a', { children: ['b'] }), node('b', { children: ['a'] })],
    };
    expect(visibleTree(loop, '1.0', 'floor').nodes).toHaveLength(2);
  });

  it('WS-14 audiences are ordered', () => {
    expect(maySee('floor', 'lead')).toBe(false);
    expect(maySee('finance', 'lead')).toBe(true);
  });
});
