import { describe, expect, it } from 'vitest';
import { metricSheet } from '../metrics/sheets.ts';
import { type CompileOptions, compileTree } from './compile.ts';
import { DEFAULT_TREE } from './default-tree.ts';
import { evaluateIdentity } from './evaluate.ts';
import { parseQuantity } from './quantity.ts';

const base = (nodes: unknown, more: object = {}): object => ({
  tree: 't',
  root: 'conversation-volume',
  'default-owner': 'lead',
  nodes,
  ...more,
});
function errorsOf(document: unknown, options?: CompileOptions): string[] {
  const result = compileTree(document, metricSheet, options);
  if ('tree' in result) return [];
  return result.errors.map((e) => `${e.at ? `${e.at} ` : ''}${e.path.join('.')}: ${e.message}`);
}
const withRule = (id: string, rule: object): object => base({ [id]: { alerts: [rule] } });

describe('the built-in tree', () => {
  it('TREE-10 holds the cost tree in depth-first order', () => {
    expect(DEFAULT_TREE.nodes.map((n) => n.id)).toEqual([
      'cost-per-contact',
      'total-support-cost',
      'contacts-handled',
      'conversation-volume',
      'contacts-unhandled-change',
      'conversation-handoff-rate',
      'first-response-time',
    ]);
    const root = DEFAULT_TREE.nodes[0]!;
    expect(root.influences).toEqual(['conversation-handoff-rate', 'first-response-time']);
    expect(root.audience).toBe('lead');
    expect(DEFAULT_TREE.nodes[1]!.audience).toBe('lead');
    expect(DEFAULT_TREE.nodes[3]!.audience).toBe('floor');
    expect(DEFAULT_TREE.nodes[4]!.owner).toBe('support-ops-manager');
    expect(DEFAULT_TREE.nodes[2]!.identity).toEqual({
      op: 'sum',
      parts: [
        { node: 'conversation-volume', sign: 1 },
        { node: 'contacts-unhandled-change', sign: -1 },
      ],
    });
  });

  it('TREE-11 compiles the fixed rules to integers', () => {
    const frt = DEFAULT_TREE.nodes.find((n) => n.id === 'first-response-time')!;
    expect(frt.alerts[0]).toEqual({
      id: 'waiting',
      on: 'waiting',
      overMs: 5_000,
      by: 'channel',
      direction: 'above',
      warn: 8,
      high: 15,
      pendingMs: 10_000,
      recovers: 3,
      minN: 5,
    });
    expect(frt.alerts[1]).toMatchObject({ on: 'oldest', warn: 1_800_000, recovers: 900_000 });
  });
});

const NEEDS_OWNER =
  'needs an "owner" here or a "default-owner" in the tree: write for example "owner: team-leads"';

