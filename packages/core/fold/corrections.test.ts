/** Corrections, merges and who closed it, through the whole fold (metrics.md 1.1, 1.4, 1.5, 2). */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import {
  config,
  correction,
  evidence,
  issue,
  message,
  threadOf,
  tick,
} from '../../../tests/support/facts.ts';
import type { TransitionEvent } from '../conversation/event.ts';
import type { ClosedBy, Fact } from '../facts/fact.ts';
import type { Put } from '../fold-contract.ts';
import { DAY_MS } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const HEAD = config(at('08:00'), {
  ...{ messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } },
});
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const newFold = (): FactFold => createFactFold({ topology: 1, hash });

interface Run {
  readonly fold: FactFold;
  readonly events: TransitionEvent[];
  readonly puts: Map<string, Put>;
}

function folded(
  facts: readonly Fact[],
  run: Run = { fold: newFold(), events: [], puts: new Map() },
) {
  for (const [offset, fact] of facts.entries()) {
    run.fold.advance(run.fold.timeOf(fact));
    run.fold.ingest(fact, offset);
    const { puts, outbox } = run.fold.touched();
    for (const put of puts) run.puts.set(put[1], put);
    for (const { topic, record } of outbox) {
      if (topic === 'events.v1') run.events.push(record as TransitionEvent);
    }
  }
  return run;
}

const countsOf = ({ fold }: Run): Readonly<Record<string, number>> =>
  fold.totals('acme')!.totals.transitions;

const cellOf = ({ fold }: Run, id: string) =>
  fold.read(`acme/${id}`)!.series!.cells.find(({ window }) => window === '24h')!;

/** A conversation that a customer began and a person answered and closed. */
const closedAt = (id: string, hh: string): Fact[] => [
  issue(id, at(`${hh}:00`), { stateCategory: 'waiting_on_you', createdAt: at(`${hh}:00`) }),
  message(id, at(`${hh}:00`), 'customer', { id: `${id}-asked` }),
  threadOf(id, at(`${hh}:00`)),
  message(id, at(`${hh}:10`), 'human', { id: `${id}-said`, authorId: 'ada' }),
  issue(id, at(`${hh}:20`), { stateCategory: 'closed', resolutionAt: at(`${hh}:20`) }),
];
const closers = ({ events }: Run): string[] => {
  const standing = new Map<string, string>();
  for (const { op, kind, at: when, dimensions } of events) {
    if (kind !== 'closed') continue;
    if (op === 'add') standing.set(String(when), dimensions['closed_by']!);
  }
  return [...standing.values()];
};

