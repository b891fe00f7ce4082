/**
 * Exact shares of a change (anomaly.md 12.1): delta f = sum of m_j * delta x_j at each node, and a
 * leaf's share is the product of the multipliers along its paths. O(edges), free of order.
 */
import { ln } from '../num/log.ts';
import { childrenOf } from './evaluate.ts';
import type { Identity } from './tree.ts';

/** Shapley values are means over all orders; longer products are nested. */
const SHAPLEY_FACTORS_MAX = 4;
/** Below this |ln(a/b)| the quotient form of L loses digits, one for each power of ten; there the series has them all. */
const SERIES_BELOW = 1e-2;

/** Logarithmic mean of two positive numbers. */
export function logMean(a: number, b: number): number {
  if (a === b) return a;
  const log = ln(a / b);
  if (Math.abs(log) >= SERIES_BELOW) return (a - b) / log;
  const square = log * log;
  return Math.sqrt(a) * Math.sqrt(b) * (1 + (square / 24) * (1 + square / 80));
}

/** One node in both states: its value before and after, and the multiplier of each child. */
export interface NodeChange {
  readonly before: number;
  readonly after: number;
  readonly multipliers: readonly number[];
}

/** Null where the node is undefined: a denominator of 0 in either state. */
export function changeOf(
  identity: Identity,
  before: readonly number[],
  after: readonly number[],
): NodeChange | null {
  switch (identity.op) {
    case 'sum':
      return sumChange(
        identity.parts.map((part) => part.sign),
        before,
        after,
      );
    case 'product':
      return productChange(before, after);
    case 'ratio':
      return ratioChange(before, after);
  }
}

function sumChange(
  signs: readonly number[],
  before: readonly number[],
  after: readonly number[],
): NodeChange {
  const total = (values: readonly number[]): number =>
    signs.reduce((sum, sign, i) => sum + sign * values[i]!, 0);
  return { before: total(before), after: total(after), multipliers: signs };
}

const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);
const allPositive = (values: readonly number[]): boolean => values.every((value) => value > 0);

function productChange(before: readonly number[], after: readonly number[]): NodeChange {
  const f0 = product(before);
  const f1 = product(after);
  if (allPositive(before) && allPositive(after) && f0 > 0 && f1 > 0) {
    const top = logMean(f1, f0);
    const multipliers = before.map((x0, i) => top / logMean(after[i]!, x0));
    return { before: f0, after: f1, multipliers };
  }
  return { before: f0, after: f1, multipliers: shapley(before, after) };
}

/** Mean over all orders of the product of the other factors, each in the state the order gives it. */
function shapley(before: readonly number[], after: readonly number[]): number[] {
  if (before.length <= SHAPLEY_FACTORS_MAX)
    return before.map((_, i) => shapleyOf(i, before, after));
  const head = SHAPLEY_FACTORS_MAX - 1;
  const outer = shapley(
    [...before.slice(0, head), product(before.slice(head))],
    [...after.slice(0, head), product(after.slice(head))],
  );
  const rest = outer.pop()!;
  return [...outer, ...shapley(before.slice(head), after.slice(head)).map((m) => m * rest)];
}

function shapleyOf(index: number, before: readonly number[], after: readonly number[]): number {
  const others = before.map((_, i) => i).filter((i) => i !== index);
  const n = others.length;
  let mean = 0;
  for (let moved = 0; moved < 1 << n; moved += 1) {
    let size = 0;
    let term = 1;
    for (let j = 0; j < n; j += 1) {
      const isMoved = (moved >> j) & 1;
      size += isMoved;
      term *= (isMoved ? after : before)[others[j]!]!;
    }
    mean += term / ((n + 1) * choose(n, size));
  }
  return mean;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i += 1) ways = (ways * (n - k + i)) / i;
  return ways;
}

