import type { Cell, Series } from '@sapwood/core/metrics';
import type { OracleCell, OracleSeries } from '@sapwood/oracle';
import { expect, it } from 'vitest';
import { type Comparison, compareSeries } from './compare-cells.ts';

const BLANK: OracleCell = {
  ...{ window: '24h', clock: 'wall', from: 0, to: 1, value: 1, num: null, den: null, n: 1 },
  ...{ mean: null, p50: null, p90: null, max: null, vsPrev: null, zeroPpm: null },
};
const oracleOf = (key: string, cell: Partial<OracleCell> = {}): Map<string, OracleSeries> =>
  new Map([[key, { key, cells: [{ ...BLANK, ...cell }], waiting: null }]]);
type Told = Omit<Partial<Cell>, 'settled'> & { readonly settled?: object | null };
const foldOf = (key: string, cell: Told = {}): Map<string, Series> => {
  const rest = { state: 'live', reasons: [], lowN: false, low: null, high: null };
  const cells = [{ ...BLANK, ...rest, provisionalPpm: 0, shares: [], ...cell }];
  return new Map([[key, { key, cells, waiting: null } as unknown as Series]]);
};
function differences(fold: Map<string, Series>, oracle: Map<string, OracleSeries>): string[] {
  const found: Comparison = { cells: 0, differences: [] };
  compareSeries(fold, oracle, { workspace: 'w', at: 0 }, found);
  return found.differences.map(({ key, what }) => `${key} ${what}`);
}

it('CLI-10 what the catalogue has must be told; a metric or a row that it has not need not', () => {
  const none = new Map<string, Series>();
  expect(differences(none, oracleOf('conversation-volume'))).not.toEqual([]);
  expect(differences(none, oracleOf('conversation-volume{channel=email}'))).not.toEqual([]);
  expect(differences(none, oracleOf('no-such-metric'))).toEqual([]);
  expect(differences(none, oracleOf('conversation-volume{assignee=ada}'))).toEqual([]);
  // Whoever tells it nevertheless is held to it.
  expect(differences(foldOf('no-such-metric'), oracleOf('no-such-metric', { value: 2 }))).toEqual([
    'no-such-metric 24h value',
  ]);
  expect(differences(foldOf('no-such-metric'), new Map())).not.toEqual([]);
});

it('CLI-10 what is settled and the band are compared where the oracle has them', () => {
  const settled = { from: 0, value: 500_000, num: 1, den: 2, n: 2, isYoung: false };
  const key = 'conversation-volume';
  const against = (told: Told, truth: Partial<OracleCell>): string[] =>
    differences(foldOf(key, told), oracleOf(key, truth));
  expect(against({ settled: { ...settled } }, { settled })).toEqual([]);
  expect(against({ settled: { ...settled, num: 2 } }, { settled })).toEqual([
    `${key} 24h settled num`,
  ]);
  expect(against({ settled: null }, { settled })).toHaveLength(4);
  expect(against({}, { settled })).toHaveLength(4);
  // Before the workspace began nobody needs to tell it; who does, must be right.
  const young = { ...settled, isYoung: true };
  expect(against({ settled: null }, { settled: young })).toEqual([]);
  expect(against({ settled: { ...settled, den: 3 } }, { settled: young })).toHaveLength(1);
  const band = { low: 1, high: 3 };
  expect(against({ low: 1, high: 3 }, { band })).toEqual([]);
  expect(against({ low: 1, high: 2 }, { band })).toEqual([`${key} 24h band high`]);
});

it('CLI-10 how work is spread over teams that are told together is compared with nothing', () => {
  const key = 'team-workload-gini{team=__other__}';
  const now = { window: 'now' } as const;
  expect(differences(foldOf(key, { ...now, value: null }), oracleOf(key, now))).toEqual([]);
});

it('CLI-10 who has waited longest is compared by name and instant', () => {
  const key = 'conversation-volume';
  const [A, B] = ['A', 'B'].map((conversation, since) => ({ conversation, since }));
  const against = (ours: readonly unknown[] | undefined, truth: OracleSeries['top']): string[] => {
    const fold = new Map([[key, { ...foldOf(key).get(key)!, top: ours } as unknown as Series]]);
    const oracle = { ...oracleOf(key).get(key)!, ...(truth ? { top: truth } : {}) };
    return differences(fold, new Map([[key, oracle]]));
  };
  expect(against([A, B], [A!, B!])).toEqual([]);
  expect(against([], undefined)).toEqual([]);
  expect(against(undefined, undefined)).toEqual([]);
  const differ = [`${key} top`];
  expect(against([B, A], [A!, B!])).toEqual(differ);
  expect(against([A], [A!, B!])).toEqual(differ);
  expect(against(undefined, [A!])).toEqual(differ);
  expect(against([{ ...A, since: 9 }], [A!])).toEqual(differ);
  expect(against([A], undefined)).toEqual(differ);
});

it('CLI-10 when the first target is due is compared to the millisecond', () => {
  const key = 'conversation-volume';
  const against = (ours: number | null, truth?: number | null): string[] => {
    const fold = new Map([[key, { ...foldOf(key).get(key)!, firstDueAt: ours } as Series]]);
    const oracle = { ...oracleOf(key).get(key)!, firstDueAt: truth ?? null };
    return differences(fold, new Map([[key, oracle]]));
  };
  expect(against(5, 5)).toEqual([]);
  expect(against(null)).toEqual([]);
  const differ = [`${key} first due`];
  expect(against(5, 6)).toEqual(differ);
  expect(against(null, 6)).toEqual(differ);
  expect(against(5)).toEqual(differ);
});

