/** `start --manual`: one source "by-hand" whose webhooks somebody signs with `sapwood hook`. */
import type { CompiledTree } from '@sapwood/core/tree';
import type { Config } from '@sapwood/service-kit/config';
import { rosterOf, type Setup, workspaceConfig } from './setup.ts';

export const MANUAL = 'by-hand';

export function manualSetup(options: {
  readonly config: Config;
  readonly trees: ReadonlyMap<string, CompiledTree>;
  readonly secret: string;
  readonly costKey: string;
  readonly workspaceKey: string;
}): Setup {
  const { config, trees, secret, costKey, workspaceKey } = options;
  const [declared] = Object.entries(config.workspaces);
  const workspace = declared?.[0] ?? MANUAL;
  const source = {
    id: MANUAL,
    workspace,
    destinations: [MANUAL],
    bodies: 'facts',
    messages: 'read',
    statuses: {},
    roster: rosterOf({}),
    priorityField: 'priority',
    categoryField: null,
    workspaceKey,
    client: null,
  } as const;
  const tree = trees.get(workspace);
  return {
    workspaces: [
      {
        id: workspace,
        config: workspaceConfig(workspace, {
          currency: declared?.[1].currency ?? 'USD',
          costPlan: declared?.[1].costPlan ?? [],
          ...(tree ? { tree } : {}),
          sources: [source],
        }),
      },
    ],
    destinations: [
      {
        id: MANUAL,
        workspace,
        source: MANUAL,
        schemes: [{ kind: 'pylon-hmac', secrets: [secret] }],
      },
    ],
    costKeys: [{ id: MANUAL, workspace, key: costKey }],
    sources: [source],
    costs: [{ id: MANUAL, workspace }],
  };
}
