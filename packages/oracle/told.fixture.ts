/** A story told to the oracle: what was looked at and said, at times of one day. */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { Fact, IssueObserved } from '@sapwood/core/facts';
import { config, issue, message } from '../../tests/support/facts.ts';
import { createOracle, type OracleCell, type OracleSeries, type OracleState } from './index.ts';

export const at = (time: string): number =>
  Date.parse(time.includes('T') ? `${time}Z` : `2026-06-10T${time}Z`);
const CREATED = '08:58:00';

export const BASE: Pick<WorkspaceConfig, 'messages' | 'currency' | 'sources'> = {
  messages: 'read',
  currency: 'GBP',
  sources: ['pylon'],
};
const OPEN: IssueObserved = {
  stateCategory: 'waiting_on_you',
  stateSlug: 'open',
  channel: 'email',
  teamId: 'tier1',
  assigneeId: null,
  createdAt: at(CREATED),
  latestMessageAt: null,
};

export const look = (time: string, seen: IssueObserved = {}): Fact =>
  issue('I', at(time), { ...OPEN, ...seen });
export const say = (
  time: string,
  author: 'customer' | 'bot' | 'human',
  more: Parameters<typeof message>[3] = {},
): Fact => message('I', at(time), author, more);

export function robot(id: string): Fact {
  const body = { userKind: 'bot', status: null };
  return { ...issue(id, at('00:00:00'), {}), kind: 'user.observed', body } as Fact;
}

/** The state at `time`, after all facts; the thread was read. */
export function stateAt(
  facts: readonly Fact[],
  time: string,
  declared: object = BASE,
): OracleState {
  return stateOver(facts, declared)(time);
}

/** The same oracle at one time after another, after so many of the facts: what it kept of the one must do for the next. */
export function stateOver(
  facts: readonly Fact[],
  declared: object = BASE,
): (time: string, known?: number) => OracleState {
  const read = { ...look('00:00:00'), kind: 'thread.observed' } as const;
  const body = { count: 0, idsHash: '', vanished: [] };
  const all = [config(at('00:00:00'), declared), { ...read, body } as Fact, ...facts];
  const oracle = createOracle(all);
  return (time, known = facts.length) => oracle.at(all.length - facts.length + known, at(time));
}

export const cellOf = (state: OracleState, key: string, window = '24h'): OracleCell | undefined =>
  state.series.get(key)?.cells.find((cell) => cell.window === window);
export const waitingOf = (
  state: OracleState,
  key = 'message-response-time',
): NonNullable<OracleSeries['waiting']> =>
  state.series.get(key)?.waiting ?? { count: 0, oldestSince: null };
