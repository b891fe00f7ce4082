/** What holds of a tree as a whole: units of identities agree, there is no cycle, it is not too deep. */
import type { NamedMetric } from '../metrics/sheet.ts';
import { tellView } from './compile-views.ts';
import { childrenOf, type KnownMetrics } from './evaluate.ts';
import type { DocumentPath, Problems } from './problems.ts';
import type { Identity, TreeNode } from './tree.ts';

const DEPTH_MAX = 12;
type Nodes = ReadonlyMap<string, TreeNode>;

/** The units of an identity's two sides must agree. */
export function checkIdentities(nodes: Nodes, metrics: KnownMetrics, problems: Problems): void {
  for (const node of nodes.values()) {
    const path: DocumentPath = ['nodes', node.id];
    if (node.identity) check(node.id, node.identity, [...path, 'identity']);
    for (const lens of node.lenses ?? []) {
      if ('identity' in lens) check(node.id, lens.identity, [...path, 'lenses', lens.name]);
    }
  }
  function check(id: string, identity: Identity, path: DocumentPath): void {
    const children = childrenOf(identity);
    if (!children.every((child) => nodes.has(child))) return;
    const view = children.find((child) => metrics(child)!.viewOf);
    if (view !== undefined) {
      tellView(view, path, problems);
      return;
    }
    const unit = metrics(id)!.unit;
    const units = children.map((child) => metrics(child)!.unit);
    if (unitsAgree(identity.op, unit, units)) return;
    problems.add(path, `the units do not agree: ${unit} is not made of ${units.join(', ')}`);
  }
}

type AnyUnit = NamedMetric['unit'];

function unitsAgree(op: Identity['op'], unit: AnyUnit, units: readonly AnyUnit[]): boolean {
  if (op === 'sum') return units.every((other) => other === unit);
  if (op === 'ratio') {
    return unit === 'ppm' ? units[0] === units[1] : units[0] === unit && units[1] === 'count';
  }
  const others = units.filter((other) => other !== 'count').sort();
  if (unit === 'micro' && others.join() === 'micro/h,ms') return true;
  return others.length === 0 ? unit === 'count' : others.length === 1 && others[0] === unit;
}

/** Depth first from the root, then what stands alone, in file order. Refuses cycles and depth. */
export function inTreeOrder(root: string, nodes: Nodes, problems: Problems): string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    if (trail.includes(id)) {
      const cycle = [...trail.slice(trail.indexOf(id)), id].join(' -> ');
      problems.add(['nodes', id], `a cycle: ${cycle}`);
      return;
    }
    const node = nodes.get(id);
    if (node === undefined || done.has(id)) return;
    if (trail.length >= DEPTH_MAX) {
      problems.add(['nodes', id], `deeper than ${DEPTH_MAX} levels`);
      return;
    }
    done.add(id);
    order.push(id);
    for (const next of [...node.children, ...node.influences]) visit(next, [...trail, id]);
  };
  for (const id of [root, ...nodes.keys()]) visit(id, []);
  return order;
}
