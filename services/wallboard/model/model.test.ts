import type { Alert } from '@sapwood/core/alert';
import { metricDefinition } from '@sapwood/core/catalogue';
import type { Cell, Series } from '@sapwood/core/metrics';
import type { SourceState } from '@sapwood/protocol/honest';
import type { WireNode, WireTree } from '@sapwood/protocol/tree';
import { describe, expect, it } from 'vitest';
import { type Card, cardOf, reasonText, targetShown } from './card.ts';
import { deltaOf, durationParts, hourText, plain, valueParts } from './format.ts';
import { arcminPx, geometryOf } from './geometry.ts';
import { itemsOf, pagesOf, place } from './layout.ts';
import { lensLines, weightIn } from './lenses.ts';
import { ownName } from './names.ts';
import { parseParams } from './params.ts';
import { type Order, orderOf, type PageInfo, turnAt } from './rotation.ts';
import { rowsOf } from './rows.ts';
import { NO_TAKEOVER, onAlert, onTick } from './takeover.ts';
import { hotIds, standingsOf } from './tree-view.ts';
import { chooseWindow, usualName, usualWords } from './windows.ts';

const screen = (diagonalIn: number, distanceM: number, heightPx = 1080) => ({
  widthPx: (heightPx * 16) / 9,
  heightPx,
  distanceM,
  diagonalIn,
});

describe('geometry', () => {
  it('WALL-10 16 minutes of arc are the documented px at 1080 lines', () => {
    const table: [number, number, number][] = [
      [43, 3, 39],
      [43, 5, 65],
      [43, 7, 90],
      [55, 3, 30],
      [55, 5, 50],
      [55, 7, 71],
      [65, 5, 43],
      [75, 7, 52],
    ];
    for (const [diagonal, distance, px] of table) {
      expect(Math.abs(arcminPx(screen(diagonal, distance), 16) - px)).toBeLessThan(1);
    }
  });

  it('WALL-10 columns and tiles follow the table', () => {
    const of = (diagonal: number, distance: number): number[] => {
      const g = geometryOf(screen(diagonal, distance), false);
      return [g.treeColumns, g.tileColumns, g.tileRows];
    };
    expect(of(55, 5)).toEqual([3, 3, 2]);
    expect(of(55, 7)).toEqual([2, 2, 1]);
    expect(of(43, 7)).toEqual([1, 1, 1]);
    expect(of(65, 7)).toEqual([2, 2, 2]);
    expect(of(75, 7)).toEqual([3, 3, 2]);
  });

  it('WALL-10 text is the same size on the wall at 720 lines and at 2160', () => {
    const at = (lines: number): number => arcminPx(screen(55, 5, lines), 16) / lines;
    expect(at(720)).toBeCloseTo(at(2160), 10);
  });
});

describe('numbers', () => {
  const text = (...args: Parameters<typeof valueParts>): string => plain(valueParts(...args));

  it('WALL-11 three significant digits, a real minus, money with its cents', () => {
    expect(text(999, 'count', 'USD')).toBe('999');
    expect(text(1_000, 'count', 'USD')).toBe('1.00k');
    expect(text(45_678, 'count', 'USD')).toBe('45.7k');
    expect(text(999_600, 'count', 'USD')).toBe('1.00M');
    expect(text(-7, 'count', 'USD')).toBe('\u22127');
    expect(text(3_400_000, 'micro', 'USD')).toBe('$3.40');
    expect(text(725_100_000, 'micro', 'GBP')).toBe('£725');
    expect(text(8_000_000, 'micro', 'CHF')).toBe('8.00 CHF');
    expect(text(116_000, 'ppm', 'USD')).toBe('11.6%');
    expect(text(0, 'ppm', 'USD')).toBe('0%');
    expect(text(1_250, 'milli', 'USD')).toBe('1.25');
    expect(text(2_000, 'milli', 'USD')).toBe('2');
    expect(text(1_667, 'milli', 'USD')).toBe('1.67');
    expect(text(-2_000, 'milli', 'USD')).toBe('\u22122');
  });

  it('WALL-11 times are 45s, 14m, 1h 12m, 2d 4h', () => {
    const times = [45_000, 840_000, 4_320_000, 187_200_000, 3_600_000];
    expect(times.map((ms) => plain(durationParts(ms)))).toEqual([
      '45s',
      '14m',
      '1h 12m',
      '2d 4h',
      '1h',
    ]);
  });

  it('WALL-11 a change beyond 99 % is a factor; without a reference there is none', () => {
    expect(deltaOf(118, 100)?.text).toBe('↑18%');
    expect(deltaOf(78, 100)?.text).toBe('↓22%');
    expect(deltaOf(240, 100)?.text).toBe('↑×2.4');
    expect(deltaOf(0, 100)?.text).toBe('↓100%');
    expect(deltaOf(2, -1)?.text).toBe('↑3');
    expect(deltaOf(5, 0)).toBeNull();
    expect(deltaOf(null, 5)).toBeNull();
  });
});

