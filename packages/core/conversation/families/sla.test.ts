import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, derivedAt, told } from '../../../../tests/support/derived.ts';
import { issue, message } from '../../../../tests/support/facts.ts';
import { createBusinessClock, PLAIN_CALENDAR } from '../../directory/calendar.ts';
import type { SlaPause, SlaPolicy, SlaTarget, SlaTargets } from '../../directory/config.ts';
import type { Fact, IssueObserved } from '../../facts/fact.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../time/instant.ts';
import { addFact, type ConversationFact } from '../add-fact.ts';
import type { DeriveContext } from '../derive.ts';
import { newConversation } from '../model.ts';

const wall = (minutes: number): SlaTarget => ({ ms: minutes * MINUTE_MS, clock: 'wall' });
const business = (minutes: number): SlaTarget => ({ ...wall(minutes), clock: 'business' });

const customer = (time: string): Fact => message('I', at(time), 'customer');
const human = (time: string): Fact => message('I', at(time), 'human', { authorId: 'A' });
const bot = (time: string): Fact => message('I', at(time), 'bot');
const look = (time: string, seen: IssueObserved): Fact =>
  issue('I', at(time), { createdAt: at('09:00'), ...seen });
const closed = (time: string): Fact => look(time, { stateCategory: 'closed' });
const opened = (time: string): Fact => look(time, { stateCategory: 'waiting_on_you' });

interface Given extends Partial<Omit<DeriveContext, 'sla' | 'T'>> {
  readonly T?: string;
  readonly tiers?: Readonly<Record<string, SlaTargets>>;
  readonly pauseOn?: readonly SlaPause[];
}

function judged(targets: SlaTargets, facts: readonly Fact[], given: Given = {}) {
  const { T = '23:59', tiers, pauseOn = ['on_hold'], ...more } = given;
  const policy: SlaPolicy = { targets, pauseOn, ...(tiers ? { tiers } : {}) };
  const tierOf = (account: string): string | null => (account === 'acme' ? 'gold' : null);
  const derived = derivedAt(facts, { ...more, T: at(T), sla: { policy, tierOf } });
  const { sla, dueAt } = derived;
  return { outcomes: told(derived.transitions, 'sla_'), sla, dueAt, derived };
}
const outcomes = (...args: Parameters<typeof judged>): string[] => judged(...args).outcomes;

const FIRST: SlaTargets = { first: { '*': wall(30) } };
const NEXT: SlaTargets = { next: { '*': wall(30) } };
const RESOLUTION: SlaTargets = { resolution: { '*': wall(120) } };

