import type { Alert } from '@sapwood/core/alert';
import type { Cell, Series } from '@sapwood/core/metrics';
import type { SourceState } from '@sapwood/protocol/honest';
import { describe, expect, it } from 'vitest';
import { clockText, plain } from './format.ts';
import { standsOn, type TileInput, tileOf, tilesOf } from './tiles.ts';

const LIVE: SourceState = { state: null, reasons: [], asOf: 0, watermark: 0, lagMs: 0 };

function cellOf(change: Partial<Cell>): Cell {
  return {
    ...{ window: 'now', clock: 'wall', from: 0, to: 0, state: 'live', reasons: [], value: 0 },
    ...{ num: null, den: null, n: 40, lowN: false, mean: null, p50: null, p90: null, max: null },
    ...{
      zeroPpm: null,
      low: null,
      high: null,
      vsPrev: null,
      vsHow: null,
      provisionalPpm: 0,
      shares: [],
    },
    ...{ censored: null, settled: null },
    ...change,
  };
}

function gauge(key: string, value: number | null, change: Partial<Cell> = {}): Series {
  return {
    ...{ workspace: 'acme', topology: 1, key, definition: `${key}@1`, form: 'GAUGE' },
    ...{ unit: 'count', better: -1, grade: 'E', additive: true, offset: 1, waiting: null },
    top: null,
    firstDueAt: null,
    cells: [cellOf({ value, ...change })],
  };
}

const share = (key: string, cells: readonly Partial<Cell>[]): Series => ({
  ...gauge(key, 0),
  ...{ form: 'RATIO', unit: 'ppm', better: 1, cells: cells.map(cellOf) },
});

const UNPROMISED: Partial<Cell> = { value: null, state: 'unknown', reasons: ['no_policy'] };
const labels = (all: readonly Series[]): string[] =>
  tilesOf((key) => all.find((one) => one.key === key)).map(({ label }) => label);

function shown(id: TileInput['spec']['id'], all: readonly Series[], source = LIVE, ticking = 0) {
  const find = (key: string): Series | undefined => all.find((one) => one.key === key);
  const spec = tilesOf(find).find((one) => one.id === id)!;
  const rowsBy = ({ metric }: TileInput['spec'], by: string): Series[] =>
    all.filter(({ key }) => key.startsWith(`${metric}{${by}=`));
  const input: TileInput = {
    ...{
      spec,
      series: find(spec.metric),
      byChannel: rowsBy(spec, 'channel'),
      byTeam: rowsBy(spec, 'team'),
      node: undefined,
      source,
      alerts: [],
    },
    beside: new Map((spec.beside ?? []).flatMap((key) => (find(key) ? [[key, find(key)!]] : []))),
    window: spec.window ?? '60m',
    names: { tree: null, labels: new Map() } as unknown as TileInput['names'],
    ...{ currency: 'GBP', ageMs: null, ticking },
  };
  return tileOf(input);
}

describe('tiles of what is promised', () => {
  const due = (value: number | null): Series => gauge('sla-due-15m', value);
  const kept = share('sla-first', [
    { window: '60m', value: 1_000_000, num: 2, den: 2 },
    { window: 'bday', value: 953_488, num: 41, den: 43 },
  ]);

  const running = (firstDueAt: number | null): Series => ({
    ...gauge('sla-running', 9),
    firstDueAt,
  });

  it('WALL-34 they stand there where targets are declared, in place of what is unassigned and first replies', () => {
    const none = ['Owed now', 'Oldest', 'Unassigned', 'First reply', 'Volume', 'Handoffs'];
    expect(labels([])).toEqual(none);
    const unpromised = [gauge('sla-due-15m', null, UNPROMISED), share('sla-first', [UNPROMISED])];
    expect(labels(unpromised)).toEqual(none);
    const promised = ['Owed now', 'Oldest', 'Due next', 'In target', 'Volume', 'Handoffs'];
    expect(labels([due(3), kept])).toEqual(promised);
  });

  it('WALL-34 what is due next is a number of now, with the time to the first and what is over', () => {
    const all = [due(4), running(252_000), gauge('sla-breached-open', 2), kept];
    const tile = shown('due-next', all);
    expect([plain(tile.card.value), tile.window, tile.notes]).toEqual([
      ...['4', '15 min', ['first in 4m', '2 overdue']],
    ]);
    const later = (ticking: number): unknown => shown('due-next', all, LIVE, ticking).notes[0];
    expect([13_000, 193_000, 251_000, 252_000].map(later)).toEqual([
      ...['first in 3m', 'first in 59s', 'first in 1s', 'first is due now'],
    ]);
    const none = [due(0), kept];
    expect(shown('due-next', none).notes).toEqual(['nothing is due']);
    expect(plain(shown('due-next', none).card.value)).toBe('0');
    expect(shown('due-next', [...none, running(2_520_000)]).notes).toEqual(['first in 42m']);
    expect(shown('due-next', [due(1), kept]).notes).toEqual([]);
  });

  it('WALL-34 where it is not live the instant of the first stands there, and does not tick', () => {
    const at = Date.UTC(2026, 5, 10, 14, 35);
    const late: SourceState = { ...LIVE, state: 'stale', reasons: ['source_late'] };
    const all = [due(4), running(at), kept];
    const text = `first at ${clockText(at, false)}`;
    for (const ticking of [at - 60_000, at, at + 60_000]) {
      const tile = shown('due-next', all, late, ticking);
      expect([tile.card.state, tile.notes]).toEqual(['stale', [text]]);
    }
  });

  it('WALL-34 a silent source leaves no number on it', () => {
    const silent: SourceState = { ...LIVE, state: 'unknown', reasons: ['source_silent'] };
    const tile = shown('due-next', [due(4), running(9_000), kept], silent);
    expect([tile.card.state, tile.card.value]).toEqual(['unknown', []]);
    expect(tile.notes.join()).not.toContain('first');
  });

  it('WALL-34 what was kept is told of today, against what is usual, and of all promises where first replies have none', () => {
    const tile = shown('in-target', [due(0), kept]);
    expect([plain(tile.card.value), tile.window, tile.notes]).toEqual([
      ...['95.3%', 'today', ['41 of 43']],
    ]);
    const usual = share('sla-first', [
      { window: 'bday', value: 953_488, num: 41, den: 43, vsHow: 900_000, vsPrev: 990_000 },
    ]);
    const told = shown('in-target', [due(0), usual]);
    expect(told.notes).toEqual(['41 of 43', 'usual by now 90%']);
    const all = share('sla-compliance', [{ window: 'bday', value: 500_000, num: 1, den: 2 }]);
    const resolutions = [due(0), share('sla-first', [UNPROMISED]), all];
    expect(shown('in-target', resolutions).spec.metric).toBe('sla-compliance');
  });
});