const cell = (change: Partial<Cell> = {}): Cell => ({
  window: '60m',
  clock: 'wall',
  from: 0,
  to: 0,
  state: 'live',
  reasons: [],
  value: 100,
  num: null,
  den: null,
  n: 100,
  lowN: false,
  mean: null,
  p50: null,
  p90: null,
  max: null,
  zeroPpm: null,
  censored: null,
  low: null,
  high: null,
  vsPrev: 100,
  vsHow: null,
  provisionalPpm: 0,
  settled: null,
  shares: [],
  ...change,
});
const series = (change: Partial<Series> = {}, cells: readonly Cell[] = [cell()]): Series => ({
  workspace: 'acme',
  topology: 1,
  key: 'conversation-volume',
  definition: 'conversation-volume@1',
  form: 'COUNT',
  unit: 'count',
  better: 0,
  grade: 'E',
  additive: true,
  offset: 1,
  waiting: null,
  top: null,
  firstDueAt: null,
  cells,
  ...change,
});
const seen: SourceState = { state: null, reasons: [], asOf: 9, watermark: 8, lagMs: 1 };
const node = (id: string, change: Partial<WireNode> = {}): WireNode => ({
  id,
  label: id,
  shortLabel: null,
  children: [],
  influences: [],
  by: [],
  target: null,
  audience: 'floor',
  owner: 'ops',
  ...change,
});
const alert = (change: Partial<Alert> = {}): Alert =>
  ({
    alertId: 'a',
    revision: 1,
    phase: 'open',
    status: 'firing',
    severity: 'high',
    node: 'conversation-volume',
    series: 'conversation-volume',
    since: 0,
    at: 0,
    ...change,
  }) as Alert;

function shown(change: Partial<Cell> = {}, more: Partial<Parameters<typeof cardOf>[0]> = {}): Card {
  return cardOf({
    key: 'conversation-volume',
    series: series({}, [cell(change)]),
    node: node('conversation-volume'),
    window: '60m',
    source: seen,
    alerts: [],
    currency: 'USD',
    ageMs: null,
    ...more,
  });
}