describe('who closed it', () => {
  const said = (closedBy: ClosedBy, when: string, more = {}): Fact =>
    correction('correction.closed_by', 'I', at(when), { closedBy }, more);

  it('CORR-1 a word comes before what is declared, that before what is audited, that before what is seen', () => {
    const facts = [HEAD, ...closedAt('I', '09')];
    const audited = evidence('I', at('09:21'), { closedBy: 'customer', basis: 'audited' });
    const declared = evidence('I', at('09:20'), { closedBy: 'external_sync', basis: 'declared' });
    const word = said('automation_rule', '09:25');
    expect(closers(folded(facts))).toEqual(['human']);
    expect(closers(folded([...facts, audited]))).toEqual(['customer']);
    expect(closers(folded([...facts, declared, audited]))).toEqual(['external_sync']);
    expect(closers(folded([HEAD, word, declared, ...facts.slice(1), audited]))).toEqual([
      'automation_rule',
    ]);
  });

  it('CORR-1 it is said of the last close that can have happened by then, and the newest word holds', () => {
    const again = [
      issue('I', at('10:00'), { stateCategory: 'waiting_on_you' }),
      issue('I', at('11:00'), { stateCategory: 'closed' }),
    ];
    const facts = [HEAD, ...closedAt('I', '09'), ...again];
    const early = said('bulk', '09:30', { recordedAt: at('12:00') });
    const late = said('customer', '10:30', { recordedAt: at('12:01') });
    expect(closers(folded([...facts, early, late]))).toEqual(['bulk', 'customer']);
    // The second close is known to lie after 10:00.
    const before = said('customer', '10:00', { recordedAt: at('12:02') });
    expect(closers(folded([...facts, early, before]))).toEqual(['customer', 'unknown']);
    const newer = said('external_sync', '09:20', { recordedAt: at('12:03') });
    expect(closers(folded([...facts, newer, early]))).toEqual(['external_sync', 'unknown']);
    const twice = { ...early, recordedAt: at('12:04') };
    expect(closers(folded([...facts, early, newer, twice]))).toEqual(['external_sync', 'unknown']);
  });

  it.each([
    ...(['human', 'ai_agent', 'customer', 'external_sync', 'unknown'] as const).map(
      (by) => ({ by, handled: 1, resolved: 1 }) as const,
    ),
    { by: 'automation_silence', handled: 0, resolved: 1 },
    { by: 'automation_rule', handled: 0, resolved: 1 },
    { by: 'bulk', handled: 0, resolved: 0 },
    { by: 'merge', handled: 0, resolved: 0 },
  ] as const)(
    'CORR-2 closed unanswered by $by: handled $handled, resolved $resolved',
    ({ by, handled, resolved }) => {
      const unanswered = closedAt('I', '09').filter(({ kind, body }) =>
        kind === 'message.observed' ? body.author === 'customer' : true,
      );
      const run = folded([HEAD, ...unanswered, said(by, '09:25')]);
      expect(countsOf(run)['handled'] ?? 0).toBe(handled);
      expect(countsOf(run)['resolved'] ?? 0).toBe(resolved);
      expect(cellOf(run, 'no-reply-rate').den).toBe(by === 'merge' ? 0 : 1);
    },
  );

  it('CORR-1 a silence that somebody declares has lasted since the last word of the team', () => {
    const run = folded([HEAD, ...closedAt('I', '09'), said('automation_silence', '09:25')]);
    expect(cellOf(run, 'average-resolution-time').value).toBe(600_000);
  });
});