describe('targets of replies (metrics.md 1.4, 3.2)', () => {
  it('SLA-1 a reply on time is met, to the ms; a later one was breached when the target passed', () => {
    expect(outcomes(FIRST, [customer('09:00'), human('09:30')])).toEqual(['sla_met.first@09:30']);
    const late = [customer('09:00'), human('09:30:00.001')];
    expect(outcomes(FIRST, late)).toEqual(['sla_breached.first@09:30']);
    const { derived } = judged(FIRST, [customer('09:00'), human('09:10')]);
    const met = derived.transitions.find(({ kind }) => kind === 'sla_met.first');
    expect([met?.dims.assignee, met?.ms]).toEqual(['A', null]);
  });

  it('SLA-2 "thanks" and a close after the clock started is cancelled, not breached', () => {
    const answered = [customer('09:00'), human('09:10'), opened('09:11')];
    const thanks = [...answered, customer('10:00'), closed('10:05')];
    expect(outcomes(NEXT, thanks)).toEqual(['sla_cancelled.next@10:05']);
    expect(outcomes(FIRST, [customer('09:00'), opened('09:01'), closed('09:20')])).toEqual([
      'sla_cancelled.first@09:20',
    ]);
    // Had the target passed before, that stays.
    expect(outcomes(NEXT, [...answered, customer('10:00'), closed('10:40')])).toEqual([
      'sla_breached.next@10:30',
    ]);
    expect(outcomes(NEXT, [...answered, customer('10:00'), closed('10:30')])).toEqual([
      'sla_breached.next@10:30',
    ]);
    const released = [
      ...[...answered, customer('10:00')],
      look('10:10', { stateCategory: 'waiting_on_customer', latestMessageAt: at('10:00') }),
    ];
    expect(outcomes(NEXT, released)).toEqual(['sla_cancelled.next@10:10']);
  });

  it('SLA-3 while it runs its instant is known, and by then it is breached with nothing new', () => {
    const asked = [customer('09:00')];
    const before = judged(FIRST, asked, { T: '09:29' });
    expect([before.outcomes, before.dueAt]).toEqual([[], at('09:30')]);
    expect(before.sla?.clocks).toEqual([{ dueAt: at('09:30'), isBreached: false }]);
    const after = judged(FIRST, asked, { T: '09:30' });
    expect([after.outcomes, after.dueAt]).toEqual([['sla_breached.first@09:30'], null]);
    expect(after.sla?.clocks).toEqual([{ dueAt: null, isBreached: true }]);
  });

  it('SLA-4 each wait after the first reply has a clock of its own, from its first message on', () => {
    const facts = [
      ...[customer('09:00'), human('09:10')],
      ...[customer('10:00'), customer('10:25'), human('10:31')],
      ...[customer('11:00'), human('11:05')],
    ];
    expect(outcomes({ ...FIRST, ...NEXT }, facts)).toEqual([
      'sla_met.first@09:10',
      'sla_breached.next@10:30',
      'sla_met.next@11:05',
    ]);
  });

  it('SLA-5 while a bot covers the wait its clock stands still', () => {
    // Covered from 09:05 on, and for two minutes after what nobody answered at 09:20.
    const covered = [customer('09:00'), bot('09:05'), customer('09:20')];
    expect(judged(FIRST, covered, { T: '09:21' }).dueAt).toBe(at('09:22'));
    const due = [{ dueAt: at('09:47'), isBreached: false }];
    expect(judged(FIRST, covered, { T: '09:21' }).sla?.clocks).toEqual(due);
    expect(outcomes(FIRST, covered)).toEqual(['sla_breached.first@09:47']);
    // Answered by the bot it is never due; a person who takes it ends that.
    const answered = [customer('09:00'), bot('09:05')];
    expect(judged(FIRST, answered).sla?.clocks).toEqual([{ dueAt: null, isBreached: false }]);
    const taken = [
      ...[...answered, look('09:06', { stateCategory: 'new', assigneeId: null })],
      look('10:05', { stateCategory: 'new', assigneeId: 'A' }),
    ];
    expect(outcomes(FIRST, taken)).toEqual(['sla_breached.first@10:30']);
  });

  it('SLA-6 a rest does not pause the clock of a reply', () => {
    const held = [customer('09:00'), opened('09:01'), look('09:05', { stateCategory: 'on_hold' })];
    expect(outcomes(FIRST, held)).toEqual(['sla_breached.first@09:30']);
  });
});

