import { describe, expect, it } from 'vitest';
import { metricSheet } from '../metrics/sheets.ts';
import { compileTree } from './compile.ts';
import { diffTrees } from './diff.ts';
import { graphOf } from './graph.ts';
import type { CompiledTree } from './tree.ts';

function treeOf(nodes: object, more: object = {}): CompiledTree {
  const document = { tree: 't', root: 'cost-per-contact', 'default-owner': 'lead', nodes, ...more };
  const result = compileTree(document, metricSheet);
  if ('tree' in result) return result.tree;
  throw new Error(JSON.stringify(result.errors));
}
const BEFORE = treeOf(
  {
    'cost-per-contact': {
      identity: 'total-support-cost / contacts-handled',
      lenses: { rate: 'cost-per-handling-hour * handling-time-per-contact' },
      target: { email: '<=8 GBP', chat: '<=10 GBP' },
    },
    'conversation-volume': { by: ['channel'], owner: 'product' },
    csat: { target: '>=90 %' },
  },
  { influence: { 'contacts-handled': { csat: ['neg'] } } },
);

describe('trees side by side', () => {
  it('TREE-29 a tree differs from itself in nothing', () => {
    expect(diffTrees(BEFORE, BEFORE, metricSheet)).toEqual([]);
  });

  it('TREE-29 nodes, edges, targets and owners that came, went or changed are named', () => {
    const after = treeOf(
      {
        'cost-per-contact': {
          identity: 'total-support-cost / contacts-handled',
          lenses: { rate: 'cost-per-handling-hour * handling-time-per-contact' },
          target: { email: '<=7 GBP' },
          audience: 'finance',
          beside: ['nps'],
        },
        'conversation-volume': { by: ['priority'], owner: { R: 'product', C: 'sales' } },
        'reopen-rate': {},
      },
      { influence: { 'contacts-handled': { 'reopen-rate': ['pos', '7 d'] } } },
    );
    const told = diffTrees(BEFORE, after, metricSheet).map(
      ({ kind, of, about, before, after: now }) => `${kind} ${of} ${about}: ${before} | ${now}`,
    );
    expect(told).toEqual([
      'removed node csat: yes | ',
      'added node reopen-rate:  | yes',
      'removed edge csat -> contacts-handled: influence - | ',
      'added edge reopen-rate -> contacts-handled:  | influence +, after 7 d',
      'removed rows conversation-volume{channel=}: by channel | ',
      'added rows conversation-volume{priority=}:  | by priority',
      'changed target cost-per-contact{channel=email}: <=8 GBP | <=7 GBP',
      'removed target cost-per-contact{channel=chat}: <=10 GBP | ',
      'removed target csat: >=90 % | ',
      'removed owner csat: R lead | ',
      'changed owner conversation-volume: R product | R product, C sales',
      'added owner reopen-rate:  | R lead',
      'added beside cost-per-contact: nps:  | yes',
      'changed audience cost-per-contact: lead | finance',
    ]);
  });
});

describe('trees as pictures', () => {
  const isUnknown = (id: string): boolean => id === 'csat';

  it('TREE-30 every node and edge is drawn once, exact ones, views and hypotheses apart', () => {
    const mermaid = graphOf(BEFORE, 'mermaid', metricSheet, isUnknown);
    for (const { id } of BEFORE.nodes) expect(mermaid.split(`  ${id}["`)).toHaveLength(2);
    expect(mermaid).toContain('cost-per-contact -->|"over"| total-support-cost\n');
    expect(mermaid).toContain('cost-per-contact ==>|"rate"| cost-per-handling-hour\n');
    expect(mermaid).toContain('contacts-handled -.->|"-"| csat\n');
    expect(mermaid).toContain('  csat["CSAT<br>#62;=90 %<br>lead"]\n');
    expect(mermaid).toContain('  class csat unknown\n');
    const dot = graphOf(BEFORE, 'dot', metricSheet, isUnknown);
    expect(dot).toContain('"contacts-handled" -> "csat" [label="-", style=dashed];\n');
    expect(dot).toContain('"csat" [label="CSAT\\n>=90 %\\nlead", style=dashed, fontcolor=gray];\n');
    expect(dot.split(' -> ')).toHaveLength(mermaid.split('>|"').length);
  });

  it('TREE-30 a label cannot end the text it stands in', () => {
    const tree = treeOf({ csat: { label: 'a"]; x --> y <b>', owner: 'o\\"' } });
    expect(graphOf(tree, 'mermaid', metricSheet, isUnknown)).toContain(
      'csat["a#34;]#59; x --#62; y #60;b#62;<br>o\\#34;"]',
    );
    expect(graphOf(tree, 'dot', metricSheet, isUnknown)).toContain(
      '[label="a\\"]; x --> y <b>\\no\\\\\\""',
    );
  });
});
