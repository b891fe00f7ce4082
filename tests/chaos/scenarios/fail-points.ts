/** F5: the process is killed at each named point in turn, on one store of two, under load. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import { clock, type RunningCli } from '../../support/process.ts';
import { ending } from '../ending.ts';
import { type FailPoint, POINT_ENV, POINTS } from '../points.ts';
import type { Options, Outcome, Scenario } from '../scenario.ts';
import { openSite, type Site } from '../site.ts';

/**
 * A point that was not hit in this time is not on any way that the load takes. An alert comes 10 s after what
 * it is about, and then is pending for up to 30 s.
 */
const HIT_MS = 60_000;
const SIZES = { test: 1, ci: 3 } as const;
/** Each point must be come by; what a fuller load adds, the larger size does. */
const PER_SECOND = { test: 20, ci: 60 } as const;
/** Stores at once, each with its share of the points: a start is work for one core. */
const STORES = 2;
const ALLOWED = [0, 200, 202, 503];

/** Starts the process with one point armed, and waits until it has died of it. */
export async function dieAt(
  start: (env: Readonly<Record<string, string>>) => RunningCli,
  hits: string,
  { name, hitsMax }: FailPoint,
  nth: number,
): Promise<string | null> {
  const hit = 1 + Math.floor(nth * hitsMax);
  const cli = start({
    [POINT_ENV.point]: name,
    [POINT_ENV.hit]: String(hit),
    [POINT_ENV.log]: hits,
  });
  const timeout = new AbortController();
  const late = clock.sleep(HIT_MS, timeout.signal).then(() => 'late' as const);
  const how = await Promise.race([cli.ended, late]);
  timeout.abort();
  if (how === 'late') {
    await cli.kill();
    return `${name} was not hit ${hit} times`;
  }
  if (how.signal !== 'SIGKILL') return `${name}: it ended by itself: ${how.stderr.slice(-500)}`;
  return null;
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

export const hitsIn = (file: string): ReadonlyMap<string, number> => countOf(linesOf(file));

function countOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

export function rarest(points: readonly FailPoint[], hits: ReadonlyMap<string, number>): string {
  const fewest = Math.min(...points.map(({ name }) => hits.get(name) ?? 0));
  return `${points.length} points, each hit at least ${fewest} times`;
}

interface Round {
  readonly seed: number;
  readonly points: readonly FailPoint[];
  readonly hits: string;
  readonly perSecond: number;
  readonly say: Options['say'];
}

async function dieAtEach(site: Site, { seed, points, hits, perSecond, say }: Round) {
  const rng = createSeededRng(seed);
  const accountant = site.accountant({ seed, perSecond });
  const problems: string[] = [];
  for (const [i, point] of points.entries()) {
    const start = (env: Readonly<Record<string, string>>): RunningCli =>
      site.start({ preload: ['failpoints'], env });
    const problem = await dieAt(start, hits, point, rng.next());
    if (problem) problems.push(problem);
    if (i % 10 === 9) say(`${i + 1} points`);
  }
  const { cli } = await site.ready();
  const end = await ending({ site, accountant, cli, allowed: ALLOWED });
  return { figures: end.figures, problems: [...problems, ...end.problems] };
}

async function round(share: Omit<Round, 'hits'>): Promise<Outcome & { readonly hits: string[] }> {
  const site = await openSite();
  const hits = join(site.data, '..', 'hits');
  try {
    const found = await dieAtEach(site, { ...share, hits });
    return { trials: share.points.length, ...found, hits: linesOf(hits) };
  } finally {
    await site.clean();
  }
}

export async function failPoints({ seed, size, trials, say }: Options): Promise<Outcome> {
  const problems: string[] = [];
  const hits: string[] = [];
  let figures: Outcome['figures'] = {};
  for (let i = 0; i < (trials ?? SIZES[size]); i++) {
    const shares = Array.from({ length: STORES }, (_, store) => ({
      ...{ seed: seed + STORES * i + store, perSecond: PER_SECOND[size], say },
      points: POINTS.filter((_, at) => at % STORES === store),
    }));
    for (const found of await Promise.all(shares.map(round))) {
      problems.push(...found.problems);
      hits.push(...found.hits);
      figures = found.figures;
    }
  }
  const counted = countOf(hits);
  return {
    trials: hits.length,
    problems,
    figures: { ...figures, points: rarest(POINTS, counted) },
  };
}

export const scenario: Scenario = {
  ids: ['F5'],
  about: 'SIGKILL at each named fail-point',
  run: failPoints,
};
