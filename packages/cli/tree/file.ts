/** Tree files on this machine. */
import { readFileSync } from 'node:fs';
import type { CompiledTree } from '@sapwood/core/tree';
import { readTreeFile, splitTreeName } from '@sapwood/service-kit/config';
import { UserError } from '../exit.ts';
import { readText } from '../read-text.ts';

/** Text of a file; null if it cannot be read. */
export function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The tree that `/etc/trees.yaml#cost` names. Throws `UserError` with all mistakes of its file. */
export function treeFrom(reference: string, currency: string): CompiledTree {
  const { file, wanted } = splitTreeName(reference);
  const read = readTreeFile(file, readText(file), { currency }, wanted);
  if ('tree' in read) return read.tree;
  throw new UserError(read.errors.join('\n'));
}
