/** Nodes that no way down from the root leads to: they count, and no board draws them. */
import type { CompiledTree } from '@sapwood/core/tree';

export function unreachedNodes({ root, nodes }: CompiledTree): readonly string[] {
  const reached = new Set([root]);
  // A Set that grows while it is walked is walked to its end.
  for (const id of reached) {
    const node = nodes.find((one) => one.id === id);
    for (const child of [...(node?.children ?? []), ...(node?.influences ?? [])]) {
      reached.add(child);
    }
  }
  return nodes.map(({ id }) => id).filter((id) => !reached.has(id));
}
