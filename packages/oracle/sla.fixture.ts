/** What is promised to those who ask at 09:00, and what became of it. */

import type { SlaKind, SlaPolicy, SlaTarget, SlaTargets } from '@sapwood/core/config';
import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { issue } from '../../tests/support/facts.ts';
import type { OracleState } from './index.ts';
import { at, BASE, look, say, stateAt, stateOver } from './told.fixture.ts';

export const MINUTE_MS = 60_000;
export const min = (minutes: number, clock: SlaTarget['clock'] = 'wall'): SlaTarget => ({
  ms: minutes * MINUTE_MS,
  clock: clock,
});
export const policy = (targets: SlaTargets, more: Partial<SlaPolicy> = {}): object => ({
  ...BASE,
  sla: { targets, pauseOn: ['on_hold'], ...more },
});
export const FIRST: object = policy({ first: { '*': min(60) } });
export const NEXT: object = policy({ next: { '*': min(60) } });
export const RESOLUTION: object = policy({ resolution: { '*': min(120) } });

export const CLOSED: IssueObserved = { stateCategory: 'closed' };
export const HELD: IssueObserved = { stateCategory: 'on_hold' };
/** Asked at 09:00. */
export const ASKED: readonly Fact[] = [say('09:00:00', 'customer'), look('09:00:00')];
export const REPLIED: readonly Fact[] = [...ASKED, say('09:10:00', 'human')];
export const tier = (id: string, name: string | null, time = '08:00:00'): Fact => {
  const body = { tier: name, type: null, ownerId: null, parentId: null, arrMicro: null };
  return { ...issue(id, at(time), {}), kind: 'account.observed', body } as Fact;
};

/** Met, breached and cancelled. */
export function outcomes(state: OracleState, kind: SlaKind): number[] {
  const { transitions } = state;
  return ['met', 'breached', 'cancelled'].map((name) => transitions[`sla_${name}.${kind}`] ?? 0);
}
export const MET: readonly number[] = [1, 0, 0];
export const BREACHED: readonly number[] = [0, 1, 0];
export const CANCELLED: readonly number[] = [0, 0, 1];
export const NONE: readonly number[] = [0, 0, 0];

export const first = (time: string, declared: object, ...facts: readonly Fact[]): number[] =>
  outcomes(stateAt([...ASKED, ...facts], time, declared), 'first');
export const next = (time: string, ...facts: readonly Fact[]): number[] =>
  outcomes(stateAt([...REPLIED, say('10:00:00', 'customer'), ...facts], time, NEXT), 'next');
export const resolution = (time: string, declared: object, ...facts: readonly Fact[]): number[] =>
  outcomes(stateAt([...ASKED, ...facts], time, declared), 'resolution');
/** The first full minute before 16:00 by which it is breached. */
export function breachOf(
  kind: SlaKind,
  declared: object,
  ...facts: readonly Fact[]
): string | undefined {
  const all = [...ASKED, ...facts].sort((a, b) => a.recordedAt - b.recordedAt);
  const stateBy = stateOver(all, declared);
  for (let minute = 9 * 60; minute < 16 * 60; minute += 1) {
    const time = new Date(at('00:00:00') + minute * MINUTE_MS).toISOString().slice(11, 19);
    const known = all.filter(({ recordedAt }) => recordedAt <= at(time));
    const [, breached] = outcomes(stateBy(time, known.length), kind);
    if (breached === 1) return time;
  }
  return undefined;
}