describe('targets of resolutions', () => {
  const begun = [customer('09:00'), opened('09:01'), human('09:10')];

  it('SLA-7 from the start to the close that stands; a reopening takes it back, closed time is none', () => {
    const first = [...begun, closed('10:00')];
    expect(outcomes(RESOLUTION, first)).toEqual(['sla_met.resolution@10:00']);
    const again = [...first, customer('14:00'), opened('14:00:01')];
    expect(judged(RESOLUTION, again, { T: '14:30' })).toMatchObject({
      outcomes: [],
      dueAt: at('15:00'),
    });
    expect(outcomes(RESOLUTION, [...again, closed('14:59')])).toEqual(['sla_met.resolution@14:59']);
    const late = [...again, closed('15:01')];
    expect(outcomes(RESOLUTION, late)).toEqual(['sla_breached.resolution@15:00']);
  });

  it('SLA-7 what was breached stays, closed or not', () => {
    const late = [...begun, closed('11:30')];
    expect(outcomes(RESOLUTION, late)).toEqual(['sla_breached.resolution@11:00']);
    const again = [...late, customer('14:00'), opened('14:00:01'), closed('14:05')];
    expect(outcomes(RESOLUTION, again)).toEqual(['sla_breached.resolution@11:00']);
  });

  it('SLA-8 it stands still while it rests as the policy says', () => {
    const rested = (seen: IssueObserved): Fact[] => [
      ...[...begun, look('09:30', seen)],
      look('10:30', { stateCategory: 'waiting_on_you', snoozedUntil: null }),
    ];
    const due = (seen: IssueObserved, pauseOn?: readonly SlaPause[]): string[] =>
      outcomes(RESOLUTION, rested(seen), pauseOn ? { pauseOn } : {});
    const [asUsual, later] = [['sla_breached.resolution@11:00'], ['sla_breached.resolution@12:00']];
    const onHold = { stateCategory: 'on_hold' } as const;
    const snoozed = { snoozedUntil: at('20:00') };
    const onCustomer = { stateCategory: 'waiting_on_customer' } as const;
    expect([due(onHold), due(snoozed), due(onCustomer)]).toEqual([later, asUsual, asUsual]);
    expect(due(onHold, [])).toEqual(asUsual);
    expect(due(snoozed, ['snoozed'])).toEqual(later);
    expect(due(onHold, ['snoozed'])).toEqual(asUsual);
    expect(due(onCustomer, ['waiting_on_customer'])).toEqual(later);
    // Two at once are one pause.
    const both = [...rested({ ...onHold, ...snoozed })];
    expect(outcomes(RESOLUTION, both, { pauseOn: ['on_hold', 'snoozed'] })).toEqual(later);
  });

  it('SLA-8 a customer who writes ends the pause, a snooze ends it at its instant', () => {
    const held = [...begun, look('09:30', { stateCategory: 'on_hold' }), customer('10:00')];
    expect(outcomes(RESOLUTION, held)).toEqual(['sla_breached.resolution@11:30']);
    const snoozed = [...begun, look('09:30', { snoozedUntil: at('10:30') })];
    const given = { pauseOn: ['snoozed'], T: '10:00' } as const;
    expect(judged(RESOLUTION, snoozed, given).sla?.clocks[0]?.dueAt).toBe(at('12:00'));
    expect(judged(RESOLUTION, snoozed, given).dueAt).toBe(at('10:30'));
    // On hold beside it, which counts for nothing here.
    const both = { stateCategory: 'on_hold', snoozedUntil: at('10:30') } as const;
    expect(judged(RESOLUTION, [...begun, look('09:30', both)], given).dueAt).toBe(at('10:30'));
  });

  it('SLA-9 without messages it runs from the issue’s creation, and replies have no clock', () => {
    const facts = [opened('09:01'), closed('10:30')];
    const given = { noMessages: true };
    expect(outcomes({ ...FIRST, ...RESOLUTION }, facts, given)).toEqual([
      'sla_met.resolution@10:30',
    ]);
  });

  it('SLA-9 what is gone has no clock and no outcome', () => {
    const spam = [...begun, look('10:00', { tags: ['spam'] })];
    const { outcomes, sla, dueAt } = judged(RESOLUTION, spam);
    expect([outcomes, sla, dueAt]).toEqual([[], null, null]);
  });
});

