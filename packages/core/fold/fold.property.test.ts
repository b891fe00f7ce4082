import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  account,
  config,
  correction,
  evidence,
  heartbeat,
  issue,
  message,
  tick,
} from '../../../tests/support/facts.ts';
import type { Amount } from '../conversation/transition.ts';
import { CLOSERS, type Fact, type IssueObserved } from '../facts/fact.ts';
import type { OutboxEntry, Put } from '../fold-contract.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { openFor } from '../metrics/definition.ts';
import { ppm } from '../metrics/shares.ts';
import type { Sample } from '../samples.ts';
import type { LogTime } from '../time/instant.ts';
import { DEFAULT_TREE } from '../tree/default-tree.ts';
import { createFactFold, type FactFold } from './fold.ts';

const START = Date.parse('2026-06-10T08:00:00Z');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const minutesOf = (n: number): object => ({ ms: n * 60_000, clock: 'wall' });
const SLA = {
  targets: {
    first: { urgent: minutesOf(4), '*': minutesOf(15) },
    next: { '*': minutesOf(10) },
    resolution: { '*': minutesOf(40) },
  },
  tiers: { gold: { first: { '*': minutesOf(3) }, resolution: { urgent: minutesOf(20) } } },
  pauseOn: ['on_hold', 'snoozed'],
};
const CONFIG = {
  messages: 'read',
  currency: 'GBP',
  sources: ['pylon'],
  teamRanks: { tier1: 1, tier2: 2 },
  managers: ['cleo'],
  escalationTags: ['escalated'],
  escalationFields: ['severity'],
  csatScale: { min: 1, max: 5, positiveFrom: 4 },
  sla: SLA,
  agentIndex: true,
  by: {
    'account-health-score': ['account', 'account_tier'],
    'agent-productivity-index': ['assignee', 'team'],
    'knowledge-gap-score': ['category'],
    'conversation-volume': ['channel,tag'],
    'contacts-handled': ['assignee,handled_by'],
    'first-response-time': ['channel,priority'],
    'conversation-handoff-rate': ['priority,team'],
    backlog: ['age,team'],
  },
  tree: DEFAULT_TREE,
};
const HEAD: readonly Fact[] = [config(START, CONFIG), heartbeat('pylon', START)];

const newFold = (awakeMax = 10): FactFold => createFactFold({ topology: 1, hash, awakeMax });

interface Run {
  readonly fold: FactFold;
  readonly puts: Map<string, Put>;
  readonly outbox: OutboxEntry[];
}

/** Applies facts in slices as the runner does; `cuts` are the places where touched() is taken. */
function apply(run: Run, facts: readonly Fact[], from = 0): Run {
  for (const [i, fact] of facts.entries()) {
    run.fold.advance(run.fold.timeOf(fact));
    run.fold.ingest(fact, from + i);
    const touched = run.fold.touched();
    for (const put of touched.puts) {
      if (put[2] === null) run.puts.delete(put[1]);
      else run.puts.set(put[1], put);
    }
    run.outbox.push(...touched.outbox);
  }
  return run;
}
const newRun = (awakeMax?: number): Run => ({
  fold: newFold(awakeMax),
  puts: new Map(),
  outbox: [],
});

const AGENTS = ['ada', 'ben', 'cleo', null];
const TEAMS = ['tier1', 'tier2', null];
const STATES = ['new', 'waiting_on_you', 'waiting_on_customer', 'on_hold', 'closed'] as const;

const LABELS: readonly IssueObserved[] = [
  {},
  { tags: [], fieldsFilled: null, external: [], csat: [] },
  { tags: ['escalated'], priority: 'high', csat: [5] },
  { tags: ['spam'], external: ['X'], csat: [5, 1] },
  { fieldsFilled: ['severity'], aiResolved: true, category: 'bug', priority: null },
];

const DAY_MS = 86_400_000;
const minutes = fc.integer({ min: 0, max: 400_000 });
const weeks = fc.constantFrom(...[1, 2, 4, 7, 27, 34, 36].map((days) => days * DAY_MS));

const IDS = ['I1', 'I2', 'I3'] as const;

