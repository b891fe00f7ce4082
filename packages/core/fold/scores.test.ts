/** Scores of accounts, agents and topics through the whole fold (metrics.md 3.4). */
import { describe, expect, it } from 'vitest';
import { account, config, issue, message, tick } from '../../../tests/support/facts.ts';
import { folded, newFold, restored } from '../../../tests/support/folded.ts';
import type { Fact } from '../facts/fact.ts';
import type { Explanation } from '../metrics/explanation.ts';
import { metricSheet } from '../metrics/sheets.ts';
import type { Cell, WindowCode } from '../metrics/value.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../time/instant.ts';
import { declaredRows } from '../tree/declared-rows.ts';
import type { CompiledTree } from '../tree/tree.ts';
import type { FactFold } from './fold.ts';

const TODAY = Date.parse('2026-06-10T00:00Z');
const ELEVEN = TODAY + 11 * HOUR_MS;
const AFTER = TODAY + 18 * HOUR_MS;
const HEALTH = 'account-health-score';
const INDEX = 'agent-productivity-index';
const GAP = 'knowledge-gap-score';
const HOUR = { '*': { ms: HOUR_MS, clock: 'wall' } };
const SETUP = {
  ...{ messages: 'read', sources: [], tree: { nodes: [] }, escalationTags: ['escalated'] },
  sla: { targets: { resolution: HOUR }, pauseOn: ['on_hold'] },
  csatScale: { min: 1, max: 5, positiveFrom: 4 },
};
const declared = (more: object, at = TODAY - 200 * DAY_MS): Fact =>
  config(at, { ...SETUP, ...more });

interface Contact {
  readonly account?: string | null;
  readonly at?: number;
  /** Minutes after it was asked. */
  readonly solved?: number | null;
  readonly replied?: number;
  readonly isEscalated?: boolean;
  readonly by?: string;
  readonly team?: string;
  readonly category?: string | null;
  readonly rated?: number;
}

let serial = 0;
/** Asked, answered, and closed by then. */
function contact({ at = ELEVEN, solved = 30, by = 'ann', replied = 5, ...more }: Contact): Fact[] {
  serial += 1;
  const id = `I${serial}`;
  const seen = {
    ...{ createdAt: at, accountId: more.account ?? null, assigneeId: by },
    ...{ teamId: more.team ?? null, category: more.category ?? null },
    tags: more.isEscalated ? ['escalated'] : [],
  };
  const look = (minutes: number, stateCategory: 'new' | 'closed', also: object = {}): Fact =>
    issue(id, at + minutes * MINUTE_MS, { ...seen, stateCategory, ...also });
  return [
    message(id, at, 'customer', { authorId: `customer ${id}` }),
    look(0, 'new', { tags: [] }),
    look(1, 'new'),
    message(id, at + replied * MINUTE_MS, 'human', { authorId: by }),
    ...(solved === null ? [] : [look(solved, 'closed')]),
    ...(more.rated ? [look((solved ?? 60) + 1, 'closed', { csat: [more.rated] })] : []),
  ];
}
const times = (n: number, one: Contact): Fact[] =>
  Array.from({ length: n }, () => contact(one)).flat();
const inOrder = (facts: readonly Fact[]): Fact[] =>
  [...facts].sort((a, b) => a.recordedAt - b.recordedAt);
const at = (T: number, facts: readonly Fact[], fold = newFold()): FactFold =>
  folded([...inOrder(facts), tick(T)], fold);

function cellOf(fold: FactFold, key: string, window: WindowCode = '28d'): Cell {
  const { cells } = fold.read(`acme/${key}`)!.series!;
  return cells.find((one) => one.window === window)!;
}
const told = (...asked: Parameters<typeof cellOf>): [number | null, number] => {
  const { value, n } = cellOf(...asked);
  return [value, n];
};
function explained(fold: FactFold, key: string): Explanation {
  const question = { key, window: '28d', clock: 'wall', limit: 100, after: null } as const;
  return fold.explain('acme', question)!;
}
const scoresIn = ({ parts }: Explanation): unknown[] =>
  parts.map((part) => {
    if (part.part !== 'score') return part;
    const { unit: _unit, ...told } = part.score;
    return told;
  });