describe('which target', () => {
  const asked = (priority: string | null, more: IssueObserved = {}): Fact[] => [
    customer('09:00'),
    look('09:00:01', { stateCategory: 'new', priority, ...more }),
  ];
  const BY: SlaTargets = { first: { urgent: wall(10), high: wall(60) } };

  it('SLA-10 that of the priority, else of any other; where there is none no clock runs', () => {
    expect(outcomes(BY, asked('urgent'))).toEqual(['sla_breached.first@09:10']);
    expect(judged(BY, asked('constructor')).sla).toBeNull();
    expect(judged(BY, asked(null)).sla).toBeNull();
    const any = { first: { ...BY.first, '*': wall(120) } };
    expect(outcomes(any, asked(null))).toEqual(['sla_breached.first@11:00']);
    expect(outcomes(any, asked('whatever'))).toEqual(['sla_breached.first@11:00']);
  });

  it('SLA-10 that of the account’s tier first, where it says something', () => {
    const tiers = { gold: { first: { urgent: wall(5) } } };
    const acme = { accountId: 'acme' };
    expect(outcomes(BY, asked('urgent', acme), { tiers })).toEqual(['sla_breached.first@09:05']);
    expect(outcomes(BY, asked('high', acme), { tiers })).toEqual(['sla_breached.first@10:00']);
    const other = asked('urgent', { accountId: 'other' });
    expect(outcomes(BY, other, { tiers })).toEqual(['sla_breached.first@09:10']);
  });

  it('SLA-11 a changed priority: the clock keeps its start, and is breached then if that is past', () => {
    const raised = (time: string): Fact[] => [
      ...asked('high'),
      look(time, { stateCategory: 'new', priority: 'urgent' }),
    ];
    expect(outcomes(BY, raised('09:05'))).toEqual(['sla_breached.first@09:10']);
    expect(outcomes(BY, raised('09:20'))).toEqual(['sla_breached.first@09:20']);
    // By then it was breached already.
    expect(outcomes(BY, raised('10:20'))).toEqual(['sla_breached.first@10:00']);
    // Lowered in time, and in the very ms; then lowered to where nothing is promised.
    const lowered = (time: string, priority: string): Fact[] => [
      ...asked('urgent'),
      look(time, { stateCategory: 'new', priority }),
    ];
    expect(outcomes(BY, lowered('09:10', 'high'))).toEqual(['sla_breached.first@10:00']);
    expect(outcomes(BY, lowered('09:05', 'low'))).toEqual([]);
    // A reply comes before what changes in its second.
    const answered = [...raised('09:20:00'), human('09:20:00.500')];
    expect(outcomes(BY, answered)).toEqual(['sla_met.first@09:20']);
  });

  it('SLA-12 in open hours of the account and the team of now; on the wall where there are none', () => {
    const TO_FIVE: SlaTargets = { first: { '*': business(120) } };
    const week = [0, 1, 2, 3, 4].flatMap((day) => [9, 17].map((h) => day * DAY_MS + h * HOUR_MS));
    const noon = [0, 1, 2, 3, 4].flatMap((day) => [12, 17].map((h) => day * DAY_MS + h * HOUR_MS));
    const hours = (spans: readonly number[]) => ({ zone: 'UTC', week: spans, holidays: [] });
    const calendar = {
      ...PLAIN_CALENDAR,
      schedules: { desk: hours(week), late: hours(noon) },
      workspace: 'desk',
      teams: { 'team-late': 'late' },
    };
    const clock = createBusinessClock([{ from: 0, calendar }]);
    const night = [customer('07:00'), look('07:01', { stateCategory: 'new', teamId: 'team-1' })];
    expect(outcomes(TO_FIVE, night, { clock })).toEqual(['sla_breached.first@11:00']);
    const moved = [...night, look('09:30', { stateCategory: 'new', teamId: 'team-late' })];
    expect(outcomes(TO_FIVE, moved, { clock })).toEqual(['sla_breached.first@14:00']);
    expect(outcomes(TO_FIVE, night)).toEqual(['sla_breached.first@09:00']);
  });

  it('SLA-13 while a clock runs it is due when Pylon’s newest look says, if it says', () => {
    const says = (first: string | null): IssueObserved => ({
      breachAt: { first: first === null ? null : at(first), next: null, resolution: null },
    });
    const seen = (time: string, first: string | null): Fact =>
      look(time, { stateCategory: 'new', priority: 'high', ...says(first) });
    const told = [customer('09:00'), seen('09:01', '09:20')];
    expect(judged(BY, told, { T: '09:10' }).dueAt).toBe(at('09:20'));
    expect(outcomes(BY, told)).toEqual(['sla_breached.first@09:20']);
    expect(outcomes(BY, [...told, seen('09:05', '11:00')])).toEqual(['sla_breached.first@11:00']);
    expect(outcomes(BY, [...told, seen('09:05', null)])).toEqual(['sla_breached.first@10:00']);
    // What it says of another clock, or once this one has stopped, is not of it.
    const answered = [...told, human('09:30'), seen('09:31', '12:00')];
    expect(outcomes(BY, answered)).toEqual(['sla_breached.first@09:20']);
    const atOnce = [...told, seen('09:30:00', '12:00'), human('09:30:00.500')];
    expect(outcomes(BY, atOnce)).toEqual(['sla_breached.first@09:20']);
    const next = { first: null, next: at('10:45'), resolution: null };
    const later = [
      ...[customer('09:00'), look('09:05', { stateCategory: 'new', breachAt: next })],
      ...[human('09:10'), customer('10:00')],
    ];
    expect(outcomes(NEXT, later)).toEqual(['sla_breached.next@10:30']);
    // Nor is what lies before its start.
    expect(outcomes(BY, [customer('09:00'), seen('09:05', '08:50')])).toEqual([
      'sla_breached.first@10:00',
    ]);
  });

  it('SLA-13 a look in which Pylon’s instant alone differs is no repetition', () => {
    const conversation = newConversation('I');
    const [first, next] = [at('09:30'), null];
    const additions = [at('13:00'), at('13:00'), at('14:00'), null].map((resolution, i) =>
      addFact(
        conversation,
        look(`09:0${i}`, {
          breachAt: resolution === null ? null : { first, next, resolution },
        }) as ConversationFact,
      ),
    );
    expect(additions).toEqual(['changed', 'redundant', 'changed', 'changed']);
  });
});

