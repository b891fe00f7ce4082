/** Who works there and who writes in: invented names, ids from the seed. */
import type { Label } from '@sapwood/contracts/label';
import type { Chance } from './chance.ts';
import type { SimAccount, SimAgent, SimPerson, SimTeam } from './tenant.ts';

export interface Staff {
  readonly teams: readonly SimTeam[];
  readonly agents: readonly SimAgent[];
  readonly bot: SimPerson;
  readonly accounts: readonly SimAccount[];
  readonly contacts: ReadonlyMap<string, readonly SimPerson[]>;
}

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

const slugOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

export function createStaff(chance: Chance): Staff {
  const teams: SimTeam[] = [];
  const agents: SimAgent[] = [];
  for (const [name, members] of TEAMS) {
    const team = { id: chance.uuid(), name };
    teams.push(team);
    for (const member of members) {
      const email = `${slugOf(member)}@desk.example`;
      agents.push({ id: chance.uuid(), name: member, email, teamId: team.id });
    }
  }
  const accounts = ACCOUNTS.map((name): SimAccount => {
    return { id: chance.uuid(), name, domain: `${slugOf(name)}.example` };
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
  return { teams, agents, bot, accounts, contacts };
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
