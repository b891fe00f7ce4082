/** Metamorphic laws of the folds over any two desks in one log (reliability.md 8). */
import type { Fact } from '@sapwood/core/facts';
import type { FactFold } from '@sapwood/core/fold';
import type { OutboxEntry, Put } from '@sapwood/core/fold-contract';
import type { Series } from '@sapwood/core/metrics';
import type { LogTime } from '@sapwood/core/time';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newFactFold, seriesOf } from '../../packages/cli/facts-fold.ts';
import { bySize } from '../support/size.ts';
import { comparable } from './comparable.ts';
import { deskOf, mixed, twoDesks } from './two-desks.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const NUM_RUNS = bySize(15, 40);
const TEST_MS = 120_000;
const property = { seed: SEED, numRuns: NUM_RUNS } as const;
const WEEK_MS = 7 * 24 * 3_600_000;

interface Run {
  readonly fold: FactFold;
  readonly outbox: OutboxEntry[];
  readonly puts: Map<string, Put>;
}
const newRun = (): Run => ({ fold: newFactFold(), outbox: [], puts: new Map() });

function take({ fold, outbox, puts }: Run): ReadonlySet<string> {
  const touched = fold.touched();
  outbox.push(...touched.outbox);
  for (const put of touched.puts) {
    if (put[2] === null) puts.delete(put[1]);
    else puts.set(put[1], put);
  }
  return touched.dirty;
}

/** Applies records [from, to); `isCut` says after which of them the slice ends. */
function play(
  run: Run,
  facts: readonly Fact[],
  from = 0,
  isCut: (offset: number) => boolean = () => true,
): Run {
  for (let i = from; i < facts.length; i++) {
    run.fold.advance(run.fold.timeOf(facts[i]!));
    run.fold.ingest(facts[i]!, i);
    if (isCut(i)) take(run);
  }
  take(run);
  return run;
}

const state = (fold: FactFold): unknown => [...fold.encode()];

it(
  'M2 a replay gives identical bytes, M5 however the slices are cut',
  () => {
    fc.assert(
      fc.property(twoDesks, fc.array(fc.nat({ max: 9 }), { minLength: 1 }), ([a, b], cuts) => {
        const facts = mixed(a, b);
        const plain = play(newRun(), facts);
        const cut = play(newRun(), facts, 0, (i) => cuts[i % cuts.length] === 0);
        expect(state(cut.fold)).toEqual(state(plain.fold));
        expect(cut.outbox).toEqual(plain.outbox);
        expect([...cut.puts].sort()).toEqual([...plain.puts].sort());
      }),
      property,
    );
  },
  TEST_MS,
);

it(
  'M4 M6 a fold restored at any cut goes on as the one that never stopped, seq by seq',
  () => {
    fc.assert(
      fc.property(twoDesks, fc.nat(), ([a, b], at) => {
        const facts = mixed(a, b);
        const plain = play(newRun(), facts);
        const half = facts.slice(0, at % facts.length);
        const first = play(newRun(), half);
        const second = newRun();
        second.fold.restore([...first.puts.values()].sort(), first.fold.T as LogTime);
        play(second, facts, half.length);
        expect(state(second.fold)).toEqual(state(plain.fold));
        expect([...first.outbox, ...second.outbox]).toEqual(plain.outbox);
      }),
      property,
    );
  },
  TEST_MS,
);

/** Where a fact lies in the log, and what is made of that. */
const UNPLACED = { seq: null, eventId: null, correctionId: null, cause: null };

/** Everything that a reader of one workspace sees: state, values, records without their numbers. */
function seen(run: Run, workspace: string): unknown {
  const own = ([, field]: Put): boolean => field.startsWith(`${workspace}/`);
  const sent = run.outbox
    .filter(({ record }) => (record as { workspace: string }).workspace === workspace)
    .map(({ record, topic }) => ({ topic, ...(record as object), ...UNPLACED }));
  const values = [...seriesOf(run.fold, workspace, 0)].map(([, series]) => comparable(series));
  return { puts: [...run.fold.encode()].filter(own), sent, values };
}

it(
  "M7 a workspace's log alone gives what it gives beside another one",
  () => {
    fc.assert(
      fc.property(twoDesks, ([a, b]) => {
        const last = Math.max(a.at(-1)!.recordedAt, b.at(-1)!.recordedAt);
        const alone = play(newRun(), a);
        const both = play(newRun(), mixed(a, b));
        for (const { fold } of [alone, both]) fold.advance(last as LogTime);
        take(alone);
        take(both);
        // What is cut out of a quiet stretch may differ; everything else may not.
        const plain = (run: Run): unknown => withoutCuts(seen(run, 'acme'));
        expect(plain(both)).toEqual(plain(alone));
      }),
      property,
    );
  },
  TEST_MS,
);

const withoutCuts = (all: unknown): unknown => {
  const { puts, sent, values } = all as {
    puts: Put[];
    sent: { topic: string }[];
    values: string[];
  };
  return {
    puts: puts.filter(([, field]) => !field.endsWith('/sampler') && !field.includes('/conv/')),
    sent: sent.filter(({ topic }) => topic !== 'samples.v1'),
    values,
  };
};

