import { describe, expect, it } from 'vitest';
import { at, derivedAt, told } from '../../../../tests/support/derived.ts';
import { config, correction, issue, message, tick } from '../../../../tests/support/facts.ts';
import type { ClosedBy, Fact, IssueObserved } from '../../facts/fact.ts';
import { createFactFold, type FactFold } from '../../fold/fold.ts';
import { DAY_MS, HOUR_MS } from '../../time/instant.ts';
import { declaredOf } from '../declared.ts';
import type { Derived } from '../derive.ts';

const look = (when: number, seen: IssueObserved): Fact =>
  issue('I', when, { createdAt: at('09:00'), channel: 'email', ...seen }, { recordedAt: when });
const say = (when: number, author: 'customer' | 'human' | 'bot'): Fact =>
  message('I', when, author, { recordedAt: when });
const CLOSED = at('10:00');
const closedByAi = (when: number): Fact =>
  look(when, { stateCategory: 'closed', aiResolved: true });
/** Asked, answered by a bot, closed by the AI. */
const CLAIMED: readonly Fact[] = [
  look(at('09:00'), { stateCategory: 'waiting_on_you' }),
  say(at('09:00'), 'customer'),
  say(at('09:01'), 'bot'),
  closedByAi(CLOSED),
];
const declared = declaredOf({ csatScale: { min: 1, max: 5, positiveFrom: 4 } });
const outcomeOf = (T: number, ...more: readonly Fact[]): Derived =>
  derivedAt([...CLAIMED, ...more], { T, declared });
const outcomes = (T: number, ...more: readonly Fact[]): string[] =>
  outcomeOf(T, ...more)
    .transitions.filter(({ kind }) => kind.startsWith('ai_outcome.'))
    .map(({ kind, at: when }) => `${kind.slice(11)} ${(when - CLOSED) / HOUR_MS} h`);
const back = (when: number): Fact[] => [
  say(when, 'customer'),
  look(when, { stateCategory: 'waiting_on_you' }),
];

describe('what becomes of an AI claim', () => {
  it('AI-5 pending, until silence of 7 days makes it assumed, by time alone', () => {
    const week = CLOSED + 7 * DAY_MS;
    expect(outcomes(week - 1)).toEqual(['pending 0 h']);
    expect(outcomeOf(week - 1).dueAt).toBe(week);
    expect(outcomes(week)).toEqual(['assumed 168 h']);
    expect(outcomeOf(week).dueAt).toBeNull();
  });

  it('AI-5 on chat 72 h are enough', () => {
    const chat = CLAIMED.map((fact) =>
      fact.kind === 'issue.observed' ? { ...fact, body: { ...fact.body, channel: 'chat' } } : fact,
    ) as Fact[];
    const { transitions, dueAt } = derivedAt(chat, { T: CLOSED + 1, declared });
    expect([told(transitions, 'ai_outcome'), dueAt]).toEqual([
      ...[['ai_outcome.pending@10:00'], CLOSED + 72 * HOUR_MS],
    ]);
  });

  it('AI-5 the customer who is back on day 6 makes it fail, on day 8 no more', () => {
    const day = (n: number): number => CLOSED + n * DAY_MS;
    expect(outcomes(day(30), ...back(day(6)))).toEqual(['failed 144 h']);
    expect(outcomes(day(30), ...back(day(8)))).toEqual(['assumed 168 h']);
    expect(outcomes(day(30), say(day(2), 'human'))).toEqual(['failed 48 h']);
    const thanks = look(day(1) + 40_000, { stateCategory: 'closed' });
    expect(outcomes(day(2), ...back(day(1)), thanks)).toEqual(['pending 0 h']);
  });

  it('AI-5 a positive rating confirms it, at once or after all that time', () => {
    const rated = (when: number, score: number): Fact =>
      look(when, { stateCategory: 'closed', csat: [score] });
    expect(outcomes(CLOSED + DAY_MS, rated(CLOSED + HOUR_MS, 5))).toEqual(['confirmed 1 h']);
    expect(outcomes(CLOSED + DAY_MS, rated(CLOSED + HOUR_MS, 3))).toEqual(['pending 0 h']);
    const late = CLOSED + 8 * DAY_MS;
    expect(outcomes(late, rated(late, 4))).toEqual(['confirmed 192 h']);
  });

  it.each([
    ...(['human', 'automation_silence', 'automation_rule', 'external_sync'] as const),
    ...(['bulk', 'merge', 'unknown'] as const),
  ])('AI-4 a close by %s is no claim', (closedBy: ClosedBy) => {
    expect(claimsOf(closedBy)).toEqual([]);
    expect(claimsOf('ai_agent')).toEqual(['ai_outcome.pending']);
    expect(claimsOf('customer')).toEqual(['ai_outcome.confirmed']);
  });

  it('AI-4 a person who has spoken before leaves nothing to claim, and there is one claim', () => {
    const [asked, said, ...rest] = CLAIMED;
    const helped = [asked!, said!, say(at('09:30'), 'human'), ...rest];
    expect(told(derivedAt(helped, { T: CLOSED }).transitions, 'ai_outcome')).toEqual([]);
    const again = [...back(CLOSED + 9 * DAY_MS), closedByAi(CLOSED + 10 * DAY_MS)];
    expect(outcomes(CLOSED + 20 * DAY_MS, ...again)).toEqual(['assumed 168 h']);
  });
});
const folded = (facts: readonly Fact[]): FactFold => {
  const fold = createFactFold({ topology: 1, hash: (text) => text });
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
  }
  return fold;
};

function claimsOf(closedBy: ClosedBy): string[] {
  const word = correction('correction.closed_by', 'I', CLOSED, { closedBy });
  const fold = folded([...CLAIMED, { ...word, recordedAt: CLOSED + 1 }]);
  const kinds = Object.keys(fold.totals('acme')!.totals.transitions);
  return kinds.filter((kind) => kind.startsWith('ai_outcome.'));
}

describe('the deflection proxy', () => {
  const HEAD = config(at('08:00'), {
    ...{ messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } },
  });
  it('AI-6 what nobody came back from, beside all in which a person has a hand', () => {
    const human: readonly Fact[] = [
      message('J', at('09:00'), 'customer'),
      message('J', at('09:01'), 'bot'),
    ];
    const fold = folded([HEAD, ...human, ...CLAIMED]);
    const proxy = () =>
      fold.read('acme/deflection-proxy')!.series!.cells.find(({ window }) => window === '24h')!;
    const take = (fact: Fact): void => {
      fold.advance(fold.timeOf(fact));
      fold.ingest(fact, 100);
    };
    expect(proxy()).toMatchObject({ value: null, n: 0 });
    take(message('J', at('11:00'), 'human', { authorId: 'ada' }));
    expect(proxy()).toMatchObject({ value: 0, n: 1 });
    take(tick(CLOSED + 7 * DAY_MS + 1));
    expect(proxy()).toMatchObject({ value: 1_000_000, num: 1, den: 1 });
  });
});
