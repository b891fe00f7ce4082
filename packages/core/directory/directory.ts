/**
 * Who belongs where in a workspace, as its directory facts said last (metrics.md 1.1): tiers of
 * accounts, members of teams, roles of users. Contacts and statuses answer nothing here.
 */
import type { AccountObserved, Fact, FactBodies, FactOf, TeamObserved } from '../facts/fact.ts';
import { canonicalJson } from '../num/integer.ts';

export type DirectoryFact =
  | FactOf<'account.observed'>
  | FactOf<'contact.observed'>
  | FactOf<'team.observed'>
  | FactOf<'status.observed'>
  | FactOf<'user.observed'>;

/** An entry and when it was read: of two the later read holds, in whatever order they come. */
interface Seen<T> {
  readonly at: number;
  readonly body: T;
}
type User = Pick<FactBodies['user.observed'], 'role' | 'userKind'>;

/** Kinds of stored fields: `acct/ID`, `team/ID`, `user/ID`. */
const KINDS = ['acct', 'team', 'user'] as const;
type Kind = (typeof KINDS)[number];
const isKind = (kind: string): kind is Kind => (KINDS as readonly string[]).includes(kind);

export class Directory {
  readonly #managerRoles: () => readonly string[];
  readonly #entries = {
    acct: new Map<string, Seen<AccountObserved>>(),
    team: new Map<string, Seen<TeamObserved>>(),
    user: new Map<string, Seen<User>>(),
  };

  /** `managerRoles`: those declared now (metrics.md 9). */
  constructor(managerRoles: () => readonly string[]) {
    this.#managerRoles = managerRoles;
  }

  /** True if what it answers changed; `store` is given the name of the field to be stored anew. */
  take(fact: DirectoryFact, store: (field: string) => void): boolean {
    switch (fact.kind) {
      case 'account.observed':
        return this.#put('acct', fact, fact.body, store);
      case 'team.observed':
        return this.#put('team', fact, fact.body, store);
      case 'user.observed': {
        const { role, userKind } = fact.body;
        return this.#put('user', fact, { role, userKind }, store);
      }
      default:
        return false;
    }
  }

  #put(
    kind: Kind,
    { entity, observedAt }: Fact,
    body: AccountObserved | TeamObserved | User,
    store: (field: string) => void,
  ): boolean {
    const entries = this.#entries[kind] as Map<string, Seen<typeof body>>;
    const known = entries.get(entity);
    if (known && !isLater(observedAt, body, known)) return false;
    entries.set(entity, { at: observedAt, body });
    store(`${kind}/${entity}`);
    return !known || canonicalJson(known.body) !== canonicalJson(body);
  }

  /** null: no such account, or none of the declared field. */
  tierOf(accountId: string): string | null {
    return this.#entries.acct.get(accountId)?.body.tier ?? null;
  }

  /** Ids of the team's users, sorted; empty for a team that was never read. */
  members(teamId: string): readonly string[] {
    return this.#entries.team.get(teamId)?.body.members ?? [];
  }

  /** Ids of the teams that were read, sorted. */
  teams(): readonly string[] {
    return [...this.#entries.team.keys()].sort();
  }

  /** Ids of the users that were read, sorted. */
  users(): readonly string[] {
    return [...this.#entries.user.keys()].sort();
  }

  /** null: there is no such user. */
  kindOf(userId: string): User['userKind'] | null {
    return this.#entries.user.get(userId)?.body.userKind ?? null;
  }

  /** Whether the user's role is one of those declared. */
  isManager(userId: string): boolean {
    const role = this.#entries.user.get(userId)?.body.role ?? null;
    return role !== null && this.#managerRoles().includes(role);
  }

  *fieldNames(): Generator<string> {
    for (const kind of KINDS) for (const id of this.#entries[kind].keys()) yield `${kind}/${id}`;
  }

  /** What is stored of an entry; undefined where the field is none of the directory's. */
  stored(kind: string, id: string): object | undefined {
    return isKind(kind) ? this.#entries[kind].get(id) : undefined;
  }

  /** Takes a stored entry back; false where the field is none of the directory's. */
  restore(kind: string, id: string, stored: unknown): boolean {
    if (!isKind(kind)) return false;
    (this.#entries[kind] as Map<string, unknown>).set(id, stored);
    return true;
  }
}

/** By the start of the read, then by content: any order of the same facts ends alike. */
function isLater(at: number, body: object, known: Seen<object>): boolean {
  if (at !== known.at) return at > known.at;
  return canonicalJson(body) > canonicalJson(known.body);
}