const takenUp = (fold: FactFold): string[] =>
  [...fold.touched().dirty].map((key) => key.split('/')[1]!);

describe('account-health-score', () => {
  const HEAD = declared({ by: { [HEALTH]: ['account', 'account_tier'] } });
  /** Six in the 84 days before: two a window. */
  const BEFORE = [30, 50, 70, 85, 100, 111].flatMap((days) =>
    contact({ account: 'acme', at: ELEVEN - days * DAY_MS }),
  );
  const ACME = [
    ...BEFORE,
    ...contact({ account: 'acme' }),
    ...contact({ account: 'acme', solved: 61 }),
    ...contact({ account: 'acme', at: ELEVEN - 10 * DAY_MS, isEscalated: true }),
  ];
  const GLOBEX = times(2, { account: 'globex' });

  it('COMP-10 is read from what was opened, solved in time and escalated of an account', () => {
    const fold = at(AFTER, [HEAD, ...ACME, ...GLOBEX, ...contact({ account: null })]);
    // 3 for 2: 0.5; 2 of 3 in time; 1 of 3 escalated: 0.
    expect(cellOf(fold, `${HEALTH}{account=acme}`)).toMatchObject({
      ...{ value: 38_889, n: 3, num: null, den: null, vsPrev: null, state: 'live', lowN: false },
    });
    expect(told(fold, `${HEALTH}{account=globex}`)).toEqual([100_000, 2]);
    // Their mean; nobody's conversations are no account.
    expect(told(fold, HEALTH)).toEqual([69_445, 2]);
    expect([...fold.keys()].filter((key) => key.startsWith(`acme/${HEALTH}`)).sort()).toEqual([
      `acme/${HEALTH}`,
      `acme/${HEALTH}{account=acme}`,
      `acme/${HEALTH}{account=globex}`,
      `acme/${HEALTH}{account_tier=__none__}`,
    ]);
    expect(told(fold, `${HEALTH}{account_tier=__none__}`)).toEqual([69_445, 2]);
    restored(fold);
  });

  it('COMP-10 the 84 days begin at midnight, and until they were seen whole volume is no part', () => {
    const first = contact({ account: 'acme', at: TODAY - 112 * DAY_MS });
    const earlier = contact({ account: 'acme', at: TODAY - 112 * DAY_MS - 1 });
    const three = times(3, { account: 'acme' });
    // 3 for 1/3 or, with none before, more than two.
    expect(told(at(AFTER, [HEAD, ...first, ...three]), `${HEALTH}{account=acme}`)[0]).toBe(66_667);
    const two = times(2, { account: 'acme' });
    expect(told(at(AFTER, [HEAD, ...earlier, ...two]), `${HEALTH}{account=acme}`)[0]).toBe(100_000);
    expect(told(at(AFTER, [HEAD, ...first, ...two]), `${HEALTH}{account=acme}`)[0]).toBe(66_667);
    const young = config(TODAY - 112 * DAY_MS + 1, {
      ...SETUP,
      by: { [HEALTH]: ['account'] },
    });
    expect(told(at(AFTER, [young, ...three]), `${HEALTH}{account=acme}`)).toEqual([100_000, 3]);
    // A day later they are whole.
    const next = at(AFTER + DAY_MS, [young, ...three]);
    expect(told(next, `${HEALTH}{account=acme}`)).toEqual([66_667, 3]);
  });

  it('COMP-10 what was resolved while nothing is promised is no part', () => {
    const plain = declared({ by: { [HEALTH]: ['account'] }, sla: undefined });
    const fold = at(AFTER, [plain, ...ACME]);
    expect(told(fold, `${HEALTH}{account=acme}`)).toEqual([25_000, 3]);
  });

  it('COMP-18 is explained by its parts as they weigh, and in all by its accounts', () => {
    const healthWeights = { volume: 2, sentiment: 1, resolution: 1, escalation: 3 };
    const fold = at(AFTER, [
      declared({ by: { [HEALTH]: ['account'] }, healthWeights }),
      ...[...ACME, ...GLOBEX, ...contact({ account: 'quiet', at: ELEVEN - 60 * DAY_MS })],
    ]);
    const own = explained(fold, `${HEALTH}{account=acme}`);
    expect(scoresIn(own)).toEqual([
      { name: 'volume', value: 500_000, weight: 2, from: { opened: 3, openedBefore: 6 } },
      { name: 'resolution', value: 666_667, weight: 1, from: { inTarget: 2, resolved: 3 } },
      { name: 'escalation', value: 0, weight: 3, from: { escalated: 1, worked: 3 } },
    ]);
    expect(own.parts.every((part) => part.part === 'score' && part.score.unit === 'ppm')).toBe(
      true,
    );
    // (2 x 0.5 + 0.666667 + 0) / 6
    expect(own.total).toEqual({ value: 27_778, num: null, den: null, n: 3 });
    expect([own.sums, own.notes]).toEqual([true, []]);
    const all = explained(fold, HEALTH);
    expect(scoresIn(all)).toEqual([
      { name: `${HEALTH}{account=acme}`, value: 27_778, weight: 1, from: { n: 3 } },
      { name: `${HEALTH}{account=globex}`, value: 100_000, weight: 1, from: { n: 2 } },
    ]);
    expect(all).toMatchObject({ total: { value: 63_889, n: 2 }, excluded: { quiet: 1 } });
    expect(all.sums).toBe(true);
  });

  it('COMP-11 in a tier an account is scored by what stands in that tier', () => {
    const tiers = [
      account('acme', TODAY - 199 * DAY_MS, 'basic'),
      account('globex', TODAY - 199 * DAY_MS, 'vip'),
      account('acme', TODAY - 2 * DAY_MS, 'vip'),
    ];
    const fold = at(AFTER, [HEAD, ...tiers, ...ACME, ...GLOBEX]);
    // Of acme in vip: 2 opened, none before there; 1 of 2 in time; none escalated.
    expect(told(fold, `${HEALTH}{account_tier=vip}`)).toEqual([91_667, 2]);
    // In basic: 1 for 2, in time, escalated.
    expect(told(fold, `${HEALTH}{account_tier=basic}`)).toEqual([66_667, 1]);
    expect(told(fold, `${HEALTH}{account=acme}`)).toEqual([38_889, 3]);
    restored(fold);
  });

  it('COMP-11 of a tier nothing is known of before it was asked for, whatever is of the account', () => {
    const early = declared({ by: { [HEALTH]: ['account'] } });
    const late = declared({ by: { [HEALTH]: ['account', 'account_tier'] } }, TODAY - 40 * DAY_MS);
    const calm = Array.from({ length: 40 }, (_, i) =>
      contact({ account: 'acme', at: ELEVEN - 3 * i * DAY_MS }),
    );
    const fold = at(AFTER, [early, late, ...calm.flat()]);
    // Ten for 28 in the three windows before.
    expect(told(fold, `${HEALTH}{account=acme}`)).toEqual([97_619, 10]);
    // Without its volume, of which too little was seen in the tier: both others are whole.
    const inTier = explained(fold, `${HEALTH}{account_tier=__none__}`);
    expect(told(fold, `${HEALTH}{account_tier=__none__}`)[0]).toBe(100_000);
    expect(inTier.sums).toBe(true);
  });

  it('COMP-18 the parts stand by name, restored or not', () => {
    const fold = at(AFTER, [
      HEAD,
      ...times(2, { account: 'zoe' }),
      ...times(2, { account: 'abe' }),
    ]);
    const names = (one: FactFold): unknown[] =>
      scoresIn(explained(one, HEALTH)).map((score) => (score as { name: string }).name);
    expect(names(fold)).toEqual([`${HEALTH}{account=abe}`, `${HEALTH}{account=zoe}`]);
    const copy = newFold();
    copy.restore([...fold.encode()], fold.T);
    expect(names(copy)).toEqual(names(fold));
  });

  it('COMP-5 accounts that are not shown count in all, and together in `__other__`', () => {
    const many = Array.from({ length: 500 }, (_, i) => contact({ account: `a${i}` }));
    const late = ['x', 'y'].flatMap((one) =>
      contact({ account: one, at: ELEVEN + HOUR_MS, solved: 61 }),
    );
    const fold = at(AFTER - 5 * HOUR_MS - 1, [HEAD, ...many.flat(), ...late]);
    expect(cellOf(fold, `${HEALTH}{account=x}`).reasons).toEqual(['in_other']);
    expect(told(fold, `${HEALTH}{account=__other__}`)).toEqual([66_667, 2]);
    // 500 whole ones and two of two thirds.
    expect(told(fold, HEALTH)).toEqual([99_867, 502]);
    expect(explained(fold, `${HEALTH}{account=__other__}`)).toMatchObject({ sums: true });
    restored(fold);
  });

  it('COMP-11 tiers that are not shown are told together, each account once', () => {
    const tiers = Array.from({ length: 17 }, (_, i) => [
      account(`a${i}`, TODAY - 199 * DAY_MS, `t${String(i).padStart(2, '0')}`),
      ...contact({ account: `a${i}`, at: ELEVEN + i * MINUTE_MS, solved: i > 15 ? 61 : 30 }),
    ]);
    const moved = [
      account('a16', TODAY + 11.5 * HOUR_MS, 't17'),
      ...contact({ account: 'a16', at: ELEVEN + 35 * MINUTE_MS, solved: 30 }),
    ];
    const fold = at(TODAY + 13 * HOUR_MS - 1, [HEAD, ...tiers.flat(), ...moved]);
    expect(told(fold, `${HEALTH}{account_tier=t15}`)).toEqual([100_000, 1]);
    // Two of a16, one of them late: (1 + 0.5 + 1) / 3.
    expect(told(fold, `${HEALTH}{account_tier=__other__}`)).toEqual([83_333, 1]);
    restored(fold);
  });

  it('COMP-20 a tree that has a score asks for what it compares, but where that is switched on', () => {
    const nodes = [HEALTH, GAP, INDEX].map((id) => ({ id, by: [], children: [] }));
    const tree = { nodes } as unknown as CompiledTree;
    expect(declaredRows(tree, metricSheet)).toEqual({ [HEALTH]: ['account'], [GAP]: ['category'] });
  });

  it('COMP-12 without rows of accounts it is unknown, and nothing else is told by account', () => {
    const fold = at(AFTER, [declared({}), ...ACME]);
    expect(cellOf(fold, HEALTH)).toMatchObject({
      ...{ value: null, n: 0, state: 'unknown', reasons: ['not_declared'] },
    });
    expect([...fold.keys()].filter((key) => key.includes('{account'))).toEqual([]);
    const later = folded([declared({ by: { [HEALTH]: ['account'] } }, AFTER)], fold);
    expect([...later.keys()]).toContain('acme/conversation-volume{account=acme}');
    expect(told(later, `${HEALTH}{account=acme}`)).toEqual([33_333, 3]);
  });

  it('COMP-13 it is told anew with what it is read from, and with each day', () => {
    const fold = at(AFTER, [HEAD, ...ACME, ...GLOBEX]);
    fold.touched();
    at(AFTER + 1, contact({ account: 'globex', at: AFTER + 1, solved: null }), fold);
    const rows = takenUp(fold).filter((key) => key.startsWith(HEALTH));
    expect(rows.sort()).toEqual([
      HEALTH,
      `${HEALTH}{account=globex}`,
      `${HEALTH}{account_tier=__none__}`,
    ]);
    at(TODAY + DAY_MS - 1, [], fold);
    fold.touched();
    at(TODAY + DAY_MS, [], fold);
    expect(takenUp(fold)).toContain(`${HEALTH}{account=acme}`);
  });

  it('COMP-13 summarised it is the same', () => {
    const old = [...times(3, { account: 'acme', at: ELEVEN - 40 * DAY_MS }), ...ACME];
    const fold = at(AFTER, [HEAD, ...old]);
    const later = restored(fold);
    for (const one of [fold, later]) at(AFTER + 20 * DAY_MS, [], one);
    expect(told(fold, `${HEALTH}{account=acme}`)).toEqual(told(later, `${HEALTH}{account=acme}`));
    restored(fold);
  });

  it('COMP-4 weights are as declared', () => {
    const healthWeights = { volume: 0, sentiment: 1, resolution: 1, escalation: 3 };
    const fold = at(AFTER, [declared({ by: { [HEALTH]: ['account'] }, healthWeights }), ...ACME]);
    expect(told(fold, `${HEALTH}{account=acme}`)).toEqual([16_667, 3]);
  });

  it('COMP-14 a resolution is in time if its clock was not breached', () => {
    const one = (facts: readonly Fact[]): number | null =>
      told(at(AFTER, [HEAD, ...facts]), `${HEALTH}{account=acme}`)[0];
    expect(one(contact({ account: 'acme', solved: 60 }))).toBe(100_000);
    // Of three parts two are 1.
    expect(one(contact({ account: 'acme', solved: 61 }))).toBe(66_667);
  });
});

