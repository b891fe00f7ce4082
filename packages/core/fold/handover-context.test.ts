/** What an AI agent had filled when it handed a conversation over (metrics.md 3.2, `escalation-context`). */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact, IssueObserved } from '../facts/fact.ts';
import type { Cell } from '../metrics/value.ts';
import type { FactFold } from './fold.ts';

const ID = 'escalation-context';
const DECLARED = { messages: 'read', sources: [], tree: { nodes: [] }, notPeople: ['robot'] };
const head = (more: object = { handoverFields: ['order', 'topic'] }): Fact =>
  config(at('00:00'), { ...DECLARED, ...more });
const look = (time: string, seen: IssueObserved): Fact =>
  issue('I', at(time), { stateCategory: 'waiting_on_you', createdAt: at('09:00'), ...seen });
/** A bot answers what it owns. */
const ASKED = [
  message('I', at('09:00'), 'customer'),
  look('09:00', { assigneeId: 'robot', teamId: 'bots', category: 'login', fieldsFilled: [] }),
  message('I', at('09:01'), 'bot', { authorId: 'robot' }),
];
const given = (time: string, ...fieldsFilled: string[]): Fact =>
  look(time, { assigneeId: 'ann', teamId: 'T1', fieldsFilled });
const cell = (fold: FactFold, key = ID): Cell =>
  fold.read(`acme/${key}`)!.series!.cells.find(({ window }) => window === '24h')!;
const share = (...told: readonly Fact[]): string => {
  const { num, den } = cell(folded([head(), ...ASKED, ...told, tick(at('12:00'))]));
  return `${num}/${den}`;
};

describe('the context of a handover', () => {
  it('FIELD-1 is what is filled as it changes hands, of all that is required', () => {
    expect(share(given('09:10', 'topic', 'colour'))).toBe('1/2');
    expect(share(given('09:10', 'order', 'topic'))).toBe('2/2');
    expect(share(given('09:10'), look('09:20', { fieldsFilled: ['order'] }))).toBe('0/2');
    expect(share()).toBe('0/0');
  });

  it('FIELD-2 handed over by a message it is what was there before that second', () => {
    const said = message('I', at('09:10'), 'human', { authorId: 'ann' });
    expect(share(look('09:09:59', { fieldsFilled: ['order'] }), said)).toBe('1/2');
    expect(share(look('09:10:00', { fieldsFilled: ['order'] }), said)).toBe('0/2');
  });

  it('FIELD-3 is unknown where none is required, and restored as it was', () => {
    const facts = [...ASKED, given('09:10', 'topic'), tick(at('12:00'))];
    const bare = folded([head({}), ...facts]);
    expect(cell(bare)).toMatchObject({ state: 'unknown', value: null, reasons: ['no_fields'] });
    const fold = folded([head(), ...facts]);
    expect(cell(fold)).toMatchObject({ value: 500_000, state: 'partial' });
    expect(cell(fold, `${ID}{team=T1}`)).toMatchObject({ num: 1, den: 2 });
    restored(fold);
    const { sums, parts } = fold.explain('acme', {
      ...{ key: ID, window: '24h', clock: 'wall', limit: 100, after: null },
    })!;
    expect([sums, parts.length]).toEqual([true, 1]);
  });
});
