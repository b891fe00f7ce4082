import type { IssueObserved } from '@sapwood/core/facts';
import { describe, expect, it } from 'vitest';
import { at, derived, told } from '../../../../tests/support/derived.ts';
import { issue, message } from '../../../../tests/support/facts.ts';
import type { Fact } from '../../facts/fact.ts';
import { declaredOf } from '../declared.ts';

const look = (hhmm: string, seen: IssueObserved): Fact =>
  issue('I', at(hhmm), { createdAt: at('09:00'), ...seen });
const declared = declaredOf({
  teamRanks: { T1: 1, T2: 2 },
  escalationTags: ['Escalated'],
  escalationFields: ['severity'],
});
const isManager = (id: string): boolean => id === 'M' || id === 'N';
const asked = message('I', at('09:00'), 'customer');
const escalations = (...looks: readonly IssueObserved[]): string[] =>
  told(
    derived([asked, ...looks.map((seen, i) => look(`10:0${i}`, seen))], { declared, isManager }),
    'escal',
  );

describe('escalated (metrics.md 1.4)', () => {
  it.each<readonly [string, readonly (string | null)[], readonly string[]]>([
    ['up', ['T1', 'T2'], ['escalated.tier_up@10:01']],
    ['up over nobody', ['T1', null, 'T2'], ['escalated.tier_up@10:02']],
    ['down', ['T2', 'T1'], []],
    ['from a team without rank', ['T9', 'T2'], []],
    ['to a team without rank and on', ['T1', 'T9', 'T2'], []],
    ['from nobody', [null, 'T2'], []],
  ])('ESC-1 to another team: %s', (_, teams, expected) => {
    expect(escalations(...teams.map((teamId) => ({ teamId })))).toEqual(expected);
  });
  it.each<readonly [string, readonly IssueObserved[], readonly string[]]>([
    ['linked', [{ external: [] }, { external: ['X'] }], ['escalated.engineering@10:01']],
    ['linked again', [{ external: ['X'] }, { external: ['X', 'Y'] }], []],
    ['linked at first', [{ external: ['X'] }], []],
    ['to a manager', [{ assigneeId: 'A' }, { assigneeId: 'M' }], ['escalated.manager@10:01']],
    ['from nobody', [{ assigneeId: null }, { assigneeId: 'M' }], ['escalated.manager@10:01']],
    ['between managers', [{ assigneeId: 'M' }, { assigneeId: 'N' }], []],
    ['a manager at first', [{ assigneeId: 'M' }], []],
    ['a tag', [{ tags: ['a'] }, { tags: ['a', 'ESCALATED'] }], ['escalated.declared@10:01']],
    ['the same tag', [{ tags: ['escalated'] }, { tags: ['ESCALATED'] }], []],
    ['another tag', [{ tags: [] }, { tags: ['b'] }], []],
    ['a tag at first', [{ tags: ['escalated'] }], []],
    [
      'a field',
      [{ fieldsFilled: null }, { fieldsFilled: ['severity'] }],
      ['escalated.declared@10:01'],
    ],
    [
      'a tag and a field in one look',
      [
        { tags: [], fieldsFilled: [] },
        { tags: ['escalated'], fieldsFilled: ['severity'] },
      ],
      ['escalated.declared@10:01'],
    ],
  ])('ESC-2 what appears: %s', (_, looks, expected) => {
    expect(escalations(...looks)).toEqual(expected);
  });
  it('ESC-2 nothing is guessed where nothing is declared', () => {
    const list = derived([
      look('10:00', { teamId: 'T1', assigneeId: 'A', tags: [] }),
      look('10:01', { teamId: 'T2', assigneeId: 'M', tags: ['escalated'] }),
    ]);
    expect(told(list, 'escal')).toEqual([]);
  });
  it('ESC-3 to a manager of a higher team: two escalations, two pieces of work, of who had it', () => {
    const list = derived(
      [
        look('10:00', { teamId: 'T1', assigneeId: null, priority: 'low' }),
        look('10:01', { teamId: 'T2', assigneeId: 'M', priority: 'high' }),
      ],
      { declared, isManager },
    );
    const rows = list
      .filter(({ kind }) => kind.startsWith('escal') || kind === 'worked')
      .map(({ kind, dims }) => [kind, dims.team, dims.assignee, dims.priority]);
    expect(rows).toEqual([
      ['escalated.manager', 'T1', '__none__', 'high'],
      ['escalated.tier_up', 'T1', '__none__', 'high'],
      ['worked', 'T1', '__none__', 'high'],
      ['worked', 'T1', '__none__', 'high'],
    ]);
  });
  it('ESC-3 a tag is a piece of work of its own', () => {
    const list = derived([look('10:00', { tags: [] }), look('10:01', { tags: ['escalated'] })], {
      declared,
      isManager,
    });
    expect(told(list, 'worked')).toEqual(['worked@10:01']);
  });
});