describe('a resolution in time', () => {
  const HEAD = declared({ by: { [HEALTH]: ['account'] } });
  const other = contact({ account: 'acme', solved: null });
  /** Solved after so many minutes forty days ago, forgotten, and solved again so many after the customer came back. */
  function again(first: number, then: number): number | null {
    const facts = contact({ account: 'acme', at: ELEVEN - 40 * DAY_MS, solved: first });
    const { entity } = facts[0]!;
    const seen = { createdAt: ELEVEN - 40 * DAY_MS, accountId: 'acme', assigneeId: 'ann' };
    const fold = at(ELEVEN - DAY_MS, [HEAD, ...facts]);
    const back = [
      message(entity, ELEVEN, 'customer', { authorId: `customer ${entity}` }),
      issue(entity, ELEVEN, { ...seen, stateCategory: 'new' }),
      issue(entity, ELEVEN + then * MINUTE_MS, { ...seen, stateCategory: 'closed' }),
    ];
    at(AFTER, [...back, ...other], fold);
    restored(fold);
    return told(fold, `${HEALTH}{account=acme}`)[0];
  }

  it('COMP-14 goes on from what a forgotten chapter counted, and is none after a breach', () => {
    // One opened for a third before: nothing. None escalated: whole.
    expect(again(30, 30)).toBe(66_667);
    expect(again(30, 31)).toBe(33_333);
    expect(again(61, 1)).toBe(33_333);
  });
});

