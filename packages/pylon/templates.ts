/**
 * The trigger bodies that Sapwood ships (pylon.md 3.4, 3.6). None contains free text, so each is
 * valid JSON whatever a customer writes, and there is nothing to inject.
 */
import type { HintKind } from './kinds.ts';

export const TEMPLATE_NAMES = ['hint', 'hint-single', 'extended', 'full'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export const MESSAGE_AUTHORS = ['customer', 'team', 'bot', 'automation'] as const;
/** Who wrote the message, typed into the trigger that fires for that condition. */
export type MessageAuthor = (typeof MESSAGE_AUTHORS)[number];

type Fields = Readonly<Record<string, string>>;

const IDS: Fields = {
  issue_id: '{{ issue.id }}',
  message_id: '{{ issue.last_message.id }}',
};

const EXTENDED: Fields = {
  ...IDS,
  issue_number: '{{ issue.number }}',
  issue_status: '{{ issue.state }}',
  issue_assignee_id: '{{ issue.assignee.id }}',
  issue_requester_id: '{{ issue.requester.id }}',
  issue_account_id: '{{ issue.account.id }}',
};

const FULL: Fields = {
  issue_id: '{{ issue.id }}',
  issue_number: '{{ issue.number }}',
  issue_status: '{{ issue.state }}',
  issue_created_at: '{{ issue.created_at }}',
  issue_assignee_id: '{{ issue.assignee.id }}',
  issue_team_id: '{{ issue.team.id }}',
  issue_account_id: '{{ issue.account.id }}',
  issue_requester_id: '{{ issue.requester.id }}',
  issue_source: '{{ issue.source }}',
  message_id: '{{ issue.last_message.id }}',
  message_sent_at: '{{ issue.last_message.sent_at }}',
  message_is_private: '{{ issue.last_message.is_private }}',
};

/** The text to paste into a trigger. `author` only matters to `full`. */
export function templateFor(name: TemplateName, kind: HintKind, author?: MessageAuthor): string {
  const head = { schema: 'v1', event_type: name === 'hint-single' ? 'issue_changed' : kind };
  if (name === 'full') {
    return JSON.stringify(
      { ...head, ...(author ? { message_author: author } : {}), ...FULL },
      null,
      1,
    );
  }
  return JSON.stringify({ ...head, ...(name === 'extended' ? EXTENDED : IDS) }, null, 1);
}

/**
 * What Pylon makes of a template: each `{{ variable }}` by its text, unescaped; a variable that does
 * not resolve stays in the output literally.
 */
export function renderTemplate(template: string, variables: Fields): string {
  return template.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? variables[name]! : whole,
  );
}
