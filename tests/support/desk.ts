/** Bodies that a tenant's triggers would send, of the shipped template `full`. */
import { randomUUID } from 'node:crypto';
import type { HintKind } from '@sapwood/pylon/kinds';
import { type MessageAuthor, renderTemplate, templateFor } from '@sapwood/pylon/templates';
import { clock } from './process.ts';

export interface LetterFields {
  readonly kind: HintKind;
  readonly author?: MessageAuthor;
  readonly issue: string;
  readonly number?: number;
  readonly status?: string;
  /** When the customer opened it and when the message was sent, epoch ms; left out: now. */
  readonly createdAt?: number;
  readonly sentAt?: number;
  readonly assignee?: string;
  readonly team?: string;
  readonly channel?: string;
  /** Left out: a new one. */
  readonly message?: string;
}

const rfc3339 = (at: number): string => new Date(at).toISOString();

export function letterFrom(fields: LetterFields): string {
  const now = clock.now();
  return renderTemplate(templateFor('full', fields.kind, fields.author), {
    'issue.id': fields.issue,
    'issue.number': String(fields.number ?? 1_001),
    'issue.state': fields.status ?? 'new',
    'issue.created_at': rfc3339(fields.createdAt ?? now),
    'issue.assignee.id': fields.assignee ?? '',
    'issue.team.id': fields.team ?? 'team-front',
    'issue.account.id': 'account-1',
    'issue.requester.id': 'contact-1',
    'issue.source': fields.channel ?? 'email',
    'issue.last_message.id': fields.message ?? randomUUID(),
    'issue.last_message.sent_at': rfc3339(fields.sentAt ?? now),
    'issue.last_message.is_private': 'false',
  });
}
