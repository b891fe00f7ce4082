import { describe, expect, it } from 'vitest';
import { at, derived } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact, IssueObserved } from '../facts/fact.ts';
import type { FactFold } from '../fold/fold.ts';
import type { Cell } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS } from '../time/instant.ts';

const look = (when: number, seen: IssueObserved): Fact =>
  issue('I', when, {
    ...{ stateCategory: 'waiting_on_you', createdAt: at('09:00'), channel: 'email' },
    ...seen,
  });
const HANDED = at('09:10');
/** Asked, answered by a bot that owns it, and given to a person of another team. */
const HANDED_OVER: readonly Fact[] = [
  message('I', at('09:00'), 'customer'),
  look(at('09:00'), { assigneeId: 'robot', teamId: 'bots' }),
  message('I', at('09:01'), 'bot', { authorId: 'robot' }),
  look(HANDED, { assigneeId: 'ann', teamId: 'T1' }),
];

const bounced = (facts: readonly Fact[]): unknown =>
  derived(facts).find(({ kind }) => kind === 'cohort.ai_handed_off')?.amounts;
const after = (ms: number, seen: IssueObserved): unknown =>
  bounced([...HANDED_OVER, look(HANDED + ms, { assigneeId: 'ann', teamId: 'T1', ...seen })]);

describe('what an AI handed over', () => {
  it('COHORT-11 has not bounced by what the handover changed, nor by another person of the team', () => {
    expect(bounced(HANDED_OVER)).toEqual({ bounced: 0 });
    expect(after(HOUR_MS, { assigneeId: 'ben' })).toEqual({ bounced: 0 });
    expect(after(HOUR_MS, { assigneeId: null })).toEqual({ bounced: 0 });
    expect(bounced(HANDED_OVER.slice(0, 3))).toBeUndefined();
  });

  it('COHORT-11 has bounced when another team gets it within a day, answered or not', () => {
    expect(after(HOUR_MS, { teamId: 'T2' })).toEqual({ bounced: 1 });
    expect(after(DAY_MS, { teamId: 'T2' })).toEqual({ bounced: 1 });
    // Neither is a message: to the millisecond.
    expect(after(DAY_MS + 1, { teamId: 'T2' })).toEqual({ bounced: 0 });
    const answered = message('I', at('09:20'), 'human', { authorId: 'ann' });
    const moved = look(at('09:30'), { assigneeId: 'ben', teamId: 'T2' });
    expect(bounced([...HANDED_OVER, answered, moved])).toEqual({ bounced: 1 });
  });

  it('COHORT-11 has bounced when the bot owns it again', () => {
    expect(after(HOUR_MS, { assigneeId: 'robot' })).toEqual({ bounced: 1 });
    expect(after(DAY_MS + 1_000, { assigneeId: 'robot' })).toEqual({ bounced: 0 });
    const back = look(HANDED + HOUR_MS, { assigneeId: null, teamId: 'T1' });
    const again = look(HANDED + 2 * HOUR_MS, { assigneeId: 'robot', teamId: 'T1' });
    expect(bounced([...HANDED_OVER, back, again])).toEqual({ bounced: 1 });
    // Taken back within a minute it never was.
    const undone = look(HANDED + HOUR_MS + 30_000, { assigneeId: 'ann', teamId: 'T1' });
    const slip = look(HANDED + HOUR_MS, { assigneeId: 'robot', teamId: 'T1' });
    expect(bounced([...HANDED_OVER, slip, undone])).toEqual({ bounced: 0 });
  });

  it('COHORT-11 handed over by a person who writes: what changes in that second comes after', () => {
    const said = message('I', at('09:10'), 'human', { authorId: 'ann' });
    const own = { assigneeId: 'robot', teamId: 'bots' };
    const facts = [...HANDED_OVER.slice(0, 3), said];
    expect(bounced([...facts, look(at('09:10'), own)])).toEqual({ bounced: 0 });
    expect(bounced([...facts, look(at('09:10'), { ...own, teamId: 'T2' })])).toEqual({
      bounced: 1,
    });
  });
});

describe('the share of what bounced', () => {
  const HEAD = config(at('00:00') - 100 * DAY_MS, {
    ...{ messages: 'read', sources: [], tree: { nodes: [] }, notPeople: ['robot'] },
    by: { 'escalation-bounce': ['category'] },
  });
  const cell = (fold: FactFold, key: string, window = '24h'): Cell =>
    fold.read(`acme/${key}`)!.series!.cells.find((one) => one.window === window)!;
  const ID = 'escalation-bounce';

  it('COHORT-12 is provisional for a day, then settled a day back, and restored', () => {
    const moved = look(HANDED + HOUR_MS, { assigneeId: 'ann', teamId: 'T2' });
    const fold = folded([HEAD, ...HANDED_OVER, tick(at('10:00'))]);
    expect(cell(fold, ID)).toMatchObject({
      ...{ value: 0, num: 0, den: 1, state: 'provisional', provisionalPpm: 1_000_000 },
    });
    folded([moved], fold);
    expect(cell(fold, ID)).toMatchObject({ value: 1_000_000, num: 1, den: 1 });
    // In the row of whoever had it then.
    expect(cell(fold, `${ID}{team=T1}`)).toMatchObject({ num: 1, den: 1 });
    expect(cell(fold, `${ID}{category=__none__}`)).toMatchObject({ num: 1, den: 1 });
    folded([tick(HANDED + DAY_MS - 1)], fold);
    expect(cell(fold, ID, '7d').state).toBe('provisional');
    folded([tick(HANDED + DAY_MS)], fold);
    expect(cell(fold, ID, '7d')).toMatchObject({ state: 'live', value: 1_000_000 });
    folded([tick(HANDED + DAY_MS + HOUR_MS)], fold);
    expect(cell(fold, ID)).toMatchObject({
      ...{ state: 'undefined', den: 0, reasons: ['none_handed_off'] },
      settled: { state: 'live', value: 1_000_000, num: 1, den: 1 },
    });
    restored(fold);
  });
});
