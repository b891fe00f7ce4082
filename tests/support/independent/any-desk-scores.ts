/**
 * Stories of a desk that has enough of everything to be scored: a few conversations of accounts in spring, and a
 * fortnight of many short ones in which some agents and topics come to twenty, and others do not.
 */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact, FactBodies, FactKind } from '@sapwood/core/facts';
import fc from 'fast-check';
import { hash32 } from './any-desk.ts';
import type { DeskStep } from './any-desk-step.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Days on which nothing but time goes on, after the last conversation. */
export const LAST_TICKS = 4;

const hours = (ms: number) => ({ ms: ms * HOUR_MS, clock: 'wall' }) as const;

/** What such a desk declares: mostly all of it. */
export const scoredDesks: fc.Arbitrary<Partial<WorkspaceConfig>> = fc
  .record({
    agentIndex: fc.constantFrom(true, true, true, false),
    healthWeights: fc.constantFrom(
      ...[{}, {}, { volume: 2, resolution: 0 }, { sentiment: 3, escalation: 4, volume: 1 }],
    ),
    sla: fc.constantFrom(
      { targets: { resolution: { '*': hours(2) } }, pauseOn: [] },
      { targets: {}, tiers: { vip: { resolution: { '*': hours(1) } } }, pauseOn: [] },
    ),
  })
  .map((some) => ({
    ...some,
    csatScale: { min: 1, max: 5, positiveFrom: 4 },
    escalationTags: ['vip'],
    by: {
      'account-health-score': ['account', 'account_tier'],
      'agent-productivity-index': ['assignee'],
      'knowledge-gap-score': ['category'],
      'agent-specialisation': ['assignee', 'category'],
    },
  }));

const STEP: Omit<DeskStep, 'what' | 'gapMs' | 'id'> = {
  ...{ author: 'customer', agent: 'ada', team: 'a', state: 'waiting_on_you', channel: 'email' },
  ...{ seen: 'read', lateMs: 0, aheadMs: 0, twice: false, amount: 0 },
};
type Beat = Pick<DeskStep, 'what'> & Partial<DeskStep>;

/** How long it takes to close what is about a topic, how often of ten it is escalated, and who has it. */
interface Topic {
  readonly name: string | null;
  readonly restMs: readonly number[];
  readonly escalated: number;
  readonly agents: readonly (string | null)[];
}
const LOGIN: Topic = {
  ...{ name: 'login', restMs: [MINUTE_MS, 10 * MINUTE_MS, 20 * MINUTE_MS], escalated: 1 },
  agents: ['ada', 'ada', 'ada', 'cho', 'cho', 'dan'],
};
const BILLING: Topic = {
  ...{ name: 'billing', restMs: [10 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS], escalated: 2 },
  agents: ['cho', 'cho', 'cho', 'ada', 'ada', 'eve'],
};
// Not every value may stand in a key as it is.
const ODD: Topic = {
  ...{ name: '50% {a=b}, é', restMs: [MINUTE_MS, 5 * HOUR_MS, 9 * HOUR_MS], escalated: 5 },
  agents: ['dan', 'dan', 'dan', 'ada', 'cho', null],
};
const RARE: Topic = {
  ...{ name: 'rare', restMs: [0, HOUR_MS], escalated: 9, agents: ['ada', 'eve', null] },
};
const NONE: Topic = { ...RARE, name: null, escalated: 3 };
const TOPICS = [LOGIN, LOGIN, LOGIN, BILLING, BILLING, BILLING, ODD, ODD, ODD, RARE, NONE];

interface Talk {
  readonly topic: Topic;
  readonly restMs: number;
  readonly agent: string | null;
  readonly account: string | null;
  readonly contact: string;
  readonly tags: readonly string[];
  readonly waitMs: number;
  readonly isEscalated: boolean;
  readonly score: number | null;
  readonly end: 'close' | 'again' | 'open' | 'spam' | 'gone';
  readonly pauseMs: number;
}

const talks = (tags: readonly string[], pauses: readonly number[]): fc.Arbitrary<Talk> =>
  fc.constantFrom(...TOPICS).chain((topic) =>
    fc.record({
      topic: fc.constant(topic),
      restMs: fc.constantFrom(...topic.restMs),
      agent: fc.constantFrom(...topic.agents),
      account: fc.constantFrom('gold', 'gold', 'tin', 'iron', null),
      contact: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'),
      tags: fc.subarray([...tags], { maxLength: 2 }),
      waitMs: fc.constantFrom(0, MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS),
      isEscalated: fc.nat({ max: 9 }).map((nth) => nth < topic.escalated),
      score: fc.constantFrom(null, null, 5, 5, 1, 9),
      end: fc.constantFrom(...Array.from({ length: 16 }, () => 'close' as const), ...RARELY),
      pauseMs: fc.constantFrom(...pauses),
    }),
  );
const RARELY = ['again', 'open', 'spam', 'gone'] as const;

