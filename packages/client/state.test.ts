import type { Series } from '@sapwood/core/metrics';
import type { ServerMessage } from '@sapwood/protocol/messages';
import { describe, expect, it } from 'vitest';
import { State } from './state.ts';

const frame = (offset: number) => ({
  workspace: 'acme',
  topology: 1,
  offset,
  asOf: 1_780_000_000_000 + offset,
  watermarks: [],
  catchingUp: false,
});
const series = (key: string, offset: number, topology = 1) =>
  ({ key, offset, topology, cells: [] }) as unknown as Series;
const framed = (offset: number) => ({ frame: frame(offset), frameAgeMs: 0, serverTime: 5_000 });
const snapshot = (values: Series[], offset: number): ServerMessage => ({
  type: 'snapshot',
  values,
  tree: { id: 't', version: '1.1', roots: [], nodes: [] },
  labels: {},
  alerts: { epoch: 'e', seq: 3, current: [] },
  currency: 'USD',
  ...framed(offset),
});

describe('client state', () => {
  it('SDK-1 an older version of a key changes nothing', () => {
    const state = new State();
    state.apply(snapshot([series('a', 5)], 5), 0);
    const change = state.apply(
      { type: 'values', values: [series('a', 4), series('b', 5)], gone: [], ...framed(5) },
      1,
    );
    expect(change).toEqual({ kind: 'values', keys: ['b'] });
    expect(state.values.get('a')?.offset).toBe(5);
  });

  it('SDK-2 a snapshot of a lagging gateway takes no value back, one of a new topology all', () => {
    const state = new State();
    state.apply(snapshot([series('a', 5), series('b', 5)], 5), 0);
    state.apply(snapshot([series('a', 4)], 4), 1);
    expect([...state.values.values()].map((s) => [s.key, s.offset])).toEqual([['a', 5]]);
    state.apply(snapshot([series('a', 1, 2)], 1), 2);
    expect(state.values.get('a')).toMatchObject({ offset: 1, topology: 2 });
  });

  it('SDK-6 a log begun anew replaces everything, though its offsets are lower', () => {
    const state = new State();
    state.apply(snapshot([series('a', 500), series('b', 500)], 500), 0);
    const anew = snapshot([series('a', 2)], 2) as Extract<ServerMessage, { type: 'snapshot' }>;
    state.apply({ ...anew, frame: { ...frame(2), asOf: 1_780_000_009_999 } }, 1);
    expect([...state.values.values()].map((s) => [s.key, s.offset])).toEqual([['a', 2]]);
    expect(state.frame?.offset).toBe(2);
  });

  it('SDK-7 a log begun anew that shows only later voids what is held until a snapshot', () => {
    const state = new State();
    state.apply(snapshot([series('a', 500)], 500), 0);
    state.apply(snapshot([series('a', 2)], 2), 1);
    const later = { ...framed(3), frame: { ...frame(3), asOf: 1_780_000_009_999 } };
    expect(state.apply({ type: 'heartbeat', ...later }, 2)).toEqual({ kind: 'void' });
    expect(state.resume()).toBeUndefined();
    state.apply({ ...snapshot([series('a', 3)], 3), ...later } as ServerMessage, 3);
    expect(state.values.get('a')?.offset).toBe(3);
    expect(state.resume()).toMatchObject({ offset: 3 });
  });

  it('SDK-3 the age of a frame counts on while nothing comes', () => {
    const state = new State();
    expect(state.frameAgeMs(0)).toBeNull();
    state.apply({ type: 'heartbeat', frame: frame(5), frameAgeMs: 2_000, serverTime: 9_000 }, 100);
    expect(state.frameAgeMs(4_100)).toBe(6_000);
    expect(state.serverNow(600)).toBe(9_500);
  });

  it('SDK-4 it resumes from the newest frame and alert, once it has a tree', () => {
    const state = new State();
    expect(state.resume()).toBeUndefined();
    state.apply(snapshot([], 5), 0);
    expect(state.resume()).toEqual({
      topology: 1,
      offset: 5,
      tree: '1.1',
      alerts: { epoch: 'e', seq: 3 },
    });
  });

  it('SDK-5 a message of the future is ignored', () => {
    expect(new State().apply({ type: 'hologram' } as unknown as ServerMessage, 0)).toBeNull();
  });
});
