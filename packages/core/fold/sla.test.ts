/** Targets in the fold: breaches by log time alone, shares, gauges, tiers, forgotten chapters. */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { account, config, issue, message, tick } from '../../../tests/support/facts.ts';
import type { SlaPolicy } from '../directory/config.ts';
import type { Fact, IssueObserved } from '../facts/fact.ts';
import type { OutboxEntry } from '../fold-contract.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { createFactFold, type FactFold } from './fold.ts';

const wall = (minutes: number) => ({ ms: minutes * MINUTE_MS, clock: 'wall' }) as const;
const POLICY: SlaPolicy = {
  targets: { first: { '*': wall(90) }, resolution: { '*': wall(240) } },
  pauseOn: ['on_hold'],
};
const declared = (time: string, sla?: SlaPolicy, more: object = {}): Fact =>
  config(at(time), {
    ...{ currency: 'GBP', sources: [], tree: { nodes: [] }, ...more },
    ...(sla ? { sla } : {}),
  });
const customer = (id: string, time: string): Fact =>
  message(id, at(time), 'customer', { channel: 'email' });
const human = (id: string, time: string): Fact => message(id, at(time), 'human', { authorId: 'A' });
const look = (id: string, time: string, seen: IssueObserved = {}): Fact =>
  issue(id, at(time), { createdAt: at('09:00'), stateCategory: 'new', ...seen });
const newFold = (): FactFold => createFactFold({ topology: 1, hash: (text) => text });

/** Events as `kind@hh:mm`, those that are taken back with a minus. */
function folded(facts: readonly Fact[], fold = newFold()): { fold: FactFold; events: string[] } {
  const outbox: OutboxEntry[] = [];
  for (const [offset, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, offset);
    outbox.push(...fold.touched().outbox);
  }
  const events = outbox.flatMap(({ topic, record }) => {
    const { op, kind, at: when } = record as { op: string; kind: string; at: number };
    if (topic !== 'events.v1' || !kind.startsWith('sla_')) return [];
    const time = new Date(when).toISOString().slice(11, 16);
    return [`${op === 'add' ? '' : '-'}${kind}@${time}`];
  });
  return { fold, events };
}

function restored(fold: FactFold): FactFold {
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  return copy;
}

const cellOf = (fold: FactFold, id: string, window = '24h') =>
  fold.read(`acme/${id}`)!.series!.cells.find((cell) => cell.window === window)!;
const share = (fold: FactFold, id: string): readonly (number | string | null)[] => {
  const { value, num, den, reasons } = cellOf(fold, id);
  return [value, num, den, ...reasons.filter((reason) => reason !== 'window_filling')];
};
const GAUGES = [
  'sla-running',
  'sla-due-60m',
  'sla-due-30m',
  'sla-due-15m',
  'sla-due-5m',
  'sla-breached-open',
];
const gauges = (fold: FactFold): (number | null)[] =>
  GAUGES.map((id) => cellOf(fold, id, 'now').value);

const ASKED = [declared('08:00', POLICY), customer('a', '09:00'), look('a', '09:01')];