/** What somebody says, and what a source says of a close. */
const words = fc.record({
  of: fc.constantFrom('closed_by', 'evidence', 'retract', 'merge', 'author', 'supersede'),
  into: fc.constantFrom(...IDS),
  closedBy: fc.constantFrom(...CLOSERS),
  back: fc.nat(3),
});
type Words = typeof words extends fc.Arbitrary<infer W> ? W : never;

function wordOf(id: string, at: number, word: Words, recordedAt: number, before: string[]): Fact {
  const { closedBy, into } = word;
  const own = { recordedAt, id: (before.length + 1).toString(16).padStart(32, 'a') };
  const said = before.at(-1 - word.back) ?? 'f'.repeat(32);
  if (word.of === 'evidence') {
    return evidence(id, at, { closedBy, basis: word.back > 1 ? 'audited' : 'declared' }, own);
  }
  before.push(own.id);
  switch (word.of) {
    case 'closed_by':
      return correction('correction.closed_by', id, at, { closedBy }, own);
    case 'retract':
      return correction('correction.retract', id, at, { messageId: null }, own);
    case 'merge':
      return correction('correction.merge', id, at, { into }, own);
    case 'author':
      return correction('correction.author_kind', 'ada', at, { author: 'bot' }, own);
    default:
      return correction('correction.supersede', said, at, {}, own);
  }
}

/** A few conversations, with every kind of look and message, lateness included. */
const storyOver = (gap: fc.Arbitrary<number>) =>
  fc
    .array(
      fc.record({
        id: fc.constantFrom(...IDS),
        gapMs: gap,
        lateMs: fc.constantFrom(0, 0, 0, 700, 30_000, 900_000),
        what: fc.constantFrom(
          'look',
          'customer',
          'human',
          'bot',
          'note',
          'account',
          'shared',
          'word',
        ),
        word: words,
        agent: fc.constantFrom(...AGENTS),
        team: fc.constantFrom(...TEAMS),
        state: fc.constantFrom(...STATES),
        labels: fc.constantFrom(...LABELS),
        priority: fc.constantFrom('urgent', 'low', null),
        tier: fc.constantFrom('gold', null),
        aheadMs: fc.constantFrom(null, 30_000, 700_000),
      }),
      { minLength: 5, maxLength: 60 },
    )
    .map((steps) => {
      let now = START;
      const said: string[] = [];
      return steps.map((s): Fact => {
        now += s.gapMs;
        const at = now - s.lateMs;
        const stamp = { recordedAt: now };
        if (s.what === 'look') {
          const { priority } = s;
          const until = s.aheadMs === null ? null : at + s.aheadMs;
          const seen = {
            ...{ stateCategory: s.state, assigneeId: s.agent, teamId: s.team, priority },
            accountId: s.id === 'I1' ? 'acme' : null,
            snoozedUntil: s.team === null ? until : null,
            breachAt: until === null ? null : { first: until, next: null, resolution: null },
            ...s.labels,
          };
          const channel = s.id === 'I3' ? 'chat' : 'email';
          return issue(s.id, at, { ...seen, createdAt: START, channel }, stamp);
        }
        if (s.what === 'account') return account('acme', at, s.tier, stamp);
        if (s.what === 'word') return wordOf(s.id, at, s.word, now, said);
        if (s.what === 'shared') {
          return message(s.id, at, 'customer', { ...stamp, id: `shared-${s.team}` });
        }
        const author = s.what === 'note' ? 'human' : s.what;
        const more = { ...stamp, note: s.what === 'note', authorId: s.agent ?? 'ada' };
        return message(s.id, at, author, more);
      });
    });

/** Over some hours. */
const story = storyOver(minutes);
/** With rests after which conversations are forgotten. */
const months = storyOver(
  fc.oneof({ weight: 12, arbitrary: minutes }, { weight: 1, arbitrary: weeks }),
);
const either = fc.oneof(story, months);

/** Without what counts deliveries or remembers the way: fates, open steps, rows ever published. */
const decoded = (fold: FactFold): unknown =>
  [...fold.encode()].filter(([, field]) => !/\/(fates$|sampler$|row\/)|^\.seq/.test(field));

/** Published values as of now, whatever pass would carry them. */
const values = (fold: FactFold, keys: Iterable<string> = fold.keys()): unknown =>
  [...keys].sort().map((key) => fold.read(key));

