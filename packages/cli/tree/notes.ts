/** What is right in a tree file and yet may not be what was meant, each with its place. */
import { metricSheet, valuelessOf } from '@sapwood/core/sheets';
import type { CompiledTree, TreeNode } from '@sapwood/core/tree';
import { rowOfSegment } from '@sapwood/core/tree-segments';
import { USUAL } from '@sapwood/core/vocabulary';
import type { ReadTree } from '@sapwood/service-kit/config';
import { unknownNodes } from './unknown.ts';
import { unreachedNodes } from './unreached.ts';
import { wantsOf } from './wants.ts';

interface Note {
  readonly node: string;
  readonly words: string;
}

export function notesOf(file: string, { tree, placeOf }: ReadTree): readonly string[] {
  const notes = [...unknown(tree), ...tree.nodes.flatMap(unusual), ...undrawn(tree)];
  return [
    ...notes.map(({ node, words }) => `${file}:${placeOf(node)} note: ${words}`),
    ...wantsOf(tree, null).map(({ words, at }) => `${file} note: ${words} (${at} of sapwood.yaml)`),
  ];
}

function unknown(tree: CompiledTree): Note[] {
  const views = tree.nodes.filter(({ id }) => metricSheet(id)?.viewOf);
  return [
    ...unknownNodes(tree).map(({ node, what, why }) => ({
      node,
      words: `unknown ${what}: ${why}`,
    })),
    ...views.map(({ id }) => ({ node: id, words: `a view, ${id}: ${valuelessOf(id)}` })),
  ];
}

/** A tenant may call a priority or a channel otherwise than Pylon does. */
function unusual({ id, segments = [] }: TreeNode): Note[] {
  return segments.flatMap((segment): Note[] => {
    const usual = USUAL[segment.dimension];
    if (usual === undefined || [...usual, '__none__', '__other__'].includes(segment.value))
      return [];
    const row = rowOfSegment(id, segment);
    const words = `${row}: nothing counts there unless Pylon says "${segment.value}"; its own are ${usual.join(', ')}`;
    return [{ node: id, words }];
  });
}

function undrawn(tree: CompiledTree): Note[] {
  return unreachedNodes(tree).map(({ id, below }) => {
    const more = below.length === 0 ? '' : `, and so nothing to ${below.join(', ')}`;
    const help = 'name it in an identity or an influence to see it in the tree';
    return {
      node: id,
      words: `not drawn ${id}: nothing leads to it from ${tree.root}${more}; ${help}`,
    };
  });
}
