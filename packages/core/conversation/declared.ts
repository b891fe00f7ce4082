/** What a workspace declares of its own conventions (metrics.md 9): never guessed. */
import type { WorkspaceConfig } from '../directory/config.ts';

export interface Declared {
  /** By team; higher is further up. */
  readonly ranks: ReadonlyMap<string, number>;
  /** In lower case, as those of spam are. */
  readonly escalationTags: ReadonlySet<string>;
  readonly escalationFields: ReadonlySet<string>;
  /** Custom fields that a close ought to have filled, by slug. */
  readonly trackedFields: readonly string[];
  /** Custom fields that an AI agent has to have filled when it hands over, by slug. */
  readonly handoverFields: readonly string[];
  /** null: what a score means is unknown. */
  readonly csatScale: NonNullable<WorkspaceConfig['csatScale']> | null;
  readonly spamStatuses: ReadonlySet<string>;
  readonly spamTags: ReadonlySet<string>;
}

type Declarations = Partial<
  Pick<
    WorkspaceConfig,
    | 'teamRanks'
    | 'escalationTags'
    | 'escalationFields'
    | 'trackedFields'
    | 'handoverFields'
    | 'csatScale'
    | 'spamStatuses'
    | 'spamTags'
  >
>;

const anyCase = (values: readonly string[]): ReadonlySet<string> =>
  new Set(values.map((value) => value.toLowerCase()));

const SPAM: readonly string[] = ['spam'];

export function declaredOf(config: Declarations): Declared {
  return {
    ranks: new Map(Object.entries(config.teamRanks ?? {})),
    escalationTags: anyCase(config.escalationTags ?? []),
    escalationFields: new Set(config.escalationFields),
    trackedFields: config.trackedFields ?? [],
    handoverFields: config.handoverFields ?? [],
    csatScale: config.csatScale ?? null,
    spamStatuses: anyCase(config.spamStatuses ?? SPAM),
    spamTags: anyCase(config.spamTags ?? SPAM),
  };
}

export const NOTHING_DECLARED: Declared = declaredOf({});
