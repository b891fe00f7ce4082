/** Rows by several dimensions at once, as a tree file declares them (metrics.md 4). */
import { describe, expect, it } from 'vitest';
import { metricSheet } from '../metrics/sheets.ts';
import { compileTree } from './compile.ts';
import { declaredRows } from './declared-rows.ts';
import { diffTrees } from './diff.ts';
import { ownerOf, targetOf } from './segments.ts';
import type { CompiledTree } from './tree.ts';

const file = (nodes: object): object => ({
  ...{ tree: 't', root: 'conversation-volume', 'default-owner': 'lead', nodes },
});

function compiled(nodes: object): CompiledTree {
  const result = compileTree(file(nodes), metricSheet);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return result.tree;
}

function refusals(nodes: object): string[] {
  const result = compileTree(file(nodes), metricSheet);
  if ('tree' in result) return [];
  return result.errors.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const volumeBy = (...by: readonly unknown[]): object => ({ 'conversation-volume': { by } });

const NODE = 'first-response-time';
const withTargets = (target: object, more: object = {}): object => ({
  'conversation-volume': {},
  [NODE]: { by: [['channel', 'priority']], target, ...more },
});

describe('crosses of a tree file', () => {
  it('CROSS-9 a row of a cross has a target and an owner of its own, or those of its node', () => {
    const tree = compiled(
      withTargets(
        { 'priority=high, channel=live chat': '20 m', urgent: '1 h' },
        { owner: { R: 'lead', 'channel=email, priority=high': 'ada' } },
      ),
    );
    const node = tree.nodes.find(({ id }) => id === NODE)!;
    const target = (row: string) => targetOf(node, `${NODE}${row}`)?.value ?? null;
    const owner = (row: string) => ownerOf(node, `${NODE}${row}`);
    expect(target('{channel=live%20chat,priority=high}')).toBe(1_200_000);
    expect(target('{channel=email,priority=urgent}')).toBe(null);
    expect(target('{priority=urgent}')).toBe(3_600_000);
    expect(owner('{channel=email,priority=high}')).toBe('ada');
    expect(owner('{channel=live%20chat,priority=high}')).toBe('lead');
    const bare = compiled(withTargets({ urgent: '1 h' }));
    const about = diffTrees(bare, tree, metricSheet).map(({ of, about: what }) => `${of} ${what}`);
    expect(about).toEqual([
      `target ${NODE}{channel=live%20chat,priority=high}`,
      `owner ${NODE}{channel=email,priority=high}`,
    ]);
  });

  it('CROSS-9 values of several dimensions that are not told at once are refused', () => {
    expect(refusals(withTargets({ 'team=t1, priority=high': '20 m' }))).toEqual([
      `nodes.${NODE}.target.team=t1, priority=high: it has no such rows: name [priority, team] in "by"`,
    ]);
    expect(refusals(withTargets({ 'channel=, priority=high': '20 m' }))).toEqual([
      `nodes.${NODE}.target.channel=, priority=high: expected a value after "="`,
    ]);
    // A word with a comma is still one value.
    expect(refusals(withTargets({ 'category=bills, refunds': '20 m' }))).toEqual([]);
  });

  it('CROSS-7 a list in the list is a cross, whatever the order of its names, and once', () => {
    const tree = compiled(
      volumeBy('channel', ['priority', 'channel'], ['channel', 'priority'], ['team', 'priority']),
    );
    expect(tree.nodes[0]).toMatchObject({
      by: ['channel'],
      crosses: ['channel,priority', 'priority,team'],
    });
    expect(declaredRows(tree, metricSheet)).toEqual({
      'conversation-volume': ['channel,priority', 'priority,team'],
    });
  });

  it('CROSS-7 the parts of an identity are told by the crosses of their node', () => {
    const tree = compiled({
      'conversation-volume': {},
      'contacts-handled': {
        identity: 'conversation-volume - contacts-unhandled-change',
        by: [['channel', 'priority']],
      },
      ...{ 'contacts-unhandled-change': {} },
    });
    expect(declaredRows(tree, metricSheet)).toEqual({
      'contacts-handled': ['channel,priority'],
      'contacts-unhandled-change': ['channel,priority'],
      'conversation-volume': ['channel,priority'],
    });
  });

  it('CROSS-7 a cross that comes or goes is named when two trees are compared', () => {
    const before = compiled(volumeBy('channel'));
    const after = compiled(volumeBy('channel', ['channel', 'priority']));
    const about = 'conversation-volume{channel=,priority=}';
    const says = 'by channel x priority';
    expect(diffTrees(before, after, metricSheet)).toEqual([
      { kind: 'added', of: 'rows', about, before: '', after: says },
    ]);
    expect(diffTrees(after, before, metricSheet)).toEqual([
      { kind: 'removed', of: 'rows', about, before: says, after: '' },
    ]);
  });

  it('CROSS-8 it is of two or three dimensions that its metric is counted by', () => {
    expect(
      refusals(
        volumeBy(
          ['channel'],
          ['channel', 'channel'],
          ['channel', 'priority', 'handled_by', 'account_tier'],
          ['channel', 'prioritty'],
          ['channel', 'age'],
        ),
      ),
    ).toEqual([
      'nodes.conversation-volume.by.0: rows are by one dimension, or by 2 or 3 at once',
      'nodes.conversation-volume.by.1: the same dimension stands in it twice',
      'nodes.conversation-volume.by.2: rows are by one dimension, or by 2 or 3 at once',
      expect.stringMatching(/^nodes\.conversation-volume\.by\.3\.1: .* did you mean "priority"\?$/),
      'nodes.conversation-volume.by.4: "conversation-volume" is not counted by age',
    ]);
  });

  it('CROSS-8 what could not be filled is refused: money, classes, what nothing computes', () => {
    const why = (id: string, cross: readonly string[]): string | undefined =>
      refusals({ 'conversation-volume': {}, [id]: { by: [cross] } })[0]?.replace(/^.*by\.0: /, '');
    expect(why('cost-per-contact', ['channel', 'priority'])).toBe(
      '"cost-per-contact" has no rows by several dimensions at once: cost is shared out by one dimension at a time',
    );
    expect(why('handling-time-per-contact', ['channel', 'priority'])).toContain('cost is shared');
    expect(why('issue-category-distribution', ['category', 'tag'])).toContain('not counted by tag');
    expect(why('net-revenue-retention', ['channel', 'priority'])).toContain('not computed yet');
    expect(why('csat', ['assignee', 'handled_by'])).toContain('so few customers');
    expect(why('csat', ['channel', 'priority'])).toBeUndefined();
  });

  it('CROSS-8 of more rows than anybody reads it is refused, with what to do', () => {
    // 24 x 8 = 192 and 24 x 4 x 16 = 1,536 are 1,728; 8 x 4 x 16 = 512 are too many with them.
    const [many, ...more] = refusals(
      volumeBy(
        ...[
          ['channel', 'priority'],
          ['channel', 'handled_by', 'account_tier'],
        ],
        ...[
          ['priority', 'handled_by', 'account_tier'],
          ['priority', 'handled_by'],
        ],
      ),
    );
    expect(many).toBe(
      'nodes.conversation-volume.by.2: account_tier 16 x handled_by 4 x priority 8 = 512 rows: "conversation-volume" would have 2240 by several dimensions, of at most 2000; leave it out, or put in place of "account_tier" (16 values) a dimension of fewer values',
    );
    expect(more).toEqual([]);
    expect(refusals(volumeBy(['channel', 'team']))[0]).toContain(
      'channel 24 x team 100 = 2400 rows',
    );
  });

  it('CROSS-8 all of a tree together are so many keys and no more', () => {
    const ids = ['issues-created', 'contacts-handled', 'contacts-resolved', 'episodes-handled'];
    const more = ['holds', 'reopens', 'escalations', 'first-response-time', 'backlog-net-flow'];
    const by = [['account', 'handled_by']];
    const node = { by };
    // 500 x 4 = 2,000 each: the tenth fills them up, the eleventh is too many.
    const ten = ['conversation-volume', ...ids, ...more];
    const nodes = Object.fromEntries(ten.map((id) => [id, node]));
    expect(refusals(nodes)).toEqual([]);
    expect(refusals({ ...nodes, 'ai-handoffs': node })).toEqual([
      expect.stringContaining('the tree would have 22000 by several dimensions, of at most 20000'),
    ]);
  });
});
