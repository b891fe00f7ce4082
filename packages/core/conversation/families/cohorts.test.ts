import { describe, expect, it } from 'vitest';
import { at, derivedAt } from '../../../../tests/support/derived.ts';
import { evidence, issue, message } from '../../../../tests/support/facts.ts';
import type { ClosedBy, Fact, IssueObserved } from '../../facts/fact.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../time/instant.ts';
import { declaredOf } from '../declared.ts';
import type { DeriveContext } from '../derive.ts';
import type { Amounts } from '../transition.ts';

const START = at('09:00');
const look = (when: number, seen: IssueObserved): Fact =>
  issue('I', when, { createdAt: START, channel: 'email', ...seen }, { recordedAt: when });
const say = (when: number, author: 'customer' | 'human' | 'bot', authorId = 'ann'): Fact =>
  message('I', when, author, author === 'human' ? { authorId } : {});
const closed = (when: number, more: IssueObserved = {}): Fact =>
  look(when, { stateCategory: 'closed', resolutionAt: when, ...more });
const waits = (when: number): Fact => look(when, { stateCategory: 'waiting_on_you' });
const back = (when: number): Fact[] => [say(when, 'customer'), waits(when)];
const ASKED: readonly Fact[] = [waits(START), say(START, 'customer')];

/** What became of each, in the order of their instants. */
function outcomes(
  kind: 'opened' | 'closed' | 'handled',
  facts: readonly Fact[],
  more: Partial<DeriveContext> = {},
): Amounts[] {
  const { transitions } = derivedAt(facts, { T: START + 60 * DAY_MS, ...more });
  return transitions.filter((t) => t.kind === `cohort.${kind}`).map(({ amounts }) => amounts!);
}
const resolved = (...facts: readonly Fact[]): number | undefined =>
  outcomes('opened', [...ASKED, ...facts])[0]?.resolved;

describe('what has become of it', () => {
  it('COHORT-1 stands at the instant and in the row of what it is of', () => {
    const facts = [
      ...ASKED,
      look(START + HOUR_MS, { stateCategory: 'waiting_on_you', teamId: 'X', assigneeId: 'ann' }),
      say(START + 2 * HOUR_MS, 'human'),
      look(START + 3 * HOUR_MS, { stateCategory: 'closed', teamId: 'Y' }),
    ];
    const { transitions } = derivedAt(facts, { T: START + DAY_MS });
    for (const kind of ['opened', 'handled', 'closed']) {
      const [anchor, outcome] = ['', 'cohort.'].map(
        (prefix) => transitions.find((t) => t.kind === `${prefix}${kind}`)!,
      );
      expect([outcome!.at, outcome!.live]).toEqual([anchor!.at, anchor!.live]);
      expect(outcome!.dims).toEqual(anchor!.dims);
    }
    const rows = transitions.filter(({ kind }) => kind.startsWith('cohort.'));
    expect(rows.map(({ dims }) => dims.team)).toEqual(['X', 'Y', 'X']);
  });

  it('COHORT-1 without a customer nothing was opened, and what is out of the numbers has none', () => {
    const proactive = [look(START, { stateCategory: 'new' }), say(START + 1, 'human')];
    const read = [...proactive, closed(START + HOUR_MS)];
    expect(outcomes('opened', read, { noMessages: false })).toHaveLength(1);
    const spam = [...ASKED, closed(START + HOUR_MS, { stateSlug: 'spam' })];
    for (const kind of ['opened', 'closed', 'handled'] as const) {
      expect(outcomes(kind, spam, { declared: declaredOf({}) })).toEqual([]);
    }
  });
});

describe('resolved of opened', () => {
  it('COHORT-2 within 7 days to the second, not later', () => {
    const week = START + 7 * DAY_MS;
    expect(resolved()).toBe(0);
    expect(resolved(closed(week + 999))).toBe(1);
    expect(resolved(closed(week + SECOND_MS))).toBe(0);
  });

  it('COHORT-2 a reopening takes it back, and a close after the 7 days is too late', () => {
    const day = closed(START + DAY_MS);
    expect(resolved(day, ...back(START + 20 * DAY_MS))).toBe(0);
    expect(resolved(day, ...back(START + 2 * DAY_MS), closed(START + 3 * DAY_MS))).toBe(1);
    expect(resolved(day, ...back(START + 2 * DAY_MS), closed(START + 9 * DAY_MS))).toBe(0);
  });

  it.each<[ClosedBy, number]>([
    ['bulk', 0],
    ['merge', 0],
    ['automation_silence', 1],
  ])('COHORT-2 a close by %s resolves %i', (closedBy, expected) => {
    const said = evidence('I', START + DAY_MS, { closedBy, basis: 'declared' });
    expect(resolved(closed(START + DAY_MS), said)).toBe(expected);
  });
});