describe('agent-productivity-index', () => {
  const HEAD = declared({ agentIndex: true, by: { [INDEX]: ['assignee', 'team'] } });
  const fact = (kind: string, entity: string, body: object): Fact =>
    ({ ...issue(entity, TODAY - 199 * DAY_MS, {}), kind, body }) as Fact;
  const user = (id: string, userKind = 'human'): Fact =>
    fact('user.observed', id, { userKind, status: null, role: null });
  const team = (id: string, members: readonly string[]): Fact =>
    fact('team.observed', id, { members, rank: null });
  const PEOPLE = [...['ann', 'ben', 'cat', 'dan'].map((id) => user(id)), user('bot', 'bot')];
  const TEAMS = [team('one', ['ann', 'ben', 'cat']), team('two', ['dan', 'ann'])];
  const WORK = [
    ...times(20, { by: 'ann', solved: 30, replied: 5 }),
    ...times(30, { by: 'ben', solved: 60, replied: 10 }),
    ...times(40, { by: 'cat', solved: 120, replied: 20 }),
    ...times(25, { by: 'dan', solved: 30, replied: 5 }),
    ...times(3, { by: 'eve' }),
  ];

  it('COMP-15 compares each with their team, by the roster', () => {
    const fold = at(AFTER, [HEAD, ...PEOPLE, ...TEAMS, ...WORK]);
    // Against 30, 60 min and 10 min, as buckets tell them; nobody escalated.
    expect(told(fold, `${INDEX}{assignee=ben}`)).toEqual([50_000, 30]);
    const [ann] = told(fold, `${INDEX}{assignee=ann}`);
    const [cat] = told(fold, `${INDEX}{assignee=cat}`);
    expect(Math.round(ann! / 1_000)).toBe(78);
    expect(Math.round(cat! / 1_000)).toBe(39);
    // Alone in their team: the median is their own.
    expect(told(fold, `${INDEX}{assignee=dan}`)).toEqual([50_000, 25]);
    expect(cellOf(fold, `${INDEX}{assignee=eve}`)).toMatchObject({
      ...{ value: null, n: 3, state: 'unknown', reasons: ['low_n'] },
    });
    const mean = Math.round((ann! + cat! + 50_000) / 3);
    expect(told(fold, `${INDEX}{team=one}`)).toEqual([mean, 3]);
    expect(told(fold, `${INDEX}{team=two}`)).toEqual([50_000, 1]);
    expect(told(fold, `${INDEX}{team=__none__}`)).toEqual([null, 0]);
    expect(told(fold, INDEX)).toEqual([Math.round((ann! + cat! + 100_000) / 4), 4]);
    expect(told(fold, INDEX, '7d')).toEqual(told(fold, INDEX));
    const ben = explained(fold, `${INDEX}{assignee=ben}`);
    expect(scoresIn(ben)[0]).toEqual({
      ...{ name: 'handled', value: 50_000, weight: 1, from: { own: 30, median: 30 } },
    });
    expect([ben.total.value, ben.sums, ben.parts.length]).toEqual([50_000, true, 3]);
    expect(explained(fold, `${INDEX}{team=one}`)).toMatchObject({ sums: true, total: { n: 3 } });
    expect(explained(fold, INDEX)).toMatchObject({ sums: true, excluded: { low_n: 1 } });
    restored(fold);
  });

  it('COMP-15 who belongs elsewhere is compared there, and all are told anew', () => {
    const fold = at(AFTER, [HEAD, ...PEOPLE, ...TEAMS, ...WORK]);
    fold.touched();
    folded([{ ...team('one', ['cat']), observedAt: AFTER, recordedAt: AFTER }], fold);
    const rows = takenUp(fold).filter((key) => key.startsWith(INDEX));
    expect(rows).toContain(`${INDEX}{assignee=ann}`);
    expect(rows).toContain(`${INDEX}{team=two}`);
    // Ann is of team two now, Ben of none.
    expect(told(fold, `${INDEX}{team=two}`)[1]).toBe(2);
    expect(told(fold, `${INDEX}{team=one}`)).toEqual([50_000, 1]);
    expect(told(fold, `${INDEX}{assignee=ben}`)).toEqual([50_000, 30]);
    expect(told(fold, `${INDEX}{team=__none__}`)).toEqual([50_000, 1]);
  });

  it('COMP-16 it is off until it is switched on, and a bot is nobody', () => {
    const off = at(AFTER, [declared({ by: { [INDEX]: ['assignee'] } }), ...PEOPLE, ...WORK]);
    for (const key of [INDEX, `${INDEX}{assignee=ben}`]) {
      expect(cellOf(off, key)).toMatchObject({
        ...{ value: null, n: 0, state: 'unknown', reasons: ['not_switched_on'] },
      });
    }
    const work = [...WORK, ...times(20, { by: 'bot' })];
    const on = at(AFTER, [HEAD, ...PEOPLE, ...work]);
    expect(cellOf(on, `${INDEX}{assignee=bot}`)).toMatchObject({ value: null, reasons: ['low_n'] });
    expect(told(on, INDEX)[1]).toBe(4);
    const undeclared = at(AFTER, [declared({ agentIndex: true }), ...PEOPLE, ...WORK]);
    expect(cellOf(undeclared, INDEX).reasons).toEqual(['not_declared']);
  });
});

