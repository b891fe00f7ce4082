/** What no way down from the root leads to: it counts, and no board draws it. */
import type { CompiledTree, TreeNode } from '@sapwood/core/tree';

export interface Unreached {
  readonly id: string;
  /** Nodes that are not drawn for that reason alone. */
  readonly below: readonly string[];
}

/** Those that nothing at all leads to: a file names each of these, and what is below them comes with them. */
export function unreachedNodes({ root, nodes }: CompiledTree): readonly Unreached[] {
  const below = (id: string): ReadonlySet<string> => {
    const found = new Set([id]);
    // A Set that grows while it is walked is walked to its end.
    for (const one of found) for (const next of partsOf(nodes, one)) found.add(next);
    return found;
  };
  const drawn = below(root);
  const rest = nodes.map(({ id }) => id).filter((id) => !drawn.has(id));
  return rest
    .filter((id) => !rest.some((other) => partsOf(nodes, other).includes(id)))
    .map((id) => ({ id, below: [...below(id)].filter((one) => one !== id && !drawn.has(one)) }));
}

function partsOf(nodes: readonly TreeNode[], id: string): readonly string[] {
  const node = nodes.find((one) => one.id === id);
  return [...(node?.children ?? []), ...(node?.influences ?? [])];
}
