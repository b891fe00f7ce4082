/** `sapwood verify`: the fold against the oracle, the stored state and the published values. */
import { TOPICS } from '@sapwood/contracts/topics';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { EXIT, UserError } from '../exit.ts';
import type { Difference } from '../verify/compare-cells.ts';
import { judgeCells } from '../verify/judge-cells.ts';
import { judgeStore, type StoreJudged } from '../verify/judge-store.ts';
import { type Partition, print, withEngine } from './shared.ts';

export interface VerifyOptions {
  readonly data: string;
  /** A file that names Kafka and Redis: their partitions instead of the embedded store. */
  readonly config?: string;
  readonly seed: number;
  readonly json?: boolean;
}

/** Cells that a comparison must reach to mean something. */
const CELLS_MIN = 2_000;
const SHOWN_MAX = Number(process.env['SHOW'] ?? 20);

/** Throws `UserError` with `EXIT.difference` if anything differs. */
export async function verify(options: VerifyOptions): Promise<void> {
  const found = await withEngine(options, async (partitions, clock) => {
    const startedAt = clock.monotonic();
    const judged = [];
    for (const part of partitions) judged.push(await judgePartition(part, options.seed));
    const seconds = Math.round((clock.monotonic() - startedAt) / 100) / 10;
    return { ...together(judged), seconds };
  });
  const { facts, instants, cells, differences, stored, seconds } = found;
  const state = stored.state.length;
  const published = stored.published.length;
  print(
    {
      facts,
      instants,
      cells,
      enough: cells >= CELLS_MIN,
      differences: differences.slice(0, SHOWN_MAX),
      stateDifferences: stored.state.slice(0, SHOWN_MAX),
      publishedDifferences: stored.published.slice(0, SHOWN_MAX),
      found: { differences: differences.length, state, published },
      seconds,
    },
    options.json,
  );
  if (cells < CELLS_MIN) {
    process.stderr.write(`Only ${cells} cells hold anything: the log is small.\n`);
  }
  if (differences.length + state + published === 0) return;
  throw new UserError(sentence(differences, state, published), EXIT.difference);
}

interface Judged {
  readonly facts: number;
  readonly instants: number;
  readonly cells: number;
  readonly differences: readonly Difference[];
  readonly stored: StoreJudged;
}

async function judgePartition({ log, store }: Partition, seed: number): Promise<Judged> {
  const { high } = await log.bounds(TOPICS.facts.name, 0);
  const stored = await judgeStore(log, store);
  const judged = await judgeCells(log, high, createSeededRng(seed));
  return { facts: high, ...judged, stored };
}

function together(parts: readonly Judged[]): Judged {
  const sum = (of: (part: Judged) => number): number => parts.reduce((n, one) => n + of(one), 0);
  return {
    facts: sum(({ facts }) => facts),
    instants: sum(({ instants }) => instants),
    cells: sum(({ cells }) => cells),
    differences: parts.flatMap(({ differences }) => differences),
    stored: {
      state: parts.flatMap(({ stored }) => stored.state),
      published: parts.flatMap(({ stored }) => stored.published),
    },
  };
}

function sentence(differences: readonly Difference[], state: number, published: number): string {
  const parts = [
    `${differences.length} from the oracle`,
    `${state} in the stored state`,
    `${published} in what is published`,
  ];
  return `Differences: ${parts.join(', ')}.`;
}
