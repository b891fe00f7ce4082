/**
 * The replayed desk as Pylon would hold it: what REST answers at each instant of the log. Names are
 * told apart by ids that Pylon could have given; the names themselves go to the label directory.
 */
import { createHash } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Case, CaseLook, CaseMessage } from './cases.ts';
import type { Category } from './mapping.ts';

interface HeldIssue {
  readonly id: string;
  readonly number: number;
  readonly createdAt: number;
  look: CaseLook;
  resolvedAt: number | null;
  readonly messages: (CaseMessage & { readonly at: number })[];
}

export interface ReplayTenant {
  readonly server: FastifyInstance;
  /** Moves a case to one of its looks; answers the ids that a trigger's template would carry. */
  apply(found: Case, number: number, look: CaseLook): { issueId: string; messageId: string | null };
}

/** An id of `[A-Za-z0-9_-]` for any text: itself where it fits, else made readable and told apart. */
export function idOf(text: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(text)) return text;
  const plain = text.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
  return `${plain}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}

const rfc3339 = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();
const ref = (value: string | null | undefined): { id: string } | null =>
  value === null || value === undefined ? null : { id: idOf(value) };

export function createReplayTenant(statuses: ReadonlyMap<string, Category>): ReplayTenant {
  const issues = new Map<string, HeldIssue>();
  /** In order of change, newest last: what a search walks from the end. */
  const recent = new Map<string, number>();
  const people = new Map<string, string>();
  const teams = new Map<string, string>();
  const accounts = new Map<string, string>();
  const learn = (into: Map<string, string>, name: string | null | undefined): void => {
    if (name) into.set(idOf(name), name);
  };
  const server = Fastify({ logger: false, forceCloseConnections: true });
  const list = (names: ReadonlyMap<string, string>): object => ({
    data: [...names].map(([id, name]) => ({ id, name })),
    request_id: 'replay',
  });

  server.get('/me', () => ({ data: { id: 'org-replay', name: 'Replay' }, request_id: 'replay' }));
  server.get('/issue-statuses', () => ({
    data: [...statuses].map(([slug, category]) => ({ slug, label: slug, category })),
    request_id: 'replay',
  }));
  server.get('/users', () => list(people));
  server.get('/teams', () => list(teams));
  server.get('/accounts', () => list(accounts));
  server.get<{ Params: { id: string } }>('/accounts/:id', ({ params: { id } }) => ({
    data: { id, name: accounts.get(id) ?? null },
    request_id: 'replay',
  }));
  server.get('/contacts', () => list(new Map()));
  server.get<{ Params: { id: string } }>('/issues/:id', ({ params }, reply) => {
    const issue = issues.get(params.id);
    if (!issue) return reply.code(404).send({ errors: ['issue not found'], request_id: 'replay' });
    return { data: restIssue(issue), request_id: 'replay' };
  });
  server.get<{ Params: { id: string } }>('/issues/:id/messages', ({ params }) => ({
    data: (issues.get(params.id)?.messages ?? []).map(restMessage),
    request_id: 'replay',
  }));
  server.post<{ Body: { filter: { value?: string } } }>('/issues/search', ({ body }) => {
    const after = Date.parse(body.filter.value ?? '');
    const found: object[] = [];
    for (const [id, at] of [...recent].reverse()) {
      if (at < after || found.length >= 999) break;
      found.push(restIssue(issues.get(id)!));
    }
    return found.length === 0 ? { request_id: 'replay' } : { data: found, request_id: 'replay' };
  });

  return {
    server,
    apply(found, number, look) {
      const id = idOf(found.id);
      let issue = issues.get(id);
      if (!issue) {
        issue = { id, number, createdAt: look.at, look, resolvedAt: null, messages: [] };
        issues.set(id, issue);
      }
      issue.look = look;
      if (look.category === 'closed') issue.resolvedAt = look.at;
      for (const message of look.messages) issue.messages.push({ ...message, at: look.at });
      recent.delete(id);
      recent.set(id, look.at);
      learn(people, look.assignee);
      learn(teams, look.team);
      learn(accounts, look.account);
      const last = look.messages.at(-1);
      return { issueId: id, messageId: last ? idOf(last.id) : null };
    },
  };
}

function restIssue(issue: HeldIssue): object {
  const { look } = issue;
  const newest = issue.messages.at(-1);
  return {
    id: issue.id,
    number: issue.number,
    state: look.slug,
    type: 'ticket',
    source: look.channel ?? null,
    // A column that the log does not have is not observed: the key is left out.
    ...(look.account === undefined ? {} : { account: ref(look.account) }),
    ...(look.assignee === undefined ? {} : { assignee: ref(look.assignee) }),
    ...(look.team === undefined ? {} : { team: ref(look.team) }),
    custom_fields: look.priority ? { priority: { value: idOf(look.priority.toLowerCase()) } } : {},
    created_at: rfc3339(issue.createdAt),
    updated_at: rfc3339(look.at),
    latest_message_time: rfc3339(newest?.at ?? null),
    resolution_time: look.category === 'closed' ? rfc3339(issue.resolvedAt) : null,
    is_issue_group: false,
  };
}

function restMessage(message: CaseMessage & { readonly at: number }): object {
  const person = message.authorId === null ? { id: 'unsigned' } : { id: idOf(message.authorId) };
  const customer = message.author === 'customer';
  return {
    id: idOf(message.id),
    author: { contact: customer ? person : null, user: customer ? null : person },
    is_private: message.private,
    source: null,
    timestamp: rfc3339(message.at),
  };
}
