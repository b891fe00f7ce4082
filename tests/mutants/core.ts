/** Mutants of the folds: `packages/core`. */
import type { Mutant, TestChoice } from './mutant.ts';

const WORKSPACE = 'packages/core/fold/workspace.ts';
const CELL = 'packages/core/panes/cell.ts';
const ADD_FACT = 'packages/core/conversation/add-fact.ts';

const fold = (only: string): TestChoice => ({
  file: 'packages/core/fold/fold.property.test.ts',
  only: `${only} `,
});
const exact: TestChoice = { file: 'packages/core/panes/cell.test.ts' };
const oracle = (only: string): TestChoice => ({
  file: 'packages/cli/verify/fold-against-oracle.property.test.ts',
  only,
});

export const CORE_MUTANTS: readonly Mutant[] = [
  {
    id: 'B4c',
    sentence: 'What was counted is not part of what is committed.',
    file: WORKSPACE,
    find: "    this.#dirtyPuts.add('fates');\n",
    replace: '',
    tests: [fold('FOLD-3')],
  },
  {
    id: 'B4d',
    sentence: 'The sequence of what left is not part of what is committed.',
    file: 'packages/core/fold/fold.ts',
    find: "if (entries.length > 0) puts.push(['dir', SEQ_FIELD, outbox.encode()]);",
    replace: '',
    tests: [fold('FOLD-3')],
  },
  {
    id: 'B6a',
    sentence: 'Log time is the clock’s: the fold over facts.',
    file: 'packages/core/fold/fold.ts',
    find: 'Math.max(T, fact.recordedAt) as LogTime',
    replace: 'Math.max(T, fact.recordedAt, Date.now()) as LogTime',
    tests: [oracle('M1 .*email')],
  },
  {
    id: 'B6b',
    sentence: 'Log time is the clock’s: the fold over samples.',
    file: 'packages/core/detect-fold.ts',
    find: 'Math.max(this.#T, sample.T) as LogTime',
    replace: 'Math.max(this.#T, sample.T, Date.now()) as LogTime',
    tests: [{ file: 'packages/core/detection/detect-fold.test.ts' }],
  },
  {
    id: 'B6c',
    sentence: 'The log begins when it is folded.',
    file: WORKSPACE,
    find: 'this.firstAt = fact.recordedAt;',
    replace: 'this.firstAt = Date.now();',
    tests: [oracle('M1 .*email')],
  },
  {
    id: 'B14a',
    sentence: 'Sums of panes are floats.',
    file: CELL,
    find: '  pane.sum += sign * value;',
    replace: '  pane.sum = (pane.sum / 7 + (sign * value) / 7) * 7;',
    tests: [exact],
  },
  {
    id: 'B14b',
    sentence: 'Sums of windows are floats.',
    file: CELL,
    find: '  into.sum += sign * pane.sum;',
    replace: '  into.sum = (into.sum / 7 + (sign * pane.sum) / 7) * 7;',
    tests: [exact],
  },
  {
    id: 'B14c',
    sentence: 'Costs accrue as floats.',
    file: 'packages/core/cost/accrual.ts',
    find: 'return sign * mulDivFloor(amount, measure(entry.from, t), measure(entry.from, entry.to)) || 0;',
    replace: 'return (sign * amount * (t - entry.from)) / (entry.to - entry.from) || 0;',
    tests: [oracle('M1 .*email')],
  },
  {
    id: 'B14d',
    sentence: 'What is left of a cost that is spread is lost.',
    file: 'packages/core/cost/allocation.ts',
    find: 'floor + Number(i < left)',
    replace: 'floor',
    tests: [{ file: 'packages/core/cost/allocation.test.ts', only: 'COST-2 ' }],
  },
  {
    id: 'B16a',
    sentence: 'A body that comes after the read which covers it counts.',
    file: ADD_FACT,
    find: "  if (via === 'body' && yields(raw, conversation.issueReadAfter)) return 'same';\n",
    replace: '',
    tests: [oracle('M3 ')],
  },
  {
    id: 'B16b',
    sentence: 'A body that came before the read which covers it counts on.',
    file: ADD_FACT,
    find: 'conversation.observations = conversation.observations.filter((o) => !yields(o.raw, readAfter));',
    replace: '',
    tests: [oracle('M1 .*email')],
  },
  {
    id: 'B16c',
    sentence: 'A message of a body counts after a read of its thread.',
    file: ADD_FACT,
    find: "if (fact.via === 'body' && yields(raw, conversation.threadReadAfter)) return false;",
    replace: '',
    tests: [oracle('M3 ')],
  },
  {
    id: 'B17b',
    sentence: 'Of steps that seal together only the last is sampled.',
    file: 'packages/core/fold/sampler.ts',
    find: 'if (last && last.to === run.from && equalRuns(last, run)) {',
    replace: 'if (last && last.to === run.from) {',
    tests: [fold('FOLD-1')],
  },
  {
    id: 'B21a',
    sentence: 'A tick begins the log anew.',
    file: WORKSPACE,
    find: 'if (this.firstAt === null) {',
    replace: "if (this.firstAt === null || fact.kind === 'tick') {",
    tests: [fold('FOLD-1')],
  },
  {
    id: 'B21b',
    sentence: 'Panes move with ticks alone: one that jumps crosses no edge.',
    file: 'packages/core/panes/pane-store.ts',
    find: 'if (at > from && at <= to) visit(held, at);',
    replace: 'if (at === to) visit(held, at);',
    tests: [oracle('M1 .*email')],
  },
  {
    id: 'B22a',
    sentence: 'What only time decides happens when time is next looked at.',
    file: WORKSPACE,
    find: 'this.#advanceTo(due.at);',
    replace: 'this.#advanceTo(T);',
    tests: [fold('FOLD-7')],
  },
  {
    id: 'B22b',
    sentence: 'A restored fold forgets what will be due.',
    file: 'packages/core/fold/conversation-text.ts',
    find: '    dueAt: stored.dueAt,\n',
    replace: '',
    tests: [fold('FOLD-7')],
  },
  {
    id: 'B22c',
    sentence: 'The first turn may be released too.',
    file: 'packages/core/conversation/turns.ts',
    find: 'if (turn.number < 2 || !isComplete) return false;',
    replace: 'if (!isComplete) return false;',
    tests: [oracle('M1 .*turns.*hours')],
  },
  {
    id: 'B22d',
    sentence: 'Whoever owns it first after the bot does not end its cover.',
    file: 'packages/core/conversation/families/waiting.ts',
    find: 'takenAt === null ? (intervals.at(-1)?.to ?? NEVER) : NEVER',
    replace: 'intervals.at(-1)?.to ?? NEVER',
    tests: [oracle('M1 .*turns.*hours')],
  },
  {
    id: 'B22e',
    sentence: 'A resolution is forgotten with its chapter and never taken back.',
    file: 'packages/core/conversation/families/closure.ts',
    find: "if (valueNow(timeline.state) !== 'closed') return null;",
    replace: "if (!past && valueNow(timeline.state) !== 'closed') return null;",
    tests: [oracle('.*months')],
  },
];
