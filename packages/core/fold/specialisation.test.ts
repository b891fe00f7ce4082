/** On which topics agents are faster than their team, from facts to cells (metrics.md 3.1, 12). */
import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/derived.ts';
import { config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import { metricSheet } from '../metrics/sheets.ts';
import { seriesKey } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time/instant.ts';
import { declaredRows } from '../tree/declared-rows.ts';
import type { CompiledTree } from '../tree/tree.ts';
import type { FactFold } from './fold.ts';

const NINE = at('09:00');
const ID = 'agent-specialisation';
const declared = (time: number, by: object = { [ID]: ['assignee', 'category'] }): Fact =>
  config(time, { currency: 'GBP', sources: [], tree: { nodes: [] }, by });
const DECLARED = declared(NINE - 2 * HOUR_MS);

const told = (kind: string, entity: string, time: number, body: object): Fact =>
  ({ ...issue(entity, time, {}), kind, body }) as Fact;
const person = (id: string): Fact =>
  told('user.observed', id, NINE - HOUR_MS, { userKind: 'human', status: null, role: null });
const team = (id: string, members: readonly string[], time = NINE - HOUR_MS): Fact =>
  told('team.observed', id, time, { members, rank: null });
const PEOPLE = ['ada', 'ben', 'cleo'].map(person);

/** So many of an agent's, each asked at its own second and closed after so many minutes. */
function closed(
  assigneeId: string | null,
  category: string | null,
  n: number,
  minutes: number,
  from = NINE,
): Fact[] {
  return Array.from({ length: n }, (_, i) => {
    const id = `${assigneeId} ${category} ${from} ${i}`;
    const time = from + i * SECOND_MS;
    const seen = { assigneeId, category, createdAt: time };
    return [
      message(id, time, 'customer'),
      issue(id, time, { ...seen, stateCategory: 'new' }),
      issue(id, time + minutes * MINUTE_MS, { ...seen, stateCategory: 'closed' }),
    ];
  })
    .flat()
    .sort((a, b) => a.recordedAt - b.recordedAt);
}

const keyOf = (assignee: string, category = 'login'): string =>
  seriesKey(ID, { assignee, category });
/** Value, n and reasons over 28 days. */
function cellOf(fold: FactFold, key: string, window = '28d'): unknown[] {
  const cells = fold.read(`acme/${key}`)!.series!.cells;
  const { value, n, reasons, state } = cells.find((cell) => cell.window === window)!;
  // The workspace is young: which state it would have else.
  const whole = value === null ? 'undefined' : 'live';
  const own = reasons.filter((reason) => reason !== 'window_filling');
  return [value, n, state === 'partial' ? whole : state, ...own];
}
const pairsOf = (fold: FactFold): string[] =>
  [...fold.keys()].filter((key) => key.startsWith(`acme/${ID}{`)).map((key) => key.slice(5));
const takenUp = (fold: FactFold): string[] =>
  [...fold.touched().dirty].map((key) => key.slice(5)).filter((key) => key.startsWith(ID));

/** The team of ada and ben takes an hour on login in the mean. */
const DESK: readonly Fact[] = [
  DECLARED,
  ...PEOPLE,
  team('t1', ['ada', 'ben']),
  ...closed('ada', 'login', 10, 30),
  ...closed('ben', 'login', 30, 70, NINE + 2 * HOUR_MS),
  ...closed('cleo', 'login', 10, 1, NINE + 4 * HOUR_MS),
  ...closed('ada', 'billing', 12, 600, NINE + 5 * HOUR_MS),
  ...closed('ada', null, 20, 5, NINE + 16 * HOUR_MS),
  ...closed(null, 'login', 20, 5, NINE + 17 * HOUR_MS),
];

describe('agents on topics', () => {
  it('SPEC-1 of 10 at 30 min in a team of 60: (10 x 30 + 20 x 60) / 30 = 50, a sixth is saved', () => {
    const fold = folded(DESK);
    expect(cellOf(fold, keyOf('ada'))).toEqual([166_667, 10, 'live']);
    // (30 x 70 + 20 x 60) / 50 = 66: a tenth more.
    expect(cellOf(fold, keyOf('ben'))).toEqual([-100_000, 30, 'live']);
    // Nobody else closed any.
    expect(cellOf(fold, keyOf('ada', 'billing'), '90d')).toEqual([0, 12, 'live']);
    expect(pairsOf(fold).sort()).toEqual(
      [keyOf('ada'), keyOf('ada', 'billing'), keyOf('ben'), keyOf('cleo')].sort(),
    );
  });

  it('SPEC-1 of 11 at 300 days beside 12 at 299 the share is -618.18 millionths, rounded once', () => {
    const days = (n: number): number => n * 24 * 60;
    const facts = [
      ...closed('ada', 'login', 11, days(300)),
      ...closed('ben', 'login', 12, days(299), NINE + DAY_MS + HOUR_MS),
    ];
    facts.sort((a, b) => a.recordedAt - b.recordedAt);
    const fold = folded([DECLARED, ...PEOPLE, ...facts]);
    // m = 6888 / 23; 11 (m - 300) / (31 m).
    expect(cellOf(fold, keyOf('ada'))).toEqual([-618, 11, 'live']);
  });

  it('SPEC-2 who is in no team stands beside everybody, and another roster tells all anew', () => {
    const fold = folded(DESK);
    // 10 x 30 + 30 x 70 + 10 x 1 of 50 is a mean of 48.2; (10 + 20 x 48.2) / 30 = 32.47.
    expect(cellOf(fold, keyOf('cleo'))).toEqual([326_418, 10, 'live']);
    takenUp(fold);
    const later = fold.T + HOUR_MS;
    folded([team('t1', ['ada', 'ben', 'cleo'], later)], fold);
    expect(takenUp(fold).sort()).toEqual(pairsOf(fold).sort());
    // All three: a mean of 48.2 for each.
    expect(cellOf(fold, keyOf('ada'))).toEqual([
      Math.round(((48.2 - 30) / 48.2 / 3) * 1e6),
      10,
      'live',
    ]);
    // In two teams he is taken to be in that of the smaller id.
    folded([team('a0', ['ada'], later + 1)], fold);
    expect(cellOf(fold, keyOf('ada'))).toEqual([0, 10, 'live']);
  });

  it('SPEC-3 below ten it is unknown, of no time undefined, and of all topics there is no value', () => {
    const fold = folded(DESK);
    expect(cellOf(fold, ID)).toEqual([null, 0, 'unknown', 'per_topic']);
    folded(closed('ben', 'wait', 10, 0, NINE + 20 * HOUR_MS), fold);
    expect(cellOf(fold, keyOf('ben', 'wait'))).toEqual([null, 10, 'undefined', 'no_time']);
    const [spam] = closed('ada', 'login', 1, 0);
    folded([issue(spam!.entity, NINE + 21 * HOUR_MS, { tags: ['spam'] })], fold);
    expect(cellOf(fold, keyOf('ada'))).toEqual([null, 9, 'unknown', 'low_n']);
    // ben: 30 x 70 in a mean of (9 x 30 + 30 x 70) / 39 = 60.77.
    const m = (9 * 30 + 30 * 70) / 39;
    const value = Math.round(((m - (30 * 70 + 20 * m) / 50) / m) * 1e6);
    expect(cellOf(fold, keyOf('ben'))).toEqual([value, 30, 'live']);
    folded([tick(NINE + 40 * DAY_MS)], fold);
    expect(cellOf(fold, keyOf('ben'))).toEqual([null, 0, 'unknown', 'low_n']);
    expect(cellOf(fold, keyOf('ben'), '90d')).toEqual([value, 30, 'live']);
  });

  it('SPEC-4 nothing is kept of it until it is asked for, and then all that still counts is told', () => {
    const [, ...rest] = DESK;
    const fold = folded([declared(NINE - 2 * HOUR_MS, {}), ...rest]);
    const cells = (): string[] =>
      [...fold.workspaces()].flatMap((one) => {
        const modes = one.windows.level('90d').modes.get(ID)!;
        return [...modes.cells()];
      });
    expect([pairsOf(fold), cells()]).toEqual([[], []]);
    folded([declared(fold.T + 1)], fold);
    expect(cellOf(fold, keyOf('ada'))).toEqual([166_667, 10, 'live']);
    folded([declared(fold.T + 1, {})], fold);
    expect(cellOf(fold, keyOf('ada'))).toEqual([null, 0, 'unknown', 'not_declared']);
    restored(fold);
  });

  it('SPEC-4 a tree that has it asks for agents on topics, whatever else it says', () => {
    const tree = { nodes: [{ id: ID, by: [], children: [] }] } as unknown as CompiledTree;
    expect(declaredRows(tree, metricSheet)).toEqual({ [ID]: ['assignee', 'category'] });
  });

  it('SPEC-5 a month of summaries later it is the same, and it was told when it moved', () => {
    const fold = folded(DESK);
    for (let day = 2; day <= 60; day++) folded([tick(NINE + day * DAY_MS)], fold);
    const copy = restored(fold);
    for (const one of [fold, copy]) {
      expect(cellOf(one, keyOf('ada'), '90d')).toEqual([166_667, 10, 'live']);
      takenUp(one);
      folded([tick(NINE + 92 * DAY_MS)], one);
      expect(takenUp(one)).toEqual(expect.arrayContaining([keyOf('ada'), keyOf('cleo')]));
      expect(cellOf(one, keyOf('ada'), '90d')).toEqual([null, 0, 'unknown', 'low_n']);
    }
  });
});
