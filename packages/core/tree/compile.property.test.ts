import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricSheet } from '../metrics/sheets.ts';
import { compileTree } from './compile.ts';
import { DEFAULT_TREE_DOCUMENT } from './default-tree.ts';
import { diffTrees } from './diff.ts';
import { graphOf } from './graph.ts';

/** Everything that a tree file may say, once. */
const RICH = {
  ...DEFAULT_TREE_DOCUMENT,
  by: ['account_tier'],
  nodes: {
    ...(DEFAULT_TREE_DOCUMENT['nodes'] as object),
    'cost-per-contact': {
      identity: 'total-support-cost / contacts-handled',
      lenses: { mix: 'sum by channel: share * cost-per-contact' },
      target: { email: '<=8 GBP ref', chat: '60-80 GBP' },
      beside: ['csat'],
      owner: { R: 'a', email: 'b', chat: { A: 'c' } },
    },
    'net-revenue-retention': { identity: '1 + (expansion - churn) / start-arr', target: '110 %' },
  },
  influence: { csat: { nps: ['pos', '90 d'], 'reopen-rate': ['neg', '<=8 %', 'x'] } },
};

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...path, key]));
  return [path, ...inner];
}

/** The document with something else at a path. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const inner = copy as Record<string, unknown>;
  inner[key] = replaced(inner[key], rest, by);
  return copy;
}

const PATHS = pathsIn(RICH);
const WORDS = ['', ' ', 'csat', 'constructor', '__proto__', '<=8 GBP', 'a - b', 'p90 <5 s', '90 d'];
const thing = fc.oneof(
  fc.constantFrom<unknown>(...WORDS, null, true, 0, -1, 1e300, [], {}, [null], { R: null }),
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...WORDS, 'R', 'r', 'email', 'team=x', 'x='), fc.jsonValue()),
);

it('TREE-32 whatever stands in a tree file, it is compiled, or refused with where and why', () => {
  let compiled = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), thing, (path, other) => {
      const result = compileTree(replaced(RICH, path, other), metricSheet, { currency: 'GBP' });
      if ('errors' in result) {
        refused += 1;
        expect(result.errors.length).toBeGreaterThan(0);
        for (const { message } of result.errors) expect(message).not.toMatch(/undefined|\[object/);
        return;
      }
      compiled += 1;
      const { tree } = result;
      expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
      expect(diffTrees(tree, tree, metricSheet)).toEqual([]);
      expect(graphOf(tree, 'dot', metricSheet, () => false)).toContain('digraph');
    }),
    { numRuns: 600 },
  );
  // Both happen, or the property says nothing.
  expect(Math.min(compiled, refused)).toBeGreaterThan(20);
});
