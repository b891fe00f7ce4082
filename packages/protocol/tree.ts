/** The metric tree as a client sees it: the visible part, parents re-attached (PROTOCOL.md 5). */
import type { Audience, CompiledTree, Lens, Segment, TreeNode } from '@sapwood/core/tree';

export interface WireNode {
  readonly id: string;
  readonly label: string;
  readonly shortLabel: string | null;
  /** Visible children in file order. */
  readonly children: readonly string[];
  /** Visible ones that it is not made of, drawn dashed: parts of another view, hypotheses. */
  readonly influences: readonly string[];
  readonly by: readonly string[];
  /** By several dimensions at once: `channel,priority`, names in order. */
  readonly crosses?: readonly string[];
  /** What it is told by and nothing counts: such rows are unknown. */
  readonly uncounted?: readonly string[];
  /** Values of a dimension with a target or an owner of their own. */
  readonly segments?: readonly Segment[];
  readonly target: TreeNode['target'];
  readonly benchmark?: TreeNode['benchmark'];
  /** Visible metrics at whose expense it may not get better. */
  readonly beside?: readonly string[];
  /** Other exact views of it, of visible metrics. */
  readonly lenses?: readonly Lens[];
  /** Why nothing computes it: it is unknown until something does. */
  readonly missing?: string;
  /** It has no number of its own, and shows its nodes below by this dimension. */
  readonly viewBy?: string;
  /** What it would mean: pages carry the sheets of what is computed alone. */
  readonly prose?: string;
  readonly audience: Audience;
  readonly owner: string;
}

export interface WireTree {
  readonly id: string;
  /** `<topology>.<offset>` of the tree record: a cursor names the tree it was shown under. */
  readonly version: string;
  /** One root, or the topmost visible nodes where the root is hidden. */
  readonly roots: readonly string[];
  readonly nodes: readonly WireNode[];
}

const RANK: Readonly<Record<Audience, number>> = { floor: 0, lead: 1, finance: 2 };

/** `finance` sees what leads see, leads what the floor sees. */
export function maySee(viewer: Audience, needed: Audience): boolean {
  return RANK[viewer] >= RANK[needed];
}

/** The narrower of two audiences. */
export function narrower(a: Audience, b: Audience): Audience {
  return RANK[a] <= RANK[b] ? a : b;
}

/** What most nodes do not have is left out. */
function extrasOf(node: TreeNode): Partial<WireNode> {
  const { crosses, uncounted, segments, benchmark } = node;
  return {
    ...(crosses ? { crosses } : {}),
    ...(uncounted ? { uncounted } : {}),
    ...(segments ? { segments } : {}),
    ...(benchmark ? { benchmark } : {}),
  };
}

/**
 * The tree for one audience. A node under a hidden one moves to its next visible ancestor; with
 * none left it becomes a root. A node reached twice stays under its first parent.
 */
export function visibleTree(tree: CompiledTree, version: string, viewer: Audience): WireTree {
  const nodes = new Map(tree.nodes.map((node) => [node.id, node]));
  const shown = (id: string): boolean => {
    const node = nodes.get(id);
    return node !== undefined && maySee(viewer, node.audience);
  };
  const placed = new Set<string>();
  const out: WireNode[] = [];
  /** Visible nodes at or directly below `ids`, hidden ones replaced by what they hide. */
  const lift = (ids: readonly string[], seen: ReadonlySet<string>): string[] =>
    ids.flatMap((id) => {
      if (seen.has(id) || !nodes.has(id)) return [];
      if (shown(id)) return [id];
      const below = new Set(seen).add(id);
      return lift([...nodes.get(id)!.children, ...nodes.get(id)!.influences], below);
    });
  const take = (ids: readonly string[]): string[] => {
    const fresh = lift(ids, new Set()).filter((id) => !placed.has(id));
    const unique = [...new Set(fresh)];
    for (const id of unique) placed.add(id);
    return unique;
  };
  const visit = (id: string): void => {
    const node = nodes.get(id)!;
    const children = take(node.children);
    const influences = take(node.influences);
    out.push({
      id,
      label: node.label,
      shortLabel: node.shortLabel,
      children,
      influences,
      by: node.by,
      ...extrasOf(node),
      target: node.target,
      audience: node.audience,
      owner: node.owner,
    });
    for (const child of [...children, ...influences]) visit(child);
  };
  const roots = take([tree.root]);
  for (const root of roots) visit(root);
  // What no edge reaches (a node kept for its alerts) still belongs to the document.
  for (const node of tree.nodes) {
    if (shown(node.id) && !placed.has(node.id)) {
      placed.add(node.id);
      visit(node.id);
    }
  }
  return { id: tree.id, version, roots, nodes: out };
}