function ratioChange(before: readonly number[], after: readonly number[]): NodeChange | null {
  const [a0, b0] = before as readonly [number, number];
  const [a1, b1] = after as readonly [number, number];
  if (b0 === 0 || b1 === 0) return null;
  const f0 = a0 / b0;
  const f1 = a1 / b1;
  if (a0 > 0 && a1 > 0 && b0 > 0 && b1 > 0) {
    const top = logMean(f1, f0);
    return { before: f0, after: f1, multipliers: [top / logMean(a1, a0), -top / logMean(b1, b0)] };
  }
  const multipliers = [(1 / b0 + 1 / b1) / 2, -(a0 + a1) / (2 * b0 * b1)];
  return { before: f0, after: f1, multipliers };
}

/** The nodes attribution needs, by id; a node without an identity is a leaf. */
export type IdentityOf = (node: string) => Identity | null;
export interface LeafStates {
  readonly before: number;
  readonly after: number;
}

export interface Attribution {
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  /** Exact share of `delta` per leaf, in the root's unit; leaves in the order they are first met. */
  readonly shares: readonly { readonly leaf: string; readonly share: number }[];
}

/** Leaves under `root` along identity edges, each once, in the order they are first met. */
export function leavesOf(root: string, identityOf: IdentityOf): readonly string[] {
  return topological(root, identityOf).filter((node) => identityOf(node) === null);
}

/** Every node before its children. */
function topological(root: string, identityOf: IdentityOf): string[] {
  const seen = new Set<string>();
  const reversed: string[] = [];
  const visit = (node: string): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const child of childrenOf(identityOf(node)).toReversed()) visit(child);
    reversed.push(node);
  };
  visit(root);
  return reversed.reverse();
}

/**
 * Shares of the change of `root` between two states of its leaves. Null if a leaf has no state or
 * a node below is undefined: nothing above it is attributed.
 */
export function attribute(
  root: string,
  identityOf: IdentityOf,
  leafStates: (leaf: string) => LeafStates | null,
): Attribution | null {
  const order = topological(root, identityOf);
  const changes = new Map<string, NodeChange>();
  for (const node of order.toReversed()) {
    const change = changeAt(node, identityOf(node), leafStates, changes);
    if (change === null) return null;
    changes.set(node, change);
  }
  const weights = weightsFrom(root, order, identityOf, changes);
  const { before, after } = changes.get(root)!;
  const shares = order
    .filter((node) => identityOf(node) === null)
    .map((leaf) => {
      const change = changes.get(leaf)!;
      return { leaf, share: weights.get(leaf)! * (change.after - change.before) || 0 };
    });
  return { before, after, delta: after - before, shares };
}

function changeAt(
  node: string,
  identity: Identity | null,
  leafStates: (leaf: string) => LeafStates | null,
  changes: ReadonlyMap<string, NodeChange>,
): NodeChange | null {
  if (identity === null) {
    const states = leafStates(node);
    return states && { ...states, multipliers: [] };
  }
  const children = childrenOf(identity).map((child) => changes.get(child)!);
  return changeOf(
    identity,
    children.map((child) => child.before),
    children.map((child) => child.after),
  );
}

/** The sum over paths of the products of multipliers. */
function weightsFrom(
  root: string,
  order: readonly string[],
  identityOf: IdentityOf,
  changes: ReadonlyMap<string, NodeChange>,
): Map<string, number> {
  const weights = new Map<string, number>([[root, 1]]);
  for (const node of order) {
    const weight = weights.get(node)!;
    childrenOf(identityOf(node)).forEach((child, i) => {
      const m = changes.get(node)!.multipliers[i]!;
      weights.set(child, (weights.get(child) ?? 0) + weight * m);
    });
  }
  return weights;
}

/** A node's direct children and their exact shares, in the node's own unit; null if undefined. */
export function childShares(
  identity: Identity,
  childStates: (child: string) => LeafStates | null,
): Attribution | null {
  return attribute('', (node) => (node === '' ? identity : null), childStates);
}
