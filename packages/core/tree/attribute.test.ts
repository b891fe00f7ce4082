import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bySize } from '../../../tests/support/size.ts';
import { attribute, childShares, type LeafStates, logMean } from './attribute.ts';
import { childrenOf } from './evaluate.ts';
import type { Identity } from './tree.ts';

const RUNS = bySize(4_000, 20_000);

type Tree = Readonly<Record<string, Identity>>;
type States = Readonly<Record<string, readonly [number, number]>>;

const sum = (...nodes: string[]): Identity => ({
  op: 'sum',
  parts: nodes.map((node) => ({ node, sign: 1 })),
});
const product = (...factors: string[]): Identity => ({ op: 'product', factors });
const ratio = (num: string, den: string): Identity => ({ op: 'ratio', num, den });

function run(tree: Tree, states: States, root = 'root') {
  return attribute(
    root,
    (node) => tree[node] ?? null,
    (leaf): LeafStates => ({ before: states[leaf]![0], after: states[leaf]![1] }),
  );
}
const shareOf = (found: ReturnType<typeof run>, leaf: string): number =>
  found!.shares.find((s) => s.leaf === leaf)!.share;

describe('worked examples', () => {
  it('TREE-1 example A: email volume explains all of +1.60', () => {
    const tree = {
      root: ratio('cost', 'contacts'),
      cost: sum('ce', 'cc', 'cp'),
      contacts: sum('ve', 'vc', 'vp'),
    };
    const found = run(tree, {
      ce: [6000, 6000],
      cc: [4800, 4800],
      cp: [3600, 3600],
      ve: [1000, 700],
      vc: [600, 600],
      vp: [200, 200],
    })!;
    expect(found.before).toBe(8);
    expect(found.after).toBe(9.6);
    expect(logMean(9.6, 8)).toBeCloseTo(8.775704, 6);
    expect(logMean(1500, 1800)).toBeCloseTo(1645.444484, 6);
    expect(shareOf(found, 've')).toBeCloseTo(1.6, 12);
    for (const leaf of ['ce', 'cc', 'cp', 'vc', 'vp']) expect(shareOf(found, leaf)).toBe(0);
  });

  it('TREE-1 example B: volumes, hours and one wage, to the last digit', () => {
    const cost = (c: string): Identity => sum(`labour-${c}`, `tooling-${c}`);
    const labour = (c: string): Identity => product(`hours-${c}`, `wage-${c}`);
    const tree: Tree = {
      root: ratio('cost', 'contacts'),
      cost: sum('cost-e', 'cost-c', 'cost-p'),
      contacts: sum('v-e', 'v-c', 'v-p'),
      'cost-e': cost('e'),
      'cost-c': cost('c'),
      'cost-p': cost('p'),
      'labour-e': labour('e'),
      'labour-c': labour('c'),
      'labour-p': labour('p'),
    };
    const found = run(tree, {
      'v-e': [1000, 700],
      'v-c': [600, 640],
      'v-p': [200, 210],
      'hours-e': [200, 196],
      'hours-c': [160, 170],
      'hours-p': [120, 126],
      'wage-e': [25, 25],
      'wage-c': [25, 25],
      'wage-p': [27, 27.5],
      'tooling-e': [1000, 1000],
      'tooling-c': [800, 800],
      'tooling-p': [360, 360],
    })!;
    const expected: Record<string, number> = {
      'v-e': 1.568964,
      'v-c': -0.209195,
      'v-p': -0.052299,
      'hours-e': -0.059943,
      'hours-c': 0.149859,
      'hours-p': 0.098012,
      'wage-p': 0.036861,
    };
    for (const { leaf, share } of found.shares) {
      expect(Math.round(share * 1e6) / 1e6, leaf).toBe(expected[leaf] ?? 0);
    }
    expect(Math.round(found.delta * 1e6) / 1e6).toBe(1.532258);
    const top = childShares(ratio('cost', 'contacts'), (child) =>
      child === 'cost' ? { before: 14400, after: 14775 } : { before: 1800, after: 1550 },
    )!;
    expect(top.shares[0]!.share / 375).toBeCloseTo(0.00059943417, 12);
    expect(top.shares[1]!.share / -250).toBeCloseTo(-0.005229881002, 12);
  });

  it('TREE-2 a denominator of 0 in either state leaves everything above unattributed', () => {
    const tree = { root: sum('a', 'r'), r: ratio('x', 'y') };
    expect(run(tree, { a: [1, 2], x: [1, 1], y: [0, 3] })).toBeNull();
    expect(run(tree, { a: [1, 2], x: [1, 1], y: [3, 0] })).toBeNull();
  });
});

/** A random tree: internal nodes `n0` (root) to `nk`, each over later nodes and leaves. */
interface Sample {
  readonly tree: Tree;
  readonly states: States;
}
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -1_000, max: -1 }) },
);

