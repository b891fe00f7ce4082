import type { IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, derived, derivedAt, told } from '../../../tests/support/derived.ts';
import { issue, message } from '../../../tests/support/facts.ts';
import type { Fact } from '../facts/fact.ts';

const look = (hhmm: string, seen: IssueObserved): Fact =>
  issue('I', at(hhmm), { createdAt: at('09:00'), ...seen });
const customer = (hhmm: string): Fact => message('I', at(hhmm), 'customer');
const human = (hhmm: string): Fact => message('I', at(hhmm), 'human', { authorId: 'A' });
const OPENED: readonly Fact[] = [
  customer('09:00'),
  look('09:01', { stateCategory: 'waiting_on_you', snoozedUntil: null }),
];

describe('rest (metrics.md 1.4)', () => {
  it('HOLD-1 it rests from the look that shows on_hold to the one that shows something else', () => {
    const list = derived([
      ...OPENED,
      look('10:00', { stateCategory: 'on_hold' }),
      look('11:00', { stateCategory: 'waiting_on_you' }),
    ]);
    expect(told(list, '')).toEqual(expect.arrayContaining(['held@10:00', 'unheld@11:00']));
    expect(list.find((t) => t.kind === 'held')?.atMin).toBe(at('09:01'));
  });
  it('HOLD-2 a snooze is over by itself, when it was due and not before', () => {
    const snoozed = [...OPENED, look('10:00', { snoozedUntil: at('12:00') })];
    const before = derivedAt(snoozed, { T: at('11:59') });
    expect([told(before.transitions, 'unheld'), before.dueAt]).toEqual([[], at('12:00')]);
    expect(told(derived(snoozed, { T: at('12:00') }), 'unheld')).toEqual(['unheld@12:00']);
    const seenLater = [...snoozed, look('13:00', { stateCategory: 'waiting_on_you' })];
    expect(told(derived(seenLater), 'unheld')).toEqual(['unheld@12:00']);
    // A word that is dated after its end, by a clock that is ahead, does not end it.
    const ahead = [...snoozed, customer('12:30')];
    expect(derivedAt(ahead, { T: at('11:59') }).dueAt).toBe(at('12:00'));
    expect(told(derived(ahead, { T: at('13:00') }), 'unheld')).toEqual(['unheld@12:00']);
  });
  it('HOLD-3 a customer who writes ends it; it begins again only by a change into it', () => {
    const woken = [...OPENED, look('10:00', { stateCategory: 'on_hold' }), customer('10:30')];
    expect(told(derived(woken), 'unheld')).toEqual(['unheld@10:30']);
    const still = [...woken, look('10:40', { stateCategory: 'on_hold', assigneeId: 'B' })];
    expect(told(derived(still), 'held')).toEqual(['held@10:00']);
    const again = [
      ...still,
      look('11:00', { stateCategory: 'waiting_on_you' }),
      look('12:00', { stateCategory: 'on_hold' }),
    ];
    expect(told(derived(again), 'held')).toEqual(['held@10:00', 'held@12:00']);
  });
  it('HOLD-4 what rests within a minute and no more did not rest', () => {
    const list = derived([
      ...OPENED,
      look('10:00:00', { stateCategory: 'on_hold' }),
      look('10:00:50', { stateCategory: 'waiting_on_you' }),
    ]);
    expect(told(list, 'held')).toEqual([]);
  });
  it('HOLD-5 time at rest is not in the active resolution; what began before is not known', () => {
    const list = derived([
      customer('09:00'),
      look('09:30', { stateCategory: 'on_hold' }),
      look('10:00', { stateCategory: 'waiting_on_you' }),
      look('11:00', { stateCategory: 'on_hold' }),
      look('11:20', { stateCategory: 'closed' }),
    ]);
    expect(told(list, 'held')).toEqual(['held@11:00']);
    const resolved = list.find((t) => t.kind === 'resolved');
    expect([resolved?.ms, resolved?.amounts?.activeMs]).toEqual([140 * 60_000, 90 * 60_000]);
  });
});

describe('from bot to person (metrics.md 1.4, 3.1)', () => {
  const bot = message('I', at('09:00:03'), 'bot');
  it('AI-1 case 5: the owner that is a person takes it over, once; the reply is measured from there', () => {
    const list = derived([
      customer('09:00'),
      bot,
      look('09:01', { stateCategory: 'new', assigneeId: 'robot' }),
      look('09:12', { stateCategory: 'new', assigneeId: 'A' }),
      human('09:20'),
      look('09:40', { stateCategory: 'new', assigneeId: 'B' }),
      look('10:12', { stateCategory: 'closed' }),
    ]);
    expect(told(list, 'ai_handed_off')).toEqual(['ai_handed_off@09:12']);
    expect(list.find((t) => t.kind === 'first_reply_after_handoff')?.ms).toBe(480_000);
    const resolved = list.find((t) => t.kind === 'resolved');
    expect([resolved?.ms, resolved?.amounts?.humanMs]).toEqual([72 * 60_000, 60 * 60_000]);
  });
  it('AI-2 a person who just writes takes it over with that message: no gap', () => {
    const list = derived([customer('09:00'), bot, human('09:20')]);
    expect(told(list, 'ai_handed_off')).toEqual(['ai_handed_off@09:20']);
    expect(list.find((t) => t.kind === 'first_reply_after_handoff')?.ms).toBe(0);
  });
  it('AI-3 without a bot, and without a person, nothing was handed off', () => {
    expect(told(derived([customer('09:00'), human('09:20')]), 'ai_')).toEqual([]);
    expect(told(derived([customer('09:00'), bot]), 'ai_')).toEqual([]);
  });
});

describe('the gap after a handoff (metrics.md 3.1)', () => {
  const handed = (...more: readonly Fact[]): Fact[] => [
    ...OPENED,
    look('09:02', { stateCategory: 'waiting_on_you', assigneeId: 'A' }),
    human('09:20'),
    look('09:40', { stateCategory: 'waiting_on_you', assigneeId: 'B' }),
    ...more,
  ];
  const gaps = (facts: readonly Fact[]): (number | null)[] =>
    derived(facts).flatMap((t) => (t.kind === 'handoff_answered' ? [t.ms] : []));
  const said = (hhmm: string, authorId: string): Fact =>
    message('I', at(hhmm), 'human', { authorId });
  it('GAP-1 it ends with the new owner’s message, nobody else’s', () => {
    expect(gaps(handed(said('09:45', 'A'), said('09:55', 'B')))).toEqual([900_000]);
  });
  it('GAP-2 a close, or the next handoff, ends it without a value', () => {
    const closed = look('09:50', { stateCategory: 'closed' });
    expect(gaps(handed(closed, said('09:55', 'B')))).toEqual([]);
    const on = look('09:50', { stateCategory: 'waiting_on_you', assigneeId: 'C' });
    expect(gaps(handed(on, said('09:55', 'B'), said('10:00', 'C')))).toEqual([600_000]);
  });
  it('GAP-3 a team is answered for by anybody', () => {
    const teams = [
      customer('09:00'),
      look('09:01', { teamId: 'X', stateCategory: 'new' }),
      human('09:10'),
      look('09:30', { teamId: 'Y', stateCategory: 'new' }),
      said('09:31', 'Z'),
    ];
    expect(gaps(teams)).toEqual([60_000]);
  });
});
