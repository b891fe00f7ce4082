/** Reads a tree file: YAML with places, compiled with all errors at once. */
import { metricDefinition } from '@sapwood/core/catalogue';
import { compileTree } from '@sapwood/core/compile';
import type { CompiledTree } from '@sapwood/core/tree';
import { parseYamlFile } from './yaml-file.ts';

export type TreeFileResult =
  | { readonly tree: CompiledTree }
  | { readonly errors: readonly string[] };

/** Errors read `tree.yaml:4:7 nodes.csat.target: …`. */
export function readTreeFile(name: string, text: string, currency: string): TreeFileResult {
  const file = parseYamlFile(name, text);
  if (file.errors.length > 0) return { errors: file.errors };
  const compiled = compileTree(file.value, metricDefinition, {
    currency,
    locate: (path) => file.locate(path, isKeyPath(path)),
  });
  if ('tree' in compiled) return compiled;
  const errors = compiled.errors.map(
    (error) => `${name}:${error.at} ${error.path.join('.') || '(top)'}: ${error.message}`,
  );
  return { errors };
}

/** A node, or a key under it: the key is what the message is about. */
function isKeyPath(path: readonly (string | number)[]): boolean {
  return path.length < 3;
}
