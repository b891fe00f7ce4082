/** The backlog is what is open, read from state (metrics.md 3.2). */
import { expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import { HOUR_MS } from '../time/instant.ts';
import type { FactFold } from './fold.ts';

const START = at('09:00');
const BY = config(START, {
  currency: 'GBP',
  sources: [],
  tree: { nodes: [] },
  by: { backlog: ['age', 'assignee', 'state'], 'backlog-held': ['age'] },
});

/** Values that are not 0, by what follows the id. */
function valuesOf(fold: FactFold, id: string): Record<string, number> {
  const values: Record<string, number> = {};
  for (const key of fold.keys()) {
    const series = fold.read(key)?.series;
    if (series?.key.split('{')[0] !== id) continue;
    const { value, window } = series.cells[0]!;
    expect([series.cells.length, window]).toEqual([1, 'now']);
    if (value !== 0) values[series.key.slice(id.length)] = value!;
  }
  return values;
}

const seen = (id: string, time: string, more: object): Fact =>
  issue(id, at(time), { createdAt: START, stateCategory: 'waiting_on_you', ...more });

it('GAUGE-3 open and resting stand apart, by state, owner and age; what is closed is in neither', () => {
  const facts = [
    BY,
    seen('a', '09:00', { assigneeId: 'ada' }),
    seen('b', '09:01', { stateCategory: 'on_hold' }),
    seen('c', '09:02', { stateCategory: 'new', assigneeId: null }),
    seen('d', '09:03', { stateCategory: 'closed' }),
  ];
  expect(valuesOf(folded(facts), 'backlog')).toEqual({
    '': 2,
    '{age=under_1h}': 2,
    '{assignee=ada}': 1,
    '{assignee=__none__}': 1,
    '{channel=__none__}': 2,
    '{state=new}': 1,
    '{state=waiting_on_you}': 1,
    '{team=__none__}': 2,
  });
  expect(valuesOf(folded(facts), 'backlog-held')['']).toBe(1);
  const later = folded([...facts, tick(START + 5 * HOUR_MS)]);
  expect(valuesOf(later, 'backlog')['{age=4h_to_24h}']).toBe(2);
});

it('GAUGE-4 what is closed leaves, what is reopened comes back, what is gone is nowhere', () => {
  const facts = [BY, seen('a', '09:00', {}), seen('a', '09:10', { stateCategory: 'closed' })];
  expect(valuesOf(folded(facts), 'backlog')).toEqual({});
  const back = [...facts, message('a', at('09:20'), 'customer'), seen('a', '09:20:01', {})];
  expect(valuesOf(folded(back), 'backlog')['']).toBe(1);
  const group = [...back, seen('a', '09:30', { isGroup: true })];
  expect(valuesOf(folded(group), 'backlog')).toEqual({});
});

it('GAUGE-6 which rows of age there are hangs on no stop of log time', () => {
  const end = tick(START + 30 * HOUR_MS);
  const rowsOf = (...hours: number[]): string[] => {
    const stops = hours.map((hour) => tick(START + hour * HOUR_MS));
    const fold = folded([BY, seen('a', '09:00', {}), ...stops, end]);
    const stored = [...fold.encode()].map(([, field]) => field);
    return [...fold.keys(), ...stored].filter((key) => key.includes('age=')).sort();
  };
  expect(rowsOf()).toHaveLength(8);
  expect(rowsOf(2, 6, 25)).toEqual(rowsOf());
});

it('GAUGE-5 restored, the backlog is the one that was', () => {
  const fold = folded([BY, seen('a', '09:00', { assigneeId: 'ada' }), tick(START + 2 * HOUR_MS)]);
  const copy = newFold();
  copy.restore([...fold.encode()], fold.T);
  expect(valuesOf(copy, 'backlog')).toEqual(valuesOf(fold, 'backlog'));
  expect(valuesOf(copy, 'backlog')['{age=1h_to_4h}']).toBe(1);
});
