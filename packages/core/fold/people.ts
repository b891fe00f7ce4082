/** Who the users of a workspace are, and where they belong: as its directory facts said last. */
import type { WorkspaceConfig } from '../directory/config.ts';
import { Directory, type DirectoryFact } from '../directory/directory.ts';
import type { FactOf } from '../facts/fact.ts';

export interface PeopleDeps {
  readonly config: () => WorkspaceConfig | null;
  /** A stored field is to be stored anew. */
  readonly changed: (field: string) => void;
}

export class People {
  readonly directory: Directory;
  readonly #deps: PeopleDeps;

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
    this.directory = new Directory(() => deps.config()?.managerRoles ?? []);
  }

  /** True if anything was new. */
  take(fact: DirectoryFact): boolean {
    return this.directory.take(fact, this.#deps.changed);
  }

  /** `isOther`: whether derivations see somebody else in this user than before. */
  takeUser(fact: FactOf<'user.observed'>): { readonly isNew: boolean; readonly isOther: boolean } {
    const { entity: id } = fact;
    const seen = (): string => `${this.isPerson(id)} ${this.isManager(id)}`;
    const before = seen();
    const isNew = this.take(fact);
    return { isNew, isOther: seen() !== before };
  }

  get hasPersons(): boolean {
    return !this.persons().next().done;
  }

  /** Those on the roster that are known to be people. */
  *persons(): Generator<string> {
    for (const id of this.directory.users()) if (this.isOnRoster(id)) yield id;
  }

  isOnRoster(id: string): boolean {
    return this.directory.kindOf(id) === 'human' && this.isPerson(id);
  }

  /** Those of a team. */
  members(team: string): string[] {
    return this.directory
      .members(team)
      .filter((id) => this.directory.kindOf(id) !== null && this.isPerson(id));
  }

  /** Those that have somebody. */
  teams(): string[] {
    return this.directory.teams().filter((team) => this.members(team).length > 0);
  }

  /** Of each member of a team, which: of several the smaller id. */
  teamOf(): ReadonlyMap<string, string> {
    const teams = new Map<string, string>();
    for (const team of this.teams()) {
      for (const id of this.members(team)) if (!teams.has(id)) teams.set(id, team);
    }
    return teams;
  }

  readonly isPerson = (userId: string): boolean => {
    const kind = this.directory.kindOf(userId);
    if (kind === 'bot' || kind === 'automation') return false;
    return !this.#deps.config()?.notPeople?.includes(userId);
  };

  readonly isManager = (userId: string): boolean =>
    this.#deps.config()?.managers?.includes(userId) === true || this.directory.isManager(userId);
}
