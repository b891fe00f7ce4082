/** What nodes of a tree stay unknown without, because a configuration does not declare it; and what to write. */
import { type MetricDefinition, metricDefinition } from '@sapwood/core/catalogue';
import type { SlaKind } from '@sapwood/core/config';
import type { CompiledTree, TreeNode } from '@sapwood/core/tree';
import type { Config } from '@sapwood/service-kit/config';

/** A workspace, and what speaks for it. */
interface Declared {
  readonly workspace: Config['workspaces'][string];
  readonly sources: readonly Config['sources'][string][];
  readonly hasCosts: boolean;
}

/** What of a node it depends on. */
type Told = Pick<TreeNode, 'id' | 'by' | 'crosses'>;

interface Want {
  /** Is this node unknown without it, or told apart by nothing? */
  readonly isOf: (metric: MetricDefinition, node: Told) => boolean;
  /** Left out: the whole node is unknown. */
  readonly rows?: string;
  readonly isDeclared: (declared: Declared) => boolean;
  /** It holds where nothing is said. */
  readonly isDefault?: true;
  /** What to write, and below which key of the configuration. */
  readonly write: string;
  readonly at: 'workspaces' | 'sources' | 'costs';
}

const promised = (kind: SlaKind): Want => ({
  isOf: ({ needsTarget }) => needsTarget?.length === 1 && needsTarget[0] === kind,
  isDeclared: ({ workspace: { sla } }) =>
    [sla, ...Object.values(sla?.tiers ?? {})].some((targets) => targets?.[kind] !== undefined),
  write: `sla: {${kind}: {"*": 4 h}}`,
  at: 'workspaces',
});
const rowsBy = (rows: string): Pick<Want, 'isOf' | 'rows'> => ({
  isOf: (_, { by, crosses = [] }) => [...by, ...crosses].join().split(',').includes(rows),
  rows,
});

const WANTS: readonly Want[] = [
  {
    isOf: ({ needsSwitch }) => needsSwitch === 'agentIndex',
    isDeclared: ({ workspace }) => workspace.agentIndex,
    write: 'agentIndex: true',
    at: 'workspaces',
  },
  {
    isOf: ({ needsScale }) => needsScale === true,
    isDeclared: ({ workspace }) => workspace.csatScale !== null,
    write: 'csatScale: {min: 1, max: 5, positiveFrom: 4}',
    at: 'workspaces',
  },
  {
    isOf: ({ needsFields }) => needsFields === 'trackedFields',
    isDeclared: ({ workspace }) => workspace.trackedFields.length > 0,
    write: 'trackedFields: [<slug of a custom field>]',
    at: 'workspaces',
  },
  {
    isOf: ({ needsFields }) => needsFields === 'handoverFields',
    isDeclared: ({ workspace }) => workspace.handoverFields.length > 0,
    write: 'handoverFields: [<slug of a custom field>]',
    at: 'workspaces',
  },
  promised('first'),
  promised('next'),
  promised('resolution'),
  {
    isOf: ({ needsTarget = [] }) => needsTarget.length > 1,
    isDeclared: ({ workspace }) => workspace.sla !== null,
    write: 'sla: {first: {"*": 4 h}}',
    at: 'workspaces',
  },
  {
    isOf: ({ needs }) => needs.includes('costs'),
    isDeclared: ({ hasCosts }) => hasCosts,
    write: 'keys: {<name>: {workspace: <workspace>, keyFile: <file>}}',
    at: 'costs',
  },
  {
    isOf: ({ needsMessages }) => needsMessages === true,
    isDeclared: ({ sources }) => !sources.some(({ messages }) => messages === 'none'),
    isDefault: true,
    write: 'messages: read',
    at: 'sources',
  },
  {
    isOf: ({ needsRoster }) => needsRoster === true,
    isDeclared: ({ sources }) =>
      sources.some(({ token, roster }) => token !== null || hasPeople(roster)),
    write: 'tokenFile: <file>, or roster: {<user id>: human}',
    at: 'sources',
  },
  {
    ...rowsBy('account_tier'),
    isDeclared: ({ sources }) => sources.some(({ accountFields }) => accountFields.tier !== null),
    write: 'accountFields: {tier: <slug of an account field>}',
    at: 'sources',
  },
  {
    ...rowsBy('category'),
    isDeclared: ({ sources }) => sources.some(({ categoryField }) => categoryField !== null),
    write: 'categoryField: <slug of an issue field>',
    at: 'sources',
  },
];

const hasPeople = (roster: Config['sources'][string]['roster']): boolean =>
  Object.values(roster).includes('human');

export interface Wanted extends Pick<Want, 'write' | 'at'> {
  /** `csat, ratings: unknown without "csatScale: …"`. */
  readonly words: string;
}

/** `declared` null: nothing is known of it. */
export function wantsOf(
  { nodes }: { readonly nodes: readonly Told[] },
  declared: Declared | null,
): readonly Wanted[] {
  return WANTS.flatMap(({ isOf, isDeclared, isDefault = false, rows, write, at }): Wanted[] => {
    if (declared === null ? isDefault : isDeclared(declared)) return [];
    const own = nodes.filter((node) => {
      const metric = metricDefinition(node.id);
      return metric !== null && isOf(metric, node);
    });
    const names = own.map(({ id }) => id).join(', ');
    const lack = rows === undefined ? 'unknown' : `${rows} is __none__ for all`;
    return own.length === 0 ? [] : [{ write, at, words: `${names}: ${lack} without "${write}"` }];
  });
}

/** What the configuration of a workspace leaves unknown of its tree. */
export function wantsIn(id: string, config: Config, tree: CompiledTree): readonly Wanted[] {
  const own = ({ workspace }: { readonly workspace: string }): boolean => workspace === id;
  return wantsOf(tree, {
    workspace: config.workspaces[id]!,
    sources: Object.values(config.sources).filter(own),
    hasCosts: Object.values(config.costs.keys).some(own),
  });
}