describe('what is out', () => {
  const retract = (messageId: string | null, id = 'r'): Fact =>
    correction('correction.retract', 'I', at('10:00'), { messageId }, { id: id.repeat(32) });
  const supersede = (id: string, own = 's'): Fact =>
    correction(...(['correction.supersede', id.repeat(32), at('10:05'), {}] as const), {
      id: own.repeat(32),
    });

  it('CORR-3 a retracted conversation has its removal alone, a retracted message was never written', () => {
    const facts = [HEAD, ...closedAt('I', '09')];
    expect(countsOf(folded([...facts, retract(null)]))).toEqual({ 'removed.retracted': 1 });
    const run = folded([...facts, retract('I-said')]);
    expect(countsOf(run)['first_reply_human']).toBeUndefined();
    expect(countsOf(run)['opened']).toBe(1);
  });

  it('CORR-5 a superseded correction was never said; superseding that puts it in force again', () => {
    const facts = [HEAD, ...closedAt('I', '09')];
    const plain = countsOf(folded(facts));
    expect(countsOf(folded([...facts, retract(null), supersede('r')]))).toEqual(plain);
    const twice = [supersede('s', 't'), retract(null), supersede('r')];
    expect(countsOf(folded([...facts, ...twice]))).toEqual({ 'removed.retracted': 1 });
  });

  it('CORR-5 however long the chain of words that take one another back, the fold goes on', () => {
    const idOf = (n: number): string => n.toString(16).padStart(32, '0');
    const chain = Array.from({ length: 20_000 }, (_, n) =>
      correction('correction.supersede', idOf(n), at('11:00'), {}, { id: idOf(n + 1) }),
    );
    const first = { ...retract(null), factId: idOf(0) };
    const run = folded([HEAD, ...closedAt('I', '09'), first, ...chain]);
    expect(countsOf(run)['removed.retracted'] ?? 0).toBeLessThanOrEqual(1);
  });

  it('CORR-4 an author is who somebody says, the newest word first', () => {
    const is = (author: 'bot' | 'customer', when: string): Fact =>
      correction('correction.author_kind', 'ada', at(when), { author });
    const facts = [HEAD, ...closedAt('I', '09'), ...closedAt('J', '09')];
    expect(countsOf(folded([...facts, is('bot', '11:00')]))).toMatchObject({ first_reply_ai: 2 });
    const run = folded([HEAD, is('customer', '08:00'), is('bot', '08:30'), ...facts.slice(1)]);
    expect(countsOf(run)['first_reply_ai']).toBe(2);
    expect(countsOf(run)['first_reply_human']).toBeUndefined();
  });

  it('EXPLAIN-6 what is retracted, and what was merged, is told as left out', () => {
    const volume = { key: 'conversation-volume', window: '24h', clock: 'wall' } as const;
    const excludedIn = ({ fold }: Run) =>
      fold.explain('acme', { ...volume, limit: 10, after: null })!.excluded;
    const facts = [HEAD, ...closedAt('I', '09'), ...closedAt('J', '09')];
    expect(excludedIn(folded([...facts, retract(null)]))).toEqual({ retracted: 1 });
    const merged = correction('correction.merge', 'I', at('10:00'), { into: 'J' });
    expect(excludedIn(folded([...facts, merged]))).toEqual({ merged: 1 });
  });

  it('CORR-6 what a correction speaks of may come after it', () => {
    const facts = closedAt('I', '09');
    const before = folded([HEAD, retract(null), ...facts]);
    const after = folded([HEAD, ...facts, retract(null)]);
    expect(countsOf(before)).toEqual(countsOf(after));
  });

  it('CORR-7 what a correction takes back and adds names it and says why', () => {
    const { events } = folded([HEAD, ...closedAt('I', '09'), retract(null)]);
    const caused = events.filter(({ dimensions }) => dimensions['correction'] === 'r'.repeat(32));
    expect(new Set(caused.map(({ op, reason }) => `${op} ${reason}`))).toEqual(
      new Set(['retract retracted', 'add retracted']),
    );
    expect(caused.find(({ kind }) => kind === 'opened')?.op).toBe('retract');
    expect(
      events.filter(({ kind, op }) => kind === 'opened' && op === 'add')[0]!.reason,
    ).toBeNull();
  });

  it('CORR-8 nothing is forgotten of what is retracted: it may come back after months', () => {
    const later = tick(at('09:00') + 40 * DAY_MS);
    const facts = [HEAD, ...closedAt('I', '09')];
    const back = { ...supersede('r'), recordedAt: later.recordedAt + 1 };
    const run = folded([...facts, retract(null), later, back]);
    expect(countsOf(run)).toEqual(countsOf(folded(facts)));
  });
});