describe('cards', () => {
  it('WALL-19 a row is judged by its own target, else by that of its node', () => {
    const segments = [
      { dimension: 'channel', value: 'email', target: { op: '<=', value: 50 } as const },
    ];
    const of = (key: string, value: number): Card =>
      shown(
        { value },
        {
          key,
          series: series({ key }, [cell({ value })]),
          node: node(key.split('{')[0]!, { target: { op: '<=', value: 80 }, segments }),
        },
      );
    const email = of('first-response-time{channel=email}', 60);
    expect([email.status, email.target]).toEqual(['warning', { op: '<=', text: '50' }]);
    expect(of('first-response-time{channel=chat}', 60).status).toBe('normal');
    expect(of('first-response-time{channel=chat}', 90).status).toBe('warning');
    expect(of('conversation-volume{channel=chat}', 90).target).toBeNull();
    // Tags do not add up, and are parts nevertheless.
    expect(of('conversation-volume{tag=x}', 90).target).toBeNull();
    expect(of('issue-category-distribution{category=x}', 90).target).toBeNull();
  });

  it('WALL-19 a target that is a band or about a quantile says so', () => {
    const band = { op: '>=', value: 600_000, upTo: 800_000 } as const;
    expect(targetShown(band, 'ppm', 'USD')).toEqual({ op: null, text: '60%–80%' });
    const p90 = { op: '<', value: 300_000, of: 'p90' } as const;
    expect(targetShown(p90, 'ms', 'USD')).toEqual({ op: '<', text: '5m p90' });
  });

  it('WALL-19 rows that only the tree names stand among those that are counted', () => {
    const segments = [{ dimension: 'account_tier', value: 'smb', owner: 'a' }];
    const known = ['csat{channel=chat}', 'csat', 'csat-gap-ai{channel=chat}'];
    const of = node('csat', { segments });
    expect(rowsOf('csat', of, known)).toEqual(['csat{account_tier=smb}', 'csat{channel=chat}']);
    expect(rowsOf('csat{channel=chat}', of, known)).toEqual([]);
    const key = 'conversation-handoff-rate{channel=fax}';
    const target = { op: '<=', value: 150_000 } as const;
    const row = node('conversation-handoff-rate', { target });
    expect(shown({}, { key, node: row, series: undefined })).toMatchObject({
      ...{ state: 'unknown', value: [], target: { op: '<=', text: '15%' } },
    });
  });

  it('CROSS-10 a row of a cross is named by its values, after those by one dimension', () => {
    const known = [
      ...['csat{account_tier=__none__,channel=live%20chat}', 'csat{channel=chat}'],
      ...['csat{account_tier=__other__,channel=__other__}', 'csat{team=t1}'],
    ];
    const names = { tree: null, labels: new Map([['team/t1', 'Frontline']]) };
    const told = rowsOf('csat', node('csat', {}), known).map((key) => ownName(names, key));
    expect(told).toEqual(['Chat', 'Frontline', 'No account tier, Live chat', 'Others']);
  });

  it('WALL-12 zero, undefined and no data are three different things', () => {
    expect(plain(shown({ value: 0 }).value)).toBe('0');
    const undefinedCard = shown({ value: null, state: 'undefined', reasons: ['no_closes'] });
    expect([undefinedCard.value, undefinedCard.aside]).toEqual([[], 'no closes']);
    const reasons = ['body_only', 'no_closes', 'window_filling'];
    expect(shown({ value: null, state: 'undefined', reasons }).aside).toBe('no closes');
    const blind: SourceState = { ...seen, state: 'unknown' };
    const unknown = shown({}, { source: blind, ageMs: 960_000 });
    expect([unknown.value, unknown.state, unknown.aside]).toEqual([[], 'unknown', '16m']);
  });

  it('WALL-12 what is withheld of a person says so, and of how few customers it is', () => {
    const { privateBelow } = metricDefinition('csat')!;
    expect(reasonText('privacy')).toBe(`withheld: fewer than ${privateBelow} customers`);
  });

  it('VIEW-4 a view says what it is told by, not that something is missing', () => {
    const view = node('channel-performance', { missing: 'no number', viewBy: 'channel' });
    const input = { key: view.id, series: undefined, window: '24h', alerts: [] } as const;
    const card = (one: WireNode) =>
      cardOf({ ...input, node: one, source: seen, currency: 'GBP', ageMs: null });
    expect([card(view).words, card(view).value, card(view).target]).toEqual([
      'by channel',
      [],
      null,
    ]);
    expect(card(node('nps', { missing: 'no feed' })).words).toBe('no data');
  });

  it('WALL-12 stale shows its age in place of the change, and keeps the value', () => {
    const card = shown({}, { source: { ...seen, state: 'stale' }, ageMs: 360_000 });
    expect([plain(card.value), card.aside, card.muted]).toEqual(['100', '6m', true]);
  });

  it('WALL-12 a small sample gets no colour and no status', () => {
    const target = node('x', { target: { op: '<=', value: 1 } });
    const card = shown({ lowN: true, n: 7, vsPrev: 10 }, { node: target });
    expect([card.status, card.aside, card.asideTone]).toEqual(['normal', 'n 7', 'usual']);
  });

  it('WALL-12 an alert about who waits puts that in the place of a median that looks good', () => {
    const waiting = { count: 41, oldestSince: 1_000 };
    const more = { series: series({ waiting }), ticking: 241_000 };
    const card = shown({}, { ...more, alerts: [alert({ on: 'waiting' })] });
    expect([plain(card.value), card.aside, card.status]).toEqual(['41', 'wait', 'critical']);
    const oldest = shown({}, { ...more, alerts: [alert({ on: 'oldest' })] });
    expect(plain(oldest.value)).toBe('4m');
    const under = alert({ on: 'waiting', series: 'conversation-volume{channel=email}' });
    expect(plain(shown({}, { ...more, alerts: [under] }).value)).toBe('100');
  });

  it('WALL-12 a missed target warns; a high alert is critical; pending has no colour', () => {
    const target = node('x', { target: { op: '<=', value: 99 } });
    expect(shown({}, { node: target }).status).toBe('warning');
    expect(shown({}, { alerts: [alert()] }).status).toBe('critical');
    expect(shown({}, { alerts: [alert({ status: 'pending' })] }).status).toBe('pending');
    expect(shown({}, { alerts: [alert({ severity: 'notice' })] }).status).toBe('warning');
  });

  it('WALL-12 only a notable change for the better is blue', () => {
    const better = series({ better: -1 }, [cell({ value: 70 })]);
    expect(shown({}, { series: better }).status).toBe('better');
    const little = series({ better: -1 }, [cell({ value: 90 })]);
    expect(shown({}, { series: little }).status).toBe('normal');
  });
});

