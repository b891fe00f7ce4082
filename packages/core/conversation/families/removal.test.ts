import type { IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, derived, told } from '../../../../tests/support/derived.ts';
import { issue } from '../../../../tests/support/facts.ts';
import type { Fact } from '../../facts/fact.ts';
import { declaredOf } from '../declared.ts';

const look = (hhmm: string, seen: IssueObserved): Fact =>
  issue('I', at(hhmm), { createdAt: at('08:00'), ...seen });
const gone = (hhmm: string): Fact =>
  ({ ...issue('I', at(hhmm), {}), kind: 'issue.gone', body: {} }) as Fact;

describe('removed and restored (metrics.md 1.4)', () => {
  it('OUT-1 spam by its status, then by a tag too: since the first look without break', () => {
    const facts = [
      look('09:00', { stateSlug: 'new', tags: [] }),
      look('10:00', { stateSlug: 'SPAM' }),
      look('11:00', { tags: ['Spam'] }),
      look('12:00', { stateSlug: 'new' }),
    ];
    const list = derived(facts);
    expect(list.map(({ kind, at: when, atMin }) => [kind, when, atMin])).toEqual([
      ['removed.spam', at('10:00'), at('09:00')],
    ]);
  });
  it('OUT-1 spam at the first look is dated by it', () => {
    const list = derived([look('09:00', { tags: ['spam'] })]);
    expect(list.map((t) => [t.kind, t.at, t.atMin])).toEqual([['removed.spam', at('09:00'), null]]);
  });
  it('OUT-1 deletion counts before group, group before spam', () => {
    const group = [look('09:00', { tags: ['spam'] }), look('10:00', { isGroup: true })];
    expect(told(derived(group), '')).toEqual(['removed.group@10:00']);
    expect(told(derived([...group, gone('11:00')]), '')).toEqual(['removed.deleted@11:00']);
  });
  it('OUT-1 what spam is may be declared', () => {
    const declared = declaredOf({ spamTags: ['junk'], spamStatuses: [] });
    const spam = [look('09:00', { tags: ['spam'], stateSlug: 'spam' })];
    expect(told(derived(spam, { declared }), 'removed')).toEqual([]);
    expect(told(derived([look('09:00', { tags: ['JUNK'] })], { declared }), '')).toEqual([
      'removed.spam@09:00',
    ]);
  });
  it('OUT-2 only the last removal and return stand', () => {
    const facts = ['spam', 'new', 'spam', 'new'].map((stateSlug, i) =>
      look(`1${i}:00`, { stateSlug }),
    );
    const list = derived(facts);
    expect(told(list, 're')).toEqual(['removed.spam@12:00', 'restored@13:00']);
    expect(told(list, 'created')).toEqual(['created@08:00']);
  });
  it('OUT-2 found again by a later read', () => {
    const list = derived([look('09:00', {}), gone('10:00'), look('11:00', {})]);
    expect(told(list, 're')).toEqual(['removed.deleted@10:00', 'restored@11:00']);
  });
});
