/** What of a workspace's configuration derivations depend on. */
import { type Declared, declaredOf, NOTHING_DECLARED } from '../conversation/declared.ts';
import type { WorkspaceConfig } from '../directory/config.ts';
import { canonicalJson } from '../num/integer.ts';

/** Equal texts: every conversation is derived alike. */
export function derivedBy(config: WorkspaceConfig | null): string {
  const { messages, notPeople = [], autoCloseAfterMs = 0, calendar, sla } = config ?? {};
  const { teamRanks, managers, managerRoles, escalationTags, escalationFields } = config ?? {};
  const { csatScale, spamStatuses, spamTags, trackedFields, handoverFields } = config ?? {};
  const ladder = { teamRanks, managers, managerRoles, escalationTags, escalationFields };
  return canonicalJson({
    isNone: messages === 'none',
    notPeople,
    autoCloseAfterMs,
    calendar,
    sla,
    ladder,
    csatScale,
    spamStatuses,
    spamTags,
    trackedFields,
    handoverFields,
  });
}

/** What is declared, read once for each configuration. */
export function createDeclared(): (config: WorkspaceConfig | null) => Declared {
  let from: WorkspaceConfig | null = null;
  let declared = NOTHING_DECLARED;
  return (config) => {
    if (config !== from) {
      from = config;
      declared = declaredOf(config ?? {});
    }
    return declared;
  };
}
