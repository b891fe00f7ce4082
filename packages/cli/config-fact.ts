/** The configuration as a fact: what the folds obey stands in the log (design D11). */
import type { WorkspaceConfig } from '@sapwood/core/config';
import type { DraftFact } from '@sapwood/core/facts';
import { canonicalJson } from '@sapwood/core/num';
import type { createAppender } from '@sapwood/runtime/appender';
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

/** Configuration enters the log once per change. */
export async function applyConfig(
  setup: Setup,
  appender: ReturnType<typeof createAppender>,
  { store, clock }: { readonly store: StateStore; readonly clock: Clock },
): Promise<void> {
  for (const { id, config } of setup.workspaces) {
    const hash = sha256Hex(canonicalJson(config));
    const record = `config/${id}`;
    const known = await store.getRecord(record);
    if (known && new TextDecoder().decode(known) === hash) continue;
    const outcome = await appender.append([configFact(id, config, clock.now())]);
    if (outcome.kind !== 'durable') {
      throw new Error(`The configuration was not kept: ${outcome.reason}`);
    }
    await store.putRecord(record, new TextEncoder().encode(hash));
  }
}
