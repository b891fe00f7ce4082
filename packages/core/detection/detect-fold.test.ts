import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetectFold } from '../detect-fold.ts';
import type { Fold, Put } from '../fold-contract.ts';
import { metricDefinition } from '../metrics/catalogue.ts';
import { canonicalJson } from '../num/integer.ts';
import { type Sample, STEP_MS } from '../samples.ts';
import type { LogTime } from '../time/instant.ts';
import { compileTree } from '../tree/compile.ts';
import type { CompiledTree } from '../tree/tree.ts';
import type { Alert } from './alert.ts';

type D = Fold<Sample, never, never>;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const newFold = (): D => createDetectFold({ hash, topology: 1 });
const WS = 'acme';
/** A Monday at midnight, UTC. */
const MONDAY = 1_764_547_200_000;
const WEEK_STEPS = (7 * 86_400_000) / STEP_MS;

function configOf(rules: { volume?: object[]; frt?: object[]; cost?: object[] }): string {
  const result = compileTree(
    {
      tree: 'cost',
      root: 'cost-per-contact',
      'default-owner': 'lead',
      nodes: {
        'cost-per-contact': {
          identity: 'total-support-cost / contacts-handled',
          alerts: rules.cost ?? [],
        },
        'contacts-handled': {
          identity: 'conversation-volume - contacts-unhandled-change',
          by: ['channel'],
        },
        'conversation-volume': { by: ['channel'], alerts: rules.volume ?? [] },
        'first-response-time': { by: ['channel'], alerts: rules.frt ?? [] },
      },
      influence: { 'contacts-handled': { 'first-response-time': ['pos'] } },
    },
    metricDefinition,
  );
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  const { tree } = result;
  return canonicalJson({ messages: 'read', currency: 'GBP', sources: ['pylon'], tree });
}

/** Values of one step: series to y; a series named in `skip` is flagged. */
interface Step {
  /** Nothing was sampled in this step. */
  readonly gap?: boolean;
  /** Another configuration comes before this step. */
  readonly config?: string;
  readonly y: Readonly<Record<string, number>>;
  readonly skip?: readonly string[];
}
const key = ({ y, skip, gap }: Step): string => JSON.stringify([y, skip ?? [], gap ?? false]);

function runOf(step: Step, from: number, count: number): Sample['run'] {
  const series = Object.keys(step.y);
  return {
    from,
    to: from + count * STEP_MS,
    config: 'c',
    series,
    y: series.map((s) => step.y[s]!),
    n: series.map(() => 0),
    flags: series.map((s) => (step.skip?.includes(s) ? 1 : 0)),
  };
}

/** Samples of a step sequence; `cut(i)` says whether equal steps are parted before step i. */
function samplesOf(
  config: string,
  steps: readonly Step[],
  cut: (i: number) => boolean = () => false,
  start = MONDAY,
): Sample[] {
  const samples: Sample[] = [];
  const push = (T: number, run: Sample['run'], document: string | null): void => {
    const seq = samples.length + 1;
    const configBody = document === null ? null : { configHash: 'c', document };
    samples.push({ workspace: WS, topology: 1, T, seq, run, config: configBody });
  };
  push(start, null, config);
  let from = 0;
  for (let i = 1; i <= steps.length; i += 1) {
    const next = steps[i];
    const goesOn = next && next.config === undefined && key(next) === key(steps[from]!);
    if (goesOn && !cut(i)) continue;
    const first = steps[from]!;
    if (first.config !== undefined) push(start + from * STEP_MS + 5_000, null, first.config);
    if (!first.gap) {
      push(start + i * STEP_MS + 5_000, runOf(first, start + from * STEP_MS, i - from), null);
    }
    from = i;
  }
  return samples;
}

function feed(fold: D, samples: readonly Sample[]): Alert[] {
  for (const sample of samples) {
    expect(fold.judge(sample)).toEqual({ kind: 'ok' });
    fold.advance(fold.timeOf(sample));
    fold.ingest(sample, sample.seq);
  }
  return fold.touched().outbox.map((entry) => entry.record as Alert);
}
const stateOf = (fold: D): Put[] => [...fold.encode()];
/** Without what counts samples: their number depends on the cutting. */
const bytesOf = (fold: D): string => JSON.stringify(stateOf(fold).filter(([, f]) => f !== 'meta'));

