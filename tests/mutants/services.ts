/** Mutants of the services. */
import type { Mutant } from './mutant.ts';

const READER = 'services/normalizer/raw-reader.ts';
const HOOKS = 'services/ingest/routes/hooks.ts';
const ingest = (only: string): Mutant['tests'] => [
  { file: 'tests/integration/ingest.test.ts', only: `${only} ` },
];

export const SERVICE_MUTANTS: readonly Mutant[] = [
  {
    id: 'B2e',
    sentence: 'The normalizer saves its position before the facts are durable.',
    file: READER,
    find: '    await Promise.all(mapped.map(({ outcome }) => emit(outcome, signal)));',
    replace: `    for (const lane of lanes) lane.next = records.at(-1)!.offset + 1;
    await save();
    await Promise.all(mapped.map(({ outcome }) => emit(outcome, signal)));`,
    tests: [{ file: 'tests/integration/normalizer-crash.test.ts' }],
  },
  {
    id: 'B12c',
    sentence: 'A hook answers before the append.',
    file: HOOKS,
    find: '      return (await keep(destination, request, raw))',
    replace: '      void keep(destination, request, raw);\n      return true',
    tests: ingest('ING-10'),
  },
  {
    id: 'B12d',
    sentence: 'The batcher settles before the append.',
    file: 'services/ingest/batcher.ts',
    find: '      const kept = await appendOnce(batch);',
    replace: `      for (const item of batch) item.settle('durable');
      const kept = await appendOnce(batch);`,
    tests: ingest('ING-10'),
  },
  {
    id: 'B12e',
    sentence: 'The cost feed answers before the append.',
    file: 'services/ingest/routes/feeds.ts',
    find: 'if (await keep(key, raw)) return',
    replace: 'void keep(key, raw);\n      return',
    tests: ingest('ING-23'),
  },
  {
    id: 'B13d',
    sentence: 'The batcher has more than one append in flight.',
    file: 'services/ingest/batcher.ts',
    find: 'running ??= Promise.resolve().then(run);',
    replace: 'running = Promise.resolve().then(run);',
    tests: [{ file: 'services/ingest/batcher.test.ts', only: 'ING-30 ' }],
  },
  {
    id: 'B15a',
    sentence: 'Ingest answers 200 for a body it has seen, and keeps it once.',
    file: HOOKS,
    find: '      return (await keep(destination, request, raw))',
    replace: `      const seen = ((parts as { seen?: Set<string> }).seen ??= new Set());
      const digest = createHash('sha256').update(raw).digest('hex');
      return seen.has(digest) || (seen.add(digest), await keep(destination, request, raw))`,
    tests: ingest('ING-8'),
  },
  {
    id: 'B15b',
    sentence: 'The normalizer takes equal bodies for one delivery.',
    file: 'services/normalizer/steps/map-delivery.ts',
    find: '    const mapped = mapBody(delivery.raw);',
    replace: `    const seen = ((deps as { seen?: Set<string> }).seen ??= new Set());
    const digest = Buffer.from(delivery.sha256).toString('hex');
    if (seen.has(digest)) return nothing(workspace, src);
    seen.add(digest);
    const mapped = mapBody(delivery.raw);`,
    tests: [{ file: 'tests/integration/normalizer.test.ts', only: 'NORM-2 ' }],
  },
  {
    id: 'B17a',
    sentence: 'The detector folds the published values.',
    file: 'services/detector/app.ts',
    find: 'topic: TOPICS.samples.name',
    replace: 'topic: TOPICS.metrics.name',
    tests: [{ file: 'services/detector/app.test.ts' }],
  },
];
