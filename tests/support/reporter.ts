/** Writes what `run.mjs` tells at the end. Vitest's own JSON leaves out why a hook failed. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

interface Failure {
  readonly name: string;
  /** First line of what was said. */
  readonly reason: string;
}

interface FileReport {
  readonly name: string;
  readonly seconds: number;
  readonly passed: number;
  /** Tests, and each hook or file that broke before its tests could run. */
  readonly failed: readonly Failure[];
  readonly skipped: readonly string[];
}

const REASON_MAX = 400;

interface Said {
  readonly message?: string;
}

function firstLine(error: Said | undefined): string {
  const lines = (error?.message ?? '').split('\n').map((line) => line.trim());
  return (lines.find((line) => line !== '') ?? 'no reason given').slice(0, REASON_MAX);
}

function fileReport(module: TestModule): FileReport {
  const name = relative(process.cwd(), module.moduleId);
  const failure = (title: string, error: Said | undefined): Failure => ({
    name: `${name}: ${title}`,
    reason: firstLine(error),
  });
  const failures = (title: string, errors: readonly Said[]): Failure[] =>
    errors.map((error) => failure(title, error));
  const tests = [...module.children.allTests()];
  const suites: TestSuite[] = [...module.children.allSuites()];
  const failed = tests.filter((test) => test.result().state === 'failed');
  return {
    name,
    seconds: module.diagnostic().duration / 1_000,
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: [
      ...failures('the file itself', module.errors()),
      ...suites.flatMap((suite) => failures(suite.fullName, suite.errors())),
      // One each, even if nothing was said: a failure without an error is none the less one.
      ...failed.map((test) => failure(test.fullName, test.result().errors?.[0])),
    ],
    skipped: tests
      .filter((test) => ['skipped', 'pending'].includes(test.result().state))
      .map((test) => test.fullName),
  };
}

/** The path of the report comes in SAPWOOD_TEST_REPORT. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env['SAPWOOD_TEST_REPORT'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(modules.map(fileReport)));
  }
}