it(
  'M5 what was not said to be dirty has not changed',
  () => {
    fc.assert(
      fc.property(twoDesks, ([a, b]) => {
        const run = newRun();
        const shown = new Map<string, string>();
        for (const [i, fact] of mixed(a, b).entries()) {
          run.fold.advance(run.fold.timeOf(fact));
          run.fold.ingest(fact, i);
          const dirty = take(run);
          for (const key of run.fold.keys()) {
            const { series, tree } = run.fold.read(key) ?? { series: null, tree: null };
            const now = series ? comparable(series) : tree?.document;
            if (now === undefined) continue;
            if (!dirty.has(key)) expect([key, now]).toEqual([key, shown.get(key)]);
            shown.set(key, now);
          }
        }
      }),
      property,
    );
  },
  TEST_MS,
);

const K = 7;
const timesK = (fact: Fact): Fact =>
  fact.kind === 'cost.entry'
    ? { ...fact, body: { ...fact.body, amountMicro: fact.body.amountMicro * K } }
    : fact;

it(
  'M9 costs times k: costs times k, and nothing else moves',
  () => {
    fc.assert(
      fc.property(deskOf('acme'), (facts) => {
        const once = seriesOf(play(newRun(), facts).fold, 'acme', 0);
        const often = seriesOf(play(newRun(), facts.map(timesK)).fold, 'acme', 0);
        expect([...often.keys()]).toEqual([...once.keys()]);
        for (const [key, series] of once) {
          const other = often.get(key)!;
          if (series.form !== 'MONEY') expect(comparable(other)).toBe(comparable(series));
          else expectTimesK(series, other);
        }
      }),
      property,
    );
  },
  TEST_MS,
);

/** Each entry's share of a window is rounded on its own, and the quotient once more. */
function expectTimesK(once: Series, often: Series): void {
  for (const [i, cell] of once.cells.entries()) {
    const other = often.cells[i]!;
    expect([other.den, other.n]).toEqual([cell.den, cell.n]);
    const off = Math.abs((other.value ?? 0) - K * (cell.value ?? 0));
    expect(off).toBeLessThanOrEqual(4 * K);
  }
}

/** The same story a week later. */
function later(fact: Fact): Fact {
  const shift = (value: unknown, key = ''): unknown => {
    if (typeof value === 'number' && value > 1_000_000_000_000) return value + WEEK_MS;
    if (value === null || typeof value !== 'object' || key === 'srcs') return value;
    if (Array.isArray(value)) return value.map((item) => shift(item));
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, shift(item, name)]),
    );
  };
  return shift(fact) as Fact;
}

it(
  'M9 a week later everything is the same, a week later',
  () => {
    fc.assert(
      fc.property(deskOf('acme'), (facts) => {
        const now = seriesOf(play(newRun(), facts).fold, 'acme', 0);
        const then = seriesOf(play(newRun(), facts.map(later)).fold, 'acme', 0);
        expect([...then.keys()]).toEqual([...now.keys()]);
        for (const [key, series] of now) {
          const { waiting, top, firstDueAt } = series;
          const since = waiting?.oldestSince ?? null;
          const moved = {
            ...series,
            waiting: waiting && {
              ...waiting,
              oldestSince: since === null ? null : since + WEEK_MS,
            },
            top: top?.map((wait) => ({ ...wait, since: wait.since + WEEK_MS })) ?? null,
            firstDueAt: firstDueAt === null ? null : firstDueAt + WEEK_MS,
          };
          expect(comparable(then.get(key)!)).toBe(comparable(moved));
        }
      }),
      property,
    );
  },
  TEST_MS,
);

const COUNTS = ['conversation-volume', 'contacts-handled', 'contacts-unhandled-change'] as const;

it(
  'M10 M11 after each record a count is the sum of its rows, by channel and by team',
  () => {
    fc.assert(
      fc.property(deskOf('acme'), (facts) => {
        const run = newRun();
        for (const [i, fact] of facts.entries()) {
          play(run, facts.slice(0, i + 1), i);
          expect(run.fold.T).toBeGreaterThanOrEqual(fact.recordedAt);
          const series = seriesOf(run.fold, 'acme', 0);
          for (const id of COUNTS)
            for (const dim of ['channel', 'team']) expectSum(series, id, dim);
        }
      }),
      property,
    );
  },
  TEST_MS,
);

function expectSum(series: ReadonlyMap<string, Series>, id: string, dim: string): void {
  const parts = [...series.values()].filter(({ key }) => key.startsWith(`${id}{${dim}=`));
  for (const [i, cell] of (series.get(id)?.cells ?? []).entries()) {
    const sum = parts.reduce((total, part) => total + (part.cells[i]!.value ?? 0), 0);
    expect([id, dim, cell.window, sum]).toEqual([id, dim, cell.window, cell.value ?? 0]);
  }
}
