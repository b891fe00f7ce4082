import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { openCase, rawAttributes } from './case.ts';
import { circumstancesOf } from './circumstances.ts';
import { DECLARED } from './families.fixture.ts';
import { removalOf } from './removal.ts';
import { tellStory } from './story.ts';
import { look, say, stateAt } from './told.fixture.ts';

const CLOSED: IssueObserved = { stateCategory: 'closed' };
const SPAM: IssueObserved = { tags: ['Spam'] };
const BEGUN = [say('09:00:00', 'customer'), look('09:00:00', { tags: [] })];
const gone = (time: string): Fact =>
  ({ ...look(time), kind: 'issue.gone', body: {} }) as unknown as Fact;

const kindsOf = (facts: readonly Fact[], time = '20:00:00', declared: object = DECLARED) =>
  stateAt(facts, time, declared).transitions;
const of = (...facts: readonly Fact[]) => kindsOf([...BEGUN, ...facts]);

/** Removals and restorations that stand, with their instants of the day. */
function datedOf(...facts: readonly Fact[]): (readonly [string, string])[] {
  const all = [...BEGUN, ...facts];
  const known = circumstancesOf(all);
  const told = { id: 'I', words: known.words, merged: null, parts: [] };
  const story = tellStory(all, true, null, { ever: all, told });
  const found = openCase(story, rawAttributes(story), known);
  return removalOf(found).transitions.map(({ kind, at: instant }) => [
    kind,
    new Date(instant).toISOString().slice(11, 19),
  ]);
}

describe('removals', () => {
  it('ORACLE-54 nothing stands but the removal', () => {
    const replied = [say('09:30:00', 'human'), look('10:00:00', { ...CLOSED, csat: [5] })];
    expect(of(...replied, look('11:00:00', SPAM))).toEqual({ 'removed.spam': 1 });
    expect(of(...replied, look('11:00:00', { isGroup: true }))).toEqual({ 'removed.group': 1 });
    expect(of(...replied, gone('11:00:00'))).toEqual({ 'removed.deleted': 1 });
    const both = look('11:00:00', { ...SPAM, isGroup: true });
    expect(of(both)).toEqual({ 'removed.group': 1 });
    expect(of(both, gone('12:00:00'))).toEqual({ 'removed.deleted': 1 });
    expect(of(both, look('12:00:00', { isGroup: false }))).toEqual({ 'removed.spam': 1 });
  });

  it('ORACLE-54 dated by the look since which it has been so without break', () => {
    const bySlug = { stateSlug: 'SPAM', tags: [] };
    expect(
      datedOf(
        look('10:00:00', SPAM),
        look('11:00:00', { tags: [] }),
        look('12:00:00', SPAM),
        look('13:00:00', bySlug),
      ),
    ).toEqual([['removed.spam', '12:00:00']]);
    expect(datedOf(look('10:00:00', SPAM), gone('11:00:00'))).toEqual([
      ['removed.deleted', '11:00:00'],
    ]);
    expect(datedOf(look('08:30:00', SPAM), look('09:30:00', SPAM)).at(0)).toEqual([
      ...['removed.spam', '09:30:00'],
    ]);
  });

  it('ORACLE-55 what is back has its last removal and its return, each once', () => {
    expect(
      datedOf(
        look('10:00:00', SPAM),
        look('11:00:00', { tags: [] }),
        look('12:00:00', { isGroup: true }),
        look('13:00:00', { isGroup: false }),
      ),
    ).toEqual([
      ['removed.group', '12:00:00'],
      ['restored', '13:00:00'],
    ]);
    expect(datedOf(gone('10:00:00'), look('11:00:00'), look('12:00:00', CLOSED))).toEqual([
      ['removed.deleted', '10:00:00'],
      ['restored', '11:00:00'],
    ]);
    expect(of(gone('10:00:00'), look('11:00:00'))).toMatchObject({
      ...{ created: 1, opened: 1, 'removed.deleted': 1, restored: 1 },
    });
    // What ends at one instant was the first of these by precedence.
    expect(
      datedOf(
        look('10:00:00', { ...SPAM, isGroup: true }),
        look('11:00:00', { ...SPAM, isGroup: false }),
        look('11:00:00', { tags: [], isGroup: false }),
      ),
    ).toEqual([
      ['removed.group', '10:00:00'],
      ['restored', '11:00:00'],
    ]);
    // Found again as spam it is not back.
    expect(datedOf(gone('10:00:00'), look('11:00:00', SPAM))).toEqual([
      ['removed.spam', '11:00:00'],
    ]);
  });

  it('ORACLE-56 by status or tag, in any case, as declared', () => {
    const declared = { ...DECLARED, spamStatuses: ['Junk'], spamTags: ['Ads'] };
    const removed = (seen: IssueObserved, by: object = declared) =>
      kindsOf([...BEGUN, look('10:00:00', seen)], '20:00:00', by)['removed.spam'];
    expect(removed({ stateSlug: 'junk' })).toBe(1);
    expect(removed({ tags: ['x', 'ADS'] })).toBe(1);
    expect(removed({ tags: ['spam'], stateSlug: 'spam' })).toBeUndefined();
    expect(removed({ stateSlug: 'Spam' }, DECLARED)).toBe(1);
  });

  it('ORACLE-57 is one with that of a forgotten chapter, and outlives it', () => {
    const day = (time: string): string => `2026-08-01T${time}`;
    const spam = [...BEGUN, look('10:00:00', CLOSED), look('11:00:00', { ...CLOSED, ...SPAM })];
    const still = look(day('10:00:00'), { ...CLOSED, ...SPAM, priority: 'low' });
    expect(kindsOf([...spam, still], day('12:00:00'))).toEqual({ 'removed.spam': 1 });
    const back = look(day('10:00:00'), { ...CLOSED, tags: [] });
    expect(kindsOf([...spam, back], day('12:00:00'))).toMatchObject({
      ...{ 'removed.spam': 1, restored: 1 },
    });
  });
});