describe('merges', () => {
  const merge = (child: string, into: string, when = '12:00', id?: string): Fact =>
    correction(
      ...(['correction.merge', child, at(when), { into }] as const),
      id ? { id: id.repeat(32) } : {},
    );
  /** B was begun an hour after A, and is answered half an hour after it began. */
  const later: Fact[] = [
    issue('B', at('10:00'), { stateCategory: 'waiting_on_you', createdAt: at('10:00') }),
    message('B', at('10:00'), 'customer', { id: 'B-asked' }),
    threadOf('B', at('10:00')),
    message('B', at('10:30'), 'human', { id: 'B-said', authorId: 'ben' }),
  ];

  it('MERGE-1 the child leaves every number, the survivor counts from the earliest message of both', () => {
    const facts = [HEAD, ...closedAt('A', '09'), ...later];
    const apart = folded(facts);
    expect(cellOf(apart, 'conversation-volume').value).toBe(2);
    const run = folded([...facts, merge('A', 'B')]);
    expect(cellOf(run, 'conversation-volume').value).toBe(1);
    expect(countsOf(run)).toMatchObject({ merged_away: 1, opened: 1, created: 1, handled: 1 });
    // Asked under A at 9, answered under A at 9:10; B never was closed.
    expect(cellOf(run, 'first-response-time')).toMatchObject({ n: 1, value: 600_000 });
    expect(countsOf(run)['closed']).toBeUndefined();
    const since = run.events.slice(apart.events.length);
    const taken = since.filter((e) => e.conversation === 'A' && e.op === 'retract');
    expect(new Set(taken.map(({ reason }) => reason))).toEqual(new Set(['merged']));
    expect(taken.map(({ kind }) => kind)).toContain('cohort.opened');
  });

  it('MERGE-1 what is written in the child later is the survivor’s', () => {
    const facts = [HEAD, ...closedAt('A', '09'), ...later.slice(0, 3), merge('A', 'B')];
    const run = folded([...facts, message('A', at('12:30'), 'human', { authorId: 'ada' })]);
    expect(cellOf(run, 'message-response-time').n).toBe(2);
  });

  it('MERGE-1 a message that was retracted from the child is none of the survivor’s', () => {
    const facts = [HEAD, ...closedAt('A', '09'), ...later, merge('A', 'B')];
    const out = correction('correction.retract', 'A', at('13:00'), { messageId: 'A-said' });
    // B's own reply is the first that is left.
    expect(cellOf(folded([...facts, out]), 'first-response-time').value).toBe(90 * 60_000);
  });

  it('AI-5 a return on day 6 that is learned of later takes the assumption back', () => {
    const [asked, first, read] = closedAt('A', '09');
    const bot = message('A', at('09:01'), 'bot');
    const closed = issue('A', at('09:20'), { stateCategory: 'closed', aiResolved: true });
    const week = at('09:20') + 7 * DAY_MS;
    const helped = [
      message('B', week - 60_000, 'customer'),
      message('B', week - 30_000, 'human', { authorId: 'ada' }),
    ];
    const run = folded([HEAD, asked!, first!, read!, bot, closed, ...helped, tick(week)]);
    expect(cellOf(run, 'deflection-proxy')).toMatchObject({ value: 500_000, num: 1, den: 2 });
    const back = week - DAY_MS;
    const late = [
      message('A', back, 'customer', { recordedAt: week + 1 }),
      issue('A', back, { stateCategory: 'waiting_on_you' }, { recordedAt: week + 2 }),
    ];
    folded(late, run);
    expect(cellOf(run, 'deflection-proxy')).toMatchObject({ value: 0, num: 0, den: 1 });
    const told = run.events.filter(({ kind }) => kind.startsWith('ai_outcome.'));
    expect(told.map(({ op, kind, reason }) => `${op} ${kind} ${reason}`)).toEqual([
      'add ai_outcome.pending null',
      'retract ai_outcome.pending derived_anew',
      'add ai_outcome.assumed null',
      'retract ai_outcome.assumed derived_anew',
      'add ai_outcome.failed null',
    ]);
  });

  it('MERGE-2 a message of a closed conversation that is read under another one merges it', () => {
    const seen = message('B', at('09:00'), 'customer', { id: 'A-asked', recordedAt: at('12:00') });
    const run = folded([HEAD, ...closedAt('A', '09'), ...later, seen]);
    expect(countsOf(run)).toMatchObject({ merged_away: 1, opened: 1 });
    expect(run.events.find(({ kind }) => kind === 'merged_away')).toMatchObject({
      ...{ conversation: 'A', at: at('09:20') },
    });
    const body = { ...seen, via: 'body' } as Fact;
    expect(countsOf(folded([HEAD, ...closedAt('A', '09'), ...later, body]))['opened']).toBe(2);
    // Both are closed: the larger one lives on.
    const closed = issue('B', at('12:30'), { stateCategory: 'closed' });
    const both = folded([HEAD, ...later, closed, seen, ...closedAt('A', '09')]);
    expect(countsOf(both)['merged_away']).toBe(1);
    const away = both.events.filter(({ kind, op }) => kind === 'merged_away' && op === 'add');
    expect(away.at(-1)!.conversation).toBe('A');
    const reopened = issue('A', at('13:00'), { stateCategory: 'waiting_on_you' });
    expect(
      countsOf(folded([HEAD, ...closedAt('A', '09'), ...later, seen, reopened])),
    ).toMatchObject({ opened: 2 });
  });

  it('MERGE-2 an identity that many conversations hold is no message of any', () => {
    const many = Array.from({ length: 40 }, (_, n) => [
      issue(`M${n}`, at('09:00'), { stateCategory: 'new', createdAt: at('09:00') }),
      message(`M${n}`, at('09:00'), 'customer', { id: 'message-1' }),
    ]).flat();
    const closed = issue('M39', at('10:00'), { stateCategory: 'closed' });
    expect(countsOf(folded([HEAD, ...many, closed]))['opened']).toBe(40);
  });

  it('MERGE-3 merges go on from one to the next; the word that would close a circle is not heard', () => {
    const facts = [HEAD, ...closedAt('A', '09'), ...closedAt('C', '08'), ...later];
    const chain = [merge('A', 'C', '12:00'), merge('C', 'B', '12:01'), merge('B', 'A', '12:02')];
    const run = folded([...facts, ...chain]);
    expect(countsOf(run)).toMatchObject({ merged_away: 2, opened: 1 });
    expect(run.events.filter((e) => e.kind === 'opened').at(-1)).toMatchObject({
      ...{ conversation: 'B', at: at('08:00') },
    });
    expect(countsOf(folded([HEAD, ...chain, ...facts.slice(1)]))).toEqual(countsOf(run));
    // The one between knows who wrote in its part, whichever was told first.
    const [part, asked] = [closedAt('A', '09'), closedAt('C', '08').slice(0, 3)];
    const words = [merge('A', 'C', '11:58'), merge('C', 'B', '11:59')];
    const between = (...order: Fact[][]): unknown =>
      folded([HEAD, ...order.flat()]).puts.get('acme/conv/C')![2];
    expect(between(words, asked, later, part)).toBe(between(part, asked, later, words));
    const elsewhere = { ...merge('A', 'B'), workspace: 'other' };
    expect(countsOf(folded([...facts, elsewhere]))['opened']).toBe(3);
  });

  it('MERGE-4 restored it is what it was, and goes on so', () => {
    const facts = [HEAD, ...closedAt('A', '09'), ...later, merge('A', 'B')];
    const run = folded(facts);
    const restored = newFold();
    restored.restore([...run.puts.values()], run.fold.T);
    expect([...restored.encode()]).toEqual([...run.fold.encode()]);
    const next = message('A', at('12:30'), 'human', { authorId: 'ada' });
    const again = folded([next], { fold: restored, events: [], puts: new Map() });
    folded([next], run);
    expect([...restored.encode()]).toEqual([...run.fold.encode()]);
    expect(countsOf(again)).toEqual(countsOf(run));
  });

  it('MERGE-5 nothing is forgotten of what was merged: after months it may be taken apart', () => {
    const facts = [HEAD, ...closedAt('A', '09'), ...closedAt('B', '10')];
    const month = tick(at('09:00') + 40 * DAY_MS);
    const apart = correction('correction.supersede', 'm'.repeat(32), month.recordedAt + 1, {});
    const run = folded([...facts, merge('A', 'B', '12:00', 'm'), month, apart]);
    expect(countsOf(run)).toEqual(countsOf(folded(facts)));
    const forgotten = (text: string): boolean => text.includes('"past"');
    const texts = (): string[] =>
      [...run.fold.encode()].flatMap(([space, , text]) => (space === 'conv' ? [text!] : []));
    expect(texts().some(forgotten)).toBe(false);
    folded([tick(month.recordedAt + DAY_MS)], run);
    expect(texts().every(forgotten)).toBe(true);
  });
});
