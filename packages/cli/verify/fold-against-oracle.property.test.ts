import type { OracleState } from '@sapwood/oracle';
import { createOracle } from '@sapwood/oracle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backlogRows, factsOfDesk } from '../../../tests/support/independent/any-desk.ts';
import { calendars, hoursOver } from '../../../tests/support/independent/any-desk-hours.ts';
import type { DeskStep } from '../../../tests/support/independent/any-desk-step.ts';
import {
  costStories,
  deskSteps,
  longDeskSteps,
} from '../../../tests/support/independent/any-desk-steps.ts';
import {
  AUTO_CLOSE_MS,
  longTurnStories,
  turnStories,
} from '../../../tests/support/independent/any-desk-turns.ts';
import {
  AUTOMATED,
  type Each,
  filledNow,
  judge,
  RUNS,
  SEED,
  TEST_MS,
} from './judge-story.fixture.ts';

it.each([
  { messages: 'read', source: 'email' },
  { messages: 'read', source: 'phone' },
  { messages: 'read', source: 'manual' },
  { messages: 'none', source: 'form' },
] as const)(
  'M1 live = the oracle for any facts: messages $messages, begun by $source',
  (kind) => {
    let cells = 0;
    fc.assert(
      fc.property(deskSteps, backlogRows, (steps, by) => {
        const found = judge(factsOfDesk(steps, { ...kind, by }));
        cells += found.cells;
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(cells).toBeGreaterThan(RUNS * 50);
  },
  TEST_MS,
);

/** Something was opened in an hour of the week of which there were enough. */
const hasPeaks = ({ series }: OracleState): boolean =>
  [...series.values()].some(
    ({ key, cells }) => key.startsWith('peak-hours{') && cells.some(({ value }) => value !== 0),
  );

it.each([
  { messages: 'read', source: 'email' },
  { messages: 'none', source: 'form' },
] as const)(
  'FOLD-5 live = the oracle over months, summaries included: messages $messages',
  (kind) => {
    let peaks = 0;
    fc.assert(
      fc.property(longDeskSteps, backlogRows, (steps, by) => {
        const found = judge(factsOfDesk(steps, { ...kind, by }), false, (truth) => {
          peaks += Number(hasPeaks(truth));
        });
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 4 * RUNS },
    );
    expect(peaks).toBeGreaterThan(RUNS / 4);
  },
  TEST_MS,
);

it(
  'M1 live = the oracle for costs: revisions, credits, rates, stages and what is missing',
  () => {
    const told = new Set<string>();
    const kind = { messages: 'read', source: 'email' } as const;
    fc.assert(
      fc.property(costStories, (steps) => {
        const found = judge(factsOfDesk(steps, kind), false, ({ series }) => {
          for (const cell of series.get('total-support-cost')!.cells) {
            for (const gap of cell.gaps!.length > 0 ? cell.gaps! : ['whole']) told.add(gap);
            if (cell.provisionalPpm! % 1_000_000 > 0) told.add('partly provisional');
          }
        });
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 3 * RUNS },
    );
    expect([...told].sort()).toEqual([
      ...['missing_salaries', 'missing_tooling', 'no_cost', 'no_rate', 'partly provisional'],
      ...['wages_only', 'whole'],
    ]);
  },
  TEST_MS,
);

/** Of each there must have been some: else the stories say nothing about it. */
const TOLD = [
  ...['turn_opened', 'turn_answered.first', 'turn_answered.next', 'turn_dropped', 'turn_released'],
  ...['resolved', 'episode_handled', 'channel_switched', 'reopened.customer', 'held', 'unheld'],
  ...['ai_handed_off', 'first_reply_after_handoff', 'handoff_answered'],
  ...['under_1h', '1h_to_4h', '4h_to_24h', '1d_to_7d'].map((age) => `backlog{age=${age}}`),
  ...['new', 'waiting_on_you', 'waiting_on_customer'].map((state) => `backlog{state=${state}}`),
  'backlog-held{state=on_hold}',
];
/** Only after weeks. */
const OLD = 'backlog{age=over_7d}';

/** Counts what only the passing of time did: a release, an end of cover. */
function timeCounter() {
  const did = { released: 0, uncovered: 0 };
  let last: { truth: OracleState; prefix: number } | undefined;
  const releases = ({ transitions }: OracleState): number => transitions['turn_released'] ?? 0;
  const owed = ({ series }: OracleState): number =>
    series.get('message-response-time')?.waiting?.count ?? 0;
  const each: Each = (truth, prefix) => {
    if (last?.prefix === prefix) {
      if (releases(truth) > releases(last.truth)) did.released += 1;
      if (owed(truth) > owed(last.truth)) did.uncovered += 1;
    }
    last = { truth, prefix };
  };
  return { did, each };
}

/** Whether the declared silence makes a difference to this story. */
function isClosedBySilence(steps: readonly DeskStep[]): boolean {
  const durations = (autoCloseAfterMs: number | undefined): string => {
    const kind = { messages: 'read', source: 'email' } as const;
    const declared = autoCloseAfterMs === undefined ? kind : { ...kind, autoCloseAfterMs };
    const facts = factsOfDesk(steps, declared);
    const { series } = createOracle(facts).at(facts.length, facts.at(-1)!.recordedAt);
    return JSON.stringify(series.get('average-resolution-time')?.cells ?? []);
  };
  return durations(undefined) !== durations(AUTO_CLOSE_MS);
}

it.each([
  { name: 'hours', stories: turnStories, every: 1, isSilent: true, expected: TOLD },
  // So much rests in them that few are closed by a silence.
  { name: 'months', stories: longTurnStories, every: 2, isSilent: false, expected: [...TOLD, OLD] },
])(
  'M1 live = the oracle for turns, covers, closures and episodes over $name',
  ({ stories, every, isSilent, expected }) => {
    const told = new Set<string>();
    const { did, each } = timeCounter();
    let silences = 0;
    fc.assert(
      fc.property(stories, backlogRows, (steps, by) => {
        const found = judge(factsOfDesk(steps, { ...AUTOMATED, by }), every, (truth, prefix) => {
          each(truth, prefix);
          for (const what of Object.keys(truth.transitions)) told.add(what);
          for (const what of filledNow(truth)) told.add(what);
        });
        if (isClosedBySilence(steps)) silences += 1;
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 5 * RUNS },
    );
    expect(expected.filter((what) => !told.has(what))).toEqual([]);
    const least = Math.min(did.released, did.uncovered, isSilent ? silences : did.released);
    expect(least).toBeGreaterThan(RUNS / 10);
  },
  TEST_MS,
);

it.each([
  { name: 'hours', stories: hoursOver(turnStories) },
  { name: 'months', stories: hoursOver(longTurnStories) },
])(
  'M1 live = the oracle in open hours, of teams and accounts that change and calendars too, over $name',
  ({ stories }) => {
    let told = 0;
    fc.assert(
      fc.property(stories, calendars, backlogRows, (steps, calendar, by) => {
        const kind = { ...AUTOMATED, by, declared: { calendar } };
        const found = judge(factsOfDesk(steps, kind), false, ({ series }) => {
          for (const { cells } of series.values()) {
            told += cells.filter(({ clock, n }) => clock === 'business' && n > 0).length;
          }
        });
        expect(found.differences.slice(0, 3)).toEqual([]);
      }),
      { seed: SEED, numRuns: 5 * RUNS },
    );
    expect(told).toBeGreaterThan(RUNS * 50);
  },
  TEST_MS,
);
