/** A simulated month through the whole line, then the batch truth and the laws over its facts. */
import { factCodec } from '@sapwood/contracts/facts';
import { TOPICS } from '@sapwood/contracts/topics';
import type { Fact } from '@sapwood/core/facts';
import type { FactFold } from '@sapwood/core/fold';
import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Clock } from '@sapwood/runtime/ports';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRANSITION_KINDS } from '../../packages/core/conversation/transition.ts';
import { FORMS } from '../support/month/forms.ts';
import {
  decodedOf,
  disordered,
  foldOnce,
  foldWithCut,
  stateOf,
  tickedEvery,
  valuesOf,
} from '../support/month/laws.ts';
import {
  MONTH_FROM,
  type MonthEngine,
  type MonthPlayed,
  playMonth,
} from '../support/month/play.ts';
import { Published } from '../support/month/published.ts';
import { NAMES } from '../support/month/setup.ts';
import { createWorkshop, type Workshop } from '../support/process.ts';

const SEED = 1;
const SLOW_MS = 20 * 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS: number = 60 * MINUTE_MS;
const DAY_MS: number = 24 * HOUR_MS;
/** In so many days every story is told, and what is settled after a week is. */
const EVERYTHING_DAYS = 20;

/** What the month is played on, and where `verify` finds it. */
export interface MonthStage {
  readonly where: readonly string[];
  open(clock: Clock): Promise<MonthEngine>;
  clean?(): Promise<void>;
}

export interface MonthSuite {
  readonly days: number;
  readonly stage: (workshop: Workshop) => Promise<MonthStage>;
}

export function monthSuite({ days, stage }: MonthSuite): void {
  const workshop = createWorkshop();
  const published = new Published();
  /** As they stand in the log. */
  const facts: Fact[] = [];
  let on: MonthStage;
  let played: MonthPlayed;
  let straight: FactFold;
  const factsOf = (id: string): Fact[] => facts.filter(({ workspace }) => workspace === id);

  beforeAll(async () => {
    on = await stage(workshop);
    played = await playMonth(on.open, {
      ...{ seed: SEED, days },
      onAppend: (topic, records) => {
        if (topic === TOPICS.metrics.name) published.accept(records);
        if (topic !== TOPICS.facts.name) return;
        for (const { value } of records) facts.push(factCodec.decode(value!));
      },
    });
    straight = foldOnce(factsOf(NAMES.workspace));
  }, SLOW_MS);
  afterAll(async () => {
    await on?.clean?.();
    await workshop.clean();
  }, SLOW_MS);

  describe('the line', () => {
    it('I1 every delivery is taken, whatever was lost, late or sent twice', () => {
      expect(played.refused).toBe(0);
      const { sent, lost, late, twice } = played;
      expect(Math.min(sent, lost, late, twice)).toBeGreaterThan(0);
    });

    it(
      'M1 live = the oracle at 200 instants; state and last values are those of the log',
      async () => {
        const args = ['verify', ...on.where, '--seed', '7', '--json'];
        const { code, stdout, stderr } = await workshop.start(args).ended;
        if (stdout === '') throw new Error(`verify ended with ${code}: ${stderr}`);
        const found = JSON.parse(stdout.trim().split('\n').at(-1)!) as { cells: number };
        expect(found).toMatchObject({
          instants: 200,
          differences: [],
          stateDifferences: [],
          publishedDifferences: [],
        });
        expect(found.cells).toBeGreaterThan(20_000);
      },
      SLOW_MS,
    );

    it('I5 in every frame that left, children sum to their parent', () => {
      expect(published.problems).toEqual([]);
      expect(published.frames).toBeGreaterThan(10 * days);
      expect(published.sums).toBeGreaterThan(1_000 * days);
    });

    // A few days of it hold not everything.
    if (days < EVERYTHING_DAYS) return;

    it('I3 imports, late facts and invoices are among them', () => {
      const own = factsOf(NAMES.workspace);
      const imported = own.filter(
        ({ kind, body }) =>
          kind === 'issue.observed' && (body.createdAt ?? MONTH_FROM) < MONTH_FROM - 5 * DAY_MS,
      );
      const late = own.filter(
        ({ kind, at, recordedAt }) =>
          kind === 'message.observed' && at !== null && recordedAt - at > HOUR_MS,
      );
      const settled = own.filter(({ kind, body }) => kind === 'cost.entry' && body.revision > 1);
      const counts = [imported.length, late.length, settled.length, played.words];
      expect(Math.min(...counts)).toBeGreaterThan(0);
    });

    it('I3 each kind of transition happened', () => {
      const folds = [straight, foldOnce(factsOf(FORMS))];
      const seen = [NAMES.workspace, FORMS].flatMap((id, i) =>
        Object.keys(folds[i]!.totals(id)!.totals.transitions),
      );
      // What a cohort stands for is told, and totals are of what happened.
      const kinds = TRANSITION_KINDS.filter((kind) => !kind.startsWith('cohort.'));
      const missing = kinds.filter((kind) => !seen.includes(kind));
      // The clock of a resolution ends by a close alone: that kind is known and never occurs.
      expect(missing).toEqual(['sla_cancelled.resolution']);
    });
  });

  describe('the laws over its facts', () => {
    it(
      'EXPLAIN-1 the parts of what stands at its end add up',
      () => {
        const { explained, unsummed } = explainedAtEnd(straight);
        expect(unsummed).toEqual([]);
        expect(explained).toBeGreaterThan(200);
      },
      SLOW_MS,
    );

    it.each([1, 2, 3])(
      'FOLD-3 restored at a cut it goes on as if it had never stopped, seed %i',
      (seed) => {
        const own = factsOf(NAMES.workspace);
        const cut = Math.floor(createSeededRng(seed).next() * own.length);
        const resumed = foldWithCut(own, cut);
        expect(stateOf(resumed)).toEqual(stateOf(straight));
        expect(valuesOf(resumed, straight)).toEqual(valuesOf(straight, resumed));
      },
      SLOW_MS,
    );

    it.each([7, 31])(
      'FOLD-1 with a tick every %i min instead of its own: same state, same values',
      (minutes) => {
        const ticked = foldOnce(tickedEvery(factsOf(NAMES.workspace), minutes * MINUTE_MS));
        expect(decodedOf(ticked)).toEqual(decodedOf(straight));
        expect(valuesOf(ticked, straight)).toEqual(valuesOf(straight, ticked));
      },
      SLOW_MS,
    );

    it.each([1, 2])(
      'M3 in any order, some of it twice: same state, same values, seed %i',
      (seed) => {
        const [inOrder, other] = disordered(factsOf(NAMES.workspace), seed).map(foldOnce);
        expect(decodedOf(other!)).toEqual(decodedOf(inOrder!));
        expect(valuesOf(other!, inOrder!)).toEqual(valuesOf(inOrder!, other!));
      },
      SLOW_MS,
    );
  });
}

/** Of so many cells one is explained. */
const LOOKED_AT = 5;

function explainedAtEnd(fold: FactFold) {
  const cells = [...fold.keys()].flatMap((full) => {
    const series = fold.read(full)?.series;
    return (series?.cells ?? []).map(({ window, clock }) => ({ key: series!.key, window, clock }));
  });
  const asked = cells.filter((_, i) => i % LOOKED_AT === 0);
  const told = asked.flatMap(
    (cell) => fold.explain(NAMES.workspace, { ...cell, after: null, limit: 100 }) ?? [],
  );
  const unsummed = told
    .filter(({ sums }) => !sums)
    .map(({ key, window }) => `${key} ${window.code}`);
  return { explained: told.length, unsummed };
}
