/** What of a tree will have no value, and why: metrics and rows that are known and not computed yet. */
import { missingOf } from '@sapwood/core/sheets';
import type { CompiledTree } from '@sapwood/core/tree';

export interface Unknown {
  readonly node: string;
  readonly what: string;
  readonly why: string;
}

export function unknownNodes({ nodes }: CompiledTree): readonly Unknown[] {
  return nodes.flatMap(({ id, uncounted = [] }): Unknown[] => {
    const why = missingOf(id);
    if (why !== null) return [{ node: id, what: id, why }];
    return uncounted.map((dimension) => ({
      node: id,
      what: `${id} by ${dimension}`,
      why: `not counted by ${dimension} yet`,
    }));
  });
}
