/** What a workspace declares that makes an escalation, a rating or spam (metrics.md 1.4, section 9). */
import type { WorkspaceConfig } from '@sapwood/core/config';

export interface Declared {
  /** Rank by team, higher is further up. */
  readonly ranks: Readonly<Record<string, number>>;
  readonly managers: readonly string[];
  /** In small letters, as those of spam. */
  readonly escalationTags: readonly string[];
  readonly escalationFields: readonly string[];
  /** null: nothing is a rating. */
  readonly scale: NonNullable<WorkspaceConfig['csatScale']> | null;
  /** Custom fields that a bot has to have filled when it gives a conversation away. */
  readonly handoverFields: readonly string[];
  /** Custom fields of which it is told how often they are filled. */
  readonly trackedFields: readonly string[];
  readonly healthWeights: NonNullable<WorkspaceConfig['healthWeights']>;
  /** It is told how productive agents are. */
  readonly isAgentIndexOn: boolean;
  readonly spamStatuses: readonly string[];
  readonly spamTags: readonly string[];
}

const small = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase());

/** `roles`: by user. */
export const declaredBy = (
  config: WorkspaceConfig | null,
  roles: ReadonlyMap<string, string | null>,
): Declared => ({
  ranks: config?.teamRanks ?? {},
  managers: [
    ...(config?.managers ?? []),
    ...[...roles.keys()].filter((user) => config?.managerRoles?.includes(roles.get(user) ?? '')),
  ],
  escalationTags: small(config?.escalationTags ?? []),
  escalationFields: config?.escalationFields ?? [],
  scale: config?.csatScale ?? null,
  handoverFields: [...new Set(config?.handoverFields ?? [])],
  trackedFields: [...new Set(config?.trackedFields ?? [])],
  healthWeights: config?.healthWeights ?? {},
  isAgentIndexOn: config?.agentIndex === true,
  spamStatuses: small(config?.spamStatuses ?? ['spam']),
  spamTags: small(config?.spamTags ?? ['spam']),
});
