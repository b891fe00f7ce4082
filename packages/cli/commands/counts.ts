/** `sapwood counts`: all-time numbers, for a comparison with a count of one's own. */
import { foldOf, print, withEngine } from './shared.ts';

export interface CountsOptions {
  readonly data: string;
  /** A file that names Kafka and Redis: their log instead of the embedded one. */
  readonly config?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

export async function counts(options: CountsOptions): Promise<void> {
  await withEngine(options, async (partitions, clock) => {
    const { fold, off, id } = await foldOf(partitions, clock, null, options.workspace);
    const { totals, fates } = fold.totals(id)!;
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
