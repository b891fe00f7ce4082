/**
 * Recorded logs through the whole path: webhooks over sockets, reads over REST, facts, fold, passes.
 * Then the batch truth over the same facts, and a count taken straight from the file.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogCounts } from '../support/independent/count-log.ts';
import { recordedLog } from '../support/independent/data.ts';
import { createWorkshop, type Ending, type Workshop } from '../support/process.ts';
import { bySize } from '../support/size.ts';

/** About 3 ms an hour of the log and 5 ms an event, several times over on a busy machine. */
const REPLAY_MS = 15 * 60_000;
const VERIFY_MS = 5 * 60_000;
/** Instants, times metrics and windows that have a value there. */
const CELLS_MIN = bySize(500, 2_000);
const MAPPINGS = new URL('../../packages/cli/mappings/', import.meta.url);

export interface Recorded {
  readonly name: string;
  readonly log: string;
  readonly mapping: string;
  /** Rows from its beginning; left out: all. */
  readonly rows?: number | undefined;
  readonly count: (file: string, rows?: number) => LogCounts;
}

async function run(workshop: Workshop, args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr }: Ending = await workshop.start(args).ended;
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stderr}\n${stdout}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** One recorded log, whole or its first rows. Each has a file of its own, so that two play at once. */
export function recordedLogSuite({ name, log, mapping, rows, count }: Recorded): void {
  describe(rows === undefined ? name : `${name}, first ${rows} rows`, () => {
    const workshop = createWorkshop();
    const file = recordedLog(log);
    let data: string;
    let played: unknown;

    beforeAll(async () => {
      if (!file) return;
      data = workshop.folder();
      const rules = new URL(mapping, MAPPINGS).pathname;
      const some = rows === undefined ? [] : ['--limit', String(rows)];
      played = await run(workshop, [
        'replay',
        file,
        '--mapping',
        rules,
        '--data',
        data,
        ...some,
        '--json',
      ]);
    }, REPLAY_MS);
    afterAll(() => workshop.clean());

    it.skipIf(!file)('I1 every event is accepted, and every fact has a fate', () => {
      const { events, webhooks, accepted, refused, facts, applied, redundant, quarantined } =
        played as Record<string, number>;
      expect({ webhooks, accepted, refused, quarantined }).toEqual({
        webhooks: events,
        accepted: events,
        refused: 0,
        quarantined: 0,
      });
      expect(applied! + redundant!).toBe(facts);
    });

    it.skipIf(!file)(
      'M1 live = the oracle at 200 instants; state and last values are those of the log',
      async () => {
        const found = (await run(workshop, [
          'verify',
          '--data',
          data,
          '--seed',
          '7',
          '--json',
        ])) as Record<string, unknown>;
        expect(found).toMatchObject({
          instants: 200,
          differences: [],
          stateDifferences: [],
          publishedDifferences: [],
        });
        expect(found['cells']).toBeGreaterThanOrEqual(CELLS_MIN);
      },
      VERIFY_MS,
    );

    it.skipIf(!file)(
      'I3 all-time numbers equal a count taken straight from the file',
      async () => {
        const { transitions, changes, firstReply } = (await run(workshop, [
          'counts',
          '--data',
          data,
          '--json',
        ])) as { transitions: Record<string, number> } & Pick<LogCounts, 'changes' | 'firstReply'>;
        const counted = {
          opened: transitions['opened'] ?? 0,
          closed: transitions['closed'] ?? 0,
          reopenedUnknown: transitions['reopened.unknown'] ?? 0,
          changes,
          firstReply,
        };
        expect(counted).toEqual(count(file!, rows));
      },
      VERIFY_MS,
    );
  });
}
