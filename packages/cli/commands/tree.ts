/** `sapwood tree check`, `diff` and `graph`: a tree file before it steers anything. */
import { readFileSync } from 'node:fs';
import type { CompiledTree } from '@sapwood/core/tree';
import { readTrees } from '@sapwood/service-kit/config';
import { UserError } from '../exit.ts';
import { unknownNodes } from '../tree/unknown.ts';

export interface CheckOptions {
  readonly currency?: string;
  readonly json?: boolean;
}

/** Every tree of a file. Throws `UserError` with all of its mistakes. */
function treesOf(file: string, currency?: string): readonly CompiledTree[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const read = readTrees(file, text, currency);
  if ('trees' in read) return read.trees;
  const { errors } = read;
  const count = errors.length === 1 ? '1 mistake' : `${errors.length} mistakes`;
  throw new UserError(`${errors.join('\n')}\n${file}: ${count}.`);
}

export function check(file: string, { currency }: CheckOptions): void {
  for (const tree of treesOf(file, currency)) {
    console.error(`${file}: tree "${tree.id}", ${tree.nodes.length} nodes, no mistakes found.`);
    for (const { what, why } of unknownNodes(tree)) console.log(`unknown ${what}: ${why}`);
  }
}
