/**
 * The simulated tenant as a desk that declares everything there is to declare: tiers, open hours of two
 * schedules, holidays, targets, ranks, a scale of ratings. As `sapwood.yaml` would say it.
 */
import { hourOf } from './costs.ts';
import { LEAD_ROLE } from './staff.ts';
import { AUTO_CLOSE_MS } from './story-book.ts';
import type { SimAccount, SimPerson } from './tenant.ts';
import type { SimulatedTenant } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS: number = 24 * HOUR_MS;
const MICRO = 1_000_000;
/** Beside the twelve that every simulated tenant has. */
const MORE_ACCOUNTS = [
  ...['Maple Insurance', 'Nettle Foods', 'Orchard Bank', 'Pine Logistics'],
  ...['Quarry Tools', 'Rowan Clinics', 'Sable Design', 'Thistle Games'],
] as const;
const TIERS = ['enterprise', 'business', 'starter', null] as const;

/** Twenty accounts in three tiers, some without one. Call before anything happens. */
export function addAccounts({ staff, chance }: SimulatedTenant): void {
  for (const [i, name] of MORE_ACCOUNTS.entries()) {
    const domain = `${name.toLowerCase().replaceAll(' ', '-')}.example`;
    const account: SimAccount = {
      ...{ id: chance.uuid(), name, domain, arr: null, ownerId: staff.agents[i]!.id },
      tier: TIERS[i % TIERS.length]!,
    };
    const contact: SimPerson = { id: chance.uuid(), name: 'Contact 1', email: `a@${domain}` };
    staff.accounts.push(account);
    staff.contacts.set(account.id, [contact]);
  }
}

export interface DeskNames {
  readonly workspace: string;
  readonly source: string;
  /** Of a feed of costs and corrections. */
  readonly costKey: string;
  readonly secret: string;
  /** Of its REST API. */
  readonly token: string;
}

/** `sapwood.yaml` of the desk; its tree is `tree.yaml`. */
export function deskDocument({ staff }: SimulatedTenant, names: DeskNames): string {
  const [frontline, technical, billing] = staff.teams.map(({ id }) => id);
  const [own] = staff.accounts;
  return `workspaces:
  ${names.workspace}:
    currency: GBP
    zone: Europe/London
    dayStarts: "04:00"
    tree: tree.yaml
    autoCloseAfter: ${AUTO_CLOSE_MS / HOUR_MS} h
    schedules:
      office:
        hours: { mon-thu: "09:00-17:30", fri: ["09:00-12:00", "13:00-16:00"] }
        holidays: ["2026-04-03", "2026-04-06"]
      wide: { hours: { mon-sun: "07:00-22:00" } }
    scheduleOf: { workspace: office, teams: { ${technical}: wide }, accounts: { ${own!.id}: wide } }
    costPlan: [salaries, tooling, management, overhead, ai_usage]
    teamRanks: { ${frontline}: 1, ${billing}: 1, ${technical}: 2 }
    managerRoles: [${LEAD_ROLE}]
    escalation: { tags: [escalated], fields: [severity] }
    trackedFields: [severity, topic]
    handoverFields: [topic]
    csatScale: { min: 1, max: 5, positiveFrom: 4 }
    sla:
      first: { urgent: 5 m, high: 20 m, "*": 2 business h }
      next: { "*": 30 m }
      resolution: { urgent: 4 h, "*": 16 business h }
      tiers: { enterprise: { first: { "*": 4 m }, resolution: { "*": 1 d } } }
      pause: [on_hold, snoozed]
sources:
  ${names.source}:
    workspace: ${names.workspace}
    token: ${names.token}
    bodies: facts
    roster: { ${staff.bot.id}: bot }
    categoryField: topic
    accountFields: { tier: tier, arr: arr }
    statuses: { waiting_on_engineering: on_hold, won_t_fix: closed }
    hooks: { ${names.source}: { schemes: [{ kind: pylon-hmac, secrets: [${names.secret}] }] } }
costs:
  keys: { ${names.source}: { workspace: ${names.workspace}, key: ${names.costKey} } }
`;
}

/** Its tree: what adds up by every dimension that rows are kept of. */
export const DESK_TREE = `tree: cost
root: cost-per-contact
default-owner: head-of-support
nodes:
  cost-per-contact: { identity: total-support-cost / contacts-handled }
  total-support-cost: { identity: sum by category }
  contacts-handled: { identity: conversation-volume - contacts-unhandled-change, by: [channel, team] }
  conversation-volume: { by: [channel, team, account, priority, category, tag] }
  contacts-unhandled-change: {}
  conversation-handoff-rate: { by: [channel, team] }
  first-response-time: { by: [channel, team] }
influence:
  cost-per-contact:
    conversation-handoff-rate: [pos]
    first-response-time: [pos]
`;

/** What the feed sends, as `POST /v1/costs` takes it. */
export interface CostLetter {
  readonly at: number;
  readonly entries: readonly object[];
}

/**
 * A month's costs: estimates at its beginning, in two currencies; the AI's bill of each day; and on the twentieth day an invoice instead of the estimate of the tooling.
 */
export function monthlyCosts(from: number, to: number): readonly CostLetter[] {
  const entry = (category: string, amount: number, more: object = {}): object => ({
    ...{
      costId: `month-${category}`,
      revision: 1,
      stage: 'provisional',
      category,
      currency: 'GBP',
    },
    ...{ amountMicro: amount * MICRO, from, to, accrual: 'even', ...more },
  });
  const rate = { rateMicro: 790_000, asOf: from, source: 'a bank' };
  const estimates = [
    entry('salaries', 42_000, { accrual: 'schedule' }),
    entry('management', 7_500),
    entry('overhead', 6_000),
    entry('tooling', 9_000, { currency: 'USD', fx: rate }),
  ];
  const days = Math.floor((to - from) / DAY_MS);
  const bills = Array.from({ length: days }, (_, i): CostLetter => {
    const start = hourOf(from) + i * DAY_MS;
    const period = { from: start, to: start + DAY_MS, costId: `ai-${i}`, stage: 'settled' };
    return { at: start + DAY_MS, entries: [entry('ai_usage', 20 + (i % 5), period)] };
  });
  const invoice = entry('tooling', 9_600, {
    currency: 'USD',
    fx: rate,
    revision: 2,
    stage: 'settled',
  });
  return [
    { at: from, entries: estimates },
    ...bills,
    { at: from + 20 * DAY_MS, entries: [invoice] },
  ].sort((a, b) => a.at - b.at);
}
