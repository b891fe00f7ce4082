/** Who works there and who writes in: invented names, ids from the seed. */
import type { Label } from '@sapwood/contracts/label';
import type { Chance } from './chance.ts';
import {
  type SimAccount,
  type SimAgent,
  type SimPerson,
  type SimStatus,
  type SimTeam,
  STATES,
} from './tenant.ts';

/** Lists that a person of the tenant may add to, or change. */
export interface Staff {
  readonly teams: SimTeam[];
  readonly agents: SimAgent[];
  readonly bot: SimPerson;
  readonly accounts: SimAccount[];
  /** By account. */
  readonly contacts: Map<string, readonly SimPerson[]>;
  readonly statuses: SimStatus[];
  /** Slugs of custom fields, by kind of object. */
  readonly customFields: Readonly<Record<'issue' | 'account', string[]>>;
}

/** The first of each team leads it. */
export const LEAD_ROLE = 'role_lead';
const AGENT_ROLE = 'role_agent';
const TEAMS = [
  ['Frontline', ['Ada', 'Bruno', 'Chidi', 'Dana', 'Emre']],
  ['Technical', ['Farah', 'Goran', 'Hana', 'Ines']],
  ['Billing', ['Jonas', 'Kemi', 'Lena']],
] as const;
const ACCOUNTS = [
  ...['Northwind Bakery', 'Blue Harbor', 'Cedar Labs', 'Delta Freight', 'Elm Street Books'],
  ...['Fjord Energy', 'Granite Works', 'Hollow Creek', 'Ivory Textiles', 'Juniper Health'],
  ...['Kestrel Air', 'Lantern Media'],
] as const;
const CONTACTS_PER_ACCOUNT = 12;
/** By the account's place in the list. */
const TIERS = ['enterprise', 'business', 'starter', null] as const;
const ARRS = ['240000', '36000.50', '1200', null] as const;
const OWN_STATUSES: readonly SimStatus[] = [
  { slug: 'waiting_on_engineering', label: 'Waiting on engineering', category: 'on_hold' },
  { slug: 'won_t_fix', label: "Won't fix", category: 'closed' },
];
const labelOf = (slug: string): string =>
  (slug[0]!.toUpperCase() + slug.slice(1)).replaceAll('_', ' ');

const slugOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

export function createStaff(chance: Chance): Staff {
  const teams: SimTeam[] = [];
  const agents: SimAgent[] = [];
  for (const [name, members] of TEAMS) {
    const team = { id: chance.uuid(), name };
    teams.push(team);
    for (const member of members) {
      const email = `${slugOf(member)}@desk.example`;
      const roleId = member === members[0] ? LEAD_ROLE : AGENT_ROLE;
      agents.push({ id: chance.uuid(), name: member, email, teamId: team.id, roleId });
    }
  }
  const accounts = ACCOUNTS.map((name, i): SimAccount => {
    const fields = { tier: TIERS[i % TIERS.length]!, arr: ARRS[i % ARRS.length]! };
    const ownerId = agents[i % agents.length]!.id;
    return { id: chance.uuid(), name, domain: `${slugOf(name)}.example`, ...fields, ownerId };
  });
  const contacts = new Map<string, readonly SimPerson[]>();
  for (const account of accounts) {
    const people = Array.from({ length: CONTACTS_PER_ACCOUNT }, (_, i) => ({
      id: chance.uuid(),
      name: `Contact ${i + 1}`,
      email: `contact${i + 1}@${account.domain}`,
    }));
    contacts.set(account.id, people);
  }
  const bot = { id: chance.uuid(), name: 'Answer Bot', email: 'bot@desk.example' };
  const defaults = STATES.map((slug) => ({ slug, label: labelOf(slug), category: slug }));
  const statuses: SimStatus[] = [...defaults, ...OWN_STATUSES];
  const customFields = { issue: ['priority', 'topic'], account: ['tier', 'arr'] };
  return { teams, agents, bot, accounts, contacts, statuses, customFields };
}

/** Names for the label directory, as a read of the tenant would give them. */
export function staffLabels(staff: Staff, workspace: string): readonly Label[] {
  const label =
    (kind: Label['kind']) =>
    ({ id, name }: { readonly id: string; readonly name: string }): Label => ({
      ...{ workspace, kind, id, name },
    });
  return [
    ...staff.teams.map(label('team')),
    ...staff.agents.map(label('user')),
    label('user')(staff.bot),
    ...staff.accounts.map(label('account')),
  ];
}