const tree: WireTree = {
  id: 't',
  version: '1.1',
  roots: ['root'],
  nodes: [
    node('root', { children: ['a', 'b'], influences: ['i'] }),
    node('a', { children: ['a1', 'a2'] }),
    node('a1'),
    node('a2', { by: ['channel'] }),
    node('b'),
    node('i'),
  ],
};

describe('tree', () => {
  it('WALL-13 cards do not overlap, stay on the stage and keep the file order', () => {
    const geometry = geometryOf(screen(55, 5), false);
    const { boxes, lackPx } = place(itemsOf(tree, 3)!, [31.5, 28.5, 40], geometry);
    expect(lackPx).toBeLessThanOrEqual(0);
    expect(boxes.map((b) => b.item.id)).toEqual(['root', 'a', 'b', 'i', 'a1', 'a2']);
    for (const a of boxes) {
      expect(a.left).toBeGreaterThanOrEqual(0);
      expect(a.left + a.width).toBeLessThanOrEqual(geometry.widthPx);
      for (const b of boxes) {
        const apart = a.top + a.height <= b.top || b.top + b.height <= a.top;
        expect(a === b || a.left !== b.left || apart).toBe(true);
      }
    }
  });

  it('WALL-13 what does not fit goes to further pages', () => {
    const wide: WireTree = {
      ...tree,
      nodes: [
        node('root', { children: 'abcdefgh'.split('') }),
        ...'abcdefgh'.split('').map((id) => node(id)),
      ],
    };
    const geometry = geometryOf(screen(55, 7), false);
    const pages = pagesOf(wide, [44, 56], geometry);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flatMap((page) => page.children.map((c) => c.id))).toEqual('abcdefgh'.split(''));
  });

  it('WALL-14 abnormal rises: a hidden critical child takes its ancestor’s row', () => {
    const email = alert({ series: 'a2{channel=email}', node: 'a2' });
    const full = itemsOf(tree, 3)!;
    const leaf = standingsOf(tree, full, [email]).get('a2')!;
    expect([leaf.key, leaf.risen, leaf.status]).toEqual(['a2{channel=email}', true, 'critical']);
    const cut = itemsOf(tree, 2)!;
    expect(standingsOf(tree, cut, [email]).get('a')?.key).toBe('a2{channel=email}');
    expect([...hotIds(full, standingsOf(tree, full, [email]))].sort()).toEqual(['a', 'a2', 'root']);
  });

  it('WALL-14 several roots stand under a title card', () => {
    const item = itemsOf({ ...tree, roots: ['a', 'b'] }, 3)!;
    expect([item.nodeId, item.children.map((c) => c.id)]).toEqual([null, ['a', 'b']]);
  });
});

