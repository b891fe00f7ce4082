import { describe, expect, it } from 'vitest';
import { PLANNED } from '../metrics/catalogue/planned/index.ts';
import { VIEWS } from '../metrics/catalogue/views.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { METRIC_IDS, metricSheet, missingOf } from '../metrics/sheets.ts';
import { compileTree } from './compile.ts';
import type { CompiledTree, TreeNode } from './tree.ts';

const document = (nodes: object, more: object = {}): object => ({
  tree: 't',
  root: 'conversation-volume',
  'default-owner': { R: 'leads', A: 'head' },
  nodes,
  ...more,
});
function treeOf(nodes: object, more: object = {}): CompiledTree {
  const result = compileTree(document(nodes, more), metricSheet, { currency: 'GBP' });
  if ('tree' in result) return result.tree;
  throw new Error(
    result.errors.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
  );
}
const nodeOf = (id: string, node: object, more: object = {}): TreeNode =>
  treeOf({ [id]: node }, more).nodes.find((one) => one.id === id)!;
function errorsOf(nodes: object, more: object = {}): string[] {
  const result = compileTree(document(nodes, more), metricSheet, { currency: 'GBP' });
  if ('tree' in result) return [];
  return result.errors.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
const targetOf = (id: string, target: unknown): TreeNode['target'] => nodeOf(id, { target }).target;
const mistake = (id: string, target: unknown): string => errorsOf({ [id]: { target } })[0] ?? '';

describe('targets', () => {
  it('TREE-20 are read in every form that a person writes', () => {
    expect(targetOf('cost-per-contact', '<=8 GBP ref')).toEqual({
      ...{ op: '<=', value: 8_000_000, currency: 'GBP', source: 'ref' },
    });
    expect(targetOf('resolution-rate-no-human', '60-80 % ref')).toEqual({
      ...{ op: '>=', value: 600_000, upTo: 800_000, source: 'ref' },
    });
    expect(targetOf('first-response-time-ai', 'p90 <5 s ref')).toEqual({
      ...{ op: '<', value: 5_000, of: 'p90', source: 'ref' },
    });
    expect(targetOf('first-response-time', '8 business h')).toEqual({
      ...{ op: '<=', value: 28_800_000, clock: 'business' },
    });
    expect(targetOf('csat', '>=90 % def')).toEqual({ op: '>=', value: 900_000, source: 'def' });
    expect(targetOf('net-revenue-retention', '110 %')).toEqual({ op: '>=', value: 1_100_000 });
    expect(targetOf('account-health-score', '>=70 def')).toMatchObject({ value: 70_000 });
    expect(targetOf('conversation-volume', '<= 500')).toEqual({ op: '<=', value: 500 });
    expect(targetOf('conversation-volume', null)).toBeNull();
  });

  it('TREE-20 that mean nothing are refused with what to write', () => {
    expect(mistake('csat', ['>=90 %'])).toContain('a target is written as in');
    expect(errorsOf({ 'first-response-time': { target: { '': '1 h' } } })[0]).toContain(
      'the name of a value',
    );
    expect(mistake('csat', 'high')).toContain('a target is written as in "<=8 GBP"');
    expect(mistake('csat', '80-60 %')).toContain('from less to more');
    expect(mistake('csat', '>=60-80 %')).toContain('two ends and no <=');
    expect(mistake('csat', 'p90 >=90 %')).toContain('only durations have "p90"');
    expect(mistake('first-response-time', 'p75 <5 s')).toContain('expected one of p50, p90');
    expect(mistake('csat', '90 business %')).toContain('only durations');
    expect(mistake('conversation-volume', '500')).toContain('begin with <=');
    expect(mistake('first-response-time', '8 parsecs')).toContain('expected a duration');
  });
});

describe('owners', () => {
  it('TREE-21 fill up role by role; who answers is the responsible, else the accountable one', () => {
    const node = nodeOf('csat', { owner: { C: 'finance' } });
    expect(node.raci).toEqual({ R: 'leads', A: 'head', C: 'finance' });
    expect(node.owner).toBe('leads');
    const only = { 'default-owner': { A: 'head' } };
    expect(nodeOf('csat', {}, only).owner).toBe('head');
    expect(nodeOf('csat', { owner: 'me' }, only).raci).toEqual({ A: 'head', R: 'me' });
    expect(errorsOf({ csat: { owner: { r: 'me' } } })[0]).toContain('in capitals: R');
    expect(errorsOf({ csat: { owner: { X: 'me' } } })[0]).toContain('of what is "X" a value?');
    expect(errorsOf({}, { 'default-owner': {} })[0]).toContain('name at least one of R, A, C, I');
  });
});

describe('values of a dimension', () => {
  it('TREE-22 have their own target and owner, and are rows for it', () => {
    const node = nodeOf('first-response-time', {
      by: ['channel'],
      target: { urgent: '1 h', email: '4 h', 'team=team-1': '30 m' },
      owner: { R: 'team-leads', email: 'mail-lead' },
    });
    expect(node.by).toEqual(['channel', 'priority', 'team']);
    expect(node.target).toBeNull();
    expect(node.owner).toBe('team-leads');
    expect(node.segments).toEqual([
      { dimension: 'priority', value: 'urgent', target: { op: '<=', value: 3_600_000 } },
      {
        dimension: 'channel',
        value: 'email',
        target: { op: '<=', value: 14_400_000 },
        raci: { R: 'mail-lead', A: 'head' },
        owner: 'mail-lead',
      },
      { dimension: 'team', value: 'team-1', target: { op: '<=', value: 1_800_000 } },
    ]);
  });

  it('TREE-22 of what nothing counts yet are kept apart from the rows', () => {
    const node = nodeOf('nps', { target: { enterprise: '40 %' } }, { by: ['account_tier'] });
    expect(node.by).toEqual([]);
    expect(node.uncounted).toEqual(['account_tier']);
    expect(node.segments).toEqual([
      { dimension: 'account_tier', value: 'enterprise', target: { op: '>=', value: 400_000 } },
    ]);
  });

  it('TREE-22 that can be of several things, or of none, ask which', () => {
    const of = (target: object, by: string[] = []): string =>
      errorsOf({ 'first-response-time': { target, by } })[0] ?? '';
    expect(of({ emial: '1 h' })).toContain('no channel is called "emial" - did you mean "email"?');
    expect(of({ gold: '1 h' })).toContain('Write it as in "team=gold"');
    expect(of({ gold: '1 h' }, ['account_tier'])).toBe('');
    expect(of({ 'colour=red': '1 h' })).toContain('"colour" is nothing it is told by');
    expect(of({ 'team=': '1 h' })).toContain('a value after "="');
  });

  it('TREE-34 of a dimension whose words are known, what is none of them is refused with what was meant', () => {
    const of = (key: string, by: string[] = []): string =>
      errorsOf({ 'first-response-time': { target: { [key]: '1 h' }, by } })[0] ?? '';
    expect(of('priority=hihg')).toContain(
      'target.priority=hihg: no priority is called "hihg" - did you mean "high"?',
    );
    expect(of('Urgent')).toContain('did you mean "urgent"?');
    expect(of('priority=critical')).toContain('facts know "critical" as "urgent": write that');
    expect(of('microsoft_teams')).toContain('facts know "microsoft_teams" as "teams"');
    expect(of('handled_by=robot')).toContain('expected one of none, human, ai, mixed');
    const cross = errorsOf({
      'first-response-time': {
        target: { 'channel=email, priority=lwo': '1 h' },
        by: [['channel', 'priority']],
      },
    });
    expect(cross[0]).toContain('no priority is called "lwo" - did you mean "low"?');
    expect(errorsOf({ csat: { owner: { 'channel=emial': 'me' } } })[0]).toContain('"email"?');
    const backlog = (key: string): string =>
      errorsOf({ backlog: { target: { [key]: 5 } } })[0] ?? '';
    expect(backlog('age=old')).toContain('expected one of under_1h, ');
    expect(backlog('state=opn')).toContain('no state is called "opn"');
    const hours = errorsOf({ 'peak-hours': { target: { 'hour_of_week=monday': 5 } } });
    expect(hours[0]).toContain('expected something like mon_00');
  });

  it('TREE-34 a tenant has channels and priorities of its own, and rows without a value or of all others', () => {
    const of = (key: string, by: string[] = []): string[] =>
      errorsOf({ 'first-response-time': { target: { [key]: '1 h' }, by } });
    expect(of('priority=p1')).toEqual([]);
    expect(of('channel=fax')).toEqual([]);
    expect(of('priority=__none__')).toEqual([]);
    expect(of('channel=__other__')).toEqual([]);
    // A team may be called as nearly a priority is; whoever means it says so.
    expect(of('hihg', ['team'])[0]).toContain('(a value of team by that name: "team=hihg")');
    expect(of('team=hihg', ['team'])).toEqual([]);
    expect(of('smb', ['account_tier'])).toEqual([]);
    expect(of('billing', ['category'])).toEqual([]);
  });

  it('TREE-34 a tier is nearly one that has targets, and then it is none', () => {
    const nodes = { 'first-response-time': { target: { 'account_tier=enterprize': '1 h' } } };
    const errors = (tiers: string[]): number => {
      const result = compileTree(document(nodes), metricSheet, { tiers });
      return 'errors' in result ? result.errors.length : 0;
    };
    expect([errors(['enterprise']), errors(['startup']), errors([])]).toEqual([1, 0, 0]);
  });

  it('TREE-26 what the tree is told by, every node that can be is told by', () => {
    const { nodes } = treeOf({ backlog: {}, csat: {}, 'tag-novelty': {} }, { by: ['priority'] });
    const by = Object.fromEntries(nodes.map((n) => [n.id, [...n.by, ...(n.uncounted ?? [])]]));
    expect(by).toEqual({
      'conversation-volume': ['priority'],
      backlog: ['priority'],
      csat: ['priority'],
      'tag-novelty': [],
    });
    expect(errorsOf({}, { by: ['prio'] })[0]).toContain('expected one of account');
  });
});

describe('edges', () => {
  it('TREE-23 an influence has a sign and a lag; its target and responsible are of where it comes from', () => {
    const tree = treeOf(
      {},
      {
        influence: {
          'conversation-volume': {
            csat: ['neg', '>=75 % def', 'team-leads'],
            nps: ['pos', '90 d'],
            'reopen-rate': ['pos', null, 'qa'],
          },
        },
      },
    );
    expect(tree.edges).toEqual([
      { onto: 'conversation-volume', from: 'csat', sign: -1 },
      { onto: 'conversation-volume', from: 'nps', sign: 1, lagMs: 90 * 86_400_000 },
      { onto: 'conversation-volume', from: 'reopen-rate', sign: 1 },
    ]);
    const node = (id: string): TreeNode => tree.nodes.find((one) => one.id === id)!;
    expect(node('conversation-volume').influences).toEqual(['csat', 'nps', 'reopen-rate']);
    expect(node('csat')).toMatchObject({
      owner: 'team-leads',
      target: { op: '>=', value: 750_000 },
    });
    expect(node('reopen-rate')).toMatchObject({ owner: 'qa', target: null });
  });

  it('TREE-23 an edge that says what is said already, or cannot be read, is refused', () => {
    const edge = (items: unknown, nodes: object = {}): string =>
      errorsOf(nodes, { influence: { 'conversation-volume': { csat: items } } })[0] ?? '';
    expect(edge(['up'])).toContain('expected one of pos, neg');
    expect(edge(['pos', '90 parsecs'])).toContain('an edge is [pos or neg');
    expect(edge(['pos', '>=90 %', '>=95 %'])).toContain('twice');
    expect(edge(['pos', '>=90 %'], { csat: { target: '>=95 %' } })).toContain('once is enough');
    expect(edge(['pos', null, 'a'], { csat: { owner: 'b' } })).toContain('names its own "owner"');
    const twice = { csat: ['pos', null, 'a'] };
    const influence = { 'conversation-volume': twice, nps: twice };
    expect(errorsOf({}, { influence })[0]).toContain('another edge from "csat" has said that');
  });

  it('TREE-24 an identity in parts of the metric itself is told and decomposes no node', () => {
    const own = nodeOf('net-revenue-retention', {
      identity: '1 + (expansion - contraction - churn) / start-arr',
    });
    expect(own).toMatchObject({ identity: null, children: [] });
    expect(own.formula).toBe('1 + (expansion - contraction - churn) / start-arr');
    const mean = 'mean of volume, sentiment, resolution, escalation parts';
    expect(nodeOf('account-health-score', { identity: mean }).formula).toBe(mean);
    expect(
      errorsOf({ 'account-health-score': { identity: 'mean of volume, sentimnt parts' } })[0],
    ).toBe(
      'nodes.account-health-score.identity: "sentimnt" is no part of "account-health-score": volume, sentiment, resolution, escalation - did you mean "sentiment"?',
    );
    expect(errorsOf({ csat: { identity: 'mean of all' } })[0]).toContain('no mean of parts');
  });

  it('TREE-24 parts that another metric holds are that metric, once', () => {
    const identity = 'conversation-volume - dropped - change(unhandled)';
    expect(nodeOf('contacts-handled', { identity }).identity).toEqual({
      op: 'sum',
      parts: [
        { node: 'conversation-volume', sign: 1 },
        { node: 'contacts-unhandled-change', sign: -1 },
      ],
    });
  });

  it('TREE-24 parts that are held together cannot be told apart', () => {
    const of = (identity: string): string =>
      errorsOf({ 'contacts-handled': { identity } })[0] ?? '';
    const together = 'dropped and change(unhandled) are counted as one: name all, with one sign';
    expect(of('conversation-volume - dropped')).toContain(together);
    expect(of('conversation-volume - dropped + change(unhandled)')).toContain(together);
    expect(of('conversation-volume - change(unhandled) - dropped')).toBe('');
    expect(of('conversation-volume - constructor')).toContain('unknown metric "constructor"');
  });

  it('TREE-27 a lens is another view of the node; what it is made of are nodes too', () => {
    const tree = treeOf({
      'cost-per-contact': {
        lenses: {
          mix: 'sum by channel: share * cost-per-contact',
          efficiency: 'cost-per-handling-hour * handling-time-per-contact',
        },
        beside: ['csat'],
      },
    });
    const node = tree.nodes.find((one) => one.id === 'cost-per-contact')!;
    expect(node.lenses).toEqual([
      { name: 'mix', metric: 'cost-per-contact', by: 'channel' },
      {
        name: 'efficiency',
        identity: {
          op: 'product',
          factors: ['cost-per-handling-hour', 'handling-time-per-contact'],
        },
      },
    ]);
    expect(node.beside).toEqual(['csat']);
    // What is mixed has to be rows.
    expect(node.by).toEqual(['channel']);
    expect(tree.nodes.map(({ id }) => id)).toContain('cost-per-handling-hour');
    expect(tree.nodes.map(({ id }) => id)).not.toContain('csat');
    const lens = (text: string): string =>
      errorsOf({ 'cost-per-contact': { lenses: { x: text } } })[0] ?? '';
    expect(lens('sum by chanel: share * cost-per-contact')).toContain('did you mean "channel"?');
    expect(lens('sum by channel: share * csat')).toContain('of the node itself');
    expect(lens('csat * nps')).toContain('units do not agree');
    expect(lens('csat')).toContain('or "sum by <dimension>');
    const beside = (ids: string[]): string => errorsOf({ csat: { beside: ids } })[0] ?? '';
    expect(beside(['cast'])).toContain('did you mean "csat"?');
    expect(beside(['csat'])).toContain('not beside itself');
  });
});

describe('metrics that are not computed', () => {
  it('TREE-25 may be nodes and say what is missing; ids that nobody knows come with one that is near', () => {
    expect(nodeOf('concurrency-per-agent', {}).label).toBe('At once per agent');
    expect(missingOf('concurrency-per-agent')).toContain('a presence feed');
    expect(missingOf('conversation-volume')).toBeNull();
    expect(errorsOf({ 'team-worklaod': {} })[0]).toContain('did you mean "team-workload"?');
    expect(errorsOf({ 'cost-per-cntact': {} })[0]).toContain('did you mean "cost-per-contact"?');
    expect(errorsOf({ xyz: {} })[0]).toContain('"sapwood metrics" lists them');
    const alerts = [{ id: 'r', warn: 5 }];
    expect(errorsOf({ 'concurrency-per-agent': { alerts } })[0]).toContain(
      'no rule on it could ever fire',
    );
  });

  it('TREE-25 no metric is both computed and not, and every id stands once', () => {
    const computed = new Set(CATALOGUE.map(({ id }) => id));
    expect(PLANNED.filter(({ id }) => computed.has(id)).map(({ id }) => id)).toEqual([]);
    expect(METRIC_IDS).toHaveLength(CATALOGUE.length + VIEWS.length + PLANNED.length);
    for (const { id, prose, formula, owner, label } of [...VIEWS, ...PLANNED]) {
      expect([id, prose, formula, owner, label].filter((text) => text.trim() === '')).toEqual([]);
    }
  });
});