describe('closes that stay, or do not', () => {
  const CLOSED = START + HOUR_MS;
  const returns = (channel: string, ...more: readonly Fact[]): (number | undefined)[][] => {
    const facts = [...ASKED, say(START + 1_000, 'human'), closed(CLOSED), ...more].map((fact) =>
      fact.kind === 'issue.observed' ? { ...fact, body: { ...fact.body, channel } } : fact,
    ) as Fact[];
    return outcomes('closed', facts).map(({ returned, reopened }) => [returned, reopened]);
  };

  it('COHORT-3 the customer is back within 7 days, on chat 72 h; a day later it is no return', () => {
    const on = (day: number): Fact[] => back(CLOSED + day * DAY_MS);
    expect(returns('email', ...on(7))).toEqual([[1, 1]]);
    expect(returns('email', ...on(8))).toEqual([[0, 0]]);
    expect(returns('chat', ...on(3))).toEqual([[1, 1]]);
    expect(returns('chat', ...on(4))).toEqual([[0, 0]]);
  });

  it('COHORT-3 "thanks", closed again 40 s later, is in the reading of any reopening alone', () => {
    const thanks = back(CLOSED + HOUR_MS);
    expect(returns('email', ...thanks, closed(CLOSED + HOUR_MS + 40_000))).toEqual([
      ...[
        [0, 1],
        [0, 0],
      ],
    ]);
  });

  it('COHORT-3 by an agent it is reopened, and nobody returned', () => {
    const again = [say(CLOSED + HOUR_MS, 'human'), waits(CLOSED + HOUR_MS + 1_000)];
    expect(returns('email', ...again)).toEqual([[0, 1]]);
  });

  const atOnce = (...facts: readonly Fact[]): (number | undefined)[] | undefined =>
    outcomes('closed', [...ASKED, ...facts]).map((t) => [t.oneOwner, t.oneTouch])[0];

  it('COHORT-4 by one person, with one message', () => {
    const [first, second] = [START + 1_000, START + 2_000];
    expect(atOnce(say(first, 'human'), closed(CLOSED))).toEqual([1, 1]);
    expect(atOnce(say(first, 'human'), say(second, 'human'), closed(CLOSED))).toEqual([1, 0]);
    expect(atOnce(say(first, 'human'), say(second, 'human', 'ben'), closed(CLOSED))).toEqual([
      0, 0,
    ]);
    expect(atOnce(say(first, 'bot'), closed(CLOSED))).toEqual([0, 1]);
    expect(atOnce(say(first, 'bot'), say(second, 'human'), closed(CLOSED))).toEqual([1, 0]);
    expect(atOnce(closed(CLOSED))).toEqual([0, 0]);
    const note = message('I', second, 'human', { authorId: 'ben', note: true });
    expect(atOnce(say(first, 'human'), note, closed(CLOSED))).toEqual([1, 1]);
  });

  it('COHORT-4 what is said after the close does not count, the return of the customer does', () => {
    const solved = [say(START + 1_000, 'human'), closed(CLOSED)];
    expect(atOnce(...solved, say(CLOSED + HOUR_MS, 'human', 'ben'))).toEqual([1, 1]);
    expect(atOnce(...solved, ...back(CLOSED + DAY_MS))).toEqual([0, 0]);
    const again = [...back(CLOSED + DAY_MS), closed(CLOSED + 3 * DAY_MS)];
    expect(outcomes('closed', [...ASKED, ...solved, ...again]).map((t) => t.oneOwner)).toEqual([
      ...[0, undefined],
    ]);
  });
});

describe('escalated of opened', () => {
  it('COHORT-5 ever, until 28 days after the start', () => {
    const escalated = (days: number): number | undefined => {
      const linked = { stateCategory: 'waiting_on_you', external: ['E-1'] } as const;
      const facts = [look(START, { stateCategory: 'new', external: [] }), ...ASKED];
      return outcomes('opened', [...facts, look(START + days * DAY_MS, linked)])[0]?.escalated;
    };
    expect([1, 28, 29].map(escalated)).toEqual([1, 1, 0]);
  });
});

describe('handled without a person', () => {
  it('COHORT-6 pending, then assumed by time; failed where the customer is back', () => {
    const claim = [
      ...[...ASKED, say(START + 3_000, 'bot')],
      closed(START + HOUR_MS, { aiResolved: true }),
    ];
    const unaided = (T: number, ...more: readonly Fact[]): unknown =>
      outcomes('handled', [...claim, ...more], { T }).map((t) => [t.unaided, t.unaidedSure]);
    expect(unaided(START + DAY_MS)).toEqual([[1, 0]]);
    expect(unaided(START + 8 * DAY_MS)).toEqual([[1, 1]]);
    expect(unaided(START + 8 * DAY_MS, ...back(START + 6 * DAY_MS))).toEqual([[0, 0]]);
    expect(outcomes('handled', ASKED)).toEqual([]);
  });
});
