/** What is usual at this hour of the week, from facts to cells (metrics.md 0, `vsHow`). */
import { describe, expect, it } from 'vitest';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import { PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import { CATALOGUE } from '../metrics/catalogue.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { hasUsual } from './counts.ts';
import type { FactFold } from './fold.ts';

const WEEK_MS: number = 7 * DAY_MS;
const START: number = Date.parse('2026-06-01T00:00:00Z');
const KOLKATA = { changes: [], offsets: [5.5 * HOUR_MS] };
const declared = (more: object = {}): Fact =>
  config(START, { messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] }, ...more });

/** Who asks at an instant is answered and closed two minutes later. */
function contact(id: string, at: number, channel: string): Fact[] {
  const of = { createdAt: at, channel, teamId: 't' };
  return [
    issue(id, at, { ...of, stateCategory: 'new' }),
    message(id, at, 'customer'),
    message(id, at + MINUTE_MS, 'human', { authorId: 'ann' }),
    issue(id, at + 2 * MINUTE_MS, { ...of, stateCategory: 'closed' }),
  ];
}

/** Each Monday at 10:10 one more than the week before, by e-mail; two by chat at 10:40. */
function weeks(n: number): Fact[] {
  return Array.from({ length: n }, (_, week) => {
    const at = START + week * WEEK_MS + 10 * HOUR_MS + 10 * MINUTE_MS;
    const mail = Array.from({ length: week + 1 }, (_, i) =>
      contact(`m${week}-${i}`, at + i, 'email'),
    );
    const chat = [0, 1].map((i) => contact(`c${week}-${i}`, at + 30 * MINUTE_MS + i, 'chat'));
    return [...mail, ...chat].flat();
  })
    .flat()
    .sort((a, b) => a.recordedAt - b.recordedAt);
}

const at10 = (week: number): Fact => tick(START + week * WEEK_MS + 10 * HOUR_MS + MINUTE_MS);

function usual(fold: FactFold, key: string, window = '60m'): number | null {
  return fold.read(`acme/${key}`)!.series!.cells.find((one) => one.window === window)!.vsHow;
}

const VOLUME = 'conversation-volume';
const [MAIL, CHAT] = [`${VOLUME}{channel=email}`, `${VOLUME}{channel=chat}`];

