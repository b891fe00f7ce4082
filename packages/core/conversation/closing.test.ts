import type { IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, derived, told } from '../../../tests/support/derived.ts';
import { issue, message } from '../../../tests/support/facts.ts';
import type { ClosedBy, Fact } from '../facts/fact.ts';
import { declaredOf } from './declared.ts';

const HOUR_MS = 3_600_000;
const CLOSED = { stateCategory: 'closed' } as const;
const look = (hhmm: string, seen: IssueObserved): Fact =>
  issue('I', at(hhmm), { createdAt: at('09:00'), ...seen });
const asked = (hhmm = '09:00'): Fact => message('I', at(hhmm), 'customer');
const said = (hhmm: string, author: 'human' | 'bot' = 'human'): Fact =>
  message('I', at(hhmm), author, { authorId: 'A' });
const silent = (closed: string, author: 'human' | 'bot' = 'human'): Fact[] => [
  asked(),
  said('09:10', author),
  look('09:11', { stateCategory: 'waiting_on_customer' }),
  look(closed, { stateCategory: 'closed' }),
];

describe('why it was closed (metrics.md 1.5)', () => {
  it.each<readonly [string, ClosedBy, number | undefined]>([
    ['12:10', 'automation_silence', 3 * HOUR_MS],
    ['12:25', 'automation_silence', 3 * HOUR_MS],
    ['12:26', 'unknown', 3 * HOUR_MS],
    ['12:10', 'unknown', undefined],
    ['10:10', 'human', 3 * HOUR_MS],
    ['10:11', 'unknown', 3 * HOUR_MS],
  ])('CLOSE-2 closed at %s it is by %s', (closed, by, autoCloseAfterMs) => {
    const list = derived(silent(closed), { autoCloseAfterMs });
    expect(list.find((t) => t.kind === 'closed')?.closedBy).toBe(by);
  });
  it('CLOSE-3 the duration of a close after silence ends with the last word of the team', () => {
    const list = derived(silent('12:10'), { autoCloseAfterMs: 3 * HOUR_MS });
    const resolved = list.find((t) => t.kind === 'resolved');
    expect([resolved?.at, resolved?.ms]).toEqual([at('12:10'), 600_000]);
  });
  it('CLOSE-4 a reopening takes `resolved` back, the next close sets it again', () => {
    const back = [
      ...silent('10:00'),
      asked('11:00'),
      look('11:01', { stateCategory: 'waiting_on_you' }),
    ];
    expect(told(derived(back), 'resolved')).toEqual([]);
    const again = [...back, look('12:00', { stateCategory: 'closed' })];
    expect(told(derived(again), 'resolved')).toEqual(['resolved@12:00']);
  });
  it('CLOSE-5 case 29: thanks after a close begin no episode', () => {
    const thanks = [
      ...silent('10:00'),
      asked('11:00'),
      look('11:00:01', { stateCategory: 'waiting_on_you' }),
      look('11:00:41', { stateCategory: 'closed' }),
    ];
    expect(told(derived(thanks), 'episode_handled')).toEqual(['episode_handled@09:10']);
  });
  it('CLOSE-6 a close after silence alone handles nothing; one by nobody known does', () => {
    const called = [
      said('08:59'),
      look('09:00', { stateCategory: 'waiting_on_customer', channel: 'phone' }),
      look('12:00', { stateCategory: 'closed' }),
    ];
    expect(told(derived(called), 'handled')).toEqual(['handled@12:00']);
    expect(told(derived(called, { autoCloseAfterMs: 3 * HOUR_MS }), 'handled')).toEqual([]);
  });
  it('CLOSE-7 the first close keeps its duration, whatever reopens later', () => {
    const again = [
      ...silent('10:00'),
      asked('11:00'),
      look('11:01', { stateCategory: 'waiting_on_you' }),
      look('12:00', { stateCategory: 'closed' }),
    ];
    const closes = derived(again).filter((t) => t.kind === 'closed');
    expect(closes.map((t) => t.amounts?.firstMs)).toEqual([3_600_000, undefined]);
  });
  it('CLOSE-8 a close tells whether the team ever wrote before it', () => {
    const unanswered = [asked(), look('09:01', {}), look('10:00', { stateCategory: 'closed' })];
    const flags = (facts: readonly Fact[]): (number | undefined)[] =>
      derived(facts).flatMap((t) => (t.kind === 'closed' ? [t.amounts?.unanswered] : []));
    expect(flags(unanswered)).toEqual([1]);
    expect(flags(silent('10:00', 'bot'))).toEqual([0]);
    expect(flags([...unanswered, said('10:01')])).toEqual([1]);
  });
  it.each<readonly [string, ClosedBy, readonly Fact[]]>([
    ['nobody wrote', 'ai_agent', [said('09:01', 'bot')]],
    ['a person wrote', 'human', [said('09:01', 'bot'), said('09:30')]],
    ['a person wrote later', 'ai_agent', [said('09:01', 'bot'), said('11:00')]],
  ])('CLOSE-9 the vendor says that its AI resolved it, %s', (_, closed, messages) => {
    const list = derived([
      asked(),
      ...messages,
      look('09:10', { stateCategory: 'waiting_on_customer' }),
      look('10:00', { stateCategory: 'closed', aiResolved: true }),
      look('12:00', { aiResolved: false }),
    ]);
    expect(list.find((t) => t.kind === 'closed')?.closedBy).toBe(closed);
  });
  it('CLOSE-9 it says so only after the close', () => {
    const seen = [asked(), look('09:30', { stateCategory: 'new' })];
    const list = derived([
      ...seen,
      look('10:00', { stateCategory: 'closed', aiResolved: null }),
      look('10:01', { aiResolved: true }),
    ]);
    expect(list.find((t) => t.kind === 'closed')?.closedBy).toBe('unknown');
  });
  it.each<readonly [string[] | undefined, number | undefined]>([
    [['a'], 1],
    [[], 0],
    [undefined, undefined],
  ])('CLOSE-10 closed with the tags %j it is tagged: %s', (tags, tagged) => {
    const seen = { stateCategory: 'closed', ...(tags ? { tags } : {}) } as const;
    const list = derived([look('09:10', { stateCategory: 'new' }), look('10:00', seen)]);
    expect(list.find((t) => t.kind === 'closed')?.amounts?.tagged).toBe(tagged);
  });
  it.each<readonly [string[] | undefined, string[], string | undefined]>([
    [['severity', 'topic'], ['topic', 'other'], '+topic,-severity'],
    [['severity', 'topic'], [], '-severity,-topic'],
    [['severity'], ['severity'], '+severity'],
    [undefined, ['severity'], undefined],
  ])('CLOSE-11 tracked %j and filled %j it says %s', (trackedFields, fieldsFilled, said) => {
    const declared = declaredOf(trackedFields ? { trackedFields } : {});
    const list = derived(
      [
        look('09:10', { stateCategory: 'new', fieldsFilled: [] }),
        look('10:00', { stateCategory: 'closed', fieldsFilled }),
        // Later is too late.
        look('10:30', { fieldsFilled: ['severity', 'topic'] }),
      ],
      { declared },
    );
    expect(list.find((t) => t.kind === 'closed')?.fields?.replace('\u001f', ',')).toBe(said);
  });
  it('CLOSE-11 nobody ever looked at its fields: it says nothing of them', () => {
    const list = derived([look('09:10', { stateCategory: 'new' }), look('10:00', CLOSED)], {
      declared: declaredOf({ trackedFields: ['severity'] }),
    });
    expect(list.find((t) => t.kind === 'closed')).not.toHaveProperty('fields');
  });
});
