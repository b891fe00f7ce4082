/** What the desk of the simulated month declares, and a second workspace without messages. */
import type { PylonClient } from '@sapwood/pylon/client';
import type { Clock } from '@sapwood/runtime/ports';
import type { DeskNames } from '@sapwood/simulator/desk';
import type { SimulatedTenant } from '@sapwood/simulator/world';
import { DESK_KEY, deskSetup } from '../../../packages/cli/desk-setup.ts';
import { rosterOf, type Setup, workspaceConfig } from '../../../packages/cli/setup.ts';
import { FORMS, FORMS_SECRET } from './forms.ts';

export const NAMES: DeskNames = {
  workspace: 'desk',
  source: 'pylon',
  costKey: 'key-of-the-month',
  secret: 'secret-of-the-month',
  token: 'token-of-the-month',
};

export function setupOfMonth(world: SimulatedTenant, client: PylonClient, clock: Clock): Setup {
  const desk = deskSetup(world, NAMES, clock);
  return {
    ...desk,
    workspaces: [...desk.workspaces, forms.workspace],
    destinations: [...desk.destinations, forms.destination],
    sources: [...desk.sources.map((source) => ({ ...source, client })), forms.source],
  };
}

const formsSource = {
  ...{ id: FORMS, workspace: FORMS, destinations: [FORMS], statuses: {}, roster: rosterOf({}) },
  ...({ bodies: 'facts', messages: 'none' } as const),
  ...{ priorityField: 'priority', categoryField: null, workspaceKey: DESK_KEY, client: null },
};
const forms = {
  workspace: {
    id: FORMS,
    config: workspaceConfig(FORMS, { currency: 'GBP', sources: [formsSource] }),
  },
  source: formsSource,
  destination: {
    ...{ id: FORMS, workspace: FORMS, source: FORMS },
    schemes: [{ kind: 'pylon-hmac', secrets: [FORMS_SECRET] }],
  },
} as const;
