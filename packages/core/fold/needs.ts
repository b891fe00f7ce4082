/** What metrics need of a workspace to be told at all. */
import type { Needed } from '../metrics/lacks.ts';
import type { WorkspaceFold } from './workspace.ts';

const FIELDS = ['trackedFields', 'handoverFields'] as const;
const SWITCHES = ['agentIndex'] as const;

export function neededOf(workspace: WorkspaceFold): Needed {
  const { config } = workspace;
  return {
    noMessages: workspace.noMessages,
    noScale: config?.csatScale === undefined,
    fields: new Set(FIELDS.filter((which) => (config?.[which] ?? []).length > 0)),
    slaKinds: workspace.slaKinds,
    noRoster: workspace.noRoster,
    switches: new Set(SWITCHES.filter((name) => config?.[name] === true)),
  };
}
