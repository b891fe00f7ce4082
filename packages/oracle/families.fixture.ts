/** What a workspace declares in tests of escalations, ratings and removals, and how to count them. */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { OracleState } from './index.ts';
import { DIMENSIONS } from './rows.ts';
import { BASE } from './told.fixture.ts';

const METRICS = [
  ...['escalation-rate', 'escalations', 'csat', 'ratings', 'handoff-pingpongs', 'tag-coverage'],
];

type Declares =
  | 'teamRanks'
  | 'managers'
  | 'escalationTags'
  | 'escalationFields'
  | 'csatScale'
  | 'by';

export const DECLARED: typeof BASE & Required<Pick<WorkspaceConfig, Declares>> = {
  ...BASE,
  teamRanks: { tier1: 1, tier2: 2 },
  managers: ['mia', 'max', 'robot'],
  escalationTags: ['Escalated', 'vip'],
  escalationFields: ['bug'],
  csatScale: { min: 1, max: 5, positiveFrom: 4 },
  by: Object.fromEntries(METRICS.map((metric) => [metric, DIMENSIONS])),
};

/** Those kinds that begin so and stand, without it. */
export function standing(state: OracleState, prefix: string): Readonly<Record<string, number>> {
  const found = Object.entries(state.transitions).filter(([kind]) => kind.startsWith(prefix));
  return Object.fromEntries(found.map(([kind, n]) => [kind.slice(prefix.length), n]));
}

/** n of each row of a dimension over a day that is not empty. */
export function rowsOf(state: OracleState, metric: string, dimension: string) {
  const prefix = `${metric}{${dimension}=`;
  const ofMetric = [...state.series].filter(([key]) => key.startsWith(prefix));
  const rows = ofMetric.flatMap(([key, { cells }]) => {
    const told = cells.find(({ window }) => window === '24h')!;
    // Withheld or not, it stands there.
    const n = told.withheld?.ratings ?? told.n;
    return n > 0 ? [[key.slice(prefix.length, -1), n] as const] : [];
  });
  return Object.fromEntries(rows) as Readonly<Record<string, number>>;
}