/** Little of it is looked at: what the last look shows was so since. */
function told(one: Talk, id: string): DeskStep[] {
  const { topic, agent, account, contact, tags, score, end } = one;
  const team = agent === 'eve' ? 'b' : 'a';
  const detail = { account, category: topic.name, tags };
  const isRated = score !== null && end !== 'open';
  const steps: Beat[] = [
    { what: 'message', author: 'customer', gapMs: one.pauseMs, contact, detail, team },
    { what: 'agent', agent, seen: 'unseen' },
    { what: 'message', author: 'human', agent, gapMs: one.waitMs, seen: 'unseen' },
    ...(one.isEscalated ? [{ what: 'tag', word: 'vip' } as const] : []),
    ...(end === 'open'
      ? [{ what: 'touch' } as const]
      : [{ what: 'close', gapMs: one.restMs, seen: isRated ? 'unseen' : 'read' } as const]),
    ...(isRated ? [{ what: 'rate', scores: [score] } as const] : []),
    ...(end === 'again'
      ? [
          {
            what: 'message',
            author: 'customer',
            brings: 'waiting_on_you',
            gapMs: HOUR_MS,
          } as const,
          { what: 'close', gapMs: one.restMs } as const,
        ]
      : []),
    ...(end === 'spam' || end === 'gone' ? [{ what: end, gapMs: HOUR_MS } as const] : []),
  ];
  return steps.map((step) => ({ ...STEP, gapMs: 1_000, ...step, id }));
}

const tiers: fc.Arbitrary<readonly DeskStep[]> = fc
  .array(
    fc.record({
      account: fc.constantFrom('gold', 'tin'),
      tier: fc.constantFrom('vip', 'vip', 'basic', null),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((all) => all.map((one) => ({ ...STEP, ...one, what: 'tier', gapMs: 1_000, id: 'tier' })));

const tick = (days: number): DeskStep => ({
  ...{ ...STEP, what: 'tick', id: 'tick', gapMs: days * DAY_MS },
});

/** Spring, a pause until 112 days are known or nearly, the fortnight with a tier that changes, and its end. */
export const scoreStories: fc.Arbitrary<DeskStep[]> = fc
  .record({
    spring: fc.array(talks(['old', 'odd'], [HOUR_MS, DAY_MS, 3 * DAY_MS]), {
      minLength: 6,
      maxLength: 14,
    }),
    pauseMs: fc.constantFrom(...[30, 90, 90, 95, 100].map((days) => days * DAY_MS)),
    first: fc.array(talks(['old', 'odd', 'new'], [MINUTE_MS, HOUR_MS, 3 * HOUR_MS]), {
      minLength: 45,
      maxLength: 55,
    }),
    second: fc.array(talks(['old', 'new', 'last'], [MINUTE_MS, HOUR_MS, 3 * HOUR_MS]), {
      minLength: 45,
      maxLength: 55,
    }),
    begin: tiers,
    change: tiers,
  })
  .map(({ spring, pauseMs, first, second, begin, change }) => [
    ...begin,
    ...spring.flatMap((one, i) => told(one, `S${i}`)),
    ...first.flatMap((one, i) => told(i === 0 ? { ...one, pauseMs } : one, `A${i}`)),
    ...change,
    ...second.flatMap((one, i) => told(one, `B${i}`)),
    ...[1, 5, 9, 16].map(tick),
  ]);

/** Who is in which team: from the start, and otherwise from some read on, so many percent of all facts later. */
export function withTeams(facts: readonly Fact[], percent: number): Fact[] {
  const index = facts.findIndex(
    ({ group }, i) => 100 * i >= percent * facts.length && (!group || group.i === group.n - 1),
  );
  const [first, then] = [facts[0]!, facts[index]!];
  const team = (base: Fact, id: string, ...members: readonly string[]): Fact =>
    toldAt(base, id, 'team.observed', { members, rank: null });
  const human = { userKind: 'human', status: null, role: null } as const;
  return [
    first,
    ...['cho', 'dan', 'eve'].map((id) => toldAt(first, id, 'user.observed', human)),
    ...[team(first, 'a', 'ada', 'cho', 'dan'), team(first, 'z', 'dan')],
    ...facts.slice(1, index + 1),
    ...[team(then, 'a', 'ada', 'cho'), team(then, 'b', 'eve')],
    ...facts.slice(index + 1),
  ];
}

function toldAt<K extends FactKind>(
  { v, workspace, observedAt, recordedAt }: Fact,
  entity: string,
  kind: K,
  body: FactBodies[K],
): Fact {
  const factId = hash32(`${kind} ${entity} ${observedAt}`);
  return {
    ...{ v, workspace, factId, kind, entity, at: null, observedAt, recordedAt },
    ...{ origin: 'webhook', via: 'rest', srcs: [], readAfter: null, group: null, body },
  } as unknown as Fact;
}