const repeat = (step: Step, count: number): Step[] => Array.from({ length: count }, () => step);
const waiting = (channels: Record<string, number>): Step => {
  const total = Object.values(channels).reduce((a, b) => a + b, 0);
  const y: Record<string, number> = { 'first-response-time#waiting': total };
  for (const [c, n] of Object.entries(channels)) {
    y[`first-response-time#waiting{channel=${c}}`] = n;
  }
  return { y };
};
const WAITING_RULE = {
  id: 'waiting',
  on: 'waiting',
  by: 'channel',
  warn: 8,
  high: 15,
  pending: '10 s',
  recovers: 3,
  minN: 5,
};
const shortOf = (alerts: readonly Alert[]): string[] =>
  alerts.map((a) => `${(a.at - MONDAY) / STEP_MS}:${a.phase}/${a.severity}#${a.revision}`);

describe('fixed rules', () => {
  it('DET-10 a waiting rule opens by channel, says where the rise is, and recovers', () => {
    const steps = [
      ...repeat(waiting({ email: 2, chat: 1 }), 200),
      ...repeat(waiting({ email: 9, chat: 2 }), 20),
      ...repeat(waiting({ email: 16, chat: 2 }), 20),
      ...repeat(waiting({ chat: 2 }), 70),
    ];
    const alerts = feed(newFold(), samplesOf(configOf({ frt: [WAITING_RULE] }), steps));
    expect(shortOf(alerts)).toEqual([
      '201:pending/warning#1',
      '203:open/warning#2',
      '221:open/high#3',
      '241:clearing/high#4',
      '301:resolved/high#5',
    ]);
    expect(alerts[1]).toMatchObject({
      series: 'first-response-time{channel=email}',
      status: 'firing',
      value: 9,
      bound: 8,
      unit: 'count',
      reference: 'span_before',
      delta: 8,
      drivers: [
        { key: 'first-response-time{channel=email}', share: 7 },
        { key: 'first-response-time{channel=chat}', share: 1 },
      ],
      path: ['cost-per-contact', 'contacts-handled', 'first-response-time'],
      text: 'First reply (email): 9 waiting, bound 8. The span before: 3 in all (+267 %). Email explains +7 (88 %).',
    });
    expect(alerts[1]!.alertId).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(alerts.map((a) => a.alertId)).size).toBe(1);
    expect(alerts.map((a) => a.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('DET-11 a value rule sums its span and shares the change among the leaves', () => {
    const rule = { id: 'dear', over: '5m', warn: '12 GBP', recovers: '10 GBP' };
    const step = (cost: number, volume: number, dropped: number): Step => ({
      y: {
        'total-support-cost': cost * 1e6,
        'conversation-volume': volume,
        'contacts-unhandled-change': dropped,
      },
    });
    const dearer = [...repeat(step(8, 2, 1), 120), ...repeat(step(16, 2, 1), 60)];
    const alerts = feed(newFold(), samplesOf(configOf({ cost: [rule] }), dearer));
    expect(shortOf(alerts)).toEqual(['150:open/warning#1']);
    expect(alerts[0]).toMatchObject({
      value: 12_000_000,
      unit: 'micro',
      reference: 'span_before',
      delta: 4_000_000,
      text: 'Cost per contact 12.00 GBP in 5 min, bound 12.00 GBP. The span before: 8.00 GBP (+50 %). Cost explains +4.00 GBP (100 %).',
    });
    expect(alerts[0]!.drivers).toHaveLength(1);
    expect(alerts[0]!.drivers[0]!.key).toBe('total-support-cost');
    expect(alerts[0]!.drivers[0]!.share).toBeCloseTo(4_000_000, 6);
  });

  it('DET-12 with a week of history the reference is the same span a week earlier', () => {
    const rule = { id: 'surge', over: '1m', warn: 24, recovers: 20 };
    const step = (volume: number): Step => ({ y: { 'conversation-volume': volume } });
    const steps = [...repeat(step(1), WEEK_STEPS + 24), ...repeat(step(3), 12)];
    const alerts = feed(newFold(), samplesOf(configOf({ volume: [rule] }), steps));
    expect(alerts[0]).toMatchObject({ value: 24, reference: 'week_before', delta: 12 });
    expect(alerts[0]!.text).toBe('Volume 24 in 1 min, bound 24. A week earlier: 12 (+100 %).');
  });

  it('DET-13 the oldest wait is an age at the end of the step; nobody waiting recovers', () => {
    const rule = { id: 'oldest', on: 'oldest', warn: '60 s', recovers: '30 s', minN: 1 };
    const step = (since: number, count: number): Step => ({
      y: { 'first-response-time#oldest': since, 'first-response-time#waiting': count },
    });
    const steps = [...repeat(step(MONDAY, 1), 15), ...repeat(step(-1, 0), 62)];
    const alerts = feed(newFold(), samplesOf(configOf({ frt: [rule] }), steps));
    expect(shortOf(alerts)).toEqual([
      '12:open/warning#1',
      '16:clearing/warning#2',
      '76:resolved/warning#3',
    ]);
    expect(alerts[0]).toMatchObject({ value: 60_000, unit: 'ms', bound: 60_000 });
    expect(alerts[1]!.text).toBe('First reply: nobody waits, back under its bound.');
  });

  it('DET-14 a silent source neither resolves nor opens, and a gap in the steps is not a drop', () => {
    const rule = { id: 'quiet', over: '1m', direction: 'below', warn: 3, recovers: 6, minN: 0 };
    const busy: Step = { y: { 'conversation-volume': 1 } };
    const blind: Step = { y: { 'conversation-volume': 0 }, skip: ['conversation-volume'] };
    const steps = [...repeat(busy, 20), ...repeat(blind, 50), ...repeat(busy, 20)];
    expect(feed(newFold(), samplesOf(configOf({ volume: [rule] }), steps))).toEqual([]);
    const open = [...repeat(waiting({ email: 9 }), 10)];
    const dark: Step = { ...waiting({ email: 0 }), skip: Object.keys(waiting({ email: 0 }).y) };
    const samples = samplesOf(configOf({ frt: [WAITING_RULE] }), [...open, ...repeat(dark, 300)]);
    expect(feed(newFold(), samples).at(-1)).toMatchObject({ phase: 'open', status: 'firing' });
  });

  it('DET-15 a changed bound keeps the alert; a rule that is gone resolves it', () => {
    const fold = newFold();
    const samples = samplesOf(configOf({ frt: [WAITING_RULE] }), repeat(waiting({ email: 9 }), 5));
    const opened = feed(fold, samples);
    const after = (document: string): Alert[] => {
      const seq = samples.length + 1;
      const sample: Sample = {
        ...samples[0]!,
        T: MONDAY + 60_000,
        seq,
        config: { configHash: 'd', document },
      };
      samples.push(sample);
      return feed(fold, [sample]);
    };
    expect(after(configOf({ frt: [{ ...WAITING_RULE, warn: 6 }] }))).toEqual([]);
    const gone = after(configOf({}));
    expect(gone).toHaveLength(1);
    expect(gone[0]).toMatchObject({ alertId: opened[0]!.alertId, phase: 'resolved', revision: 3 });
    expect(stateOf(fold).filter(([space]) => space !== 'dir')).toEqual([]);
  });
});

it('TREE-31 an alert about a row names the owner of that row', () => {
  const config = JSON.parse(configOf({ frt: [WAITING_RULE] })) as { tree: CompiledTree };
  const segments = [{ dimension: 'channel', value: 'email', owner: 'mail-lead' }];
  const nodes = config.tree.nodes.map((node) =>
    node.id === 'first-response-time' ? { ...node, segments } : node,
  );
  const steps = repeat(waiting({ email: 9, chat: 9 }), 20);
  const document = canonicalJson({ ...config, tree: { ...config.tree, nodes } });
  const owners = new Map(
    feed(newFold(), samplesOf(document, steps)).map(({ series, owner }) => [series, owner]),
  );
  expect(owners).toEqual(
    new Map([
      ['first-response-time{channel=chat}', 'lead'],
      ['first-response-time{channel=email}', 'mail-lead'],
    ]),
  );
});

describe('what may not be folded', () => {
  it('DET-16 a gap in the sequence stops, foreign and malformed samples are quarantined', () => {
    const fold = newFold();
    const samples = samplesOf(configOf({}), repeat(waiting({ email: 1 }), 3));
    feed(fold, samples);
    const next = { ...samples[1]!, seq: 9 };
    expect(fold.judge(next)).toEqual({ kind: 'stop', reason: 'sequence_gap' });
    fold.quarantined(WS, 'bad_hash');
    const late = fold.judge(next);
    expect(late).toEqual({ kind: 'quarantine', reason: 'out_of_order' });
    const third = { ...next, seq: 3 };
    expect(fold.judge({ ...third, topology: 2 })).toMatchObject({ reason: 'foreign_topology' });
    expect(fold.judge({ ...third, run: null })).toMatchObject({ reason: 'bad_sample' });
    const crooked = { ...third.run!, from: MONDAY + 1_000_001, to: MONDAY + 2_000_000 };
    expect(fold.judge({ ...third, run: crooked })).toMatchObject({ reason: 'bad_run' });
  });
});

const RUNS = Number(process.env['SAPWOOD_TEST_RUNS'] ?? 60);
const RULES = configOf({
  frt: [
    WAITING_RULE,
    { id: 'all', on: 'waiting', warn: 12, recovers: 6 },
    { id: 'old', on: 'oldest', by: 'channel', warn: '2 m', high: '5 m', recovers: '1 m', minN: 1 },
  ],
  volume: [
    { id: 'surge', over: '1m', by: 'channel', warn: 10, high: 14, recovers: 6, pending: '10 s' },
    { id: 'quiet', over: '2m', direction: 'below', warn: 2, recovers: 8 },
  ],
  cost: [{ id: 'dear', over: '2m', warn: '5 GBP', recovers: '3 GBP', minN: 2 }],
});

const stepArbitrary: fc.Arbitrary<Step> = fc
  .record({
    email: fc.integer({ min: 0, max: 20 }),
    chat: fc.option(fc.integer({ min: 0, max: 12 }), { nil: null }),
    age: fc.integer({ min: 0, max: 80 }),
    volume: fc.integer({ min: 0, max: 3 }),
    cost: fc.integer({ min: 0, max: 9_000_000 }),
    skip: fc.constantFrom('none', 'none', 'none', 'cost', 'all'),
  })
  .map(({ email, chat, age, volume, cost, skip }) => {
    const y: Record<string, number> = {
      ...waiting(chat === null ? { email } : { email, chat }).y,
      'first-response-time#oldest': MONDAY - age * STEP_MS,
      'first-response-time#oldest{channel=email}': email === 0 ? -1 : MONDAY - age * STEP_MS,
      'conversation-volume': volume,
      'conversation-volume{channel=email}': volume,
      'contacts-unhandled-change': volume > 2 ? 1 : 0,
      'total-support-cost': cost,
    };
    const skipped = skip === 'all' ? Object.keys(y) : skip === 'cost' ? ['total-support-cost'] : [];
    return { y, skip: skipped };
  });
const OTHER_RULES = configOf({
  frt: [
    { ...WAITING_RULE, warn: 4, minN: 1 },
    { id: 'old', on: 'oldest', by: 'channel', warn: '4 m', recovers: '1 m', minN: 1 },
  ],
  volume: [{ id: 'rush', over: '30 s', by: 'channel', warn: 5, recovers: 3 }],
});
const stretchArbitrary = fc.tuple(
  stepArbitrary,
  fc.integer({ min: 1, max: 90 }),
  fc.constantFrom('run', 'run', 'run', 'run', 'run', 'gap', RULES, OTHER_RULES),
);
const stepsArbitrary: fc.Arbitrary<Step[]> = fc
  .array(stretchArbitrary, { minLength: 4, maxLength: 14 })
  .map((stretches) =>
    stretches.flatMap(([step, count, what]) => {
      if (what === 'run') return repeat(step, count);
      if (what === 'gap') return repeat({ ...step, gap: true }, count);
      return [{ ...step, config: what }, ...repeat(step, count)];
    }),
  );

const cutting = fc
  .array(fc.boolean(), { minLength: 64, maxLength: 64 })
  .map((bits) => (i: number) => bits[(i * 7) % 64]!);

describe('properties', { timeout: 60_000 }, () => {
  it('DET-20 any cutting of the runs gives the same alerts and the same state', () => {
    let told = 0;
    fc.assert(
      fc.property(stepsArbitrary, cutting, (steps, cut) => {
        const whole = newFold();
        const parts = newFold();
        const a = feed(whole, samplesOf(RULES, steps));
        const b = feed(parts, samplesOf(RULES, steps, cut));
        told += a.length;
        expect(b).toEqual(a);
        expect(bytesOf(parts)).toBe(bytesOf(whole));
      }),
      { numRuns: RUNS },
    );
    expect(told).toBeGreaterThan(100);
  });

  it('DET-21 a snapshot at any sample and the rest give the same as without it', () => {
    fc.assert(
      fc.property(stepsArbitrary, cutting, fc.nat(), (steps, cut, at) => {
        const samples = samplesOf(RULES, steps, cut);
        const k = at % samples.length;
        const whole = newFold();
        const alerts = feed(whole, samples);

        const first = newFold();
        const head = feed(first, samples.slice(0, k));
        const restored = newFold();
        restored.restore(stateOf(first), (samples[k - 1]?.T ?? 0) as LogTime);
        expect(stateOf(restored)).toEqual(stateOf(first));
        const tail = feed(restored, samples.slice(k));
        expect([...head, ...tail]).toEqual(alerts);
        expect(stateOf(restored)).toEqual(stateOf(whole));
      }),
      { numRuns: RUNS },
    );
  });

  it('DET-24 a channel first seen while blind is remembered like any other', () => {
    const y = waiting({ email: 1, chat: 1 }).y;
    const blind: Step = { y, skip: Object.keys(y) };
    const steps = [...repeat(blind, 5), ...repeat(waiting({ email: 1 }), 5)];
    const samples = samplesOf(RULES, steps);
    const whole = newFold();
    feed(whole, samples);
    const first = newFold();
    feed(first, samples.slice(0, 2));
    const restored = newFold();
    restored.restore(stateOf(first), samples[1]!.T as LogTime);
    feed(restored, samples.slice(2));
    expect(stateOf(restored)).toEqual(stateOf(whole));
  });

  it('DET-22 the touched puts, one commit after another, are the whole state', () => {
    fc.assert(
      fc.property(stepsArbitrary, cutting, fc.integer({ min: 1, max: 9 }), (steps, cut, every) => {
        const fold = newFold();
        const stored = new Map<string, string>();
        samplesOf(RULES, steps, cut).forEach((sample, i) => {
          fold.ingest(sample, i);
          if (i % every !== 0) return;
          save(stored, fold.touched().puts);
        });
        save(stored, fold.touched().puts);
        const whole = stateOf(fold).map(([space, field, text]) => [`${space} ${field}`, text]);
        expect([...stored].sort()).toEqual(whole.sort());
      }),
      { numRuns: RUNS },
    );
  });

  it('DET-25 log time is the newest sample’s, whatever the clock says', () => {
    const fold = newFold();
    const samples = samplesOf(RULES, repeat(waiting({ email: 1 }), 3), () => true);
    for (const sample of samples) {
      expect(fold.timeOf(sample)).toBe(sample.T);
      fold.advance(fold.timeOf(sample));
    }
    expect(fold.timeOf(samples[0]!)).toBe(samples.at(-1)!.T);
  });

  it('DET-23 a sample that comes again changes nothing', () => {
    fc.assert(
      fc.property(stepsArbitrary, fc.nat(), (steps, at) => {
        const samples = samplesOf(RULES, steps);
        const fold = newFold();
        feed(fold, samples);
        const before = stateOf(fold);
        expect(fold.ingest(samples[at % samples.length]!, 99)).toBe('redundant');
        const { puts, outbox, counters } = fold.touched();
        expect({ puts, outbox }).toEqual({ puts: [], outbox: [] });
        expect(counters.redundant).toBe(1);
        expect(stateOf(fold)).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });
});

function save(stored: Map<string, string>, puts: readonly Put[]): void {
  for (const [space, field, text] of puts) {
    if (text === null) stored.delete(`${space} ${field}`);
    else stored.set(`${space} ${field}`, text);
  }
}
