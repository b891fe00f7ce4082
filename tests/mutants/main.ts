/**
 * `npm run mutants [-- id …]` (F37): each mutant has to be noticed by a test of `npm test`, and the
 * controls by none. First the named tests run as they are, then once for each mutant.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@sapwood/runtime/clock/system';
import { CATALOGUE, NOT_APPLICABLE } from './catalogue.ts';
import { type Mutant, mutated } from './mutant.ts';
import { runTests } from './run-tests.ts';

const clock = createSystemClock();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `B4` picks B4a to B4d, `B4c` itself. */
function choose(wanted: readonly string[]): readonly Mutant[] {
  if (wanted.length === 0) return CATALOGUE;
  const chosen = CATALOGUE.filter(({ id }) =>
    wanted.some(
      (name) => id === name || (id.startsWith(name) && /^[a-z]$/.test(id.slice(name.length))),
    ),
  );
  if (chosen.length === 0) throw new Error(`There is no mutant ${wanted.join(', ')}.`);
  return chosen;
}

/** Is everything green without a mutant? Else a kill would mean nothing. */
async function isGreen(mutants: readonly Mutant[], folder: string): Promise<boolean> {
  const choices = mutants.flatMap(({ tests }) => tests);
  // Where a file is chosen whole, all tests of its run are: the others are not to share it.
  const whole = choices.filter(({ only }) => only === undefined);
  const some = choices.filter(({ only }) => only !== undefined);
  let passed = 0;
  let wrong = 0;
  for (const together of [some, whole].filter((one) => one.length > 0)) {
    const result = await runTests(together, folder, null);
    for (const title of result.failed) say(`fails without any mutant: ${title}`);
    for (const file of result.broken) say(`does not load: ${file}`);
    for (const only of result.unmatched) say(`no test is chosen by: ${only}`);
    passed += result.passed;
    wrong += result.failed.length + result.broken.length + result.unmatched.length;
  }
  say(`${passed} tests pass without a mutant`);
  return wrong === 0;
}

async function judge(mutant: Mutant, folder: string): Promise<boolean> {
  const startMs = clock.monotonic();
  const { id, sentence, tests } = mutant;
  const result = await runTests(tests, folder, id);
  const seconds = ((clock.monotonic() - startMs) / 1_000).toFixed(1);
  const [first] = result.failed;
  if (!result.loaded || result.broken.length > 0) {
    say(`${id} broken: ${result.broken.join(', ') || 'no test loaded it'} (${sentence})`);
    return false;
  }
  const isControl = id.startsWith('C');
  const verdict = first === undefined ? 'survived' : `killed by ${first} in ${seconds} s`;
  say(`${id} ${verdict}${isControl && first === undefined ? ', as it must' : ''} | ${sentence}`);
  return isControl === (first === undefined);
}

async function main(wanted: readonly string[]): Promise<number> {
  const mutants = choose(wanted);
  // A mutant that no longer fits its file is found before anything runs.
  for (const mutant of mutants) mutated(mutant);
  const folder = mkdtempSync(join(tmpdir(), 'sapwood-mutants-'));
  try {
    if (!(await isGreen(mutants, folder))) return 1;
    let wrong = 0;
    for (const mutant of mutants) if (!(await judge(mutant, folder))) wrong += 1;
    for (const [id, why] of Object.entries(NOT_APPLICABLE)) say(`${id} not applicable: ${why}`);
    say(`${mutants.length - wrong} as they must be, ${wrong} not`);
    return wrong === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
