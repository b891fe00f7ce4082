/** With which key and for which workspace somebody feeds a running ingest. */
import { join } from 'node:path';
import type { Config } from '@sapwood/service-kit/config';
import { UserError } from '../exit.ts';
import { readText } from '../read-text.ts';

const NO_KEY =
  ' There is no key under costs.keys either: give --config, or --data of a running start.';

export interface FeedKey {
  /** null: the only one of the store, or the one named. */
  readonly workspace: string | null;
  readonly zone: string;
  readonly key: () => string;
}

/** The key decides the workspace, and with it the zone in which a day begins. */
export function feedOf({ costs, workspaces, data }: Config, named: string | undefined): FeedKey {
  const names = Object.keys(costs.keys);
  if (named !== undefined && !names.includes(named)) {
    const known = names.length === 0 ? 'none' : names.join(', ');
    throw new UserError(`There is no key "${named}" under costs.keys; there are ${known}.`);
  }
  if (named === undefined && names.length > 1) {
    throw new UserError(`There are the keys ${names.join(', ')}: choose one with --key.`);
  }
  const declared = costs.keys[named ?? names[0] ?? ''];
  if (declared) {
    const { workspace, key } = declared;
    return { workspace, zone: workspaces[workspace]!.zone, key: () => key };
  }
  const zone = Object.values(workspaces)[0]?.zone ?? 'UTC';
  return { workspace: null, zone, key: () => readText(join(data, 'costs.key'), NO_KEY).trim() };
}
