/**
 * What the simulated tenant of `start` declares where no file does, as `sapwood.yaml` would say it: so
 * that whoever looks for the first time sees what can be told. It has no open hours: it answers at night.
 */
import { DEFAULT_TREE_DOCUMENT } from '@sapwood/core/default-tree';
import type { Staff } from './staff.ts';

/** Its tree is `tree.yaml`. */
export function declaredDocument({ teams }: Staff, workspace: string): string {
  const [frontline, technical, billing] = teams.map(({ id }) => id);
  return `workspaces:
  ${workspace}:
    currency: GBP
    zone: Europe/London
    tree: tree.yaml
    csatScale: { min: 1, max: 5, positiveFrom: 4 }
    teamRanks: { ${frontline}: 1, ${billing}: 1, ${technical}: 2 }
    trackedFields: [priority, topic]
    handoverFields: [topic]
    sla:
      first: { urgent: 5 m, high: 8 m, "*": 12 m }
      next: { "*": 15 m }
      resolution: { urgent: 30 m, high: 45 m, "*": 1 h }
      tiers: { enterprise: { first: { urgent: 4 m, "*": 8 m } } }
      pause: [on_hold]
`;
}

/** No account of its is without a tier. */
export function declareTiers({ accounts }: Staff): void {
  for (const account of accounts) account.tier ??= 'starter';
}

type Nodes = Readonly<Record<string, object>>;
const { nodes, influence } = DEFAULT_TREE_DOCUMENT as {
  readonly nodes: Nodes;
  readonly influence: Readonly<Record<string, object>>;
};

/** Rows beside those by channel and team, of which every metric has them. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'cost-per-contact': ['channel', 'account_tier'],
  'contacts-handled': ['channel', 'team', 'account_tier'],
  'conversation-volume': ['channel', 'team', 'category', 'priority', 'account_tier', 'account'],
  'first-response-time': ['channel', 'team', 'priority', 'account_tier'],
};
const MORE: Nodes = {
  'first-response-time-within-target': {
    ...{ by: ['channel', 'team', 'priority'], target: '>=90 %' },
    owner: { R: 'team-leads' },
  },
  'sla-compliance': {
    ...{ by: ['priority', 'account_tier'], target: '>=90 %' },
    owner: { R: 'team-leads' },
  },
  csat: {
    ...{ by: ['channel', 'team', 'category', 'account_tier'], target: '>=70 %' },
    owner: { R: 'support-ops-manager' },
  },
  'account-health-score': { by: ['account_tier', 'account'], owner: { R: 'cs-lead' } },
  'knowledge-gap-score': { by: ['category'], owner: { R: 'product-lead' } },
};

/** The built-in tree with its rules, and more of what it can be told by. */
export const DECLARED_TREE: string = JSON.stringify({
  ...DEFAULT_TREE_DOCUMENT,
  nodes: {
    ...Object.fromEntries(
      Object.entries(nodes).map(([id, node]) => [
        id,
        { ...node, ...(ROWS[id] && { by: ROWS[id] }) },
      ]),
    ),
    ...MORE,
  },
  influence: {
    'cost-per-contact': {
      ...influence['cost-per-contact'],
      // A board of the lead has room for the first two of these.
      ...{ 'sla-compliance': ['neg'], csat: ['neg'], 'first-response-time-within-target': ['neg'] },
      ...{ 'account-health-score': ['neg'], 'knowledge-gap-score': ['pos'] },
    },
  },
});
