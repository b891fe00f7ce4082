/** How every scenario ends: faults stop, the load stops, everything settles, the books are closed. */
import type { RunningCli } from '../support/process.ts';
import type { Accountant } from './accountant.ts';
import { judge } from './embedded-books.ts';
import { quiet } from './quiet.ts';
import type { Outcome } from './scenario.ts';
import type { Site } from './site.ts';
import type { JudgeOptions } from './verdict.ts';

/** After the last fault: enough that the screen comes back and every path runs again. */
const AFTERWARDS_ACKED = 30;

export interface EndingOptions extends JudgeOptions {
  readonly site: Site;
  readonly accountant: Accountant;
  /** A process that nobody hurts any more. */
  readonly cli: RunningCli;
  /** Statuses a sender may have met; 0: no answer. */
  readonly allowed: readonly number[];
}

export async function ending(
  options: EndingOptions,
): Promise<Pick<Outcome, 'problems' | 'figures'>> {
  const { site, accountant, cli, allowed } = options;
  await cli.url();
  await accountant.acked(AFTERWARDS_ACKED);
  await accountant.pause();
  const quietMs = await quiet(site, accountant);
  const { statuses, sent, messages } = await accountant.finish();
  const { code, stderr } = await cli.stop();
  const verdict = await judge(site.data, site.journal, options);
  const odd = Object.entries(statuses).filter(([status]) => !allowed.includes(Number(status)));
  const problems = [...verdict.problems];
  if (code !== 0) problems.push(`the last stop ended with ${code}: ${stderr.slice(-500)}`);
  if (odd.length > 0) problems.push(`answers that may not be: ${JSON.stringify(odd)}`);
  const { acked, raw, facts, opened, alerts, cells } = verdict;
  return {
    problems,
    figures: {
      ...{ sent, acked, raw, facts, opened, alerts, cells, frames: messages },
      settled: `${quietMs} ms`,
      answers: JSON.stringify(statuses),
    },
  };
}
