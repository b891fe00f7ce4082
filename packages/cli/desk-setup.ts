/** The simulated desk that declares everything, as a setup: its configuration goes the way of anybody's. */

import { createSeededRng } from '@sapwood/runtime/clock/rng';
import type { Clock } from '@sapwood/runtime/ports';
import { DESK_TREE, type DeskNames, deskDocument } from '@sapwood/simulator/desk';
import type { SimulatedTenant } from '@sapwood/simulator/world';
import { loadedConfig } from './loaded.ts';
import { type Setup, setupOf } from './setup.ts';

/** Behind the pseudonyms: the same in every run. */
export const DESK_KEY = 'pseudonyms-of-the-desk';

/** `clock`: up to which year its time zones are looked up. */
export function deskSetup(world: SimulatedTenant, names: DeskNames, clock: Clock): Setup {
  const texts: Readonly<Record<string, string>> = {
    '/sapwood.yaml': deskDocument(world, names),
    '/tree.yaml': DESK_TREE,
  };
  const readText = (path: string): string | null => texts[path] ?? null;
  const loaded = loadedConfig({ file: 'sapwood.yaml', folder: '/', env: {}, readText });
  const ports = { clock, rng: createSeededRng(1), telemetry: () => {} };
  const setup = setupOf(loaded, { ...ports, workspaceKey: DESK_KEY });
  // Its tree does not change: no file is watched.
  return { ...setup, workspaces: setup.workspaces.map((one) => ({ ...one, treeFile: null })) };
}