it('CLI-10 of a class without any part the whole is no matter, of one with some it is', () => {
  const key = 'conversation-volume';
  const none = { value: 0, num: 0, den: 5, n: 5 };
  const against = (truth: Partial<OracleCell>, ...fold: Told[]): string[] => {
    const oracle = { ...oracleOf(key, truth).get(key)!, isClass: true } as const;
    const ours = fold[0] ? foldOf(key, fold[0]) : new Map<string, Series>();
    return differences(ours, new Map([[key, oracle]]));
  };
  expect(against(none)).toEqual([]);
  expect(against(none, { ...none, n: 4 })).toEqual([]);
  expect(against({ ...none, num: 1 })).not.toEqual([]);
  expect(against({ ...none, vsPrev: 3 })).not.toEqual([]);
  expect(against({ ...none, num: 1 }, { ...none, num: 1, n: 4 })).toEqual([`${key} 24h n`]);
});

it('CLI-10 a class that nothing is in need not be told, whatever is in the whole', () => {
  const key = 'issue-category-distribution{category=x}';
  const empty = { value: 0, num: 0, den: 5, n: 5 };
  expect(differences(foldOf(key, empty), new Map())).toEqual([]);
  expect(differences(foldOf(key, { ...empty, num: 1 }), new Map())).not.toEqual([]);
  expect(differences(foldOf(key, { ...empty, vsPrev: 7 }), new Map())).not.toEqual([]);
  expect(differences(foldOf('issue-category-distribution', empty), new Map())).not.toEqual([]);
  // Of what is told together each counts its own, of one whole.
  const other = key.replace('=x', '=__other__');
  const rows = (nums: readonly number[]): Map<string, OracleSeries> =>
    new Map(nums.flatMap((num, i) => [...oracleOf(key.replace('=x', `=${i}`), { ...empty, num })]));
  const told = { ...empty, value: 600_000, num: 3 };
  expect(differences(foldOf(other, told), rows([1, 2]))).toEqual([]);
  expect(differences(foldOf(other, told), rows([2, 2]))).toEqual([`${other} 24h num`]);
});

it('CLI-11 what is withheld of a person is withheld by both, and nothing of it is told', () => {
  const key = 'csat{assignee=ada}';
  const empty = { value: null, n: 0, vsPrev: null };
  const withheld = { ...empty, state: 'unknown', reasons: ['privacy'] } as const;
  const truth = { ...empty, withheld: { ratings: 3, customers: 3 } };
  const told = { value: 800_000, num: 4, den: 5, n: 5 };
  expect(differences(foldOf(key, withheld), oracleOf(key, truth))).toEqual([]);
  expect(differences(foldOf(key, told), oracleOf(key, truth))).toEqual([`${key} 24h withheld`]);
  expect(differences(foldOf(key, withheld), oracleOf(key, told))).toEqual([`${key} 24h withheld`]);
  for (const leak of [{ n: 3 }, { num: 2 }, { low: 1 }, { vsPrev: 1 }, { vsHow: 1 }, { p50: 1 }]) {
    const leaked = foldOf(key, { ...withheld, ...leak });
    expect(differences(leaked, oracleOf(key, truth)), JSON.stringify(leak)).toHaveLength(1);
  }
  // A row that nobody has rated in memory need not be there, any other has to.
  const none = { ...empty, withheld: { ratings: 0, customers: 0 } };
  expect(differences(new Map(), oracleOf(key, none))).toEqual([]);
  expect(differences(new Map(), oracleOf(key, truth))).toEqual([`${key} 24h withheld`]);
  expect(differences(foldOf(key, withheld), new Map())).toEqual([]);
  const volume = 'conversation-volume{assignee=ada}';
  expect(differences(foldOf(volume, withheld), new Map())).toEqual([`${volume} 24h withheld`]);
});

it('CLI-10 what has no value for a reason has none, and says so, with how much it is', () => {
  const key = 'no-such-score';
  const unknown = { value: null, n: 3, reason: 'low_n' } as const;
  const against = (told: Told, truth: Partial<OracleCell> = unknown): string[] =>
    differences(foldOf(key, told), oracleOf(key, truth));
  const same = { value: null, n: 3, reasons: ['low_n'] };
  expect(against(same)).toEqual([]);
  expect(against({ ...same, value: 0 })).toEqual([`${key} 24h value`]);
  expect(against({ ...same, n: 4 })).toEqual([`${key} 24h n`]);
  expect(against({ ...same, reasons: ['few_parts'] })).toEqual([`${key} 24h reasons`]);
  expect(against({ ...same, reasons: ['window_filling'] })).toEqual([]);
  const off = { ...unknown, reason: 'not_switched_on' };
  expect(against({ ...same, n: 4, reasons: [off.reason] }, off)).toEqual([]);
  expect(against(same, { ...unknown, isLate: true })).toEqual([`${key} 24h state`]);
  // Nobody needs to tell it; but what has a value here must have one there.
  expect(differences(new Map(), oracleOf('conversation-volume', unknown))).toEqual([]);
  expect(against(same, { value: 3, n: 3 })).toEqual([`${key} 24h value`]);
});

it('CLI-10 first replies with those who still wait are compared in every row', () => {
  const key = 'first-response-time{team=red}';
  const censored = { n: 2, p50: 4, p90: 30, p50AtLeast: false, p90AtLeast: true };
  const truth = oracleOf(key, { censored });
  expect(differences(foldOf(key, { censored }), truth)).toEqual([]);
  expect(differences(foldOf(key, { censored: { ...censored, n: 3 } }), truth)).toEqual([
    `${key} 24h censored`,
  ]);
  expect(differences(foldOf(key, { censored: null }), truth)).toEqual([`${key} 24h censored`]);
});
