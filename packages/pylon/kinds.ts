/** What kind of change a webhook hints at (pylon.md 3.1). Pylon has no event names: these are ours. */
export const HINT_KINDS = [
  'issue_new',
  'issue_message_new',
  'issue_status_changed',
  'issue_assigned',
  'issue_field_changed',
  'issue_tags_changed',
  'issue_reaction',
  'issue_team_changed',
  'issue_sla_breached',
  'issue_changed',
  'account_changed',
  'contact_changed',
  'survey_response',
] as const;
export type HintKind = (typeof HINT_KINDS)[number];

const ALIASES: Readonly<Record<string, HintKind>> = {
  issue_created: 'issue_new',
  issue_closed: 'issue_status_changed',
  issue_resolved: 'issue_status_changed',
  assignee_changed: 'issue_assigned',
  issue_updated: 'issue_field_changed',
};

/** The kind that a hand-typed literal means, or null if it means none of ours. */
export function kindOf(literal: string): HintKind | null {
  const word = literal
    .toLowerCase()
    .replace(/[.\- ]/g, '_')
    .replace(/^ticket_/, 'issue_');
  const alias = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
  return alias ?? HINT_KINDS.find((kind) => kind === word) ?? null;
}

/** Kinds whose message claims count: others carry the last message's id with their own literal. */
export const MESSAGE_KINDS: ReadonlySet<HintKind> = new Set(['issue_new', 'issue_message_new']);