describe('another view of a node', () => {
  it('WALL-37 a mix is the shares of its rows, largest first; parts stand with their operator', () => {
    const keys = ['cost-per-contact', 'email', 'chat', 'none'].map((name) =>
      name.startsWith('cost') ? name : `cost-per-contact{channel=${name}}`,
    );
    const weights: Record<string, number> = { email: 25, chat: 75 };
    const weightOf = (key: string): number | null => weights[/=(\w+)/.exec(key)?.[1] ?? ''] ?? null;
    const mix = { name: 'mix', metric: 'cost-per-contact', by: 'channel' };
    const team = 'cost-per-contact{team=t1}';
    const lines = lensLines(mix, [...keys, team, 'csat{channel=chat}'], weightOf);
    expect(lines.map(({ key, share }) => [key.slice(25, -1), share])).toEqual([
      ['chat', 750_000],
      ['email', 250_000],
      ['none', 0],
    ]);
    expect(lensLines(mix, keys, () => null).every(({ share }) => share === null)).toBe(true);
    const withheld = { ...cell({ window: '60m' }), reasons: ['privacy'], n: 0 };
    const weight = weightIn(series({}, [withheld]), '60m');
    const one = (key: string): number | null => (key.includes('email') ? weight : weightOf(key));
    expect(lensLines(mix, keys, one).every(({ share }) => share === null)).toBe(true);
    const product = { op: 'product', factors: ['a', 'b'] } as const;
    const parts = lensLines({ name: 'x', identity: product }, [], () => null);
    expect(parts.map(({ operator, key }) => operator + key)).toEqual(['a', '×b']);
    const parted = {
      op: 'sum',
      parts: [{ node: 'a', sign: 1 } as const, { node: 'b', sign: -1 } as const],
    } as const;
    expect(lensLines({ name: 'x', identity: parted }, [], () => null)[1]!.operator).toBe('−');
  });
});

