/** What lies on whom now (metrics.md 3.1, 24; section 8, rows 1 and 18), through the whole fold. */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { FactFold } from './fold.ts';

const declared = (more: object): Fact =>
  config(at('08:00'), { currency: 'GBP', sources: [], tree: { nodes: [] }, ...more });
const BY_AGENT = declared({ by: { 'team-workload': ['assignee'] } });

const told = (kind: string, entity: string, body: object): Fact =>
  ({ ...issue(entity, at('08:01'), {}), kind, body }) as Fact;
const user = (id: string, userKind = 'human'): Fact =>
  told('user.observed', id, { userKind, status: null, role: null });
const team = (id: string, members: readonly string[]): Fact =>
  told('team.observed', id, { members, rank: null });
const on = (id: string, assigneeId: string | null, teamId: string, more: object = {}): Fact =>
  issue(id, at('09:00'), {
    ...{ stateCategory: 'waiting_on_you', createdAt: at('09:00'), assigneeId, teamId },
    ...more,
  });

const cellOf = (fold: FactFold, key: string) => fold.read(`acme/${key}`)!.series!.cells[0]!;
const countOf = (fold: FactFold, key: string): number | null => cellOf(fold, key).value;

const ROSTER = [user('ada'), user('ben'), user('cho'), user('bot', 'bot')];

describe('workload', () => {
  it('LOAD-2 case 1: whoever has nothing is a row of 0, and counts in how it is spread', () => {
    const open = [on('1', 'ada', 'a'), on('2', 'ada', 'a'), on('3', 'ben', 'a')];
    const fold = folded([BY_AGENT, ...ROSTER, ...open]);
    const keys = [...fold.keys()].filter((key) => key.includes('team-workload{assignee='));
    expect(keys.sort()).toEqual([
      'acme/team-workload{assignee=__none__}',
      'acme/team-workload{assignee=ada}',
      'acme/team-workload{assignee=ben}',
      'acme/team-workload{assignee=cho}',
    ]);
    expect(cellOf(fold, 'team-workload{assignee=cho}')).toMatchObject({ value: 0, state: 'live' });
    // 0, 1, 2: the median is 1.
    expect(countOf(fold, 'team-workload-imbalance')).toBe(2_000_000);
    expect(cellOf(fold, 'team-workload-gini')).toMatchObject({ value: 444_444, n: 3 });
  });

  it('LOAD-2 whoever is declared or read later becomes a row then', () => {
    const later = folded([declared({}), ...ROSTER, BY_AGENT, user('dee')]);
    expect([...later.keys()]).toContain('acme/team-workload{assignee=dee}');
    const undeclared = [...folded([declared({}), ...ROSTER]).keys()].join();
    expect(undeclared).not.toMatch(/assignee=(?!__none__)/);
  });

  it('LOAD-3 case 18: one agent, three queues, 5 conversations: 5 in all, which rows do not add up to', () => {
    const queues = ['a', 'a', 'b', 'b', 'c'].map((one, i) => on(`${i}`, 'ada', one));
    const fold = folded([BY_AGENT, ...ROSTER, ...queues]);
    const series = fold.read('acme/team-workload{assignee=ada}')!.series!;
    expect([series.cells[0]!.value, series.additive]).toEqual([5, false]);
    expect(['a', 'b', 'c'].map((one) => countOf(fold, `team-workload{team=${one}}`))).toEqual([
      ...[2, 2, 1],
    ]);
  });

  it('LOAD-4 what rests or is nobody’s lies on no agent', () => {
    const rests = on('2', 'ada', 'a', { stateCategory: 'on_hold' });
    const fold = folded([BY_AGENT, ...ROSTER, on('1', null, 'a'), rests, on('3', 'bot', 'a')]);
    expect(countOf(fold, 'team-workload')).toBe(2);
    expect(countOf(fold, 'team-workload{assignee=__none__}')).toBe(2);
    expect(cellOf(fold, 'team-workload-gini')).toMatchObject({ value: null, state: 'undefined' });
  });

  it('LOAD-7 what nobody has is a row of its own, with nothing declared and though it is none', () => {
    const nobodys = 'team-workload{assignee=__none__}';
    const rests = on('2', null, 'a', { stateCategory: 'on_hold' });
    const fold = folded([declared({}), ...ROSTER]);
    expect([...fold.keys()]).toContain(`acme/${nobodys}`);
    expect(cellOf(fold, nobodys)).toMatchObject({ value: 0, state: 'live', reasons: [] });
    folded([on('1', null, 'a'), rests, on('3', 'ada', 'a'), on('4', 'bot', 'a')], fold);
    expect(countOf(fold, nobodys)).toBe(2);
    expect(countOf(restored(fold), nobodys)).toBe(2);
    folded([issue('1', at('09:05'), { assigneeId: 'ben' })], fold);
    expect(countOf(fold, nobodys)).toBe(1);
    // Declared, and no longer: it is the same row.
    const by = config(at('09:06'), {
      currency: 'GBP',
      sources: [],
      tree: { nodes: [] },
      by: { 'team-workload': ['assignee'] },
    });
    expect(countOf(folded([by], fold), nobodys)).toBe(1);
    const none = config(at('09:07'), { currency: 'GBP', sources: [], tree: { nodes: [] } });
    folded([none], fold);
    expect(cellOf(fold, nobodys)).toMatchObject({ value: 1, state: 'live' });
    expect(cellOf(fold, 'team-workload{assignee=ada}').reasons).toContain('not_declared');
  });

  it('LOAD-5 a team is spread over its members, and who works in it', () => {
    const open = [on('1', 'ada', 'a'), on('2', 'ben', 'a'), on('3', 'ben', 'a')];
    const members = team('a', ['ada', 'cho', 'bot']);
    const fold = folded([BY_AGENT, ...ROSTER, ...open, members]);
    expect(cellOf(fold, 'team-workload-imbalance{team=a}')).toMatchObject({
      value: 2_000_000,
      n: 3,
    });
  });

  it('LOAD-6 without a roster nobody knows who might have had it', () => {
    const fold = folded([BY_AGENT, on('1', 'ada', 'a')]);
    expect(countOf(fold, 'team-workload')).toBe(1);
    expect(cellOf(fold, 'team-workload-imbalance')).toMatchObject({
      ...{ value: null, state: 'unknown', reasons: ['no_roster'] },
    });
  });
});
