/** The tenant as Pylon's REST API shows it (pylon.md 4): every field, null where there is nothing. */
import type { Staff } from './staff.ts';
import type { SimAccount, SimIssue, SimMessage } from './tenant.ts';

type Json = Readonly<Record<string, unknown>>;

/** RFC 3339 with one-second resolution, as the real answers have. */
export const restTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
const orNull = (at: number | null): string | null => (at === null ? null : restTime(at));
const secondsFrom = (from: number, to: number | null): number | null =>
  to === null ? null : Math.floor(to / 1_000) - Math.floor(from / 1_000);

const valuesOf = (fields: Readonly<Record<string, string | null>>): Json =>
  Object.fromEntries(Object.entries(fields).map(([slug, value]) => [slug, { value }]));

export const latestMessage = (issue: SimIssue): SimMessage => issue.messages.at(-1)!;

export function issueShape(issue: SimIssue, staff: Staff): Json {
  const assignee = staff.agents.find((agent) => agent.id === issue.assigneeId);
  const { account, requester } = issue;
  return {
    id: issue.id,
    number: issue.number,
    title: `Request ${issue.number}`,
    body_html: '<p>Something does not work.</p>',
    link: `https://app.usepylon.com/issues?issueNumber=${issue.number}`,
    state: issue.status,
    type: 'conversation',
    source: issue.channel,
    account: { id: account.id, external_ids: null },
    assignee: assignee ? { id: assignee.id, email: assignee.email } : null,
    requester: { id: requester.id, email: requester.email },
    team: { id: issue.teamId },
    tags: issue.tags,
    custom_fields: valuesOf({ priority: issue.priority, ...issue.fields }),
    created_at: restTime(issue.createdAt),
    updated_at: restTime(issue.updatedAt),
    latest_message_time: restTime(latestMessage(issue).at),
    first_response_time: orNull(issue.firstResponseAt),
    first_response_seconds: secondsFrom(issue.createdAt, issue.firstResponseAt),
    business_hours_first_response_seconds: secondsFrom(issue.createdAt, issue.firstResponseAt),
    resolution_time: issue.state === 'closed' ? orNull(issue.resolvedAt) : null,
    resolution_seconds:
      issue.state === 'closed' ? secondsFrom(issue.createdAt, issue.resolvedAt) : null,
    resolution_breach_time: orNull(issue.breachAt),
    time_in_status_seconds: Object.fromEntries(
      [...issue.msInState].map(([state, ms]) => [state, Math.round(ms / 1_000)]),
    ),
    number_of_touches: issue.messages.filter((message) => message.author === 'team').length,
    csat_responses: issue.csat.map((score) => ({ score, comment: '' })),
    external_issues: issue.external.map((id) => ({
      ...{ source: 'linear', external_id: id, link: `https://linear.app/desk/issue/${id}` },
    })),
    slack: null,
    chat_widget_info: null,
    snoozed_until_time: orNull(issue.snoozedUntil),
    customer_portal_visible: false,
    author_unverified: false,
    // No documented field: an issue that is none has it not.
    ...(issue.isGroup ? { is_issue_group: true } : {}),
    attachment_urls: [],
  };
}

export function messageShape(message: SimMessage, issue: SimIssue): Json {
  const person = message.person && { id: message.person.id, email: message.person.email };
  const customer = message.author === 'customer';
  return {
    id: message.id,
    author: {
      name: message.person?.name ?? 'Automation',
      avatar_url: null,
      contact: customer ? person : null,
      user: customer ? null : person,
    },
    message_html: '<p>…</p>',
    is_private: message.private,
    source: message.channel ?? issue.channel,
    timestamp: restTime(message.at),
    thread_id: null,
    file_urls: [],
  };
}

export const statusShapes = (staff: Staff): readonly Json[] =>
  staff.statuses.map(({ slug, label, category }) => ({
    ...{ slug, label, category, is_default_status: slug === category, is_archived: false },
  }));

export const userShapes = (staff: Staff): readonly Json[] =>
  [...staff.agents, { ...staff.bot, roleId: 'role_bot' }].map(({ id, name, email, roleId }) => ({
    ...{ id, name, email, emails: [email], role_id: roleId, status: 'active', avatar_url: null },
  }));

export const teamShapes = (staff: Staff): readonly Json[] =>
  staff.teams.map(({ id, name }) => ({
    id,
    name,
    users: staff.agents
      .filter((agent) => agent.teamId === id)
      .map((agent) => ({ id: agent.id, email: agent.email })),
  }));

export const accountShape = ({ id, name, domain, tier, arr, ownerId }: SimAccount): Json => ({
  ...{ id, name, type: 'customer', domain, primary_domain: domain, domains: [domain], tags: [] },
  owner: ownerId === null ? null : { id: ownerId },
  custom_fields: valuesOf({ tier, arr }),
  ...{ external_ids: [], channels: [], is_disabled: false, created_at: '2025-01-02T03:04:05Z' },
});

export const contactShapes = (staff: Staff): readonly Json[] =>
  [...staff.contacts].flatMap(([accountId, people]) =>
    people.map(({ id, name, email }) => ({
      ...{ id, name, email, emails: [email], account: { id: accountId, external_ids: null } },
      ...{ avatar_url: null, custom_fields: {}, external_ids: [], integration_user_ids: [] },
      ...{ phone_numbers: [], primary_phone_number: null, portal_role: 'member' },
    })),
  );

export const customFieldShapes = (staff: Staff, of: 'issue' | 'account'): readonly Json[] =>
  staff.customFields[of].map((slug) => ({
    ...{ id: `cf_${of}_${slug}`, slug, label: slug, description: '', type: 'text' },
    ...{ object_type: of, source: 'pylon', is_read_only: false },
  }));
