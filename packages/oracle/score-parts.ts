/** Which rows are told because a score is read from them (metrics.md 3.4). */
import type { WorkspaceConfig } from '@sapwood/core/config';

type By = NonNullable<WorkspaceConfig['by']>;

interface Parts {
  /** What is scored, and where it stands beside. */
  readonly told: readonly string[];
  readonly of: readonly string[];
}

const PARTS: Readonly<Record<string, Parts>> = {
  'account-health-score': {
    told: ['account', 'account_tier'],
    of: ['conversation-volume', 'escalation-rate'],
  },
  'agent-productivity-index': {
    told: ['assignee'],
    of: [
      ...['contacts-handled', 'average-resolution-time', 'first-response-time'],
      ...['csat', 'escalation-rate'],
    ],
  },
  'knowledge-gap-score': {
    told: ['category'],
    of: ['escalation-rate', 'average-resolution-time', 'csat'],
  },
};

/** What is declared, with what follows from it. */
export function withParts(declared: By): By {
  const by: Record<string, string[]> = {};
  const add = (metric: string, dimensions: readonly string[]): void => {
    by[metric] = [...new Set([...(by[metric] ?? []), ...dimensions])];
  };
  for (const [metric, dimensions] of Object.entries(declared)) {
    add(metric, dimensions);
    const parts = PARTS[metric];
    if (!parts || dimensions.length === 0) continue;
    const [first, ...beside] = parts.told;
    const told = [first!, ...beside.filter((one) => dimensions.includes(one))];
    for (const id of [metric, ...parts.of]) add(id, told);
  }
  return by;
}
