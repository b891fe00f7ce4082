/** `sapwood tree check`, `diff` and `graph`: a tree file before it steers anything. */
import { metricSheet, missingOf } from '@sapwood/core/sheets';
import type { CompiledTree } from '@sapwood/core/tree';
import { diffTrees, type TreeChange } from '@sapwood/core/tree-diff';
import { GRAPH_FORMATS, graphOf } from '@sapwood/core/tree-graph';
import { type ReadTree, readTrees, treeSchemaText } from '@sapwood/service-kit/config';
import { UserError } from '../exit.ts';
import { readText } from '../read-text.ts';
import { meaningOf } from '../tree/meaning.ts';
import { notesOf } from '../tree/notes.ts';
import { print } from './shared.ts';

export interface CheckOptions {
  readonly currency?: string;
}

/** Every tree of a file. Throws `UserError` with all of its mistakes. */
function treesOf(file: string, currency?: string): readonly ReadTree[] {
  const read = readTrees(file, readText(file), { currency: currency ?? null });
  if ('trees' in read) return read.trees;
  const { errors } = read;
  const count = errors.length === 1 ? '1 mistake' : `${errors.length} mistakes`;
  throw new UserError(`${errors.join('\n')}\n${file}: ${count}.`);
}

export function check(file: string, { currency }: CheckOptions): void {
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency)) {
    throw new UserError(`"${currency}" is no currency: expected a code such as GBP.`);
  }
  for (const read of treesOf(file, currency)) {
    const { id, nodes } = read.tree;
    console.error(`${file}: tree "${id}", ${nodes.length} nodes, no mistakes found.`);
    for (const note of notesOf(file, read)) console.log(note);
  }
}

export interface DiffOptions {
  readonly json?: boolean;
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** Trees of the same name are compared; of two files with one tree each, those two. */
export function diff(oldFile: string, newFile: string, { json }: DiffOptions): void {
  const [before, after] = [oldFile, newFile].map((file) =>
    treesOf(file).map(({ tree }) => tree),
  ) as [CompiledTree[], CompiledTree[]];
  const pairs = pairsOf(before, after);
  const found = pairs.flatMap(([was, is]) => {
    const changes = diffTrees(was, is, metricSheet);
    return changes.length === 0
      ? []
      : [{ tree: is.id, changes, means: meaningOf(was, is, changes) }];
  });
  const [came, went] = [without(after, before), without(before, after)];
  if (json) {
    const only = pairs.length > 0 && before.length === 1 && after.length === 1;
    print({ trees: found, added: only ? [] : came, removed: only ? [] : went }, true);
    return;
  }
  if (before.length > 1 || after.length > 1) {
    for (const id of came) console.log(`+ tree ${id}`);
    for (const id of went) console.log(`- tree ${id}`);
  }
  for (const { tree, changes, means } of found) {
    console.log(`tree ${tree}`);
    for (const change of changes) console.log(`  ${lineOf(change)}`);
    console.log('  for keys and history:');
    for (const line of means) console.log(`    ${line}`);
  }
  if (found.length === 0) console.error('The trees say the same.');
}

function pairsOf(
  before: readonly CompiledTree[],
  after: readonly CompiledTree[],
): readonly (readonly [CompiledTree, CompiledTree])[] {
  if (before.length === 1 && after.length === 1) return [[before[0]!, after[0]!]];
  return after.flatMap((is) => {
    const was = before.find(({ id }) => id === is.id);
    return was ? [[was, is] as const] : [];
  });
}

const without = (trees: readonly CompiledTree[], others: readonly CompiledTree[]): string[] =>
  trees.map(({ id }) => id).filter((id) => !others.some((other) => other.id === id));

function lineOf({ kind, of, about, before, after }: TreeChange): string {
  const what = `${SIGNS[kind]} ${of} ${about}`;
  if (kind === 'changed') return `${what}: ${before} -> ${after}`;
  const says = kind === 'added' ? after : before;
  return says === 'yes' ? what : `${what}: ${says}`;
}

export interface GraphOptions {
  readonly format: string;
}

export function graph(file: string, { format }: GraphOptions): void {
  const known = GRAPH_FORMATS.find((one) => one === format);
  if (known === undefined) {
    throw new UserError(`There is no format "${format}"; there are ${GRAPH_FORMATS.join(', ')}.`);
  }
  for (const { tree } of treesOf(file)) {
    process.stdout.write(graphOf(tree, known, metricSheet, (id) => missingOf(id) !== null));
  }
}

/** What editors complete and check a tree file by. */
export function schema(): void {
  process.stdout.write(`${treeSchemaText()}`);
}
