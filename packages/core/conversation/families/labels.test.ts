import { expect, it } from 'vitest';
import { at, derived } from '../../../../tests/support/derived.ts';
import { issue } from '../../../../tests/support/facts.ts';

it('LABEL-1 what differs from the look before is told, each tag and field by itself', () => {
  const list = derived([
    issue('I', at('09:00'), { priority: null, category: 'bug', tags: ['a'], fieldsFilled: ['x'] }),
    issue('I', at('10:00'), { priority: 'high', category: null, tags: ['b', 'c'] }),
    issue('I', at('11:00'), { priority: null, category: 'billing', fieldsFilled: ['y'] }),
  ]);
  const told = list.map(({ kind, at: when, atMin }) => [kind, when, atMin]);
  expect(told).toEqual([
    ['prioritised', at('10:00'), at('09:00')],
    ['tagged', at('10:00'), at('09:00')],
    ['tagged', at('10:00'), at('09:00')],
    ['uncategorised', at('10:00'), at('09:00')],
    ['untagged', at('10:00'), at('09:00')],
    ['categorised', at('11:00'), at('10:00')],
    ['field_emptied', at('11:00'), at('09:00')],
    ['field_filled', at('11:00'), at('09:00')],
    ['unprioritised', at('11:00'), at('10:00')],
  ]);
});

it('LABEL-1 a priority that is taken back within a minute never was', () => {
  const list = derived([
    issue('I', at('09:00'), { priority: 'low' }),
    issue('I', at('10:00'), { priority: 'high' }),
    issue('I', at('10:00:50'), { priority: 'low' }),
  ]);
  expect(list).toEqual([]);
});
