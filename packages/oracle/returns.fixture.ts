/** Stories of days in which customers come back, told to the oracle. */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { CostEntry, Fact, IssueObserved } from '@sapwood/core/facts';
import { config, issue, message, WORKSPACE } from '../../tests/support/facts.ts';
import { createOracle, type OracleCell, type OracleState } from './index.ts';
import { BASE } from './told.fixture.ts';

/** `10 09:00` or `17 09:00:00.001`, in June 2026, or `07-10 09:00`; in UTC. */
export const on = (time: string): number =>
  Date.parse(`2026-${time.includes('-') ? '' : '06-'}${time.replace(' ', 'T')}Z`);

const OPEN: IssueObserved = {
  stateCategory: 'waiting_on_you',
  stateSlug: 'open',
  channel: 'email',
  teamId: 'tier1',
  assigneeId: null,
};

interface Talk {
  look(time: string, more?: IssueObserved): Fact;
  ask(time: string, channel?: string): Fact[];
  reply(time: string, authorId?: string): Fact;
  bot(time: string): Fact;
  close(time: string, more?: IssueObserved): Fact;
  /** The customer comes back to what is closed. */
  back(time: string): Fact[];
  reopen(time: string): Fact;
}

/** What happens to one conversation; it was created at its first look. */
export function talk(id: string, seen: IssueObserved = {}): Talk {
  const look = (time: string, more: IssueObserved = {}): Fact =>
    issue(id, on(time), { ...OPEN, ...seen, ...more });
  const say = (
    time: string,
    author: 'customer' | 'bot' | 'human',
    more: Parameters<typeof message>[3] = {},
  ): Fact => message(id, on(time), author, more);
  return {
    look,
    ask: (time: string, channel = 'email'): Fact[] => [
      say(time, 'customer', { channel }),
      look(time, { createdAt: on(time) }),
    ],
    reply: (time: string, authorId = 'ada'): Fact => say(time, 'human', { authorId }),
    bot: (time: string): Fact => say(time, 'bot', { authorId: 'robot' }),
    close: (time: string, more: IssueObserved = {}): Fact =>
      look(time, { stateCategory: 'closed', resolutionAt: on(time), ...more }),
    back: (time: string): Fact[] => [say(time, 'customer'), look(time)],
    reopen: (time: string): Fact => look(time),
  };
}

export const cost = (entry: Partial<CostEntry> = {}): Fact => {
  const body = {
    ...{ costId: 'c', revision: 1, stage: 'settled', category: 'salaries' },
    ...{ amountMicro: 1_000_000, currency: 'GBP', accrual: 'even' },
    ...{ from: on('10 00:00'), to: on('11 00:00') },
    ...entry,
  };
  const base = issue(body.costId, on('10 00:00'), {});
  return { ...base, kind: 'cost.entry', via: 'feed', origin: 'feed', body } as Fact;
};

/** The oracle over them, in the order in which they were recorded. */
export function over(
  told: readonly (Fact | readonly Fact[])[],
  declared: Partial<WorkspaceConfig> = {},
): (time: string) => OracleState {
  const facts = told.flat().sort((a, b) => a.recordedAt - b.recordedAt);
  const ids = new Set(facts.map(({ entity }) => entity));
  const threads = [...ids].map((id) => {
    const body = { count: 0, idsHash: '', vanished: [] };
    return { ...issue(id, on('01 00:00'), {}), kind: 'thread.observed', body } as Fact;
  });
  const all = [config(on('01 00:00'), { ...BASE, ...declared }), ...threads, ...facts];
  if (all.some(({ workspace }) => workspace !== WORKSPACE)) throw new Error('of another workspace');
  const oracle = createOracle(all);
  return (time) => {
    const T = on(time);
    return oracle.at(all.filter(({ recordedAt }) => recordedAt <= T).length, T);
  };
}

export const cellIn = (state: OracleState, key: string, window = '28d'): OracleCell | undefined =>
  state.series.get(key)?.cells.find((cell) => cell.window === window);

/** `num/den`; `-` where nothing is known. */
export function shareIn(state: OracleState, key: string, window = '28d'): string {
  const cell = cellIn(state, key, window);
  return cell?.den == null ? '-' : `${cell.num}/${cell.den}`;
}
