/** What the tenant's triggers send: the shipped template `full`, rendered and signed as Pylon would. */
import type { Hint } from '@sapwood/pylon/body';
import { newNotes } from '@sapwood/pylon/scalars';
import { signBody } from '@sapwood/pylon/signature';
import { renderTemplate, type TemplateName, templateFor } from '@sapwood/pylon/templates';
import { latestMessage, restTime } from './rest-shapes.ts';
import type { Change, SimIssue } from './tenant.ts';

export interface Webhook {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

function variablesOf(issue: SimIssue): Record<string, string> {
  const message = latestMessage(issue);
  return {
    'issue.id': issue.id,
    'issue.number': String(issue.number),
    'issue.state': issue.status,
    'issue.created_at': restTime(issue.createdAt),
    'issue.assignee.id': issue.assigneeId ?? '',
    'issue.team.id': issue.teamId,
    'issue.account.id': issue.account.id,
    'issue.requester.id': issue.requester.id,
    'issue.source': issue.channel,
    'issue.last_message.id': message.id,
    'issue.last_message.sent_at': restTime(message.at),
    'issue.last_message.is_private': String(message.private),
  };
}

const texts = new Map<string, string>();
function textOf(change: Change, template: TemplateName): string {
  const key = `${template} ${change.kind} ${change.author}`;
  let text = texts.get(key);
  if (text === undefined) {
    text = templateFor(template, change.kind, change.author ?? undefined);
    texts.set(key, text);
  }
  return text;
}

/** The body of the trigger that fires on `change`, as the issue is now. */
export function renderChange(
  change: Change,
  issue: SimIssue,
  template: TemplateName = 'full',
): Buffer {
  return Buffer.from(renderTemplate(textOf(change, template), variablesOf(issue)));
}

const wholeSeconds = (at: number): number => Math.floor(at / 1_000) * 1_000;

/** What `mapBody` makes of the body that `full` renders, without the way through text. */
export function hintOf(change: Change, issue: SimIssue): Hint {
  const message = latestMessage(issue);
  return {
    kind: 'hint',
    hint: change.kind,
    issueId: issue.id,
    issueNumber: issue.number,
    messageId: message.id,
    claims: {
      issue: {
        number: issue.number,
        status: issue.status,
        createdAt: wholeSeconds(issue.createdAt),
        ...(issue.assigneeId === null ? {} : { assigneeId: issue.assigneeId }),
        teamId: issue.teamId,
        accountId: issue.account.id,
        requesterId: issue.requester.id,
        source: issue.channel,
      },
      message: {
        ...(change.author === null ? {} : { author: change.author }),
        private: message.private,
        sentAt: wholeSeconds(message.at),
      },
      names: {},
    },
    salvaged: false,
    notes: newNotes(),
  };
}

export function signWebhook(body: Buffer, secret: string): Webhook {
  return {
    body,
    headers: { 'content-type': 'application/json', 'x-pylon-signature': signBody(secret, body) },
  };
}