const STATES = ['waiting_on_you', 'on_hold', 'closed', 'waiting_on_customer'] as const;

/** What counting minute by minute finds: `states` holds one of each minute, the last one goes on. */
function countedSlowly(
  states: readonly string[],
  pauseOn: readonly string[],
  minutes: number,
): { due: number | null; isClosedAt: number | null } {
  const last = states.at(-1)!;
  let counted = 0;
  let due: number | null = null;
  let isClosedAt: number | null = null;
  for (let minute = 0; minute < states.length + minutes; minute++) {
    const state = states[minute] ?? last;
    if (state !== 'closed') isClosedAt = null;
    else isClosedAt ??= minute;
    if (state !== 'closed' && !pauseOn.includes(state)) counted += 1;
    if (counted === minutes) due ??= minute + 1;
  }
  return { due, isClosedAt };
}

it('SLA-14 a due instant is the one that counting minute by minute finds', () => {
  const step = fc.record({
    minutes: fc.integer({ min: 2, max: 12 }),
    state: fc.constantFrom(...STATES),
  });
  const pauses = fc.subarray(['on_hold', 'waiting_on_customer'] as const);
  const found = { breached: 0, met: 0, neither: 0 };
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 40 }), pauses, (steps, n, pauseOn) => {
      const START = at('09:00');
      const facts = [
        customer('09:00'),
        issue('I', START, { createdAt: START, stateCategory: 'waiting_on_you' }),
      ];
      const states: string[] = [];
      let state: (typeof STATES)[number] = 'waiting_on_you';
      for (const { minutes, state: next } of steps) {
        for (let i = 0; i < minutes; i++) states.push(state);
        facts.push(issue('I', START + states.length * MINUTE_MS, { stateCategory: next }));
        state = next;
      }
      const { due, isClosedAt } = countedSlowly([...states, state], pauseOn, n);
      const policy = { targets: { resolution: { '*': wall(n) } }, pauseOn };
      const sla = { policy, tierOf: () => null };
      const { transitions } = derivedAt(facts, { T: START + DAY_MS, sla });
      const outcome = transitions.find(({ kind }) => kind.startsWith('sla_'));
      const said = outcome && [outcome.kind, (outcome.at - START) / MINUTE_MS];
      const isLate = due !== null && (isClosedAt === null || due < isClosedAt);
      found[isLate ? 'breached' : isClosedAt === null ? 'neither' : 'met'] += 1;
      if (isLate) expect(said).toEqual(['sla_breached.resolution', due]);
      else
        expect(said).toEqual(isClosedAt === null ? undefined : ['sla_met.resolution', isClosedAt]);
    }),
    { numRuns: 2_000 },
  );
  expect(Math.min(...Object.values(found))).toBeGreaterThan(20);
});
