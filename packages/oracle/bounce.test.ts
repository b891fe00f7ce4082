import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { expect, it } from 'vitest';
import { cellIn, over, shareIn, talk } from './returns.fixture.ts';
import { robot } from './told.fixture.ts';

const KEY = 'escalation-bounce';
const { bot, look, reply } = talk('I', { assigneeId: 'ada' });
/** A bot gave it to Ada at ten. */
const GIVEN = [robot('robot'), ...talk('I').ask('10 09:00'), bot('10 09:01'), look('10 10:00')];
const at = (time: string, ...more: readonly Fact[]) =>
  over([...GIVEN, ...more], { by: { [KEY]: ['category'] } })(time);
const share = (...more: readonly Fact[]): string => shareIn(at('15 00:00', ...more), KEY);
const to = (time: string, seen: IssueObserved): Fact => look(time, seen);

it('ORACLE-147 to another team or back to a bot within 24 h after it', () => {
  expect(share()).toBe('0/1');
  const team = (time: string): string => share(to(time, { teamId: 'tier2' }));
  expect([team('10 10:00:01'), team('11 10:00'), team('11 10:00:00.001')]).toEqual([
    ...['1/1', '1/1', '0/1'],
  ]);
  // Together with the handoff it is where that goes; an answer makes it a handoff, nothing else.
  const together = [...GIVEN.slice(0, -1), look('10 10:00', { teamId: 'tier2' })];
  expect(shareIn(over(together)('15 00:00'), KEY)).toBe('0/1');
  expect(share(reply('10 10:30'), to('10 11:00', { teamId: 'tier2' }))).toBe('1/1');
  expect(share(to('10 11:00', { assigneeId: 'robot' }))).toBe('1/1');
  expect(share(to('10 11:00', { assigneeId: 'ben' }))).toBe('0/1');
  expect(share(to('10 11:00', { assigneeId: null }), to('10 12:00', { assigneeId: 'robot' }))).toBe(
    '1/1',
  );
  expect(share(to('11 11:00', { assigneeId: 'robot' }))).toBe('0/1');
});

it('ORACLE-147 from the first human word where that was the handoff', () => {
  const said = [robot('robot'), ...talk('I').ask('10 09:00'), bot('10 09:01')];
  const moved = talk('I').look('10 09:30', { teamId: 'tier2' });
  expect(shareIn(over([...said, reply('10 09:30'), moved])('15 00:00'), KEY)).toBe('1/1');
  expect(shareIn(over([...said, moved, reply('10 09:30:01')])('15 00:00'), KEY)).toBe('0/1');
});

it('ORACLE-147 open for a day, settled a day ago, by team; nothing is known without messages', () => {
  const bounced = to('10 11:00', { teamId: 'tier2' });
  const open = cellIn(at('11 09:59', bounced), KEY)!;
  expect(open).toMatchObject({ num: 1, den: 1, provisionalPpm: 1_000_000 });
  const known = cellIn(at('11 10:00', bounced), KEY, '24h')!;
  expect(known).toMatchObject({ provisionalPpm: 0, settled: { num: 1, den: 1 } });
  expect(shareIn(at('12 00:00', bounced), `${KEY}{team=tier1}`)).toBe('1/1');
  expect(at('12 00:00').series.has(`${KEY}{channel=email}`)).toBe(false);
  expect(
    at('12 00:00')
      .series.get(KEY)!
      .cells.map(({ window }) => window),
  ).toEqual([...['24h', 'bday', '7d', '28d', '90d']]);
  const silent = over(GIVEN, { messages: 'none' })('12 00:00');
  expect(cellIn(silent, KEY)).toMatchObject({ value: null, n: 0 });
});

it('ORACLE-160 required fields that were filled when it gave it away, of all that were required', () => {
  const required = { handoverFields: ['order', 'topic', 'order'] };
  const context = (facts: readonly Fact[], declared: object = required): string =>
    shareIn(over(facts, declared)('15 00:00'), 'escalation-context');
  const filled = (time: string, ...fieldsFilled: string[]): Fact =>
    to(time, { assigneeId: null, fieldsFilled });
  const asked = [...GIVEN.slice(0, -1), to('10 09:10', { assigneeId: null })];
  expect(context(GIVEN)).toBe('0/0');
  expect(context([...GIVEN, filled('10 10:30', 'topic')])).toBe('1/2');
  const before = filled('10 09:30', 'topic', 'colour');
  const gives = to('10 10:00', { assigneeId: 'ada', fieldsFilled: ['order', 'topic'] });
  expect(context([...asked, before, gives])).toBe('2/2');
  // A message met what was there before its second.
  const owned = [...asked, before];
  const said = reply('10 09:40');
  expect(context([...owned, filled('10 09:40'), said])).toBe('1/2');
  expect(context([...owned, filled('10 09:39:59'), said])).toBe('0/2');
  expect(context([...owned, said], {})).toBe('-');
  const rows = over([...owned, said], required)('15 00:00').series;
  expect([...rows.keys()].filter((key) => key.startsWith('escalation-context'))).toEqual([
    ...['escalation-context', 'escalation-context{team=tier1}'],
  ]);
});