const sampleArbitrary: fc.Arbitrary<Sample> = fc
  .array(
    fc.record({
      op: fc.constantFrom('sum', 'product', 'ratio'),
      children: fc.array(fc.nat(5), { minLength: 2, maxLength: 6 }),
      signs: fc.array(fc.constantFrom<1 | -1>(1, -1), { minLength: 6, maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((nodes) => {
    const tree: Record<string, Identity> = {};
    const leaves = new Set<string>();
    const used = new Set<number>(); // a tree: each node has one parent
    nodes.forEach((node, i) => {
      const names = node.children.map((c, j) => {
        const next = i + 1 + c;
        if (next < nodes.length && !used.has(next)) {
          used.add(next);
          return `n${next}`;
        }
        leaves.add(`leaf${i}-${j}`);
        return `leaf${i}-${j}`;
      });
      const id = `n${i}`;
      if (node.op === 'sum') {
        tree[id] = { op: 'sum', parts: names.map((n, j) => ({ node: n, sign: node.signs[j]! })) };
      } else if (node.op === 'product') tree[id] = product(...names);
      else tree[id] = ratio(names[0]!, names[1]!);
    });
    const record: Record<string, fc.Arbitrary<[number, number]>> = {};
    for (const leaf of leaves) record[leaf] = fc.tuple(value, value);
    return fc.record(record).map((states) => ({ tree, states }));
  });

/** Largest magnitude met in a node of either state: what double arithmetic is exact relative to. */
function magnitude(found: NonNullable<ReturnType<typeof run>>): number {
  return Math.max(
    found.shares.reduce((total, s) => total + Math.abs(s.share), 0),
    Math.abs(found.before),
    Math.abs(found.after),
    Number.MIN_VALUE,
  );
}

/** Cancelling sums inside leave less precise nodes: judge only trees that are well conditioned. */
function wellConditioned({ tree, states }: Sample): boolean {
  const worst = (state: 0 | 1): boolean => {
    const value = (node: string): number => {
      const identity = tree[node];
      if (!identity) return states[node]![state];
      const values = childrenOf(identity).map(value);
      if (identity.op === 'product') return values.reduce((a, b) => a * b, 1);
      if (identity.op === 'ratio') return values[0]! / values[1]!;
      const signed = identity.parts.map((p, i) => p.sign * values[i]!);
      const total = signed.reduce((a, b) => a + b, 0);
      const gross = signed.reduce((a, b) => a + Math.abs(b), 0);
      return Math.abs(total) < gross * 1e-3 && gross > 0 ? Number.NaN : total;
    };
    return Number.isFinite(value('n0'));
  };
  return worst(0) && worst(1);
}

describe('random trees', () => {
  it('TREE-3 shares sum to the change, and reverse', () => {
    let judged = 0;
    fc.assert(
      fc.property(sampleArbitrary, (sample) => {
        fc.pre(wellConditioned(sample));
        const found = run(sample.tree, sample.states, 'n0');
        if (found === null || !Number.isFinite(magnitude(found))) return;
        judged += 1;
        const total = found.shares.reduce((sum, s) => sum + s.share, 0);
        expect(Math.abs(total - found.delta) / magnitude(found)).toBeLessThan(1e-12);
        const swapped = Object.fromEntries(
          Object.entries(sample.states).map(([leaf, [a, b]]) => [leaf, [b, a] as const]),
        );
        const reversed = run(sample.tree, swapped, 'n0')!;
        for (const { leaf, share } of found.shares) {
          const gap = Math.abs(share + shareOf(reversed, leaf));
          expect(gap / magnitude(found)).toBeLessThan(1e-12);
        }
      }),
      { numRuns: RUNS, maxSkipsPerRun: 1_000 },
    );
    expect(judged).toBeGreaterThan(RUNS / 2);
  }, 60_000);

  it('TREE-3 a mean of two that hardly differ has all its digits', () => {
    const hardly = fc.tuple(
      fc.double({ min: 1, max: 9_999, noNaN: true }),
      fc.integer({ min: 8, max: 80 }),
    );
    fc.assert(
      fc.property(hardly, ([b, tenths]) => {
        const a = b * (1 + 10 ** (-tenths / 10));
        const exact = (a - b) / Math.log1p((a - b) / b);
        expect(Math.abs(logMean(a, b) / exact - 1)).toBeLessThan(1e-13);
      }),
    );
  });

  it('TREE-4 grouping parts under a new node changes no share', () => {
    const positive = fc.tuple(
      fc.integer({ min: 1, max: 9_999 }),
      fc.integer({ min: 1, max: 9_999 }),
    );
    fc.assert(
      fc.property(fc.array(positive, { minLength: 4, maxLength: 4 }), (pairs) => {
        const states = Object.fromEntries(pairs.map((pair, i) => [`x${i}`, pair]));
        for (const join of [sum, product]) {
          const flat = run({ root: join('x0', 'x1', 'x2', 'x3') }, states)!;
          const grouped = run({ root: join('x0', 'g', 'x3'), g: join('x1', 'x2') }, states)!;
          for (const { leaf, share } of flat.shares) {
            const scale = Math.max(flat.before, flat.after);
            expect(Math.abs(share - shareOf(grouped, leaf)) / scale).toBeLessThan(1e-12);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('TREE-5 a product with zeros of more than four factors still adds up', () => {
    const tree = { root: product('a', 'b', 'c', 'd', 'e', 'f') };
    const found = run(tree, {
      a: [0, 2],
      b: [3, 3],
      c: [1, 0.5],
      d: [2, 4],
      e: [-1, 1],
      f: [5, 6],
    })!;
    const total = found.shares.reduce((sum, s) => sum + s.share, 0);
    expect(total).toBeCloseTo(found.delta, 10);
    expect(found.after).toBe(72);
  });
});
