/** A tree as a picture that other tools draw: Mermaid or Graphviz text. */
import { childrenOf, type KnownMetrics } from './evaluate.ts';
import type { CompiledTree, TreeNode } from './tree.ts';
import { edgeText, targetText } from './written.ts';

export const GRAPH_FORMATS = ['mermaid', 'dot'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Exact, a hypothesis, or another exact view. */
  readonly kind: 'identity' | 'influence' | 'lens';
}

/** `isUnknown`: nothing computes the metric; drawn faint. */
export function graphOf(
  tree: CompiledTree,
  format: GraphFormat,
  metrics: KnownMetrics,
  isUnknown: (id: string) => boolean,
): string {
  const draw = format === 'mermaid' ? mermaid : dot;
  return draw(tree, edgesOf(tree, metrics), (node) => linesOf(node, metrics), isUnknown);
}

type Lines = (node: TreeNode) => readonly string[];
type Draw = (
  tree: CompiledTree,
  edges: readonly Edge[],
  lines: Lines,
  isUnknown: (id: string) => boolean,
) => string;

function linesOf(node: TreeNode, metrics: KnownMetrics): readonly string[] {
  const unit = metrics(node.id)?.unit ?? 'count';
  const target = node.target ?? node.benchmark;
  const own = (node.segments ?? []).flatMap(({ value, target: to }) =>
    to ? [`${value} ${targetText(to, unit)}`] : [],
  );
  return [node.label, ...(target ? [targetText(target, unit)] : []), ...own, node.owner];
}

function edgesOf({ nodes, edges = [] }: CompiledTree, metrics: KnownMetrics): Edge[] {
  const exact = nodes.flatMap(({ id, children, identity, lenses = [] }) => [
    ...children.map((child): Edge => {
      return { from: id, to: child, text: signOf(identity, child), kind: 'identity' };
    }),
    ...lenses.flatMap((lens) =>
      'identity' in lens
        ? childrenOf(lens.identity).map((part): Edge => {
            return { from: id, to: part, text: lens.name, kind: 'lens' };
          })
        : [],
    ),
  ]);
  const influences = edges.map((edge): Edge => {
    return { from: edge.onto, to: edge.from, text: edgeText(edge), kind: 'influence' };
  });
  return [...exact, ...nodes.flatMap(({ id }) => shownBy(id, metrics)), ...influences];
}

/** What a view shows. */
function shownBy(id: string, metrics: KnownMetrics): Edge[] {
  const { metrics: shown = [], by } = metrics(id)?.viewOf ?? {};
  return shown.map((to) => ({ from: id, to, text: `by ${by}`, kind: 'lens' }));
}

function signOf(identity: TreeNode['identity'], child: string): string {
  if (identity?.op === 'ratio') return identity.num === child ? 'over' : 'under';
  if (identity?.op === 'product') return '×';
  return identity?.parts.find(({ node }) => node === child)?.sign === -1 ? '−' : '+';
}

const MERMAID_ARROWS = { identity: '-->', influence: '-.->', lens: '==>' } as const;

const mermaid: Draw = ({ nodes }, edges, lines, isUnknown) => {
  // Mermaid reads quotes, and markup, in what it shows.
  const text = (word: string): string =>
    word.replace(/[&"<>#;]/g, (one) => `#${one.charCodeAt(0)};`);
  const boxes = nodes.map((node) => `  ${node.id}["${lines(node).map(text).join('<br>')}"]`);
  const arrows = edges.map(
    ({ from, to, text: label, kind }) =>
      `  ${from} ${MERMAID_ARROWS[kind]}|"${text(label)}"| ${to}`,
  );
  const faint = nodes.filter(({ id }) => isUnknown(id)).map(({ id }) => id);
  const style = [
    '  classDef unknown stroke-dasharray: 4 4,color:#777',
    `  class ${faint.join(',')} unknown`,
  ];
  const parts = ['flowchart LR', ...boxes, ...arrows, ...(faint.length > 0 ? style : [])];
  return `${parts.join('\n')}\n`;
};

const DOT_STYLES = { identity: 'solid', influence: 'dashed', lens: 'bold' } as const;

const dot: Draw = ({ id: name, nodes }, edges, lines, isUnknown) => {
  const quote = (word: string): string => `"${word.replace(/[\\"]/g, (one) => `\\${one}`)}"`;
  const label = (node: TreeNode): string =>
    lines(node)
      .map((line) => quote(line).slice(1, -1))
      .join('\\n');
  const boxes = nodes.map((node) => {
    const style = isUnknown(node.id) ? ', style=dashed, fontcolor=gray' : '';
    return `  ${quote(node.id)} [label="${label(node)}"${style}];`;
  });
  const arrows = edges.map(
    ({ from, to, text, kind }) =>
      `  ${quote(from)} -> ${quote(to)} [label=${quote(text)}, style=${DOT_STYLES[kind]}];`,
  );
  const head = [`digraph ${quote(name)} {`, '  rankdir=LR;', '  node [shape=box];'];
  return `${[...head, ...boxes, ...arrows, '}'].join('\n')}\n`;
};
