/** Loads a repository, or a small one made of fixtures, for the rules to judge. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './rules.ts';
import { readSource } from './source.ts';

const IGNORED = /(^|\/)(node_modules|dist|fixtures)(\/|$)/;

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
}

/** Fixtures end in `.txt`, so that neither the compiler nor the linter takes them for code. */
export function loadWorld(root: string, suffix = ''): World {
  const list = (pattern: string): string[] =>
    globSync(pattern, { cwd: root, exclude: (name) => IGNORED.test(name) })
      .map((path) => path.replaceAll('\\', '/'))
      .sort();
  const code = [
    `{packages,services,tests}/**/*.ts${suffix}`,
    `{packages,services}/**/*.tsx${suffix}`,
  ];
  const sources = code.flatMap(list).map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return readSource(path.slice(0, path.length - suffix.length), text);
  });
  const packages = list('{packages,services}/*/package.json').map((path) => {
    const { name, exports = {} } = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
    const folder = path.slice(0, -'/package.json'.length);
    return [name, { folder, exports: Object.keys(exports) }] as const;
  });
  return { sources, packages: new Map(packages) };
}
