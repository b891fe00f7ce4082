import { describe, expect, it } from 'vitest';
import { ALERT_PHASES, type Severity } from './alert.ts';
import {
  IDLE_MACHINE,
  type Machine,
  NEXT_PHASE,
  retireMachine,
  stepMachine,
  WATCH_EVENTS,
} from './lifecycle.ts';

const STEP = 5_000;

/** Plays one letter per step: w warn, h high, . between, r recovered, s skipped. */
function play(letters: string, pendingMs = 10_000, from: Machine = IDLE_MACHINE, start = 0) {
  let state = from;
  let at = start;
  const told: string[] = [];
  for (const letter of letters.replaceAll(' ', '')) {
    at += STEP;
    const level: Severity | null = letter === 'w' ? 'warning' : letter === 'h' ? 'high' : null;
    const out = stepMachine(state, {
      at,
      usable: letter !== 's',
      level,
      recovered: letter === 'r',
      stepMs: STEP,
      pendingMs,
      newId: (since) => `id@${since}`,
    });
    state = out.state;
    if (out.told) {
      told.push(`${at / STEP}:${state.phase}/${state.severity}#${state.revision}`);
      if (state.phase === 'ok') state = IDLE_MACHINE;
    }
  }
  return { state, told, at };
}
const rest = 'r'.repeat(61);

describe('life cycle', () => {
  it('DET-1 the table is total', () => {
    for (const phase of ALERT_PHASES) {
      for (const event of WATCH_EVENTS) {
        expect(ALERT_PHASES).toContain(NEXT_PHASE[phase][event]);
      }
    }
  });

  it('DET-2 pending at the first true step, open once true for the pending time', () => {
    expect(play('rwww').told).toEqual(['2:pending/warning#1', '4:open/warning#2']);
    expect(play('rw.').told).toEqual(['2:pending/warning#1', '3:ok/warning#2']);
    expect(play('w', 0).told).toEqual(['1:open/warning#1']);
  });

  it('DET-3 skipped steps change nothing, and no time passes in them', () => {
    expect(play('wsssw').told).toEqual(['1:pending/warning#1']);
    expect(play('wsssww').told).toEqual(['1:pending/warning#1', '6:open/warning#2']);
    const open = play('www').state;
    expect(play('s'.repeat(1000), 10_000, open).state).toBe(open);
  });

  it('DET-4 clears at the recovery value and resolves after five minutes there', () => {
    const { told, state } = play(`www.${rest}`);
    expect(told).toEqual([
      '1:pending/warning#1',
      '3:open/warning#2',
      '5:clearing/warning#3',
      '65:resolved/warning#4',
    ]);
    expect(state.resolvedAt).toBe(65 * STEP);
  });

  it('DET-5 a step outside while clearing opens again, and the rest starts afresh', () => {
    const { told } = play(`www ${'r'.repeat(59)} . ${rest}`);
    expect(told.map((t) => t.split(':')[1])).toEqual([
      'pending/warning#1',
      'open/warning#2',
      'clearing/warning#3',
      'open/warning#4',
      'clearing/warning#5',
      'resolved/warning#6',
    ]);
  });

  it('DET-6 a rise of severity is told once; a fall is not', () => {
    expect(play('www h w h').told).toEqual([
      '1:pending/warning#1',
      '3:open/warning#2',
      '4:open/high#3',
    ]);
  });

  it('DET-9 an alert that stays open is told again after a day', () => {
    const day = 86_400_000 / STEP;
    const { told } = play('w'.repeat(2 * day + 5));
    expect(told.slice(2)).toEqual([`${3 + day}:open/warning#3`, `${3 + 2 * day}:open/warning#4`]);
  });

  it('DET-7 the same key within an hour of resolving is the same alert; later it is a new one', () => {
    const first = play(`www${rest}`);
    const soon = play('.www', 10_000, first.state, first.at + 1_000_000);
    expect(soon.state.alertId).toBe(first.state.alertId);
    expect(soon.told).toHaveLength(1);
    expect(soon.state).toMatchObject({ phase: 'open', revision: 5 });
    const late = play('.www', 10_000, first.state, first.at + 3_600_000);
    expect(late.state.alertId).not.toBe(first.state.alertId);
    expect(late.state).toMatchObject({ phase: 'open', revision: 2 });
  });

  it('DET-8 a rule that is gone resolves what was open and drops what was pending', () => {
    expect(retireMachine(play('www').state, 99)).toMatchObject({
      told: true,
      state: { phase: 'resolved', revision: 3, resolvedAt: 99 },
    });
    expect(retireMachine(play('w').state, 99)).toMatchObject({
      told: true,
      state: { phase: 'ok' },
    });
    expect(retireMachine(IDLE_MACHINE, 99).told).toBe(false);
  });
});
