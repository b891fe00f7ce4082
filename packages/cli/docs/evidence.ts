/** Where a metric is tested, and where it is worked out a second time: files that name its id. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Evidence {
  /** null: none names it. */
  readonly test: string | null;
  readonly oracle: string | null;
}

/** Those that show the number before those that only carry it. */
const TESTS: readonly string[] = [
  'packages/core/{conversation,cost,fold,metrics,panes}/**/*.test.ts',
  'packages/oracle/**/*.test.ts',
  'packages/cli/verify/*.test.ts',
  '{packages,services,tests}/**/*.test.ts',
];
const ORACLE = 'packages/oracle/*.ts';
const isLinked = (name: string): boolean => name.includes('node_modules');
/** Tests about trees, pages and definitions name ids of which they say nothing. */
const SAYS_NOTHING =
  /^packages\/(core\/tree|service-kit|protocol|cli\/(commands|tree))\/|^services\/wallboard\/|^tests\/(tidy|mutants)\//;

interface File {
  readonly path: string;
  readonly text: string;
}

export function evidenceIn(root: string): (id: string) => Evidence {
  const tests = TESTS.map((pattern) =>
    filesOf(root, pattern).filter(({ path }) => !SAYS_NOTHING.test(path)),
  );
  const oracle = filesOf(root, ORACLE).filter(({ path }) => !/\.(test|fixture)\.ts$/.test(path));
  return (id) => {
    // In quotes, as the key of an object, or with its number left open.
    const open = id.replace(/\d+/, String.raw`(?:\d+|\$\{\w+\})`);
    const named = new RegExp(`['"\`]${open}['"\`{]|^\\s+${id}: `, 'm');
    const first = (files: readonly File[]): string | null =>
      files.find(({ text }) => named.test(text))?.path ?? null;
    return { test: tests.map(first).find((path) => path !== null) ?? null, oracle: first(oracle) };
  };
}

function filesOf(root: string, pattern: string): File[] {
  return globSync(pattern, { cwd: root, exclude: isLinked })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
