/** The books of the embedded engine: its file, and what the command line says of it. */
import { withEngine } from '../support/journal.ts';
import { runCli } from '../support/process.ts';
import type { Books, Counts, Stored, Verified } from './books.ts';
import { readJournal } from './read-journal.ts';
import { type JudgeOptions, judgeBooks, type Verdict } from './verdict.ts';

/** The oracle is slow on purpose, and a long log is long. */
const VERIFY_MS = 30 * 60_000;

async function counts(data: string): Promise<Counts> {
  const { stdout, stderr, code } = await runCli(['counts', '--data', data, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Counts;
}

async function verify(data: string): Promise<Verified> {
  const args = ['verify', '--data', data, '--json'];
  const { stdout, stderr, code } = await runCli(args, {}, VERIFY_MS);
  const cells = code === 0 || code === 4 ? (JSON.parse(stdout) as { cells: number }).cells : 0;
  return { cells, problems: code === 0 ? [] : [stderr.trim(), stdout.slice(0, 2_000)] };
}

const booksOf = (data: string, stored: Stored): Books => ({
  stored,
  isAtLeastOnce: false,
  counts: () => counts(data),
  verify: () => verify(data),
});

/** Holds everything in a data folder against everything; the process must have ended. */
export const judge = (
  data: string,
  journalFile: string,
  options: JudgeOptions = {},
): Promise<Verdict> =>
  withEngine(data, (engine) =>
    judgeBooks(booksOf(data, engine), readJournal(journalFile), options),
  );