describe('the tile of what nobody has', () => {
  const tile = (all: readonly Series[]): unknown[] => {
    const { card, window, notes } = shown('unassigned', all);
    return [card.state, plain(card.value), window, notes];
  };
  const open = gauge('team-workload', 42);
  const nobodys = (n: number): Series => gauge('team-workload{assignee=__none__}', n);

  it('WALL-41 tells of what is open how much nobody has, and how much no team has', () => {
    const teamless = gauge('team-workload{team=__none__}', 3);
    expect(tile([open, nobodys(7), teamless])).toEqual([
      ...['live', '7', 'now', ['of 42 open', '3 without a team']],
    ]);
    expect(tile([open, nobodys(7)])).toEqual(['live', '7', 'now', ['of 42 open']]);
    expect(tile([open, nobodys(0)])).toEqual(['live', '0', 'now', ['all have an owner']]);
    const none = [gauge('team-workload', 0), nobodys(0)];
    expect(tile(none)).toEqual(['live', '0', 'now', ['nothing is open']]);
    expect(tile([open])).toEqual(['unknown', '', 'now', [`since ${clockText(0, false)}`]]);
  });
});

describe('the tile of first replies', () => {
  it('WALL-35 tells the median with those who still wait, and whether it is at least that', () => {
    const censored = { n: 9, p50: 1_200_000, p90: null, p50AtLeast: true, p90AtLeast: true };
    const notes = (change: Partial<Cell>): readonly string[] => {
      const cells = [cellOf({ window: '60m', value: 60_000, ...change })];
      const told = { ...gauge('first-response-time', 0), form: 'DUR', unit: 'ms', cells } as const;
      return shown('first-reply', [told]).notes;
    };
    expect(notes({ censored })).toEqual(['with waits 20m+', 'n 40']);
    expect(notes({ censored: { ...censored, p50AtLeast: false } })[0]).toBe('with waits 20m');
    expect(notes({})).toEqual(['n 40']);
    // What a change is told against comes before how many there are.
    expect(notes({ vsPrev: 90_000, p90: 120_000 })).toEqual(['before 1m', 'n 40', 'p90 2m']);
  });
});

describe('the tile of the oldest wait', () => {
  it('WALL-39 tells how long the next four have waited: one, or many', () => {
    const owed: Series = {
      ...gauge('message-response-time', 60_000, { window: '60m' }),
      ...{ form: 'DUR', unit: 'ms' },
      waiting: { count: 9, oldestSince: -3_600_000 },
    };
    const ages = [3_600_000, 2_400_000, 60_000];
    const top = ages.map((ms, i) => ({ conversation: `I${i}`, since: -ms }));
    const longest = { ...gauge('longest-waiting', 3_600_000), unit: 'ms', top } as const;
    expect(shown('oldest', [owed, longest]).notes).toEqual(['then 40m, 1m']);
    expect(plain(shown('oldest', [owed, longest]).card.value)).toBe('1h');
    const alone = { ...longest, top: top.slice(0, 1) };
    expect(shown('oldest', [owed, alone]).notes).toEqual([]);
    const row = (of: string, sinceMs: number | null): Series => ({
      ...owed,
      key: `${owed.key}{${of}}`,
      waiting: { count: 1, oldestSince: sinceMs },
    });
    const rows = [row('channel=chat', -60_000), row('channel=email', -3_600_000)];
    const teams = [row('team=__none__', -3_600_000), row('team=T', null)];
    expect(shown('oldest', [owed, longest, ...rows, ...teams]).notes).toEqual([
      ...['No team', 'Email', 'then 40m, 1m'],
    ]);
  });
});

describe('alerts on tiles', () => {
  it('WALL-42 an alert stands on the tile of what it watches, its rows too, and on no other', () => {
    const tiles = tilesOf(() => undefined);
    const on = (series: string, watches: 'value' | 'waiting' | 'oldest'): string[] =>
      tiles.filter((spec) => standsOn(spec, { series, on: watches } as Alert)).map(({ id }) => id);
    expect(on('first-response-time', 'waiting')).toEqual(['waiting']);
    expect(on('first-response-time{channel=email}', 'oldest')).toEqual(['oldest']);
    expect(on('first-response-time', 'value')).toEqual(['first-reply']);
    expect(on('conversation-volume{channel=email}', 'value')).toEqual(['volume']);
    expect(on('team-workload{assignee=__none__}', 'value')).toEqual(['unassigned']);
    expect(on('team-workload', 'value')).toEqual([]);
    expect(on('backlog', 'value')).toEqual([]);
  });
});