/** Sample runs expanded into single steps: the cutting of runs may differ, the steps may not. */
function steps(outbox: readonly OutboxEntry[]): string[] {
  return outbox.flatMap((entry) => {
    const { run } = entry.record as Sample;
    if (entry.topic !== 'samples.v1' || !run) return [];
    const count = (run.to - run.from) / 5000;
    const { from: _from, to: _to, ...step } = run;
    return Array.from(
      { length: count },
      (_, i) => `${run.from + i * 5000} ${JSON.stringify(step)}`,
    );
  });
}
const events = (outbox: readonly OutboxEntry[]): unknown[] =>
  outbox
    .filter((e) => e.topic === 'events.v1')
    .map((e) => ({ ...(e.record as object), eventId: null }));

/** The same facts without ticks and with one every so often, ending alike. */
function inOneAndInMany(facts: readonly Fact[], everyMs: number): [plain: Run, many: Run] {
  // Not a tick: what ticks did must not be hidden by one that both have.
  const end = heartbeat('pylon', facts.at(-1)!.recordedAt + 5 * 3_600_000);
  const ticked: Fact[] = [...HEAD];
  let next = START;
  for (const fact of [...facts, end]) {
    while (next + everyMs < fact.recordedAt) {
      next += everyMs;
      ticked.push(tick(next));
    }
    ticked.push(fact);
  }
  const plain = apply(newRun(), [...HEAD, ...facts, end]);
  const many = apply(newRun(), ticked);
  expect(decoded(many.fold)).toEqual(decoded(plain.fold));
  expect(values(many.fold)).toEqual(values(plain.fold));
  expect(events(many.outbox)).toEqual(events(plain.outbox));
  return [plain, many];
}