describe('errors', () => {
  it('TREE-12 are told all at once, each with its path and place', () => {
    const found = errorsOf(
      {
        tree: 'x',
        rot: 'y',
        root: 'conversation-volume',
        nodes: {
          'conversation-volume': { labl: 'V', target: '<=5 h', by: ['chanel'] },
          'cost-per-contact': { identity: 'total-support-cost * contacts-handled', owner: 'a' },
          'cost-per-contct': {},
        },
      },
      { locate: (path) => `${path.length}:1` },
    );
    expect(found).toEqual([
      '1:1 rot: unknown key "rot" - did you mean "root"?',
      '3:1 nodes.conversation-volume.labl: unknown key "labl" - did you mean "label"?',
      '4:1 nodes.conversation-volume.by.0: expected one of account, account_tier, age, assignee, category, channel, field, handled_by, hour_of_week, priority, state, tag, tag_pair, team - did you mean "channel"?',
      `3:1 nodes.conversation-volume.owner: ${NEEDS_OWNER}`,
      '3:1 nodes.conversation-volume.target: expected a whole number, got "5 h"',
      '2:1 nodes.cost-per-contct: unknown metric "cost-per-contct" - did you mean "cost-per-contact"?',
      `3:1 nodes.total-support-cost.owner: ${NEEDS_OWNER}`,
      `3:1 nodes.contacts-handled.owner: ${NEEDS_OWNER}`,
    ]);
  });

  it('TREE-13 a cycle is named with its way round', () => {
    const found = errorsOf(
      base(
        { 'conversation-volume': { identity: 'contacts-handled + contacts-unhandled-change' } },
        {
          influence: { 'contacts-handled': { 'conversation-volume': ['pos'] } },
        },
      ),
    );
    expect(found).toEqual([
      'nodes.conversation-volume: a cycle: conversation-volume -> contacts-handled -> conversation-volume',
    ]);
  });

  it('TREE-14 identities of other units or unknown form are refused', () => {
    const identity = (text: string): string[] =>
      errorsOf(base({ 'conversation-volume': { identity: text } }));
    expect(identity('total-support-cost / contacts-handled')[0]).toContain('units do not agree');
    expect(identity('contacts-handled + a * b')[0]).toContain('one node, one operator');
    expect(identity('contacts-handled')[0]).toContain('expected metrics joined by');
    expect(identity('contacts-handled + contacts-handled')[0]).toContain('twice');
  });

  it('TREE-15 rules on quantiles and on what nobody waits for are refused', () => {
    const rule = { id: 'r', warn: 1 };
    const id = 'first-response-time';
    expect(errorsOf(withRule(id, { ...rule, on: 'p90' }))[0]).toContain('quantiles');
    expect(errorsOf(withRule(id, { ...rule, on: 'value' }))[0]).toContain('is a median');
    const handoffs = withRule('conversation-handoff-rate', { ...rule, warn: '20 %' });
    expect(errorsOf(handoffs)[0]).toContain('does not add up over steps');
    const score = errorsOf(withRule('account-health-score', { ...rule, by: 'team' }))[0];
    expect(score).toContain('is a score, read from other metrics over days');
    expect(score).toContain('give it a "target"');
    const average = errorsOf(withRule('customer-contact-frequency', rule))[0];
    expect(average).toContain('is an average: it does not add up over steps');
    const volume = withRule('conversation-volume', { ...rule, on: 'waiting' });
    expect(errorsOf(volume)[0]).toContain('nobody waits');
  });

  it('TREE-16 bounds must stand in their order', () => {
    const on = (rule: object): string[] =>
      errorsOf(withRule('conversation-volume', { id: 'r', ...rule }));
    expect(on({})[0]).toContain('needs "warn" or "high"');
    expect(on({ direction: 'above', warn: 9, high: 5 })[0]).toContain('must lie above "warn"');
    expect(on({ warn: 5, high: 9, recovers: 6 })[0]).toContain('"recovers" must not lie above');
    expect(on({ warn: 5, high: 2, recovers: 4 })[0]).toContain('"recovers" must not lie below');
    expect(on({ warn: 5, over: '7 s' })[0]).toContain('multiple of 5 s');
    expect(on({ warn: 5, over: '3 h' })[0]).toContain('at most 2 h');
    expect(on({ warn: 5, recovers: 8 })).toEqual([]);
    expect(on({ warn: 5, by: 'team' })).toEqual([]);
  });

  it('TREE-17 money in another currency than the reported one is refused, unless it is a benchmark', () => {
    const tree = (target: string): object => base({ 'cost-per-contact': { target } });
    expect(errorsOf(tree('<=8 USD'), { currency: 'GBP' })[0]).toContain('reported in GBP');
    expect(errorsOf(tree('<=8 USD def'), { currency: 'GBP' })[0]).toContain('end it with "ref"');
    expect(errorsOf(tree('<=8 USD'), { currency: 'USD' })).toEqual([]);
    const compiled = compileTree(tree('<3 USD ref'), metricSheet, { currency: 'GBP' });
    const node = 'tree' in compiled && compiled.tree.nodes.find((n) => n.id === 'cost-per-contact');
    expect(node).toMatchObject({
      target: null,
      benchmark: { op: '<', value: 3_000_000, currency: 'USD', source: 'ref' },
    });
  });
});

describe('amounts', () => {
  it('TREE-18 are read to integers of the unit', () => {
    expect(parseQuantity('15m', 'ms', null)).toEqual({ value: 900_000 });
    expect(parseQuantity('90 s', 'ms', null)).toEqual({ value: 90_000 });
    expect(parseQuantity('1.5 h', 'ms', null)).toEqual({ value: 5_400_000 });
    expect(parseQuantity('12.5 %', 'ppm', null)).toEqual({ value: 125_000 });
    expect(parseQuantity('8 GBP', 'micro', 'GBP')).toEqual({ value: 8_000_000 });
    expect(parseQuantity(12, 'count', null)).toEqual({ value: 12 });
    expect(parseQuantity(1.5, 'count', null)).toHaveProperty('problem');
    expect(parseQuantity('5', 'ms', null)).toHaveProperty('problem');
    expect(parseQuantity({}, 'ms', null)).toHaveProperty('problem');
  });

  it('TREE-19 a node is evaluated in integers, one division last', () => {
    const get = (values: Record<string, number | null>) => (id: string) => values[id] ?? null;
    const ratio = { op: 'ratio', num: 'a', den: 'b' } as const;
    expect(evaluateIdentity(ratio, 'micro', get({ a: 10, b: 4 }))).toBe(3);
    expect(evaluateIdentity(ratio, 'ppm', get({ a: 1, b: 3 }))).toBe(333_333);
    expect(evaluateIdentity(ratio, 'ppm', get({ a: 1, b: 0 }))).toBeNull();
    expect(evaluateIdentity(ratio, 'ppm', get({ a: 1 }))).toBeNull();
    const sum = DEFAULT_TREE.nodes[2]!.identity!;
    const volume = {
      'conversation-volume': 100,
      'contacts-unhandled-change': -3,
    };
    expect(evaluateIdentity(sum, 'count', get(volume))).toBe(103);
  });
});
