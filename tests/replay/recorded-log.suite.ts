/**
 * Recorded logs through the whole path: webhooks over sockets, reads over REST, facts, fold, passes.
 * Then the batch truth over the same facts, and a count taken straight from the file.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogCounts } from '../support/independent/count-log.ts';
import { recordedLog } from '../support/independent/data.ts';
import { excerptOf, type Stretch } from '../support/independent/excerpt.ts';
import { createWorkshop, type Ending, type Workshop } from '../support/process.ts';
import { bySize } from '../support/size.ts';

/** About 3 ms an hour of the log and 5 ms an event, several times over on a busy machine. */
const REPLAY_MS = 25 * 60_000;
const VERIFY_MS = 30 * 60_000;
/** Instants, times metrics and windows that have a value there. */
const CELLS_MIN = bySize(500, 2_000);
const MAPPINGS = new URL('../../packages/cli/mappings/', import.meta.url);

export interface Recorded {
  readonly name: string;
  readonly log: string;
  readonly mapping: string;
  /** Rows from its beginning; left out: all. */
  readonly rows?: number | undefined;
  /** Instead of the first rows, the fullest stretch; left out: all of it. */
  readonly stretch?: Stretch | undefined;
  readonly count: (file: string, rows?: number) => LogCounts;
  /** What it is played on; left out: the embedded engine. */
  readonly stage?: (workshop: Workshop) => Promise<Stage>;
  /** Left out: as many as a comparison of this size reaches. */
  readonly cellsMin?: number;
}

export interface Score {
  readonly file: string;
  /** Path of the mapping. */
  readonly rules: string;
  readonly rows: number | undefined;
}

/** An engine on which a log is played, and where commands find what came of it. */
export interface Stage {
  /** Resolves to what `sapwood replay` says at its end. */
  play(score: Score): Promise<unknown>;
  /** For `verify` and `counts`. */
  readonly where: readonly string[];
  clean?(): Promise<void>;
}

async function run(workshop: Workshop, args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr }: Ending = await workshop.start(args).ended;
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${stderr}\n${stdout}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

async function embedded(workshop: Workshop): Promise<Stage> {
  const where = ['--data', workshop.folder()];
  return {
    where,
    play: ({ file, rules, rows }) => {
      const some = rows === undefined ? [] : ['--limit', String(rows)];
      return run(workshop, ['replay', file, '--mapping', rules, ...where, ...some, '--json']);
    },
  };
}

function titleOf({ name, rows, stretch }: Recorded): string {
  if (stretch) return `${name}, its fullest ${stretch.hours} hours`;
  return rows === undefined ? name : `${name}, first ${rows} rows`;
}

/** One recorded log, whole or its first rows. Each has a file of its own, so that two play at once. */
export function recordedLogSuite(recorded: Recorded): void {
  const { log, mapping, rows, stretch, count, cellsMin = CELLS_MIN } = recorded;
  describe(titleOf(recorded), () => {
    const workshop = createWorkshop();
    const found = recordedLog(log);
    const file = found && stretch ? excerptOf(found, stretch, workshop.folder()) : found;
    let stage: Stage | undefined;
    let played: unknown;

    beforeAll(async () => {
      if (!file) return;
      stage = await (recorded.stage ?? embedded)(workshop);
      const rules = new URL(mapping, MAPPINGS).pathname;
      played = await stage.play({ file, rules, rows });
    }, REPLAY_MS);
    afterAll(async () => {
      await stage?.clean?.();
      await workshop.clean();
    }, VERIFY_MS);

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
          ...stage!.where,
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
        expect(found['cells']).toBeGreaterThanOrEqual(cellsMin);
      },
      VERIFY_MS,
    );

    it.skipIf(!file)(
      'I3 all-time numbers equal a count taken straight from the file',
      async () => {
        const { transitions, changes, firstReply } = (await run(workshop, [
          'counts',
          ...stage!.where,
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
