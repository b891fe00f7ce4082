/** The configuration of the services under test, as a person would write one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../accountant.ts';
import { nervousTree } from '../nervous-tree.ts';
import { COST_KEY, SECRET } from '../site.ts';

/** Few enough for two cores, more than one so that nothing may assume it. */
export const PARTITIONS = 3;
/** One on each partition; the first is the one that the gateway shows. */
export const WORKSPACES = ['acme', 'globex', 'hooli'] as const;
/** Far below the default, so that a dead member's partitions are taken soon. */
export const SESSION_MS = 2_000;

const sourceOf = (workspace: string): string => `desk-${workspace}`;
const feedOf = (workspace: string): string => `feed-${workspace}`;
const hookOf = (workspace: string): string => `desk-${workspace}`;
const costKeyOf = (workspace: string): string => `${COST_KEY}-${workspace}`;

export const addressOf = (workspace: string): Address => ({
  workspace,
  hook: `/hooks/${hookOf(workspace)}`,
  costKey: costKeyOf(workspace),
});

function documentOf(folder: string, brokers: readonly string[], redis: string): object {
  const tree = join(folder, 'tree.yaml');
  const each = <T>(of: (workspace: string) => readonly [string, T]): Record<string, T> =>
    Object.fromEntries(WORKSPACES.map(of));
  const schemes = [{ kind: 'pylon-hmac', secrets: [SECRET] }];
  return {
    data: folder,
    workspaces: each((id) => [id, { currency: 'GBP', zone: 'Europe/London', tree }]),
    sources: each((id) => [sourceOf(id), { workspace: id, hooks: { [hookOf(id)]: { schemes } } }]),
    costs: { keys: each((id) => [feedOf(id), { workspace: id, key: costKeyOf(id) }]) },
    kafka: {
      ...{ brokers, partitions: PARTITIONS, sessionMs: SESSION_MS },
      replicas: Math.min(3, brokers.length),
    },
    redis: { url: redis },
    log: { level: 'warn' },
  };
}

/** Writes everything that services read into `folder`; returns the file. */
export function writeConfig(folder: string, brokers: readonly string[], redis: string): string {
  writeFileSync(join(folder, 'tree.yaml'), JSON.stringify(nervousTree()));
  writeFileSync(join(folder, 'workspace-key'), 'a-key-of-this-test-and-of-no-other');
  const file = join(folder, 'sapwood.yaml');
  // JSON is YAML, too.
  writeFileSync(file, JSON.stringify(documentOf(folder, brokers, redis)));
  return file;
}