describe('targets in the fold', () => {
  it('SLA-15 on a quiet log a breach is told at its instant, by a tick alone', () => {
    expect(folded([...ASKED, tick(at('10:29:59.999'))]).events).toEqual([]);
    const { fold, events } = folded([...ASKED, tick(at('10:30'))]);
    expect(events).toEqual(['sla_breached.first@10:30']);
    expect(share(fold, 'sla-first')).toEqual([0, 0, 1]);
    // However far it moves at once, and once only.
    expect(folded([...ASKED, tick(at('12:00')), tick(at('12:01'))]).events).toEqual(events);
  });

  it('SLA-2 case "thanks": what was closed before its target passed is in no share', () => {
    const facts = [
      declared('08:00', { ...POLICY, targets: { next: { '*': wall(60) } } }),
      ...[customer('a', '09:00'), look('a', '09:01'), human('a', '09:10')],
      ...[customer('a', '10:00'), look('a', '10:05', { stateCategory: 'closed' })],
      tick(at('15:00')),
    ];
    const { fold, events } = folded(facts);
    expect(events).toEqual(['sla_cancelled.next@10:05']);
    expect(share(fold, 'sla-next')).toEqual([null, 0, 0, 'none_ended']);
    expect(gauges(fold)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('SLA-16 shares by kind and together; of what nobody declared they are unknown', () => {
    const facts = [
      ...ASKED,
      ...[customer('b', '09:00'), human('b', '09:20')],
      look('b', '10:00', { stateCategory: 'closed' }),
      tick(at('14:00')),
    ];
    const { fold } = folded(facts);
    expect(share(fold, 'sla-first')).toEqual([500_000, 1, 2]);
    expect(share(fold, 'sla-resolution')).toEqual([500_000, 1, 2]);
    expect(share(fold, 'sla-compliance')).toEqual([500_000, 2, 4]);
    expect(cellOf(fold, 'sla-next')).toMatchObject({
      ...{ state: 'unknown', value: null, reasons: ['no_policy'] },
    });
    const { fold: none } = folded([declared('08:00'), ...facts.slice(1)]);
    for (const id of ['sla-compliance', 'sla-first']) {
      expect(cellOf(none, id).reasons).toEqual(['no_policy']);
    }
    expect(gauges(none)).toEqual(GAUGES.map(() => null));
    const mute = declared('08:00', POLICY, { messages: 'none' });
    const { fold: silent } = folded([mute, look('a', '09:01')]);
    expect(cellOf(silent, 'sla-first').reasons).toEqual(['no_messages']);
  });

  it('SLA-17 each clock moves from one gauge to the next at its very instant', () => {
    const fold = newFold();
    const seen = (time: string): (number | null)[] => gauges(folded([tick(at(time))], fold).fold);
    folded(ASKED, fold);
    // The first reply is due at 10:30, the resolution at 13:00.
    expect(seen('09:29:59.999')).toEqual([2, 0, 0, 0, 0, 0]);
    expect(seen('09:30')).toEqual([2, 1, 0, 0, 0, 0]);
    expect(seen('10:00')).toEqual([2, 1, 1, 0, 0, 0]);
    expect(seen('10:15')).toEqual([2, 1, 1, 1, 0, 0]);
    expect(seen('10:25')).toEqual([2, 1, 1, 1, 1, 0]);
    expect(seen('10:29:59.999')).toEqual([2, 1, 1, 1, 1, 0]);
    expect(seen('10:30')).toEqual([1, 0, 0, 0, 0, 1]);
    expect(seen('12:56')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(seen('13:00')).toEqual([0, 0, 0, 0, 0, 1]);
    folded([human('a', '13:05')], fold);
    expect(seen('13:06')).toEqual([0, 0, 0, 0, 0, 1]);
    folded([look('a', '13:10', { stateCategory: 'closed' })], fold);
    expect(gauges(fold)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('SLA-23 the first of the targets that run is told by its instant, in all and in each row', () => {
    const first = (fold: FactFold, key = 'sla-running'): string | null => {
      const due = fold.read(`acme/${key}`)!.series!.firstDueAt;
      return due === null ? null : new Date(due).toISOString().slice(11, 16);
    };
    const fold = newFold();
    expect(first(folded([declared('08:00', POLICY)], fold).fold)).toBeNull();
    folded([customer('a', '09:00'), look('a', '09:01', { teamId: 'T' })], fold);
    folded([customer('b', '09:05'), look('b', '09:06')], fold);
    const inT = 'sla-running{team=T}';
    expect([first(fold), first(fold, inT)]).toEqual(['10:30', '10:30']);
    expect(first(fold, 'sla-due-60m')).toBeNull();
    // Answered: its resolution is due at 13:00, and first comes the reply of the other one.
    folded([human('a', '09:10')], fold);
    expect([first(fold), first(fold, inT)]).toEqual(['10:35', '13:00']);
    expect(first(restored(fold))).toBe('10:35');
    // At its instant it is late, and no longer due.
    folded([tick(at('10:35'))], fold);
    expect([first(fold), first(fold, inT)]).toEqual(['13:00', '13:00']);
    folded([look('a', '11:00', { stateCategory: 'on_hold', teamId: 'T' })], fold);
    expect([first(fold), first(fold, inT)]).toEqual(['13:05', null]);
    folded([declared('11:01')], fold);
    expect(first(fold)).toBeNull();
  });

  it('SLA-23 another instant is published though as many run and are due as before', () => {
    const { fold } = folded(ASKED);
    fold.touched();
    const moved = look('a', '09:02', {
      breachAt: { first: at('10:20'), next: null, resolution: null },
    });
    fold.advance(fold.timeOf(moved));
    fold.ingest(moved, 9);
    expect(fold.touched().dirty).toContain('acme/sla-running');
    expect(fold.read('acme/sla-running')!.series!.firstDueAt).toBe(at('10:20'));
  });

  it('SLA-17 what is closed is no open conversation, though a customer waits in it', () => {
    const { fold } = folded([
      declared('08:00', { ...POLICY, targets: { next: { '*': wall(30) } } }),
      ...[customer('a', '09:00'), human('a', '09:10')],
      ...[look('a', '09:20', { stateCategory: 'closed' }), customer('a', '10:00')],
    ]);
    expect(gauges(fold)).toEqual([1, 1, 1, 0, 0, 0]);
    expect(folded([tick(at('10:30'))], fold).events).toEqual(['sla_breached.next@10:30']);
    expect(gauges(fold)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('SLA-17 gauges stand by what the conversation is now', () => {
    const { fold } = folded([...ASKED, look('a', '09:10', { teamId: 'T' })]);
    expect(cellOf(fold, 'sla-running{team=T}', 'now').value).toBe(2);
    expect(cellOf(fold, 'sla-running{channel=email}', 'now').value).toBe(2);
    expect(cellOf(fold, 'sla-running{team=__none__}', 'now').value).toBe(0);
  });

  it('SLA-18 a tier that becomes known, and a policy that is changed, reach what was before', () => {
    const tiers = { gold: { first: { '*': wall(30) } } };
    const facts = [
      declared('08:00', { ...POLICY, tiers }),
      ...[customer('a', '09:00'), look('a', '09:01', { accountId: 'acme' })],
      ...[customer('b', '09:00'), look('b', '09:01', { accountId: 'other' })],
    ];
    const { fold, events } = folded([...facts, account('acme', at('10:00'), 'gold')]);
    expect(events).toEqual(['sla_breached.first@09:30']);
    const copy = restored(fold);
    expect(folded([account('acme', at('10:10'), 'silver')], copy).events).toEqual([
      '-sla_breached.first@09:30',
    ]);
    const strict = { ...POLICY, targets: { first: { '*': wall(20) } } };
    expect(folded([declared('10:20', strict)], copy).events).toEqual([
      'sla_breached.first@09:20',
      'sla_breached.first@09:20',
    ]);
    expect(folded([declared('10:21')], copy).events).toEqual([
      '-sla_breached.first@09:20',
      '-sla_breached.first@09:20',
    ]);
  });

  describe('a chapter that is forgotten', () => {
    /** Closed on the first day, asked again when it is a summary. */
    const LATER = at('09:00') + 40 * DAY_MS;
    const told = (closedAt: string): { fold: FactFold; back: (minutes: number) => string[] } => {
      const { fold } = folded([
        ...[...ASKED, human('a', '09:05'), look('a', '09:30', { stateCategory: 'on_hold' })],
        look('a', '10:30'),
        look('a', closedAt, { stateCategory: 'closed' }),
        look('a', '16:00', { stateCategory: 'closed', tags: ['seen'] }),
        ...[tick(at('23:00')), tick(LATER - HOUR_MS)],
      ]);
      const back = (minutes: number): string[] =>
        folded(
          [
            message('a', LATER, 'customer'),
            issue('a', LATER + 1_000, { stateCategory: 'waiting_on_you' }),
            tick(LATER + minutes * MINUTE_MS),
          ],
          restored(fold),
        ).events;
      return { fold, back };
    };

    it('SLA-19 reopened, its clock goes on with what it had counted: an hour on hold is none', () => {
      const { back } = told('12:00');
      // Two of four hours had passed.
      expect(back(119)).toEqual(['-sla_met.resolution@12:00']);
      expect(back(120)).toEqual(['-sla_met.resolution@12:00', 'sla_breached.resolution@11:00']);
    });

    it('SLA-19 while it is closed still, no clock runs and what was met stands', () => {
      const { fold } = told('12:00');
      const seen = issue('a', LATER, { stateCategory: 'closed', tags: ['again'] });
      expect(folded([seen], fold).events).toEqual([]);
      expect(gauges(fold)).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it('SLA-19 what was breached, and what nobody counted, is so after one more chapter too', () => {
      const again = (fold: FactFold): string[] => {
        const comes = (days: number): Fact[] => [
          message('a', LATER + days * DAY_MS, 'customer'),
          issue('a', LATER + days * DAY_MS + 1_000, { stateCategory: 'new' }),
        ];
        const goes = issue('a', LATER + HOUR_MS, { stateCategory: 'closed' });
        const rest = [tick(LATER + DAY_MS), tick(LATER + 39 * DAY_MS)];
        return folded([...comes(0), goes, ...rest, ...comes(40), tick(LATER + 50 * DAY_MS)], fold)
          .events;
      };
      expect(again(told('15:00').fold)).toEqual([]);
      const { fold } = folded([
        declared('08:00'),
        ...[customer('a', '09:00'), look('a', '10:00', { stateCategory: 'closed' })],
        ...[tick(at('23:00')), tick(LATER - HOUR_MS)],
        { ...declared('08:00', POLICY), recordedAt: LATER - 1 },
      ]);
      expect(again(fold)).toEqual([]);
    });

    it('SLA-19 what was breached in it is breached still, and never again', () => {
      const { fold, back } = told('15:00');
      expect(gauges(fold)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(back(1_000)).toEqual([]);
      const reopened = folded(
        [message('a', LATER, 'customer'), issue('a', LATER + 1_000, { stateCategory: 'new' })],
        restored(fold),
      );
      expect(gauges(reopened.fold)).toEqual([0, 0, 0, 0, 0, 1]);
    });

    it('SLA-19 forgotten before there was a policy, it has no clock of its resolution', () => {
      const { fold } = folded([
        declared('08:00'),
        ...[customer('a', '09:00'), look('a', '10:00', { stateCategory: 'closed' })],
        ...[tick(at('23:00')), tick(LATER - HOUR_MS)],
      ]);
      const { events } = folded(
        [
          { ...declared('08:00', POLICY), recordedAt: LATER - 1 },
          ...[message('a', LATER, 'customer'), issue('a', LATER + 1_000, { stateCategory: 'new' })],
          tick(LATER + 10 * HOUR_MS),
        ],
        fold,
      );
      expect(events).toEqual([]);
    });
  });

  it('SLA-20 restored, clocks and gauges are those that were, and go on', () => {
    const { fold } = folded([...ASKED, tick(at('10:20'))]);
    const copy = restored(fold);
    expect(gauges(copy)).toEqual(gauges(fold));
    for (const key of fold.keys()) expect(copy.read(key)).toEqual(fold.read(key));
    const rest = [tick(at('10:40')), tick(at('13:30'))];
    expect(folded(rest, copy).events).toEqual([
      'sla_breached.first@10:30',
      'sla_breached.resolution@13:00',
    ]);
    expect(gauges(copy)).toEqual([0, 0, 0, 0, 0, 1]);
  });
});
