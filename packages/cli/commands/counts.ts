/** `sapwood counts`: all-time numbers, for a comparison with a count of one's own. */

import type { FactFold } from '@sapwood/core/fold';
import { factsAsOf } from '../compose.ts';
import { chooseWorkspace, print, withStore } from './shared.ts';

export interface CountsOptions {
  readonly data: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export async function counts(options: CountsOptions): Promise<void> {
  await withStore(options.data, async ({ log }, clock) => {
    const { fold, off } = await factsAsOf(log, clock, 0).head();
    const facts = fold as FactFold;
    const id = chooseWorkspace(
      [...facts.workspaces()].map((w) => w.id),
      options.workspace,
    );
    const { totals, fates } = facts.totals(id)!;
    print(
      {
        workspace: id,
        facts: off,
        transitions: totals.transitions,
        firstReply: totals.firstReply,
        changes: totals.changes,
        fates,
      },
      options.json,
    );
  });
}
