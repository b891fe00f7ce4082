/** `start --manual`: one source "by-hand" whose webhooks somebody signs with `sapwood hook`. */
import { type Declared, declaredOf, rosterOf, type Setup, workspaceConfig } from './setup.ts';

export const MANUAL = 'by-hand';

export function manualSetup(options: {
  readonly loaded: Declared;
  /** ms; the year of the tables of zones. */
  readonly now: number;
  readonly secret: string;
  readonly costKey: string;
  readonly workspaceKey: string;
}): Setup {
  const { loaded, now, secret, costKey, workspaceKey } = options;
  const [declared] = Object.entries(loaded.config.workspaces);
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
  return {
    workspaces: [
      {
        id: workspace,
        config: workspaceConfig(workspace, {
          ...(declared ? declaredOf(workspace, loaded, now) : { currency: 'USD' }),
          sources: [source],
        }),
        treeFile: declared?.[1].tree ?? null,
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