describe('knowledge-gap-score', () => {
  const HEAD = declared({ by: { [GAP]: ['category'] } });
  const WORK = [
    ...times(19, { category: 'login' }),
    ...contact({ category: 'login', isEscalated: true }),
    ...times(18, { category: 'billing' }),
    ...times(2, { category: 'billing', isEscalated: true }),
    ...times(14, { category: 'sync' }),
    ...times(6, { category: 'sync', isEscalated: true }),
    ...times(3, { category: 'rare' }),
    ...times(30, { category: null }),
  ];

  it('COMP-17 tells how far a topic lies from the others', () => {
    const fold = at(AFTER, [HEAD, ...WORK]);
    // 5, 10 and 30 % escalated; all took as long.
    expect(told(fold, `${GAP}{category=login}`)).toEqual([0, 20]);
    expect(told(fold, `${GAP}{category=billing}`)).toEqual([0, 20]);
    expect(told(fold, `${GAP}{category=sync}`)).toEqual([2_698, 20]);
    expect(cellOf(fold, `${GAP}{category=rare}`)).toMatchObject({
      ...{ value: null, n: 3, state: 'unknown', reasons: ['low_n'] },
    });
    expect(told(fold, GAP)).toEqual([2_698, 3]);
    expect([...fold.keys()]).not.toContain(`acme/${GAP}{category=__none__}`);
    const sync = explained(fold, `${GAP}{category=sync}`);
    expect(scoresIn(sync)).toEqual([
      {
        ...{ name: 'escalation', value: 2_698, weight: 1 },
        from: { own: 300_000, median: 100_000, mad: 50_000 },
      },
    ]);
    expect([sync.sums, sync.notes]).toEqual([true, []]);
    expect(explained(fold, `${GAP}{category=rare}`)).toMatchObject({ sums: true, parts: [] });
    expect(explained(fold, GAP)).toMatchObject({
      ...{ sums: true, total: { value: 2_698, n: 3 }, excluded: { low_n: 1 } },
    });
    fold.touched();
    at(AFTER + 1, contact({ category: 'login', at: AFTER + 1, solved: null }), fold);
    expect(takenUp(fold)).toEqual(
      expect.arrayContaining([GAP, `${GAP}{category=login}`, `${GAP}{category=sync}`]),
    );
    restored(fold);
  });

  it('COMP-18 a topic that lies far off in two parts is noted as a gap', () => {
    const slow = times(20, { category: 'export', solved: 300, isEscalated: true });
    const usual = [10, 20, 30].flatMap((solved, i) => [
      ...times(19, { category: `t${i}`, solved }),
      ...times(1 + i, { category: `t${i}`, solved, isEscalated: true }),
    ]);
    const fold = at(AFTER, [HEAD, ...usual, ...slow]);
    const found = explained(fold, `${GAP}{category=export}`);
    expect([found.notes, found.sums, found.parts.length]).toEqual([['gap'], true, 2]);
  });
});
