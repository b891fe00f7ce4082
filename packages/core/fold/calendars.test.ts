import { expect, it } from 'vitest';
import { config, tick } from '../../../tests/support/facts.ts';
import { type Calendar, type CalendarVersion, PLAIN_CALENDAR } from '../directory/calendar.ts';
import type { Fact } from '../facts/fact.ts';
import { DEFAULT_TREE } from '../tree/default-tree.ts';
import { createFactFold, type FactFold } from './fold.ts';

const T = 1_781_000_000_000;
const newFold = (): FactFold => createFactFold({ topology: 1, hash: (text) => text });
const told = (at: number, currency: string, calendar?: Calendar): Fact =>
  config(at, { tree: DEFAULT_TREE, sources: [], messages: 'read', currency, calendar });

function fed(fold: FactFold, facts: readonly Fact[], from = 0): FactFold {
  for (const [i, fact] of facts.entries()) {
    fold.advance(fold.timeOf(fact));
    fold.ingest(fact, from + i);
  }
  return fold;
}
function calendarsOf(fold: FactFold): CalendarVersion[] | null {
  const text = [...fold.encode()].find(([, field]) => field.endsWith('/calendars'))?.[2];
  return text ? JSON.parse(text) : null;
}

it('HOURS-9 the fold keeps each calendar with the log time from which it holds', () => {
  const late = { ...PLAIN_CALENDAR, dayStartsMs: 7_200_000 };
  const first = [tick(T), told(T, 'EUR')];
  // Nothing of a calendar in it: nothing is stored.
  expect(calendarsOf(fed(newFold(), first))).toBeNull();
  const facts = [
    told(T + 10, 'EUR', late),
    tick(T + 15),
    // Another configuration with the same calendar, then one without.
    told(T + 20, 'EURO', late),
    told(T + 30, 'EUROS'),
  ];
  const fold = fed(newFold(), [...first, ...facts]);
  const versions = [
    { from: T + 10, calendar: late },
    { from: T + 30, calendar: PLAIN_CALENDAR },
  ];
  expect(calendarsOf(fold)).toEqual(versions);

  const restored = newFold();
  restored.restore([...fold.encode()], fold.T);
  fed(restored, [told(T + 40, 'EUR.', late)], 6);
  expect(calendarsOf(restored)).toEqual([...versions, { from: T + 40, calendar: late }]);
});
