/** The configuration as a fact: what the folds obey stands in the log (design D11). */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { DraftFact } from '@sapwood/core/facts';
import { canonicalJson } from '@sapwood/core/num';
import type { Appender } from '@sapwood/runtime/appender';
import { RuntimeError } from '@sapwood/runtime/errors';
import type { Clock, StateStore } from '@sapwood/runtime/ports';
import { sha256Hex } from './hash.ts';
import type { Setup } from './setup.ts';

/** The fact that puts a configuration in force (design D11). */
export function configFact(workspace: string, config: WorkspaceConfig, at: number): DraftFact {
  const document = canonicalJson(config);
  return {
    kind: 'config.applied',
    workspace,
    entity: 'config',
    at: null,
    observedAt: at,
    origin: 'system',
    via: 'system',
    srcs: [],
    readAfter: null,
    group: null,
    body: { configHash: sha256Hex(document), document },
  };
}

export interface ConfigPorts {
  readonly store: StateStore;
  readonly clock: Clock;
}

/** Configuration enters the log once per change. */
export async function applyConfig(
  setup: Setup,
  appender: Appender,
  ports: ConfigPorts,
): Promise<void> {
  for (const { id, config } of setup.workspaces) await putInForce(id, config, appender, ports);
}

/** False, and nothing appended, if it is in force already. Throws if the log does not take it. */
export async function putInForce(
  workspace: string,
  config: WorkspaceConfig,
  appender: Appender,
  { store, clock }: ConfigPorts,
): Promise<boolean> {
  const hash = sha256Hex(canonicalJson(config));
  const record = `config/${workspace}`;
  const known = await store.getRecord(record);
  if (known && new TextDecoder().decode(known) === hash) return false;
  const outcome = await appender.append([configFact(workspace, config, clock.now())]);
  if (outcome.kind !== 'durable') {
    const text = `The configuration was not kept (${outcome.reason}); it is told again at the next start.`;
    throw new RuntimeError('SAPWOOD_LOG_UNREACHABLE', text);
  }
  await store.putRecord(record, new TextEncoder().encode(hash));
  return true;
}
