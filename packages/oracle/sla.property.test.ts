import { SLA_KINDS, type SlaKind } from '@sapwood/core/config';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DeskKind, factsOfDesk } from '../../tests/support/independent/any-desk.ts';
import {
  promisesInHours,
  promisesOver,
} from '../../tests/support/independent/any-desk-promises.ts';
import type { DeskStep } from '../../tests/support/independent/any-desk-step.ts';
import {
  AUTO_CLOSE_MS,
  longTurnStories,
  turnStories,
} from '../../tests/support/independent/any-desk-turns.ts';
import { createOracle, type OracleState } from './index.ts';

const SEED = Number(process.env['SAPWOOD_SEED'] ?? 20260610);
const RUNS = 30;
const TEST_MS = 480_000;
const NAMES = ['met', 'breached', 'cancelled'];
const KIND: DeskKind = { messages: 'read', source: 'email', autoCloseAfterMs: AUTO_CLOSE_MS };

const told = ({ transitions }: OracleState, kind: string, ...names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (transitions[`sla_${name}.${kind}`] ?? 0), 0);
const nowOf = ({ series }: OracleState, name: string): number =>
  series.get(`sla-${name}`)?.cells[0]?.value ?? 0;

interface Stories {
  readonly name: string;
  readonly stories: fc.Arbitrary<DeskStep[]>;
  /** Of these there must have been every outcome: over months few answers come in time. */
  readonly kinds: readonly SlaKind[];
}
const STORIES: readonly Stories[] = [
  { name: 'hours', stories: promisesOver(turnStories), kinds: SLA_KINDS },
  { name: 'months', stories: promisesOver(longTurnStories), kinds: ['resolution'] },
];

/** Instants after the last fact at which something may be due. */
const LOOK_EACH = 5;
const LATER_MS = [0, 1, 59_999, 60_000, 600_000, 3_600_000, 86_400_000, 40 * 86_400_000];

it.each(STORIES)(
  'ORACLE-93 looked at again and again it tells what it tells at first sight, over $name',
  ({ stories, kinds }) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(stories, promisesInHours, (steps, declared) => {
        const facts = factsOfDesk(steps, { ...KIND, declared });
        const patient = createOracle(facts);
        let T = 0;
        for (const [i, fact] of facts.entries()) {
          T = Math.max(T, fact.recordedAt);
          if (i % LOOK_EACH !== 0) continue;
          const { transitions } = patient.at(i + 1, T);
          for (const name of Object.keys(transitions)) seen.add(name);
        }
        for (const ms of LATER_MS) {
          const state = patient.at(facts.length, T + ms);
          const fresh = createOracle(facts).at(facts.length, T + ms);
          expect(state).toEqual(fresh);
        }
      }),
      { numRuns: 2 * RUNS, seed: SEED },
    );
    const outcomes = kinds.flatMap((kind) => NAMES.map((name) => `sla_${name}.${kind}`));
    // A resolution is stopped by its close: nothing cancels it.
    expect(outcomes.filter((name) => !seen.has(name))).toEqual(['sla_cancelled.resolution']);
  },
  TEST_MS,
);

it.each(STORIES)(
  'ORACLE-97 each clock has one outcome at most or runs, over $name',
  ({ stories }) => {
    let late = 0;
    fc.assert(
      fc.property(stories, promisesInHours, (steps, declared) => {
        const facts = factsOfDesk(steps, { ...KIND, declared });
        const T = facts.reduce((max, { recordedAt }) => Math.max(max, recordedAt), 0);
        const state = createOracle(facts).at(facts.length, T);
        const { transitions } = state;
        const opened = transitions['opened'] ?? 0;
        const turns = transitions['turn_opened'] ?? 0;
        expect(told(state, 'first', ...NAMES)).toBeLessThanOrEqual(opened);
        expect(told(state, 'first', 'met')).toBeLessThanOrEqual(
          transitions['first_reply_human'] ?? 0,
        );
        expect(told(state, 'next', ...NAMES)).toBeLessThanOrEqual(Math.max(0, turns - opened));
        expect(told(state, 'next', 'met')).toBeLessThanOrEqual(
          transitions['turn_answered.next'] ?? 0,
        );
        expect(told(state, 'resolution', ...NAMES)).toBeLessThanOrEqual(opened);
        expect(told(state, 'resolution', 'met')).toBeLessThanOrEqual(transitions['resolved'] ?? 0);
        const clocks = SLA_KINDS.reduce((sum, kind) => sum + told(state, kind, ...NAMES), 0);
        expect(nowOf(state, 'running') + clocks).toBeLessThanOrEqual(
          2 * opened + Math.max(0, turns - opened),
        );
        const soon = [5, 15, 30, 60].map((min) => nowOf(state, `due-${min}m`));
        expect([...soon].sort((a, b) => a - b)).toEqual(soon);
        expect(soon.at(-1)).toBeLessThanOrEqual(nowOf(state, 'running'));
        expect(nowOf(state, 'breached-open')).toBeLessThanOrEqual(
          nowOf(state, 'running') +
            SLA_KINDS.reduce((sum, kind) => sum + told(state, kind, 'breached'), 0),
        );
        late += nowOf(state, 'breached-open');
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(late).toBeGreaterThan(RUNS / 10);
  },
  TEST_MS,
);

const breaches = (state: OracleState): number =>
  SLA_KINDS.reduce((sum, kind) => sum + told(state, kind, 'breached'), 0);

/** Without another word every clock that is due is late at its instant, not before. */
it(
  'ORACLE-93 log time alone makes late what was due then, and nothing else',
  () => {
    let crossed = 0;
    fc.assert(
      fc.property(STORIES[0]!.stories, promisesInHours, (steps, declared) => {
        const facts = factsOfDesk(steps, { ...KIND, declared });
        const oracle = createOracle(facts);
        fc.pre(!steps.some(({ what }) => what === 'snooze'));
        // After this nothing is released by time alone.
        const last = 180_000 + facts.reduce((max, { recordedAt }) => Math.max(max, recordedAt), 0);
        for (let T = last; T < last + 3_600_000; T += 300_000) {
          const before = oracle.at(facts.length, T);
          const due = nowOf(before, 'due-5m');
          const after = oracle.at(facts.length, T + 300_000);
          expect(breaches(after) - breaches(before)).toBe(due);
          crossed += due;
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(crossed).toBeGreaterThan(0);
  },
  TEST_MS,
);