describe('what is usual', () => {
  it('USUAL-5 it is told once there are four weeks, in all and by channel and team, and of no duration', () => {
    const young = folded([declared(), ...weeks(3), at10(3)]);
    expect(usual(young, VOLUME)).toBeNull();
    const fold = folded([declared(), ...weeks(4), at10(4)]);
    // 1 2 3 4 by e-mail.
    expect([usual(fold, MAIL), usual(fold, CHAT), usual(fold, VOLUME)]).toEqual([3, 2, 5]);
    expect(usual(fold, `${VOLUME}{team=t}`)).toBe(5);
    expect([usual(fold, VOLUME, '30m'), usual(fold, VOLUME, 'bday')]).toEqual([2, 0]);
    expect(usual(fold, 'first-response-time')).toBeNull();
    // Of the Sunday before the first week nothing is known.
    expect(usual(fold, VOLUME, '24h')).toBeNull();
    folded([...weeks(6).slice(weeks(4).length), at10(6), tick(at10(6).recordedAt + HOUR_MS)], fold);
    // 3 4 5 6 7 8, of the hour that is over.
    expect([usual(fold, VOLUME), usual(fold, VOLUME, '24h')]).toEqual([0, 6]);
  });

  it('USUAL-5 a new hour tells it anew, and nothing else of these weeks does', () => {
    const fold = folded([declared(), ...weeks(4), at10(4)]);
    fold.touched();
    folded([tick(fold.T + 30 * MINUTE_MS)], fold);
    expect(fold.touched().dirty).not.toContain(`acme/${VOLUME}`);
    folded([tick(fold.T + 30 * MINUTE_MS)], fold);
    expect(fold.touched().dirty).toContain(`acme/${VOLUME}`);
  });

  it('USUAL-5 what is summarised stays usual, restored and in another zone', () => {
    const fold = folded([declared(), ...weeks(8), at10(8)]);
    expect(usual(fold, MAIL)).toBe(5);
    expect([...fold.encode()].some(([, field]) => field === `acme/quarter/${MAIL}`)).toBe(true);
    expect(usual(restored(fold), MAIL)).toBe(5);
    // 10:10 is 15:40 there: the hour from 15:00 on, that of 09:30 to 10:30 UTC, has the mails and no chat.
    const calendar = {
      ...PLAIN_CALENDAR,
      zone: 'Asia/Kolkata',
      zones: { 'Asia/Kolkata': KOLKATA },
    };
    const there = config(fold.T + 1, {
      ...{ messages: 'read', currency: 'GBP', sources: [], tree: { nodes: [] } },
      calendar,
    });
    folded([there], fold);
    expect([usual(fold, MAIL), usual(fold, CHAT)]).toEqual([5, 0]);
    restored(fold);
  });

  it('USUAL-5 weeks that no hour reaches any more are forgotten', () => {
    const fold = folded([declared(), ...weeks(2), tick(START + 12 * WEEK_MS)]);
    expect(usual(fold, MAIL)).toBe(0);
    expect([...fold.encode()].some(([, field]) => field.includes('quarter/'))).toBe(false);
    restored(fold);
  });

  it('USUAL-5 what is taken back weeks later is no longer usual', () => {
    const fold = folded([declared(), ...weeks(4), at10(4)]);
    folded([issue('m3-0', fold.T + 1, { stateCategory: 'closed', tags: ['spam'] })], fold);
    // 1 2 3 3
    expect(usual(fold, MAIL)).toBe(3);
    folded([issue('m3-1', fold.T + 1, { stateCategory: 'closed', tags: ['spam'] })], fold);
    // 1 2 2 3
    expect(usual(fold, MAIL)).toBe(2);
  });

  it('USUAL-6 at the reset nothing is usual of the business day, an hour later it is, of what never came too', () => {
    const fold = folded([declared(), ...weeks(5), at10(5)]);
    const today = (): (number | null)[] =>
      [MAIL, 'holds', 'no-reply-rate', 'first-response-time'].map((key) =>
        usual(fold, key, 'bday'),
      );
    expect(today()).toEqual([0, 0, null, null]);
    // 1 2 3 4 5 by e-mail.
    folded([tick(fold.T + HOUR_MS)], fold);
    expect(today()).toEqual([3, 0, 0, null]);
    folded([tick(START + 5 * WEEK_MS + DAY_MS + MINUTE_MS)], fold);
    expect(today()).toEqual([null, null, null, null]);
    fold.touched();
    folded([tick(fold.T + HOUR_MS)], fold);
    expect(fold.touched().dirty).toContain('acme/holds');
    expect(today()).toEqual([0, 0, null, null]);
    restored(fold);
  });

  it('USUAL-7 of a share it is that of the same hour, with what is summarised, restored and taken back', () => {
    // Of four that close each Monday at 10:12 some had no answer.
    const closes = [1, 2, 3, 0, 4, 1, 2, 2].flatMap((unanswered, week) =>
      Array.from({ length: 4 }, (_, i) => {
        const at = START + week * WEEK_MS + 10 * HOUR_MS + 10 * MINUTE_MS + i;
        const told = contact(`s${week}-${i}`, at, 'email');
        return i < unanswered
          ? told.filter(({ body }) => !('authorId' in body && body.authorId === 'ann'))
          : told;
      }).flat(),
    );
    closes.sort((a, b) => a.recordedAt - b.recordedAt);
    const fold = folded([declared(), ...closes, at10(8)]);
    const row = 'no-reply-rate{team=t}';
    const all = (of = fold): (number | null)[] =>
      ['5m', '60m', '24h', 'bday'].map((window) => usual(of, row, window));
    // 0 1 1 2 | 2 2 3 4 of 4. In the 24 hours before nothing was ever closed.
    expect(all()).toEqual([500_000, 500_000, null, null]);
    expect([...fold.encode()].some(([, field]) => field === `acme/quarter/${row}`)).toBe(true);
    expect(all(restored(fold))).toEqual(all());
    expect(usual(fold, 'handoffs-per-conversation')).toBeNull();
    // What was resolved of what was opened.
    expect(usual(fold, 'resolution-rate-flow')).toBe(1_000_000);
    folded([tick(fold.T + HOUR_MS)], fold);
    expect(all()).toEqual([null, null, 500_000, 500_000]);
    fold.touched();
    // Two of the last weeks that had an answer: 2 of 2, 0 1 1 2 | 2 3 4.
    const spam = ['s7-2', 's7-3'].map((id) =>
      issue(id, fold.T + 1, { stateCategory: 'closed', tags: ['spam'] }),
    );
    folded(spam, fold);
    expect(fold.touched().dirty).toContain(`acme/${row}`);
    expect(all()).toEqual([null, null, 500_000, 500_000]);
    folded([issue('s6-2', fold.T + 1, { stateCategory: 'closed', tags: ['spam'] })], fold);
    // 0 1 1 2 of 4, 2 of 3, 3 of 4, 2 of 2, 4 of 4; of the Sunday before the first of them nothing is known.
    expect(all()).toEqual([null, null, 666_667, 583_334]);
    restored(fold);
  });

  it('USUAL-8 it is told of counts, of these shares and of nothing else, and not over weeks', () => {
    const shares = CATALOGUE.filter(
      (metric) => metric.form !== 'COUNT' && hasUsual(metric, metric.id),
    );
    expect(shares.map(({ id }) => id).sort()).toEqual([
      ...['csat', 'custom-field-utilisation', 'deflection-proxy', 'escalation-context'],
      ...['no-reply-rate', 'resolution-rate-flow', 'sla-compliance', 'sla-first', 'sla-next'],
      ...['sla-resolution', 'tag-coverage'],
    ]);
    const [share] = shares;
    const rows = ['{channel=chat}', '{team=t}', '{assignee=ann}', '{team=t,tag=x}'];
    expect(rows.map((row) => hasUsual(share!, `${share!.id}${row}`))).toEqual([
      ...[true, true, false, false],
    ]);
    const fold = folded([declared(), ...weeks(5), at10(5), tick(at10(5).recordedAt + HOUR_MS)]);
    const told = CATALOGUE.flatMap(({ id, form }) => {
      const { cells } = fold.read(`acme/${id}`)!.series!;
      return cells.flatMap(({ window, vsHow }) => (vsHow === null ? [] : [`${form} ${window}`]));
    });
    // It is 11:01: in this hour nothing ever was.
    expect([...new Set(told)].sort()).toEqual([
      ...['COUNT 15m', 'COUNT 24h', 'COUNT 30m', 'COUNT 5m', 'COUNT 60m', 'COUNT bday'],
      ...['RATIO 24h', 'RATIO bday'],
    ]);
  });
});
