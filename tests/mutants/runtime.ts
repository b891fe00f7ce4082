/** Mutants of what runs a fold, publishes it and appends: `packages/runtime` above the ports, and Kafka. */
import type { Mutant, TestChoice } from './mutant.ts';

const RUNNER = 'packages/runtime/fold-runner.ts';
const CLAIM = 'packages/runtime/claim.ts';
const RELAY = 'packages/runtime/relay.ts';
const PRODUCER = 'packages/runtime/kafka/producer.ts';

const runner = (only: string): TestChoice => ({
  file: 'packages/runtime/fold-runner.test.ts',
  only: `${only} `,
});
const relay = (only: string): TestChoice => ({
  file: 'packages/runtime/relay.test.ts',
  only: `${only} `,
});
const producer: TestChoice = { file: 'packages/runtime/kafka/producer.test.ts' };

const WRITER = 'packages/runtime/snapshots/writer.ts';
const snapshots = (only: string): TestChoice => ({
  file: 'packages/runtime/snapshots/snapshots.test.ts',
  only: `${only} `,
});

export const RUNTIME_MUTANTS: readonly Mutant[] = [
  {
    id: 'B2d',
    sentence: 'The runner shows its new offset before the commit is answered.',
    file: RUNNER,
    find: '    const answer = await commitSurely(committing, commit, puts, outbox);',
    replace: `    w.off = next;
    const answer = await commitSurely(committing, { ...commit, expected: next - applied.count }, puts, outbox);
    if (answer === 'OFFSET') return applied.count;`,
    tests: [runner('RUN-5')],
  },
  {
    id: 'B4a',
    sentence: 'What a slice emits is appended beside the commit.',
    file: RUNNER,
    find: '    const answer = await commitSurely(committing, commit, puts, outbox);',
    replace: `    const answer = await commitSurely(committing, commit, puts, []);
    for (const entry of outbox) await log.append(entry.topic, entry.partition, [entry]);`,
    tests: [runner('RUN-3')],
  },
  {
    id: 'B4b',
    sentence: 'Poison is not counted in the state.',
    file: 'packages/runtime/apply.ts',
    find: "    fold.quarantined('', input.reason);\n",
    replace: '',
    tests: [runner('RUN-9')],
  },
  {
    id: 'B7a',
    sentence: 'A pass carries what the last batch touched, not all that is unpublished.',
    file: RUNNER,
    find: '    for (const key of touched.dirty) w.dirty.add(key);',
    replace: '    w.dirty.clear();\n    for (const key of touched.dirty) w.dirty.add(key);',
    tests: [runner('RUN-2')],
  },
  {
    id: 'B7b',
    sentence: 'What was not acknowledged is not published again.',
    file: RELAY,
    find: '        for (const key of keys) view.dirty.add(key);\n',
    replace: '',
    tests: [relay('RELAY-7')],
  },
  {
    id: 'B7c',
    sentence: 'A pass leaves with each batch, also far behind the log.',
    file: RELAY,
    find: 'if (view.dirty.size === 0 || !caughtUp(view, high)) return null;',
    replace: 'if (view.dirty.size === 0) return null;',
    tests: [relay('RELAY-6')],
  },
  {
    id: 'B7d',
    sentence: 'The frame leaves before its series.',
    file: RELAY,
    find: 'if (!(await append(news)) || !(await append(frameRecords(frames)))) {',
    replace: 'if (!(await append(frameRecords(frames))) || !(await append(news))) {',
    tests: [relay('RELAY-1')],
  },
  {
    id: 'B7e',
    sentence: 'The frame leaves before its series: seen from the screens of the whole topology.',
    file: RELAY,
    find: 'if (!(await append(news)) || !(await append(frameRecords(frames)))) {',
    replace: 'if (!(await append(frameRecords(frames))) || !(await append(news))) {',
    tests: [{ file: 'tests/sim/sim.test.ts', only: 'notices B7e ' }],
  },
  {
    id: 'B7f',
    sentence: 'A gateway shows a frame whatever compaction has eaten before it.',
    file: 'services/gateway/feed.ts',
    find: 'cursor.holesUntil = HOLE_SEEN;',
    replace: 'cursor.holesUntil = 0;',
    tests: [{ file: 'tests/integration/gateway-compaction.test.ts', only: 'WS-6[12] ' }],
  },
  {
    id: 'B7g',
    sentence: 'A state that was rolled back publishes what is older than its former passes.',
    file: RELAY,
    find: '    if (isBehindItself(view, high)) return null;\n',
    replace: '',
    tests: [relay('RELAY-8')],
  },
  {
    id: 'B9',
    sentence: 'A fenced owner takes its records as done.',
    file: RUNNER,
    find: "    if (answer !== 'OK' && answer !== 'APPLIED') return refused(answer);",
    replace:
      "    if (answer !== 'OK' && answer !== 'APPLIED' && answer !== 'FENCED') return refused(answer);",
    tests: [runner('RUN-14')],
  },
  {
    id: 'B10a',
    sentence: 'A position that was read before another owner wrote is used.',
    file: CLAIM,
    find: '  if (after?.own !== own || after.off !== off)',
    replace: '  if (after === null)',
    tests: [runner('RUN-13')],
  },
  {
    id: 'B10b',
    sentence: 'A Kafka reader that went elsewhere takes what was asked for before.',
    file: 'packages/runtime/kafka/fetcher.ts',
    find: 'if (!found || found.lane.epoch !== found.epoch) continue;',
    replace: 'if (!found) continue;',
    tests: [{ file: 'packages/runtime/kafka/reader.test.ts' }],
  },
  {
    id: 'B11',
    sentence: 'The last folded record is not compared with the log.',
    file: CLAIM,
    find: 'last?.offset !== off - 1 || hashOf(last) !== tail',
    replace: 'last?.offset !== off - 1',
    tests: [runner('RUN-8')],
  },
  {
    id: 'B13a',
    sentence: 'Kafka sends to one partition overlap.',
    file: PRODUCER,
    find: '(lanes.get(lane) ?? Promise.resolve()).then(() =>',
    replace: 'Promise.resolve().then(() =>',
    tests: [producer],
  },
  {
    id: 'B13b',
    sentence: 'The Kafka producer is idempotent.',
    file: PRODUCER,
    find: 'idempotent: false',
    replace: 'idempotent: true',
    tests: [producer],
  },
  {
    id: 'B13c',
    sentence: 'The appender has more than one append in flight.',
    file: 'packages/runtime/appender.ts',
    find: 'lane!.inFlight ??= ',
    replace: 'lane!.inFlight = ',
    tests: [{ file: 'packages/runtime/appender.test.ts' }],
  },
  {
    id: 'B19',
    sentence: 'The state in memory outlives a refused commit.',
    file: CLAIM,
    find: '  const fold = deps.createFold();',
    replace: `  const kept = deps as { fold?: Fold<I, S, F> };
  kept.fold ??= deps.createFold();
  const { fold } = kept;`,
    tests: [runner('RUN-5')],
  },
  {
    id: 'B20',
    sentence: 'A claim makes nothing dirty.',
    file: RUNNER,
    find: 'const dirty = new Set(fold.keys());',
    replace: 'const dirty = new Set<string>();',
    tests: [runner('RUN-3')],
  },
  {
    id: 'B3z',
    sentence: 'A snapshot lacks what was committed while it was written.',
    file: WRITER,
    find: 'for (const piece of cut(late, pieceChars)) await put(piece)',
    replace: 'for (const piece of cut(late.slice(0, 0), pieceChars)) await put(piece)',
    tests: [snapshots('SNAP-2')],
  },
  {
    id: 'B12y',
    sentence: 'A snapshot does not wait for what left with its state.',
    file: WRITER,
    find: 'await sent(own, end.off);',
    replace: '',
    tests: [snapshots('SNAP-5')],
  },
  {
    id: 'B12z',
    sentence: 'An outbox that went with its store counts as sent.',
    file: WRITER,
    find: 'if (meta?.own !== own || meta.off < off)',
    replace: 'if (own.length + off < 0)',
    tests: [snapshots('SNAP-5')],
  },
  {
    id: 'B11z',
    sentence: 'A snapshot of another log is taken for ours.',
    file: CLAIM,
    find: "(await checkLog(deps, meta)).kind === 'stop'",
    replace: 'off < 0',
    tests: [snapshots('SNAP-4')],
  },
];
