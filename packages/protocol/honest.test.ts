import type { Cell, Frame, Series } from '@sapwood/core/metrics';
import type { Target } from '@sapwood/core/tree';
import { describe, expect, it } from 'vitest';
import type { HonestValue } from './honest.ts';
import { cellOf, honestValue, isNewer, missesTarget, sourceState } from './honest.ts';

const NOW = 1_780_000_000_000;

const cell: Cell = {
  window: '60m',
  clock: 'wall',
  from: NOW - 3_600_000,
  to: NOW,
  state: 'live',
  reasons: [],
  value: 0,
  num: null,
  den: null,
  n: 0,
  lowN: false,
  mean: null,
  p50: null,
  p90: null,
  max: null,
  zeroPpm: null,
  low: null,
  high: null,
  vsPrev: 3,
  vsHow: null,
  censored: null,
  provisionalPpm: 0,
  settled: null,
  shares: [],
};
const series: Series = {
  workspace: 'acme',
  topology: 1,
  key: 'conversation-volume',
  definition: 'conversation-volume@1',
  form: 'COUNT',
  unit: 'count',
  better: 0,
  grade: 'E',
  additive: true,
  offset: 40,
  waiting: null,
  top: null,
  firstDueAt: null,
  cells: [cell],
};

function frame(lagMs: number, change: Partial<Frame> = {}): Frame {
  return {
    workspace: 'acme',
    topology: 1,
    offset: 42,
    asOf: NOW,
    watermarks: [{ source: 'pylon', coveredThrough: NOW - lagMs, basis: 'reconciled' }],
    catchingUp: false,
    ...change,
  };
}

function shown(newest: Frame | null, change: Partial<Cell> = {}, frameAgeMs = 0): HonestValue {
  return honestValue({
    series,
    cell: { ...cell, ...change },
    target: null,
    audience: 'floor',
    source: sourceState({ frame: newest, frameAgeMs }, 10_000),
  });
}

describe('honest value', () => {
  it('HON-1 a known zero is 0 and live', () => {
    const value = shown(frame(5_000));
    expect(value).toMatchObject({ value: 0, state: 'live', reasons: [], lagMs: 5_000 });
  });

  it('HON-2 a source silent for more than 15 min makes a value unknown and null', () => {
    expect(shown(frame(900_000)).state).toBe('stale');
    const value = shown(frame(900_001));
    expect(value).toMatchObject({ value: null, vsPrev: null, state: 'unknown' });
    expect(value.reasons).toContain('source_silent');
  });

  it('HON-3 a source that never spoke, or no frame at all, is unknown', () => {
    expect(shown(frame(0, { watermarks: [] }))).toMatchObject({ value: null, state: 'unknown' });
    expect(shown(null)).toMatchObject({ value: null, state: 'unknown', reasons: ['no_frame'] });
  });

  it('HON-4 the least covered source decides', () => {
    const watermarks = [
      { source: 'a', coveredThrough: NOW, basis: 'reconciled' as const },
      { source: 'b', coveredThrough: NOW - 200_000, basis: 'reconciled' as const },
    ];
    expect(shown(frame(0, { watermarks }))).toMatchObject({ state: 'stale', lagMs: 200_000 });
  });

  it('HON-5 stale after 180 s of lag, or 10 s without a frame; the value stays', () => {
    expect(shown(frame(180_000)).state).toBe('live');
    expect(shown(frame(180_001))).toMatchObject({ state: 'stale', value: 0 });
    expect(shown(frame(0), {}, 10_001)).toMatchObject({ state: 'stale', reasons: ['no_frame'] });
  });

  it('HON-6 catching up ranks before the states that the fold knows', () => {
    const value = shown(frame(0, { catchingUp: true }), {
      state: 'partial',
      reasons: ['window_filling'],
    });
    expect(value.state).toBe('catching_up');
    expect(value.reasons).toEqual(['catching_up', 'window_filling']);
  });

  it('HON-7 a zero denominator is undefined, never 0', () => {
    expect(shown(frame(0), { state: 'undefined', value: null, reasons: ['no_contacts'] })).toEqual(
      expect.objectContaining({ value: null, state: 'undefined', reasons: ['no_contacts'] }),
    );
  });

  it('HON-8 a source known by its bodies alone says so, and stays live', () => {
    const watermarks = [{ source: 'pylon', coveredThrough: NOW, basis: 'endpoint_up' as const }];
    expect(shown(frame(0, { watermarks }))).toMatchObject({
      state: 'live',
      reasons: ['body_only'],
    });
  });

  it('HON-9 what the fold calls unknown stays unknown whatever the sources say', () => {
    expect(shown(frame(0), { state: 'unknown', value: null, reasons: ['no_cost_feed'] })).toEqual(
      expect.objectContaining({ state: 'unknown', reasons: ['no_cost_feed'] }),
    );
  });

  it('HON-10 versions compare by topology, then offset', () => {
    expect(isNewer({ topology: 2, offset: 1 }, { topology: 1, offset: 9 })).toBe(true);
    expect(isNewer({ topology: 1, offset: 9 }, { topology: 1, offset: 9 })).toBe(false);
    expect(cellOf(series, '5m')).toBeNull();
  });
});

describe('targets', () => {
  const against = (target: Target, change: Partial<Cell>): boolean | null =>
    missesTarget({ ...shown(frame(0), change), target });

  it('HON-11 a target is missed on its wrong side, and outside its band', () => {
    const at = (op: Target['op'], value: number): boolean | null =>
      against({ op, value: 5 }, { value });
    expect([at('<=', 5), at('<=', 6), at('<', 5), at('<', 4)]).toEqual([false, true, true, false]);
    expect([at('>=', 5), at('>=', 4), at('>', 5), at('>', 6)]).toEqual([false, true, true, false]);
    const band = (value: number): boolean | null =>
      against({ op: '>=', value: 5, upTo: 8 }, { value });
    expect([band(4), band(5), band(8), band(9)]).toEqual([true, false, false, true]);
  });

  it('HON-11 it is about its own statistic and clock, and about nothing where these have no value', () => {
    const p90: Target = { op: '<', value: 5, of: 'p90' };
    expect(against(p90, { value: 1, p90: 9 })).toBe(true);
    expect(against(p90, { value: 9, p90: 1 })).toBe(false);
    expect(against(p90, { value: 9, p90: null })).toBeNull();
    const open: Target = { op: '<=', value: 5, clock: 'business' };
    expect(against(open, { value: 9, clock: 'wall' })).toBeNull();
    expect(against(open, { value: 9, clock: 'business' })).toBe(true);
    expect(missesTarget(shown(frame(0)))).toBeNull();
  });
});