describe('time on the wall', () => {
  it('WALL-15 the shortest window with enough in it, held within the hour', () => {
    const of = (counts: Partial<Record<Cell['window'], number>>): Series =>
      series(
        {},
        Object.entries(counts).map(([window, value]) =>
          cell({ window: window as Cell['window'], value, vsPrev: 0 }),
        ),
      );
    const first = chooseWindow(of({ '5m': 3, '15m': 12, '30m': 22, '60m': 50 }), 1, null);
    expect(first.window).toBe('30m');
    const busier = of({ '5m': 30, '30m': 60, '60m': 90 });
    expect(chooseWindow(busier, 1, first).window).toBe('30m');
    expect(chooseWindow(busier, 2, first).window).toBe('5m');
    expect(chooseWindow(of({ '5m': 1, '24h': 3 }), 1, null).window).toBe('24h');
    expect(chooseWindow(of({ '5m': 1 }), 1, null).window).toBe('5m');
    expect(chooseWindow(undefined, 1, null).window).toBe('24h');
  });

  it('WALL-36 what has no such window is told over its shortest longer one, and it is named', () => {
    const weekly = series({}, [cell({ window: '28d' }), cell({ window: '7d', value: 70 })]);
    const card = shown({}, { series: weekly, window: '15m' });
    expect(plain(card.value)).toBe('70');
    expect(card.aside).toBe('7 d');
  });

  it('WALL-38 a change is told against what is usual where that is known, else the window before', () => {
    const aside = (vsHow: number | null): string => shown({ value: 100, vsPrev: 50, vsHow }).aside;
    expect([aside(80), aside(null)]).toEqual(['↑25%', '↑×2.0']);
    expect(hourText(new Date(2026, 5, 12, 9, 30).getTime())).toBe('Friday 09:00');
  });

  it('WALL-38 of a day it is told against what is usual by this time, of 24 h against theirs', () => {
    expect((['60m', '24h', 'bday'] as const).map(usualName)).toEqual([
      'usual at this hour',
      'usual of these 24 h',
      'usual by this time of a business day',
    ]);
    expect((['60m', '24h', 'bday'] as const).map(usualWords)).toEqual([
      ...['usual', 'usual', 'usual by now'],
    ]);
  });

  it('WALL-36 a cohort shows the last week in which nothing is open, judged by its own n', () => {
    const settled = {
      from: 1,
      to: 2,
      state: 'live',
      value: 90_000,
      num: 9,
      den: 100,
      n: 100,
    } as const;
    const open = { value: 10_000, n: 40, provisionalPpm: 1_000_000, state: 'provisional' } as const;
    const key = 'reopen-rate';
    const rate = (n: number): Series =>
      series({ key, form: 'COHORT', unit: 'ppm', better: -1 }, [
        cell({ window: '24h', ...open }),
        cell({ window: '7d', ...open, settled: { ...settled, n } }),
      ]);
    const target = { op: '<=', value: 80_000 } as const;
    const of = (n: number): Card =>
      shown({}, { key, series: rate(n), node: node(key, { target }), window: '24h' });
    expect(plain(of(100).value)).toBe('9%');
    expect(of(100)).toMatchObject({ status: 'warning', mark: '', aside: '7 d' });
    expect(of(7)).toMatchObject({ status: 'normal', aside: 'n 7' });
  });

  const page = (id: string, change = {}): PageInfo => ({
    ...{ id, critical: false, abnormal: false },
    ...change,
  });
  const inOrder = (pages: readonly PageInfo[]): Order<PageInfo> => ({ pages, home: pages[0] });

  it('WALL-16 pages take turns; abnormal ones stay twice as long; critical ones hold the tour', () => {
    const calm = inOrder([page('a'), page('b', { abnormal: true })]);
    let turn = turnAt(calm, null, 0, 30);
    expect(turn?.id).toBe('a');
    turn = turnAt(calm, turn, 30, 30);
    expect(turn).toEqual({ id: 'b', since: 30, first: 'a' });
    expect(turnAt(calm, turn, 89, 30)?.id).toBe('b');
    expect(turnAt(calm, turn, 90, 30)?.id).toBe('a');
    const critical = inOrder([page('a'), page('b'), page('c', { critical: true })]);
    expect(turnAt(critical, { id: 'a', since: 0, first: 'a' }, 30, 30)?.id).toBe('c');
    expect(turnAt(critical, { id: 'b', since: 0, first: 'a' }, 1, 30)?.id).toBe('a');
    expect(turnAt(inOrder([]), null, 0, 30)).toBeNull();
  });

  it('WALL-42 abnormal subtrees come first after page 1; what stands on no tile comes before it, at once', () => {
    const [one, two] = [page('tiles-0'), page('tiles-3')];
    const [calm, wrong] = [page('tree-0'), page('tree-1', { abnormal: true })];
    const order = (board: 'floor' | 'lead', isUntold = false, trees = [calm, wrong]) =>
      orderOf({ board, tiles: [one, two], trees, isUntold });
    const ids = (of: ReturnType<typeof order>): string => of.pages.map(({ id }) => id).join(' ');
    expect(ids(order('floor'))).toBe('tiles-0 tiles-3 tree-1 tree-0');
    expect(ids(order('floor', true))).toBe('tree-1 tiles-0 tiles-3 tree-0');
    expect(ids(order('lead', true))).toBe('tree-0 tree-1 tiles-0 tiles-3');
    const shownAt = (now: number, of: Order<PageInfo>): string | undefined =>
      turnAt(of, { id: 'tiles-3', since: 0, first: 'tiles-0' }, now, 30)?.id;
    expect(shownAt(1, order('floor'))).toBe('tiles-3');
    expect(shownAt(1, order('floor', true))).toBe('tree-1');
    // Critical: between it and page 1, though that is not the first.
    const critical = page('tree-1', { abnormal: true, critical: true });
    const held = order('floor', true, [calm, critical]);
    const turn = { id: 'tree-1', since: 0, first: 'tree-1' };
    expect(turnAt(held, turn, 60, 30)).toEqual({ id: 'tiles-0', since: 60, first: 'tree-1' });
  });

  it('WALL-17 a takeover: once per alert, 8 s, none within 2 min, never from replay', () => {
    const shownAlert = onAlert(NO_TAKEOVER, alert({ at: 1_000 }), false, 1_000);
    expect(shownAlert.alertId).toBe('a');
    expect(onTick(shownAlert, true, 8_999).alertId).toBe('a');
    expect(onTick(shownAlert, false, 2_000).alertId).toBeNull();
    const over = onTick(shownAlert, true, 9_000);
    expect(over.alertId).toBeNull();
    expect(onAlert(over, alert({ alertId: 'b', at: 60_000 }), false, 60_000).alertId).toBeNull();
    expect(onAlert(over, alert({ alertId: 'b', at: 200_000 }), false, 200_000).alertId).toBe('b');
    expect(onAlert(NO_TAKEOVER, alert({ at: 0 }), false, 1_000_000).alertId).toBeNull();
    expect(onAlert(NO_TAKEOVER, alert(), true, 0).alertId).toBeNull();
    expect(onAlert(NO_TAKEOVER, alert({ severity: 'warning' }), false, 0).alertId).toBeNull();
  });

  it('WALL-18 bad parameters fall back and are named', () => {
    const params = parseParams('?board=ceo&distance=7&diagonal=x&rotate=5&motion=off');
    expect(params).toMatchObject({ board: null, distanceM: 7, diagonalIn: 55, rotateMs: 30_000 });
    expect([params.motion, params.bad]).toEqual([false, ['board', 'diagonal', 'rotate']]);
  });
});
