/** Reads tree files: YAML with places, one tree or several parted by `---`, all errors at once. */

import { type CompileOptions, compileTree } from '@sapwood/core/compile';
import { metricSheet } from '@sapwood/core/sheets';
import { didYouMean } from '@sapwood/core/suggest';
import type { CompiledTree } from '@sapwood/core/tree';
import { parseYamlStream, type YamlFile } from './yaml-file.ts';

/** What the workspace says that a tree has to fit. */
type Fit = Omit<CompileOptions, 'locate'>;
type Errors = { readonly errors: readonly string[] };
export interface ReadTree {
  readonly tree: CompiledTree;
  /** `line:column` where a node is written first; of one that only another names, of that. */
  readonly placeOf: (id: string) => string;
}
export type TreesResult = { readonly trees: readonly ReadTree[] } | Errors;
export type TreeFileResult = { readonly tree: CompiledTree } | Errors;

/** `file.yaml#retention` names one of several trees. */
export function splitTreeName(reference: string): {
  readonly file: string;
  readonly wanted: string | null;
} {
  const hash = reference.lastIndexOf('#');
  if (hash < 1) return { file: reference, wanted: null };
  return { file: reference.slice(0, hash), wanted: reference.slice(hash + 1) };
}

/**
 * Every tree of a file. Errors read `tree.yaml:4:7 nodes.csat.target: …`, in the order of the file. Without a
 * currency money may be written in any.
 */
export function readTrees(name: string, text: string, fit: Fit = {}): TreesResult {
  const files = parseYamlStream(name, text);
  if (files.length === 0)
    return { errors: [`${name}:1:1 the file is empty: no "tree" stands in it`] };
  const trees: ReadTree[] = [];
  const errors: string[] = [];
  for (const file of files) {
    const read = readOne(file, fit);
    if ('errors' in read) errors.push(...read.errors);
    else if (trees.some(({ tree }) => tree.id === read.tree.id)) {
      errors.push(
        `${name}:${file.locate(['tree'])} tree: another tree here is "${read.tree.id}" too`,
      );
    } else trees.push({ tree: read.tree, placeOf: (id) => placeIn(file, read.tree, id) });
  }
  return errors.length > 0 ? { errors } : { trees };
}

/** The one tree that a workspace is steered by: the only one of its file, or the one that is named. */
export function readTreeFile(
  name: string,
  text: string,
  fit: Fit,
  wanted: string | null = null,
): TreeFileResult {
  const read = readTrees(name, text, fit);
  if ('errors' in read) return read;
  const trees = read.trees.map(({ tree }) => tree);
  const ids = trees.map(({ id }) => id);
  if (wanted === null && ids.length > 1) {
    return {
      errors: [`${name}:1:1 has the trees ${ids.join(', ')}: name one, as in "${name}#${ids[0]}"`],
    };
  }
  const tree = wanted === null ? trees[0] : trees.find(({ id }) => id === wanted);
  if (tree !== undefined) return { tree };
  const hint = didYouMean(wanted ?? '', ids);
  return { errors: [`${name}:1:1 has no tree "${wanted}", but ${ids.join(', ')}${hint}`] };
}

function readOne(file: YamlFile, fit: Fit): TreeFileResult {
  if (file.errors.length > 0) return { errors: file.errors };
  const compiled = compileTree(file.value, metricSheet, {
    ...fit,
    locate: (path, ofKey) => file.locate(path, ofKey || isKeyPath(path)),
  });
  if ('tree' in compiled) return compiled;
  const errors = compiled.errors.toSorted(
    (a, b) => placeOrder(a.at ?? '') - placeOrder(b.at ?? ''),
  );
  return {
    errors: errors.map(
      ({ at, path, message }) => `${file.name}:${at} ${path.join('.') || '(top)'}: ${message}`,
    ),
  };
}

function placeIn(file: YamlFile, tree: CompiledTree, id: string): string {
  const { nodes, influence } = file.value as Readonly<Record<string, object | undefined>>;
  const from = Object.entries(influence ?? {}).find(([, edges]) => Object.hasOwn(edges, id));
  if (Object.hasOwn(nodes ?? {}, id)) return file.locate(['nodes', id], true);
  if (Object.hasOwn(influence ?? {}, id)) return file.locate(['influence', id], true);
  if (from) return file.locate(['influence', from[0], id], true);
  const above = tree.nodes.find((one) => [...one.children, ...one.influences].includes(id));
  return above ? placeIn(file, tree, above.id) : file.locate(['root']);
}

/** A node, or a key under it: the key is what the message is about. */
function isKeyPath(path: readonly (string | number)[]): boolean {
  return path.length < 3;
}

const COLUMNS_MAX = 1_000_000;
function placeOrder(at: string): number {
  const [line = 0, column = 0] = at.split(':').map(Number);
  return line * COLUMNS_MAX + column;
}
