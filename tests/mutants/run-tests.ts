/** Runs chosen tests with vitest in a process of its own, and reads what became of each. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, type TestChoice } from './mutant.ts';

const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const HOOK = pathToFileURL(join(import.meta.dirname, 'hook.ts')).href;
/** A mutant may make a test wait for ever: that is a kill too, but not a long one. */
const TEST_MS_MAX = 30_000;
const RUN_MS_MAX = 240_000;
/** Without a mutant all that is named runs, one after another. */
const GREEN_MS_MAX = 1_800_000;

export interface TestResult {
  readonly passed: number;
  /** Titles of tests that failed: an assertion or a time-out. */
  readonly failed: readonly string[];
  /** Files that could not be loaded: they judge nothing. */
  readonly broken: readonly string[];
  /** Choices that no test answers to. */
  readonly unmatched: readonly string[];
  /** Did some process really load the mutant? */
  readonly loaded: boolean;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

function environment(mutant: string | null, note: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (mutant === null) return env;
  env['SAPWOOD_MUTANT'] = mutant;
  env['SAPWOOD_MUTANT_NOTE'] = note;
  env['NODE_OPTIONS'] = `${env['NODE_OPTIONS'] ?? ''} --import=${HOOK}`;
  return env;
}

function vitest(args: readonly string[], env: NodeJS.ProcessEnv, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [VITEST, 'run', ...args], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'ignore', process.env['SAPWOOD_MUTANT_DEBUG'] ? 'inherit' : 'ignore'],
      timeout,
    });
    child.on('close', () => resolve());
  });
}

/** Names of tests cannot be chosen per file: one pattern for all, and a look at what it chose. */
export async function runTests(
  choices: readonly TestChoice[],
  folder: string,
  mutant: string | null,
): Promise<TestResult> {
  const file = join(folder, 'report.json');
  const note = join(folder, 'note');
  for (const old of [file, note]) rmSync(old, { force: true });
  const files = [...new Set(choices.map((choice) => choice.file))];
  const patterns = choices.map(({ only }) => only ?? '');
  const pattern = patterns.includes('') ? [] : ['-t', [...new Set(patterns)].join('|')];
  const bail =
    mutant === null
      ? [`--testTimeout=${RUN_MS_MAX}`]
      : ['--bail=1', `--testTimeout=${TEST_MS_MAX}`];
  const report = ['--reporter=json', `--outputFile.json=${file}`];
  const args = [...files, ...pattern, ...bail, ...report];
  await vitest(args, environment(mutant, note), mutant === null ? GREEN_MS_MAX : RUN_MS_MAX);
  const { testResults } = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Report)
    : { testResults: [] };
  return { ...tally(testResults, choices), loaded: existsSync(note) };
}

function tally(
  files: Report['testResults'],
  choices: readonly TestChoice[],
): Omit<TestResult, 'loaded'> {
  const all = files.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, name })),
  );
  const ran = all.filter(({ status }) => status === 'passed' || status === 'failed');
  const matches = ({ file, only }: TestChoice): boolean =>
    ran.some(({ name, fullName }) => name.endsWith(file) && new RegExp(only ?? '').test(fullName));
  return {
    passed: ran.filter(({ status }) => status === 'passed').length,
    failed: ran.filter(({ status }) => status === 'failed').map(({ title }) => title),
    broken: files
      .filter(
        (one) =>
          one.status === 'failed' && !one.assertionResults.some((t) => t.status === 'failed'),
      )
      .map(({ name }) => name),
    unmatched: choices.filter((choice) => !matches(choice)).map((c) => `${c.only} in ${c.file}`),
  };
}