describe('the fold over facts', () => {
  it('FOLD-1 advancing in one step or in many: same state, values, events, sample steps', () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 20_000, max: 400_000 }), (facts, everyMs) => {
        const [plain, many] = inOneAndInMany(facts, everyMs);
        expect(steps(many.outbox)).toEqual(steps(plain.outbox));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('FOLD-1 over months, ticked as sparsely as may be: same state, values, events', () => {
    fc.assert(
      fc.property(months, fc.integer({ min: 600_000, max: 3_600_000 }), (facts, everyMs) => {
        inOneAndInMany(facts, everyMs);
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  it('FOLD-7 a bot’s cover ends at its instant, however far log time moves at once, and after a restart', () => {
    const asked = (ms: number): Fact => message('I1', START + ms, 'customer');
    const facts = [asked(1_000), message('I1', START + 2_000, 'bot'), asked(3_000)];
    const [plain, many] = inOneAndInMany(facts, 30_000);
    expect(steps(many.outbox)).toEqual(steps(plain.outbox));
    const waits = steps(plain.outbox).filter((step) => /"y":\[[^\]]*\b1\b/.test(step));
    const endsAt = Math.ceil((START + 123_000) / 5_000) * 5_000;
    expect(waits.some((step) => step.startsWith(`${endsAt} `))).toBe(true);
    const { fold } = apply(newRun(), [...HEAD, ...facts]);
    const restored = newFold();
    restored.restore(fold.encode(), fold.T);
    restored.advance((START + 600_000) as LogTime);
    expect(restored.read('acme/first-response-time')?.series?.waiting?.count).toBe(1);
  });

  it('FOLD-4 conversations that sleep between two facts change nothing', () => {
    fc.assert(
      fc.property(either, fc.constantFrom(0, 1, 2), (facts, awakeMax) => {
        const other = config(facts.at(-1)!.recordedAt, { ...CONFIG, notPeople: ['ada'] });
        const log = [...HEAD, ...facts, other];
        const [wakeful, sleepy] = [apply(newRun(), log), apply(newRun(awakeMax), log)];
        expect([...sleepy.fold.encode()]).toEqual([...wakeful.fold.encode()]);
        expect(values(sleepy.fold)).toEqual(values(wakeful.fold));
        expect(sleepy.outbox).toEqual(wakeful.outbox);
        expect(sleepy.puts).toEqual(wakeful.puts);
      }),
    );
  });

  it('FOLD-3 restored from its puts at any cut, it goes on as if it had never stopped', () => {
    fc.assert(
      fc.property(either, fc.nat(), (story, nat) => {
        const facts = [...HEAD, ...story, tick(story.at(-1)!.recordedAt + 60_000)];
        const cut = nat % facts.length;
        const whole = apply(newRun(), facts);
        const first = apply(newRun(), facts.slice(0, cut));
        const second = newFold();
        second.restore(first.puts.values(), first.fold.T as LogTime);
        const resumed = apply(
          { fold: second, puts: new Map(first.puts), outbox: [...first.outbox] },
          facts.slice(cut),
          cut,
        );
        expect([...resumed.fold.encode()]).toEqual([...whole.fold.encode()]);
        expect(values(resumed.fold)).toEqual(values(whole.fold));
        expect(resumed.outbox).toEqual(whole.outbox);
        expect(new Map([...resumed.puts].sort())).toEqual(
          new Map([...whole.fold.encode()].map((p) => [p[1], p] as const).sort()),
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('COHORT-9 what is open and what is settled is what a walk over all outcomes finds', () => {
    const days = fc.constantFrom(...[1, 2, 4, 7].map((n) => n * DAY_MS));
    const weekly = storyOver(fc.oneof({ weight: 9, arbitrary: minutes }, days));
    let provisional = 0;
    let settled = 0;
    fc.assert(
      fc.property(weekly, fc.constantFrom(0, 3, 7, 9), (facts, later) => {
        const end = tick(facts.at(-1)!.recordedAt + later * DAY_MS);
        const { fold } = apply(newRun(), [...HEAD, ...facts, end]);
        const [workspace] = fold.workspaces();
        const all = [...workspace!.conversations()];
        if (all.some(({ past }) => past !== null)) return;
        for (const metric of CATALOGUE.filter(({ form }) => form === 'COHORT')) {
          const [[kind, amount]] = Object.entries(metric.adds!) as [[string, Amount]];
          const anchors = all.flatMap(({ transitions }) =>
            transitions.filter(
              (t) => t.kind === kind && t.live && t.amounts![amount] !== undefined,
            ),
          );
          const told = (from: number, to: number) => {
            const within = anchors.filter(({ at }) => at >= from && at < to);
            const num = within.filter(({ amounts }) => amounts![amount] === 1).length;
            return { num, den: within.length, n: within.length };
          };
          for (const cell of fold.read(`acme/${metric.id}`)!.series!.cells) {
            const { from, provisionalPpm } = cell;
            expect(cell).toMatchObject(told(from, Number.POSITIVE_INFINITY));
            const open = anchors.filter(
              ({ at, dims }) => at >= from && at + openFor(metric.cohort!, dims.channel) > fold.T,
            );
            expect(provisionalPpm).toBe(cell.den === 0 ? 0 : ppm(open.length, cell.den!));
            expect(cell.settled).toMatchObject(told(cell.settled!.from, cell.settled!.to));
            provisional += Number(provisionalPpm > 0 && provisionalPpm < 1_000_000);
            settled += cell.settled!.num;
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(provisional).toBeGreaterThan(0);
    expect(settled).toBeGreaterThan(0);
  }, 60_000);

  it('M3 shuffled and doubled facts give the same decoded state', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat()), (story, picks) => {
        // Stamps stay, and all lie behind the story: an early stamp would call an instant suspect.
        const last = story.at(-1)!.recordedAt;
        // Of two words the one recorded last holds: those keep the stamps that they have.
        const isWord = ({ kind }: Fact): boolean => /^(correction|close)\./.test(kind);
        const stamped = (fact: Fact, i: number): Fact => ({
          ...fact,
          recordedAt: last + (isWord(fact) ? story.indexOf(fact) : i),
        });
        const end = tick(last + 60_000);
        const straight = apply(newRun(), [...HEAD, ...story.map(stamped), end]);
        const pool = [...story, ...story.slice(0, 5)];
        for (const i of pool.keys()) {
          const pick = picks.next().value % pool.length;
          [pool[i], pool[pick]] = [pool[pick]!, pool[i]!];
        }
        const facts = pool.map(stamped);
        const other = apply(newRun(), [...HEAD, ...facts, end]);
        expect(decoded(other.fold)).toEqual(decoded(straight.fold));
        const keys = [...other.fold.keys(), ...straight.fold.keys()];
        expect(values(other.fold, keys)).toEqual(values(straight.fold, keys));
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
